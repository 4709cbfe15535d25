"""The tables of accounts, their roles, secrets, sessions and tokens."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, validates

from castingops.core.arabic import fold
from castingops.core.db import Base, PersonOwned, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

YEAR = timedelta(days=365)
ROLES_OF_KIND = (
    "case kind when 'staff' then role in ('moderator', 'senior_moderator', 'compliance_officer', 'finance',"
    " 'support', 'auditor', 'admin') else role in ('talent', 'guardian', 'hirer') end"
)


def _account(category: str, **options: Any) -> dict[str, Any]:
    return personal(category=category, subject="user", purposes=(Purpose.ACCOUNT,), retention=None, **options)


def _security(category: str, retention: timedelta | None = None, **options: Any) -> dict[str, Any]:
    return personal(category=category, subject="user", purposes=(Purpose.SECURITY,), retention=retention, **options)


def _folded_name(context: Any) -> str:
    """For rows that are written in bulk; an entity keeps its own."""
    return fold(context.get_current_parameters()["display_name"])


class User(PersonOwned, Base):
    """An account. Its id is also that of its data subject; an erased one stays, disabled and without a name."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("id", "kind"),
        UniqueConstraint("email"),
        CheckConstraint("id = subject_id", name="own_subject"),
        CheckConstraint("kind in ('staff', 'app')", name="kind"),
        CheckConstraint("status in ('active', 'disabled')", name="status"),
        CheckConstraint("locale in ('en', 'ar')", name="locale"),
        CheckConstraint("email = lower(email) and length(email) <= 254 and email like '_%@_%._%'", name="email_form"),
        CheckConstraint("email is not null or status = 'disabled'", name="email_present"),
        CheckConstraint("length(display_name) between 1 and 120", name="display_name_length"),
        CheckConstraint("restriction in ('suspended', 'banned')", name="restriction"),
        CheckConstraint("case restriction when 'suspended' then restricted_until is not null"
                        " else restricted_until is null end", name="restricted_whole"),
        Index("ix_users_staff", "sort_name", "id", postgresql_where=text("kind = 'staff'")),
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    email: Mapped[str | None] = mapped_column(info=_account("contact", erase="null"))
    display_name: Mapped[str] = mapped_column(info=_account("name", erase="redact"))
    sort_name: Mapped[str] = mapped_column(  # the name, folded
        default=_folded_name, info=_account("search key", erase="redact"))
    locale: Mapped[str] = mapped_column(info=IMPERSONAL)
    password_hash: Mapped[str] = mapped_column(info=_security("credential", erase="redact"))
    password_set_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    password_once: Mapped[bool] = mapped_column(info=IMPERSONAL)  # drawn by us: to be replaced at the first sign-in
    epoch: Mapped[int] = mapped_column(info=IMPERSONAL)  # raised to end every session and token at once
    restriction: Mapped[str | None] = mapped_column(info=IMPERSONAL)  # by moderation: what is left is in types
    restricted_until: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}

    @validates("display_name")
    def _follow(self, _key: str, name: str) -> str:
        self.sort_name = fold(name)
        return name


