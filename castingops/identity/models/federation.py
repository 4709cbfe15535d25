"""Accounts elsewhere that sign people in here."""
from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal


class FederatedIdentity(PersonOwned, Base):
    """An account at a provider, by the name that the provider never gives to anybody else."""

    __tablename__ = "federated_identities"
    __table_args__ = (
        UniqueConstraint("issuer", "sub"),
        UniqueConstraint("subject_id", "provider"),
        CheckConstraint("provider in ('google', 'microsoft', 'github', 'sso')", name="provider"),
    )

    provider: Mapped[str] = mapped_column(info=IMPERSONAL)
    issuer: Mapped[str] = mapped_column(info=IMPERSONAL)
    sub: Mapped[str] = mapped_column(info=personal(
        category="identifier", subject="user", purposes=(Purpose.ACCOUNT,), retention=None))
    email: Mapped[str | None] = mapped_column(info=personal(
        category="contact", subject="user", purposes=(Purpose.ACCOUNT,), retention=None))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    last_used_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
