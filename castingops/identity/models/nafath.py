"""Nafath: transactions with a provider, and verifications. The national id is in neither for longer than it takes.

What stays of it is a digest under the pepper of the settings: it finds the same person again and tells nobody who.
"""
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

_STATES = "'starting', 'pending', 'answered', 'verified', 'rejected', 'expired', 'cancelled', 'failed'"
_LIVE = "state in ('starting', 'pending', 'answered')"


def _proof(category: str, retention: timedelta | None, since: str = "created_at") -> dict[str, Any]:
    return personal(category=category, subject="user", purposes=(Purpose.SECURITY, Purpose.LEGAL),
                    retention=retention, since=since, erase="delete")


class NafathTransaction(PersonOwned, Base):
    """One request to a person's Nafath app. Its id is the request id that the provider hears.

    `asked` and `answer` are sealed, and null from the end on. `fingerprint` is that of the provider's message.
    """

    __tablename__ = "nafath_transactions"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        UniqueConstraint("fingerprint"),
        CheckConstraint(f"state in ({_STATES})", name="state"),
        CheckConstraint("(state = 'failed') = (reason is not null)", name="reason"),
        CheckConstraint(f"({_LIVE}) = (ended_at is null)", name="ended_whole"),
        CheckConstraint("ended_at is null or (asked is null and answer is null)", name="forgotten"),
        CheckConstraint("number ~ '^[0-9]{1,3}$'", name="number"),
        Index("uq_nafath_transactions_live", "subject_id", unique=True, postgresql_where=text(_LIVE)),
        Index("ix_nafath_transactions_pending", "expires_at", postgresql_where=text(_LIVE)),
        Index(None, "id_digest", "created_at"),
    )

    id_digest: Mapped[str] = mapped_column(info=_proof("identifier digest", timedelta(days=90)))
    provider: Mapped[str] = mapped_column(info=IMPERSONAL)
    provider_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    number: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    asked: Mapped[str | None] = mapped_column(info=_proof("national id", timedelta(minutes=5)))
    answer: Mapped[str | None] = mapped_column(info=_proof("national id", timedelta(minutes=5)))
    fingerprint: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    ended_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class IdentityVerification(PersonOwned, Base):
    """That a provider vouched for an account's person. One person verifies one account at a time."""

    __tablename__ = "identity_verifications"
    __table_args__ = (
        CheckConstraint("(ended_at is null) = (ended_for is null)", name="ended_whole"),
        CheckConstraint("ended_for in ('expired', 'removed', 'replaced')", name="ended_for"),
        CheckConstraint("expires_at > verified_at", name="expires_later"),
        Index("uq_identity_verifications_person", "id_digest", unique=True, postgresql_where=text("ended_at is null")),
        Index("uq_identity_verifications_account", "subject_id", unique=True,
              postgresql_where=text("ended_at is null")),
        Index("ix_identity_verifications_expires_at", "expires_at", postgresql_where=text("ended_at is null")),
    )

    id_digest: Mapped[str] = mapped_column(info=_proof("identifier digest", None, "verified_at"))
    provider: Mapped[str] = mapped_column(info=IMPERSONAL)
    name_ar: Mapped[str] = mapped_column(info=_proof("name", None, "verified_at"))
    name_en: Mapped[str] = mapped_column(info=_proof("name", None, "verified_at"))
    birth_date: Mapped[date | None] = mapped_column(info=_proof("birth date", None, "verified_at"))
    verified_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    warned_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    ended_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    ended_for: Mapped[str | None] = mapped_column(info=IMPERSONAL)
