"""The tables of registrations that wait for their proof, and of links that were e-mailed."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal
from castingops.identity.types import CONFIRM_LIVES, UNDO_LIVES


def _asked(category: str, **options: Any) -> dict[str, Any]:
    return personal(category=category, subject="user", purposes=(Purpose.ACCOUNT,), retention=CONFIRM_LIVES, **options)


class PendingAccount(PlatformOwned, Base):
    """A registration whose e-mail is not proved: no account yet. Letters to it belong to a subject with its id.

    Kept also when the e-mail has an account already, so that asking for one leaves the same traces.
    """

    __tablename__ = "pending_accounts"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "email"),
        Index("ix_pending_accounts_expires_at", "expires_at"),  # the sweep's
        {"info": {"subject": "id"}},
    )

    email: Mapped[str] = mapped_column(info=_asked("contact"))
    password_hash: Mapped[str] = mapped_column(info=_asked("credential"))
    registration: Mapped[dict[str, Any]] = mapped_column(JSONB, info=_asked("registration", minor=True))
    token_hash: Mapped[str | None] = mapped_column(info=_asked("credential"))  # of the last letter's link
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class EmailedLink(PersonOwned, Base):
    """A link that was e-mailed to the owner of an account. It works once; we keep only its hash."""

    __tablename__ = "emailed_links"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("kind in ('reset', 'email', 'undo')", name="kind"),
        CheckConstraint("(kind = 'reset') = (email is null)", name="email_of_kind"),
        Index("ix_emailed_links_expires_at", "expires_at"),  # the sweep's
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    token_hash: Mapped[str] = mapped_column(info=personal(
        category="credential", subject="user", purposes=(Purpose.SECURITY,), retention=UNDO_LIVES))
    email: Mapped[str | None] = mapped_column(info=personal(  # the new address to prove, or the former one
        category="contact", subject="user", purposes=(Purpose.ACCOUNT,), retention=UNDO_LIVES))
    keep_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # the sign-in that asked: it lives on
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    used_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class AskedLetter(PlatformOwned, Base):
    """Somebody asked for a letter to this address; a handler decides whether one is due, and forgets the request.

    The request itself leaves the same trace whoever is known, and takes the same time.
    """

    __tablename__ = "asked_letters"
    __table_args__ = (
        CheckConstraint("kind in ('confirm', 'reset')", name="kind"),
        {"info": {"subject": "id"}},
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    email: Mapped[str] = mapped_column(info=_asked("contact"))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
