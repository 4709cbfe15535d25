"""Names, bounds, lifetimes and values of accounts and of what signs them in."""
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from castingops.core.messages import N_, Message
from castingops.core.roles import AppRole, StaffRole

EMAIL_MAX = 254  # characters, RFC 5321 §4.5.3.1.3
NAME_MAX = 120  # characters, after trimming
PASSWORD_MIN = 12  # characters (ID-4)
PASSWORD_MAX = 256  # characters: beyond it a hash only costs time
PASSWORDS_REMEMBERED = 5

LEEWAY = timedelta(seconds=30)  # how far an issuing and a checking clock may lie apart
REVOCATION_KEPT = LEEWAY + timedelta(seconds=60)  # past a token's end: memory must outlive every clock's doubt
REVOKED_WITHIN = 5.0  # seconds that a revoked token may still pass (ARCHITECTURE §7)
REUSE_GRACE = timedelta(seconds=10)  # two tabs refresh at once: that is a race, not a theft

SEEN_EVERY = timedelta(minutes=1)  # how exact last_seen is: a page view is no reason to write each time
CODE_WAIT = timedelta(minutes=5)  # from the right password to the right code

APP_AUDIENCE = {AppRole.TALENT: "talent", AppRole.GUARDIAN: "talent", AppRole.HIRER: "hirer"}
ROLE_TITLES: Mapping[str, Message] = {
    StaffRole.MODERATOR: N_("Moderator"),
    StaffRole.SENIOR_MODERATOR: N_("Senior moderator"),
    StaffRole.COMPLIANCE_OFFICER: N_("Compliance officer"),
    StaffRole.FINANCE: N_("Finance"),
    StaffRole.SUPPORT: N_("Support"),
    StaffRole.AUDITOR: N_("Auditor"),
    StaffRole.ADMIN: N_("Admin"),
    AppRole.TALENT: N_("Talent"),
    AppRole.GUARDIAN: N_("Legal guardian"),
    AppRole.HIRER: N_("Hirer"),
}


class AccountKind(StrEnum):
    """Which door an account opens: the console or the apps. Never both."""

    STAFF = "staff"
    APP = "app"


class AccountStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


class Restriction(StrEnum):
    """What moderation may do to an account. It can still sign in, to read decisions and appeal them."""

    SUSPENDED = "suspended"
    BANNED = "banned"


class Transport(StrEnum):
    """How an app carries its tokens: a native app in a header, a browser in cookies (ID-3)."""

    BEARER = "bearer"
    COOKIE = "cookie"


class Factor(StrEnum):
    """What was guessed wrongly, or asked for too often."""

    PASSWORD = "password"
    CODE = "code"
    LETTER = "letter"


class Turn(StrEnum):
    """What presenting a refresh token leads to."""

    ROTATE = "rotate"
    RACE = "race"  # another request was faster a moment ago: refuse, and change nothing
    REUSE = "reuse"  # someone holds an old token: end the whole family
    DEAD = "dead"


class Registration(Struct, frozen=True, kw_only=True):
    """What a new user told us, for the features that write their rows in the same transaction."""

    user_id: UUID
    role: AppRole
    display_name: str
    locale: str
    birth_date: date | None
    accepts: Mapping[str, Any]
    organization: Mapping[str, Any] | None = None  # what a hirer's own organization is to be called


class Tokens(Struct, frozen=True, kw_only=True):
    """What an app signs its requests with. Lives are in seconds."""

    access: str
    refresh: str
    access_seconds: int
    refresh_seconds: int
    transport: str
    device: str = ""  # after a new sign-in: the mark by which this device is known again


class Proof(Struct, frozen=True, kw_only=True):
    """An access token that says its holder has just proved who they are."""

    access: str
    access_seconds: int
    transport: str


class Access(Struct, frozen=True, kw_only=True):
    """An access token that was verified."""

    user_id: UUID
    family_id: UUID
    audience: str
    epoch: int
    jti: str
    proved_at: int | None  # seconds since 1970


class Credentials(Struct, frozen=True):
    """What signing in needs to know of an account, in the order of the look-up."""

    user_id: UUID
    kind: str
    status: str
    epoch: int
    password_hash: str
    display_name: str
    locale: str
    roles: list[str]


class Account(Struct, frozen=True):
    """The state of an account as requests are checked against it, in the order of the look-up."""

    user_id: UUID
    kind: str
    status: str
    epoch: int
    roles: list[str]
    revoked: list[str]  # jti of its access tokens, and ids of their families, that were ended early
    restriction: str | None
    restricted_until: datetime | None
    second_factor: bool  # whether one is enrolled

    def restricted_at(self, moment: datetime) -> str:
        """What moderation allows of this account at a moment: suspended, banned, or empty for everything."""
        over = self.restricted_until is not None and self.restricted_until <= moment
        return "" if over else self.restriction or ""


class FirstStep(Struct, frozen=True, kw_only=True):
    """What is kept in the signed cookie between password and code."""

    user_id: UUID
    epoch: int
    locale: str
    at: int  # seconds since 1970
    next: str


class NewStaff(Struct, frozen=True, kw_only=True):
    """A new staff account with what its owner needs to sign in; shown once, kept nowhere."""

    user_id: UUID
    password: str
    totp_secret: str


class StaffSession(Struct, frozen=True):
    """A console session with its account, in the order of the look-up."""

    session_id: UUID
    user_id: UUID
    status: str
    epoch: int
    display_name: str
    locale: str
    roles: list[str]
    created_at: datetime
    last_seen: datetime
    mfa_at: datetime


class Me(Struct, frozen=True, kw_only=True):
    """One's own account as the API shows it."""

    id: UUID
    email: str
    display_name: str
    locale: str
    roles: list[str]
    created_at: datetime
