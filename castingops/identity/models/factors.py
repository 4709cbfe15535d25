"""The tables of second factors beside the authenticator app's: passkeys, recovery codes, challenges (ID-5)."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal


def _security(category: str, retention: timedelta | None = None) -> dict[str, Any]:
    return personal(category=category, subject="user", purposes=(Purpose.SECURITY,), retention=retention)


class Passkey(PersonOwned, Base):
    """A WebAuthn credential: we hold its public half, and how far its counter was."""

    __tablename__ = "passkeys"
    __table_args__ = (
        UniqueConstraint("credential_id"),
        CheckConstraint("length(name) between 1 and 60", name="name_length"),
        CheckConstraint("sign_count >= 0", name="sign_count"),
    )

    credential_id: Mapped[bytes] = mapped_column(info=_security("credential"))
    public_key: Mapped[bytes] = mapped_column(info=_security("credential"))
    sign_count: Mapped[int] = mapped_column(BigInteger, info=IMPERSONAL)
    transports: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    name: Mapped[str] = mapped_column(info=_security("device"))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    last_used_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class RecoveryCode(PersonOwned, Base):
    """A code that opens one sign-in when the factors are lost. We hold its hash: 80 random bits are not guessed."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("subject_id", "code_hash"),)

    code_hash: Mapped[str] = mapped_column(info=_security("credential"))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    used_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class FactorChallenge(PersonOwned, Base):
    """A question that one person answers once: between the two steps of a sign-in, or to an authenticator."""

    __tablename__ = "factor_challenges"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("purpose in ('sign_in', 'prove', 'register')", name="purpose"),
        CheckConstraint("(session_id is null) = (purpose = 'sign_in')", name="bound"),
        CheckConstraint("transport in ('bearer', 'cookie')", name="transport"),
        Index("ix_factor_challenges_expires_at", "expires_at"),  # the sweep's
    )

    token_hash: Mapped[str] = mapped_column(info=_security("credential", timedelta(minutes=5)))
    purpose: Mapped[str] = mapped_column(info=IMPERSONAL)
    session_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # of whoever is signed in and asked for it
    transport: Mapped[str | None] = mapped_column(info=IMPERSONAL)  # of a sign-in of an app
    epoch: Mapped[int] = mapped_column(info=IMPERSONAL)  # the account's when it was given out
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
