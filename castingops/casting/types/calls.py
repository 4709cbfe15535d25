"""Names, bounds and values of casting calls and their roles."""
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from castingops.casting.types.profiles import RevisionStatus
from castingops.casting.types.words import Gender
from castingops.core.messages import N_, NP_, Message

TITLE_MAX = 120  # characters
COMPANY_MAX = 120
SYNOPSIS_MAX = 4000
ROLE_NAME_MAX = 80
ROLE_TEXT_MAX = 1500
REASON_MAX = 1000  # of staff who close a call, per language
PERMIT_MAX = 60  # characters of a permission document's number
ROLES_MAX = 30  # of one call
OPENINGS_MAX = 1_000  # positions of one role: extras come in hundreds
PAY_MAX = 1_000_000_00  # halalas
PLACES_MAX = 10
ROLE_LANGUAGES_MAX = 6
ROLE_SKILLS_MAX = 15
HORIZON_DAYS = 730  # a date further ahead is a slip
CURRENCY = "SAR"
CALLS_PAGE = 50
CALLS_EXPORT_MAX = 10_000
CLOSE_BATCH = 200  # calls that one look at the clock closes


class ProjectType(StrEnum):
    """What is made. Commercial: whatever sells something; children do not appear in it (see stop rules)."""

    FILM = "film"
    SHORT_FILM = "short_film"
    SERIES = "series"
    TV_PROGRAMME = "tv_programme"
    DOCUMENTARY = "documentary"
    COMMERCIAL = "commercial"
    THEATRE = "theatre"
    MUSIC_VIDEO = "music_video"
    VOICE = "voice"
    EXTRAS = "extras"
    EVENT = "event"
    OTHER = "other"


class CallStatus(StrEnum):
    """Where a call stands. Rejected and closed are final; a rejection can be appealed, or the call duplicated."""

    DRAFT = "draft"
    UNDER_REVIEW = "under_review"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    PUBLISHED = "published"
    CLOSED = "closed"


class ChangeStatus(StrEnum):
    """Where a change to a published call stands; what was approved stays visible meanwhile."""

    UNDER_REVIEW = "under_review"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"


class CallRevisionKind(StrEnum):
    """A first submission, a change that a moderator looks at, or a cosmetic one that nobody has to."""

    FIRST = "first"
    CHANGE = "change"
    TOUCH = "touch"


class ClosedBy(StrEnum):
    """Who ended a call: its hirer, its deadline, the house, or the end of the organization."""

    HIRER = "hirer"
    DEADLINE = "deadline"
    STAFF = "staff"
    ORGANIZATION = "organization"


class PayBasis(StrEnum):
    DAY = "day"
    FLAT = "flat"  # for the whole engagement


class RoleKind(StrEnum):
    LEAD = "lead"
    SUPPORTING = "supporting"
    FEATURED = "featured"
    DAY_PLAYER = "day_player"
    BACKGROUND = "background"
    VOICE = "voice"
    PRESENTER = "presenter"


class Asset(StrEnum):
    """What an application to a role has to bring."""

    HEADSHOT = "headshot"
    FULL_LENGTH = "full_length"
    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    RESUME = "resume"


class Weight(StrEnum):
    """What an edit of a published call means: what talent relied on goes back to review, cosmetics do not."""

    NONE = "none"
    COSMETIC = "cosmetic"
    RELIED = "relied"


class EditEffect(StrEnum):
    """What follows from an edit: kept in the working copy, sent for review, shown at once, or a change taken back."""

    KEEP = "keep"
    REVIEW = "review"
    SHOW = "show"
    DROP = "drop"