class RoleGrant(PlatformOwned, Base):
    """A role that an account holds. Who may not hold what together is a trigger's word (migration 0002)."""

    __tablename__ = "role_grants"
    __table_args__ = (
        UniqueConstraint("user_id", "role"),
        ForeignKeyConstraint(["user_id", "kind"], ["users.id", "users.kind"], ondelete="CASCADE"),
        CheckConstraint(ROLES_OF_KIND, name="fits"),
        CheckConstraint("granted_by <> user_id", name="by_another"),
        Index(None, "role", "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    role: Mapped[str] = mapped_column(info=IMPERSONAL)
    granted_by: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # None: one's own registration, or a command
    granted_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    proposal_id: Mapped[UUID | None] = mapped_column(  # of staff: what allowed it; None for the system's own
        ForeignKey("proposals.id", ondelete="RESTRICT"), info=IMPERSONAL)


class TotpSecret(PersonOwned, Base):
    """What makes an account's one-time codes: proved once at `confirmed_at`; from then on each step counts once.

    Beside the one in use one more may wait for its first code: a new phone does not shut its owner out.
    """

    __tablename__ = "totp_secrets"
    __table_args__ = (
        Index("uq_totp_secrets_in_use", "subject_id", unique=True, postgresql_where=text("confirmed_at is not null")),
        Index("uq_totp_secrets_waiting", "subject_id", unique=True, postgresql_where=text("confirmed_at is null")),
    )

    sealed: Mapped[str] = mapped_column(info=_security("credential"))
    last_step: Mapped[int] = mapped_column(BigInteger, info=IMPERSONAL)
    confirmed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class OldPassword(PersonOwned, Base):
    """A password that must not come back soon (ID-4)."""

    __tablename__ = "old_passwords"

    password_hash: Mapped[str] = mapped_column(info=_security("credential"))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class StaffSessionRow(PersonOwned, Base):
    """A console session. The browser holds the token, we its hash; ended means ended on the next request."""

    __tablename__ = "staff_sessions"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_staff_sessions_created_at", "created_at"),  # the sweep's
    )

    token_hash: Mapped[str] = mapped_column(info=_security("credential", YEAR))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    last_seen: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    mfa_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    ended_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    ip: Mapped[str] = mapped_column(info=_security("network address", YEAR))
    user_agent: Mapped[str] = mapped_column(info=_security("device", YEAR))


class RefreshFamily(PersonOwned, Base):
    """One sign-in of an app, through all its refreshed tokens."""

    __tablename__ = "refresh_families"
    __table_args__ = (
        CheckConstraint("transport in ('bearer', 'cookie')", name="transport"),
        CheckConstraint("audience in ('talent', 'hirer')", name="audience"),
        CheckConstraint("(ended_at is null) = (ended_for is null)", name="ended_for_a_reason"),
        Index("ix_refresh_families_expires_at", "expires_at"),  # the sweep's
    )

    transport: Mapped[str] = mapped_column(info=IMPERSONAL)
    audience: Mapped[str] = mapped_column(info=IMPERSONAL)
    epoch: Mapped[int] = mapped_column(info=IMPERSONAL)  # the account's at sign-in
    ip: Mapped[str] = mapped_column(info=_security("network address", YEAR))
    user_agent: Mapped[str] = mapped_column(info=_security("device", YEAR))
    proved_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)  # the last proof of who they are (ID-5)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    ended_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    ended_for: Mapped[str | None] = mapped_column(info=IMPERSONAL)


class RefreshToken(PersonOwned, Base):
    """One token of a family, with the access token that was handed out beside it."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        ForeignKeyConstraint(["subject_id", "family_id"], ["refresh_families.subject_id", "refresh_families.id"],
                             ondelete="CASCADE"),
        Index(None, "subject_id", "family_id"),
    )

    family_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    token_hash: Mapped[str] = mapped_column(info=_security("credential", YEAR))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    used_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    access_jti: Mapped[str] = mapped_column(info=IMPERSONAL)
    access_until: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class RevokedToken(PersonOwned, Base):
    """An access token ended before its time; remembered past the moment at which the last clock refuses it."""

    __tablename__ = "revoked_tokens"
    __table_args__ = (
        UniqueConstraint("subject_id", "jti"),
        Index("ix_revoked_tokens_until", "until"),  # the sweep's
    )

    jti: Mapped[str] = mapped_column(info=IMPERSONAL)
    until: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class SignInFailure(Base):
    """A wrong guess, by keyed digest of the account or address guessed at: for limits, gone within a day."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "who", "at"), Index("ix_sign_in_failures_at", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.uuidv7(), info=IMPERSONAL)
    who: Mapped[str] = mapped_column(info=IMPERSONAL)
    at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
