"""Share links: what a talent gives somebody without an account to see their published profile (CAST-6)."""
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from castingops.casting.types.profiles import ProfileFields
from castingops.core.messages import N_, NP_, Message

LABEL_MAX = 80  # characters
DAYS_MIN, DAYS_MAX, DAYS_USUAL = 1, 90, 14
VIEWS_MAX = 9_999  # the most that a link may be bounded by
LIVE_MAX = 20  # links of one person that can be opened at the same time
SHARES_PAGE = 50
REASON_MIN, REASON_MAX = 10, 500  # characters of what staff say
VIEWS_KEPT = timedelta(days=90)  # how long it stays on record when, from where and with what a link was opened
VISIT_SECONDS = 1800  # within which whoever opened a link reloads it, or changes its language, without another view


class ShareState(StrEnum):
    """Where a link stands. Only an active one shows anything."""

    ACTIVE = "active"
    PAUSED = "paused"  # by the house: opened too often from too many places
    EXPIRED = "expired"
    USED_UP = "used_up"
    REVOKED = "revoked"  # by its owner
    ENDED = "ended"  # by the house or its staff


class ShareEnd(StrEnum):
    """What ended a link before its time."""

    OWNER = "owner"
    STAFF = "staff"
    HIDDEN = "hidden"  # the profile is not published any more
    GUARDIAN = "guardian"  # the guardianship under which it was made does not stand any more, or its ward is of age


STATES: dict[str, Message] = {
    ShareState.ACTIVE: NP_("share link", "Active"), ShareState.PAUSED: NP_("share link", "Paused"),
    ShareState.EXPIRED: NP_("share link", "Expired"), ShareState.USED_UP: NP_("share link", "Used up"),
    ShareState.REVOKED: NP_("share link", "Taken back"), ShareState.ENDED: NP_("share link", "Ended")}
TONES: dict[str, tuple[str, str]] = {
    ShareState.ACTIVE: ("good", "check"), ShareState.PAUSED: ("warn", "lock"), ShareState.EXPIRED: ("quiet", "clock"),
    ShareState.USED_UP: ("quiet", "check"), ShareState.REVOKED: ("quiet", "x"), ShareState.ENDED: ("bad", "x")}
ENDS: dict[str, Message] = {
    ShareEnd.OWNER: N_("By its owner"), ShareEnd.STAFF: N_("By staff"),
    ShareEnd.HIDDEN: N_("The profile is not shown any more"),
    ShareEnd.GUARDIAN: N_("The guardianship does not stand any more")}


class NewShareLink(Struct, frozen=True, kw_only=True):
    """A link as it is asked for."""

    label: str
    days: int
    max_views: int | None


class ShareFacts(Struct, kw_only=True):
    """What a link's state follows from."""

    expires_at: datetime
    max_views: int | None
    views: int
    paused_at: datetime | None
    ended_by: str | None


class ShareLinkView(Struct, frozen=True, kw_only=True):
    """A link as its owner and staff see it. Never its token."""

    id: UUID
    label: str
    state: ShareState
    created_at: datetime
    expires_at: datetime
    max_views: int | None
    views: int
    last_viewed_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None


class ShareVisit(Struct, frozen=True):
    """One time that a link was opened: when, with what, from which network by a mark that names it to nobody.

    In the order of the select. The same mark twice is the same network; of another link it would be another mark.
    """

    id: UUID
    viewed_at: datetime
    program: str
    system: str
    network: str | None


class Burst(Struct, frozen=True):
    """How often, and from how many networks, a link was opened lately."""

    views: int
    networks: int


class SharedProfile(Struct, frozen=True, kw_only=True):
    """What whoever holds a link sees. Of a child neither name, town nor school, and photos by a guardian's word."""

    fields: ProfileFields
    minor: bool
    photo_ids: tuple[UUID, ...]
