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


class PublishedDetails(Struct, frozen=True, kw_only=True):
    """What one published profile says beyond its line in lists."""

    language_levels: tuple[LanguageSkill, ...]
    dialects: tuple[str, ...]
    skills: tuple[str, ...]
    bio_ar: str | None
    bio_en: str | None
    photo_ids: tuple[UUID, ...]
