"""Queues with their rules, views that moderators keep, and the days on which due times stand still."""
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL
from castingops.moderation.models.common import STAFF_ID


class QueueRow(PlatformOwned, Base):
    """A queue: rules are tried by position, the first that matches has the case; the default takes the rest.

    Retired, never deleted: decided cases still say where they were.
    """

    __tablename__ = "queues"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("language in ('', 'en', 'ar', 'both')", name="language"),
        CheckConstraint("priority_from between 0 and 200", name="priority_from"),
        CheckConstraint("not is_default or (kind = '' and language = '' and minor is null and priority_from = 0"
                        " and retired_at is null)", name="default_takes_all"),
        Index("ix_queues_default", "is_default", unique=True, postgresql_where=text("is_default")),
    )

    code: Mapped[str] = mapped_column(info=IMPERSONAL)
    title_en: Mapped[str] = mapped_column(info=IMPERSONAL)
    title_ar: Mapped[str] = mapped_column(info=IMPERSONAL)
    position: Mapped[int] = mapped_column(info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    language: Mapped[str] = mapped_column(info=IMPERSONAL)
    minor: Mapped[bool | None] = mapped_column(info=IMPERSONAL)
    priority_from: Mapped[int] = mapped_column(info=IMPERSONAL)
    roles: Mapped[list[Any]] = mapped_column(JSONB, info=IMPERSONAL)
    is_default: Mapped[bool] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    retired_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class SavedViewRow(PlatformOwned, Base):
    """A filter of the queue under a name; `query` is the address's own."""

    __tablename__ = "saved_views"
    __table_args__ = (
        UniqueConstraint("owner_id", "name"),
        Index("ix_saved_views_shared", "name", "id", postgresql_where=text("shared")),
        {"info": {"subject": "owner_id"}},
    )

    owner_id: Mapped[UUID] = mapped_column(info=STAFF_ID)
    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    query: Mapped[dict[str, str]] = mapped_column(JSONB, info=IMPERSONAL)
    shared: Mapped[bool] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class HolidayRow(PlatformOwned, Base):
    """One day off. `moves`: by the calendar; the sighting of the moon may move it."""

    __tablename__ = "holidays"
    __table_args__ = (UniqueConstraint("day"),)

    day: Mapped[date] = mapped_column(info=IMPERSONAL)
    title_en: Mapped[str] = mapped_column(info=IMPERSONAL)
    title_ar: Mapped[str] = mapped_column(info=IMPERSONAL)
    moves: Mapped[bool] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
