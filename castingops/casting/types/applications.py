"""Names, bounds and values of applications: what talent send, what hirers make of it, what each side sees."""
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from castingops.casting.types.profiles import PublishedDetails
from castingops.core.messages import NP_, Message

COVER_NOTE_MAX = 500  # characters (Backstage's bound)
PHOTOS_MAX = 10  # of one application
APPLICATIONS_PAGE = 50
NOTE_MAX = 2_000  # characters of a colleague's note
MOVES_MAX = 100  # applications that are moved at once


class Status(StrEnum):
    """Where an application stands for its hirer. The words of Casting Networks' worksheet; never shown to talent."""

    SUBMITTED = "submitted"
    VIEWED = "viewed"
    SHORTLISTED = "shortlisted"
    UNDER_CONSIDERATION = "under_consideration"
    PINNED = "pinned"
    ON_AVAIL = "on_avail"
    ON_HOLD = "on_hold"
    BACKUP = "backup"
    OFFERED = "offered"
    BOOKED = "booked"
    RELEASED = "released"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class PublicStatus(StrEnum):
    """Where it stands as its talent reads it: stored for itself, and moved only by what talent are told."""

    SUBMITTED = "submitted"
    VIEWED = "viewed"
    UNDER_CONSIDERATION = "under_consideration"
    OFFERED = "offered"
    BOOKED = "booked"
    NOT_SELECTED = "not_selected"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


STATUSES: Mapping[str, Message] = {
    Status.SUBMITTED: NP_("application", "Not viewed yet"), Status.VIEWED: NP_("application", "Viewed"),
    Status.SHORTLISTED: NP_("application", "Shortlisted"),
    Status.UNDER_CONSIDERATION: NP_("application", "Under consideration"),
    Status.PINNED: NP_("application", "Pinned"), Status.ON_AVAIL: NP_("application", "Availability asked"),
    Status.ON_HOLD: NP_("application", "On hold"), Status.BACKUP: NP_("application", "Backup"),
    Status.OFFERED: NP_("application", "Offered"), Status.BOOKED: NP_("application", "Booked"),
    Status.RELEASED: NP_("application", "Released"), Status.DECLINED: NP_("application", "Declined by the talent"),
    Status.WITHDRAWN: NP_("application", "Withdrawn")}
PUBLIC_STATUSES: Mapping[str, Message] = {
    PublicStatus.SUBMITTED: NP_("own application", "Sent"), PublicStatus.VIEWED: NP_("own application", "Viewed"),
    PublicStatus.UNDER_CONSIDERATION: NP_("own application", "Under consideration"),
    PublicStatus.OFFERED: NP_("own application", "Offered to you"),
    PublicStatus.BOOKED: NP_("own application", "Booked"),
    PublicStatus.NOT_SELECTED: NP_("own application", "Not selected"),
    PublicStatus.DECLINED: NP_("own application", "Declined by you"),
    PublicStatus.WITHDRAWN: NP_("own application", "Withdrawn by you")}


class EventKind(StrEnum):
    """A step in an application's life; `status` is the hirer's own and never shown to talent."""

    SUBMITTED = "submitted"
    EDITED = "edited"
    VIEWED = "viewed"
    MOVED = "moved"  # what talent read changed
    STATUS = "status"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class Wanted(Struct, frozen=True, kw_only=True):
    """What somebody sends with an application, checked."""

    role_id: UUID
    cover_note: str | None
    photo_ids: tuple[UUID, ...]
    primary_photo_id: UUID


class OwnApplication(Struct, frozen=True, kw_only=True):
    """An application as its talent or their guardian reads it. Nothing of it tells what the hirer thinks."""

    id: UUID
    call_id: UUID
    role_id: UUID
    call_title_ar: str | None
    call_title_en: str | None
    role_name_ar: str | None
    role_name_en: str | None
    status: str
    status_en: str
    status_ar: str
    cover_note: str | None
    photo_ids: tuple[UUID, ...]
    primary_photo_id: UUID | None
    submitted_at: datetime
    viewed_at: datetime | None
    editable: bool
    version: int


class Card(Struct, frozen=True, kw_only=True):
    """What an applicant shows at first sight, as it was sent."""

    name_ar: str | None
    name_en: str | None
    city: str | None
    playing_age_min: int | None
    playing_age_max: int | None


class Received(Struct, frozen=True, kw_only=True):
    """An application as its hirer reads it, with what the hirer made of it."""

    id: UUID
    call_id: UUID
    role_id: UUID
    profile_id: UUID | None  # of the published profile, while there is one
    name_ar: str | None
    name_en: str | None
    minor: bool
    city: str | None
    playing_age_min: int | None
    playing_age_max: int | None
    status: str
    public_status: str
    cover_note: str | None
    rating: float | None  # of the team, on average
    own_rating: int | None
    submitted_at: datetime
    viewed_at: datetime | None
    version: int


class ApplicantProfile(Struct, frozen=True, kw_only=True):
    """What a hirer sees of an applicant."""

    application_id: UUID
    minor: bool
    card: Card
    details: PublishedDetails


class Note(Struct, frozen=True, kw_only=True):
    """What a colleague wrote about an application. Never shown to talent."""

    id: UUID
    author_id: UUID
    author: str
    text: str
    created_at: datetime


class Applicant(Struct, frozen=True, kw_only=True):
    """Who applies, as the gates see them at this moment."""

    subject_id: UUID
    applied_by: UUID
    guardianship_id: UUID | None
    minor: bool
    revision: int
    card: Card