PROJECT_TYPES: Mapping[str, Message] = {
    ProjectType.FILM: NP_("project", "Feature film"), ProjectType.SHORT_FILM: NP_("project", "Short film"),
    ProjectType.SERIES: NP_("project", "Series"), ProjectType.TV_PROGRAMME: NP_("project", "Television programme"),
    ProjectType.DOCUMENTARY: NP_("project", "Documentary"), ProjectType.COMMERCIAL: NP_("project", "Commercial"),
    ProjectType.THEATRE: NP_("project", "Theatre"), ProjectType.MUSIC_VIDEO: NP_("project", "Music video"),
    ProjectType.VOICE: NP_("project", "Voice work"), ProjectType.EXTRAS: NP_("project", "Extras"),
    ProjectType.EVENT: NP_("project", "Live event"), ProjectType.OTHER: NP_("project", "Other")}
CALL_STATES: Mapping[str, Message] = {
    CallStatus.DRAFT: NP_("casting call", "Draft"), CallStatus.UNDER_REVIEW: NP_("casting call", "Under review"),
    CallStatus.CHANGES_REQUESTED: NP_("casting call", "Changes requested"),
    CallStatus.REJECTED: NP_("casting call", "Rejected"), CallStatus.PUBLISHED: NP_("casting call", "Published"),
    CallStatus.CLOSED: NP_("casting call", "Closed")}
CALL_TONES: Mapping[str, tuple[str, str]] = {  # tone and icon
    CallStatus.DRAFT: ("quiet", "edit"), CallStatus.UNDER_REVIEW: ("accent", "clock"),
    CallStatus.CHANGES_REQUESTED: ("warn", "alert-circle"), CallStatus.REJECTED: ("bad", "x"),
    CallStatus.PUBLISHED: ("good", "check"), CallStatus.CLOSED: ("quiet", "lock")}
CHANGE_STATES: Mapping[str, Message] = {
    ChangeStatus.UNDER_REVIEW: N_("A change is under review"),
    ChangeStatus.CHANGES_REQUESTED: N_("A change needs correcting"),
    ChangeStatus.REJECTED: N_("A change was rejected")}
CLOSERS: Mapping[str, Message] = {
    ClosedBy.HIRER: N_("by its organization"), ClosedBy.DEADLINE: N_("by its deadline"),
    ClosedBy.STAFF: N_("by castingops"), ClosedBy.ORGANIZATION: N_("as its organization ended")}
PAY_BASES: Mapping[str, Message] = {
    PayBasis.DAY: NP_("pay", "per day"), PayBasis.FLAT: NP_("pay", "for the whole engagement")}
ROLE_KINDS: Mapping[str, Message] = {
    RoleKind.LEAD: NP_("role", "Lead"), RoleKind.SUPPORTING: NP_("role", "Supporting"),
    RoleKind.FEATURED: NP_("role", "Featured"), RoleKind.DAY_PLAYER: NP_("role", "Day player"),
    RoleKind.BACKGROUND: NP_("role", "Background"), RoleKind.VOICE: NP_("role", "Voice"),
    RoleKind.PRESENTER: NP_("role", "Presenter")}
ASSETS: Mapping[str, Message] = {
    Asset.HEADSHOT: NP_("asset", "Headshot"), Asset.FULL_LENGTH: NP_("asset", "Full-length photo"),
    Asset.PHOTO: NP_("asset", "Another photo"), Asset.VIDEO: NP_("asset", "Video"),
    Asset.AUDIO: NP_("asset", "Voice recording"), Asset.RESUME: NP_("asset", "CV")}


class RoleFields(Struct, frozen=True, kw_only=True):
    """A role as its hirer describes it. `gender` None: any."""

    id: UUID
    name_ar: str | None = None
    name_en: str | None = None
    kind: RoleKind | None = None
    gender: Gender | None = None
    playing_age_min: int | None = None
    playing_age_max: int | None = None
    height_min: int | None = None  # centimetres
    height_max: int | None = None
    description_ar: str | None = None
    description_en: str | None = None
    languages: tuple[str, ...] = ()
    dialects: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    assets: tuple[Asset, ...] = ()
    openings: int = 1
    minors: bool = False


