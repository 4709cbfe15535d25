"""Data subjects: the anchor of everything that belongs to one human being.

An adult's subject id equals the user id; a minor held by a guardian will have a subject and no user.
"""
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base
from castingops.core.privacy import IMPERSONAL


class Subject(Base):
    """One human being. Their rows in every feature hang on this one; it stays, empty, after an erasure."""

    __tablename__ = "subjects"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.uuidv7(), info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    erased_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
