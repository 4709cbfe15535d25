"""Names, bounds and values of talent profiles."""
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from castingops.casting.types.words import Gender, Level

NAME_MAX = 80  # characters
BIO_MAX = 2000
SKILLS_MAX, SKILL_MAX = 30, 40  # how many, and characters of each
LANGUAGES_MAX = 12
HEIGHT_MIN, HEIGHT_MAX = 40, 250  # centimetres
PLAYING_AGE_MAX = 100  # years
LIFETIME = 110  # years: a birth date further back is a slip
# attribute: its lowest and highest value, in centimetres, kilograms, European sizes; the table's CHECKs are the same
BOUNDS: dict[str, tuple[int, int]] = {
    "weight_kg": (2, 300), "chest_cm": (30, 200), "waist_cm": (30, 200), "hips_cm": (30, 200), "inseam_cm": (15, 130),
    "shoe_eu": (15, 55),
}
RATE_MAX = 1_000_000_000  # halalas a day: ten million riyals
CREDITS_MAX, TRAINING_MAX, AVAILABILITY_MAX, ACCENTS_MAX = 100, 30, 60, 12  # how many
LINE_MAX = 120  # characters of a credit's, a training's or an agency's line
SCARS_MAX = 300
YEAR_MIN = 1940  # of a credit or a training
AVAILABLE_YEARS = 3  # ahead: nobody knows more
ADULT_AT = 18  # Gregorian years, the later of the two majorities: until then a child is protected as one


class ProfileStatus(StrEnum):
    """Where the working copy stands; a profile stays visible while a change to it is under review."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    PUBLISHED = "published"


class RevisionStatus(StrEnum):
    """Where a submission stands. Superseded: the talent sent a newer one before it was decided."""

    PENDING = "pending"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class SubmissionKind(StrEnum):
    """A first submission, or a change to a profile that was approved before."""

    FIRST = "first"
    CHANGE = "change"


class LanguageSkill(Struct, frozen=True):
    """A language a talent speaks, by ISO 639-1 code."""

    code: str
    level: Level


class Visibility(StrEnum):
    """Who may see an approved profile, by the talent's own word."""

    PUBLIC = "public"
    APPLIED = "applied"
    HIDDEN = "hidden"


class AvailabilityKind(StrEnum):
    AVAILABLE = "available"
    BLACKOUT = "blackout"


class SkillLevel(Struct, frozen=True):
    """How well one of the skills is mastered, from native to basic."""

    skill: str
    level: Level


class Credit(Struct, frozen=True, kw_only=True):
    """A part in a production."""

    role: str
    production: str
    year: int
    company: str | None = None
    director: str | None = None


class Training(Struct, frozen=True, kw_only=True):
    """What was learnt where."""

    course: str
    place: str | None = None
    year: int | None = None


class Representation(Struct, frozen=True, kw_only=True):
    """Who speaks for a talent. How to reach an agency is for the talent and the house, never published."""

    kind: str  # self, agency
    agency: str | None = None
    contact_name: str | None = None
    email: str | None = None
    phone: str | None = None


class Span(Struct, frozen=True, kw_only=True):
    """Days on which a talent is free or is not, both ends included."""

    kind: AvailabilityKind
    starts: date
    ends: date


class ProfileFields(Struct, frozen=True, kw_only=True):
    """Everything a talent says of themselves. A draft may lack any of it; a revision keeps it as submitted."""

    display_name_ar: str | None = None
    display_name_en: str | None = None
    stage_name_ar: str | None = None
    stage_name_en: str | None = None
    birth_date: date | None = None
    gender: Gender | None = None
    nationality: str | None = None  # ISO 3166-1 alpha-2
    city: str | None = None
    playing_age_min: int | None = None
    playing_age_max: int | None = None
    height_cm: int | None = None
    languages: tuple[LanguageSkill, ...] = ()
    dialects: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    bio_ar: str | None = None
    bio_en: str | None = None
    travels: bool | None = None
    relocates: bool | None = None
    weight_kg: int | None = None
    chest_cm: int | None = None
    waist_cm: int | None = None
    hips_cm: int | None = None
    inseam_cm: int | None = None
    shoe_eu: int | None = None
    build: str | None = None
    hair_color: str | None = None
    hair_length: str | None = None
    eye_color: str | None = None
    facial_hair: str | None = None
    tattoos: str | None = None
    scars: str | None = None
    hijab: str | None = None
    accents: tuple[str, ...] = ()
    skill_levels: tuple[SkillLevel, ...] = ()
    driving: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    training: tuple[Training, ...] = ()
    representation: Representation | None = None
    availability: tuple[Span, ...] = ()
    day_rate_min_halalas: int | None = None
    day_rate_max_halalas: int | None = None
    union_status: str | None = None


class Gap(Struct, frozen=True, kw_only=True):
    """Something that a profile does not say yet, and how many points it is worth."""

    field: str
    title: str
    points: int


class Completeness(Struct, frozen=True, kw_only=True):
    """How much of a profile is there, 0 to 100, and what is missing, the weightiest first."""

    score: int
    missing: tuple[Gap, ...]


class Snapshot(Struct, frozen=True, kw_only=True):
    """What was submitted: the fields, and which photos in which order."""

    fields: ProfileFields
    photo_ids: tuple[UUID, ...]
    primary_photo_id: UUID | None


class Submission(Struct, frozen=True, kw_only=True):
    """How one submission stands and, once decided, its statement of reasons in both languages."""

    number: int
    kind: SubmissionKind
    status: RevisionStatus
    submitted_at: datetime
    decided_at: datetime | None
    reason_code: str | None
    statement_en: str | None
    statement_ar: str | None


class Revision(Submission, frozen=True, kw_only=True):
    """A submission with what was submitted, for those who decide on it."""

    id: UUID
    subject_id: UUID
    fields: ProfileFields
    photo_ids: tuple[UUID, ...]
    primary_photo_id: UUID | None


class Shown(Struct, frozen=True):
    """What of a person stands in the marketplace: whose it is, which submission, which photos."""

    subject_id: UUID
    revision: int
    photo_ids: tuple[UUID, ...]


class OwnProfile(ProfileFields, frozen=True, kw_only=True):
    """A talent's profile as they see it themselves."""

    status: ProfileStatus
    version: int
    updated_at: datetime | None
    published_id: UUID | None  # under which the marketplace sees it
    submission: Submission | None  # the latest
    has_unsubmitted_changes: bool
    missing: tuple[str, ...]  # what a submission still lacks, by field
    visibility: Visibility
    completeness: Completeness


class PublishedDetails(Struct, frozen=True, kw_only=True):
    """What one published profile says beyond its line in lists."""

    language_levels: tuple[LanguageSkill, ...]
    dialects: tuple[str, ...]
    skills: tuple[str, ...]
    bio_ar: str | None
    bio_en: str | None
    photo_ids: tuple[UUID, ...]
    travels: bool | None = None
    relocates: bool | None = None
    weight_kg: int | None = None
    build: str | None = None
    hair_color: str | None = None
    hair_length: str | None = None
    eye_color: str | None = None
    facial_hair: str | None = None
    tattoos: str | None = None
    scars: str | None = None
    hijab: str | None = None
    accents: tuple[str, ...] = ()
    skill_levels: tuple[SkillLevel, ...] = ()
    driving: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    training: tuple[Training, ...] = ()
    agency: str | None = None  # the name alone
    availability: tuple[Span, ...] = ()
    day_rate_min_halalas: int | None = None
    day_rate_max_halalas: int | None = None
    union_status: str | None = None