class CallFields(Struct, frozen=True, kw_only=True):
    """Everything a hirer says of a call. A draft may lack any of it; a revision keeps it as submitted."""

    title_ar: str | None = None
    title_en: str | None = None
    project_type: ProjectType | None = None
    company: str | None = None
    casting_director: str | None = None
    synopsis_ar: str | None = None
    synopsis_en: str | None = None
    rehearsal_from: date | None = None
    rehearsal_to: date | None = None
    shoot_from: date | None = None
    shoot_to: date | None = None
    cities: tuple[str, ...] = ()
    pay_guaranteed: bool = False
    pay_amount: int | None = None  # halalas
    pay_basis: PayBasis | None = None
    currency: str = CURRENCY
    confidential: bool = False  # neither company nor casting director is shown to talent
    deadline: datetime | None = None
    contact_id: UUID | None = None  # a member of the organization
    permit_number: str | None = None  # of the document that permits work of children under the age of the stop rule
    permit_until: date | None = None
    roles: tuple[RoleFields, ...] = ()


INTERNAL = ("contact_id", "permit_number", "permit_until", "confidential")  # never in what talent see
HIDDEN_IF_CONFIDENTIAL = ("company", "casting_director")


class CallRevisionView(Struct, frozen=True, kw_only=True):
    """How one submission of a call stands and, once decided, its statement of reasons in both languages."""

    number: int
    kind: CallRevisionKind
    status: RevisionStatus
    submitted_at: datetime
    decided_at: datetime | None
    reason_code: str | None
    statement_en: str | None
    statement_ar: str | None


class CallRevision(CallRevisionView, frozen=True, kw_only=True):
    """A submission with what was submitted, for those who decide on it."""

    id: UUID
    org_id: UUID
    call_id: UUID
    submitted_by: UUID
    fields: CallFields


class CallView(CallFields, frozen=True, kw_only=True):
    """A call as its organization sees it."""

    id: UUID
    status: CallStatus
    change_status: ChangeStatus | None
    version: int
    created_by: UUID
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    closed_at: datetime | None
    closed_by: ClosedBy | None
    closed_reason_en: str | None  # where the house closed it
    closed_reason_ar: str | None
    submission: CallRevisionView | None  # the latest that a moderator looks or looked at
    missing: tuple[str, ...]  # what a submission still lacks, by field


class OpenRole(Struct, frozen=True):
    """What an application needs to know of the role that it is for; the role can be applied to at this moment."""

    org_id: UUID
    call_id: UUID
    role_id: UUID
    title_ar: str | None
    title_en: str | None
    minors: bool
    assets: tuple[str, ...]
    deadline: datetime
    name_ar: str | None
    name_en: str | None


class SeenCall(Struct, frozen=True):
    """A call that talent can see: which revision, and who made it. The latter is for the house alone."""

    owner_id: UUID
    revision: int


class StopCode(StrEnum):
    """What a stop rule forbids (domain: children in casting)."""

    MINOR_PROJECT = "minor_project"  # roles for children in these types of project
    MINOR_PERMIT = "minor_permit"  # roles for children below an age, without a permission document


class StopRule(Struct, frozen=True, kw_only=True):
    """A rule that stops calls, for the days on which it is in force, with where it comes from."""

    id: UUID
    code: str
    value: dict[str, Any]
    valid_from: date
    valid_until: date | None
    source_en: str
    source_ar: str


STOP_TITLES: Mapping[str, Message] = {
    StopCode.MINOR_PROJECT: N_("No children in advertising"),
    StopCode.MINOR_PERMIT: N_("Children below an age only with a permission document")}
STOP_SENTENCES: Mapping[str, Message] = {
    StopCode.MINOR_PROJECT: N_("A role that is open to minors does not go with this type of project."),
    StopCode.MINOR_PERMIT: N_("A role that a child under %(age)s may play needs a permission document that is valid to"
                              " the end of the shoot.", age=15)}
