"""The tables of talent profiles: what a talent writes, what was sent for review, what the marketplace sees."""
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from castingops.casting.types import (
    BIO_MAX,
    BOUNDS,
    BUILDS,
    EYE_COLORS,
    FACIAL_HAIR,
    HAIR_COLORS,
    HAIR_LENGTHS,
    HEIGHT_MAX,
    HEIGHT_MIN,
    HIJAB,
    LINE_MAX,
    NAME_MAX,
    PLAYING_AGE_MAX,
    RATE_MAX,
    SCARS_MAX,
    TATTOOS,
    VISIBILITIES,
)
from castingops.core.db import Base, PersonOwned, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal


def _profile(category: str, *, sensitive: bool = False) -> dict[str, Any]:
    return personal(category=category, subject="talent", purposes=(Purpose.PROFILE, Purpose.CASTING), retention=None,
                    erase="delete", sensitive=sensitive, minor=True)


def _sensitive(category: str) -> dict[str, Any]:
    return personal(category=category, subject="talent", purposes=(Purpose.SENSITIVE,), retention=None, erase="delete",
                    sensitive=True)


def _review(category: str) -> dict[str, Any]:
    return personal(category=category, subject="talent", purposes=(Purpose.PROFILE, Purpose.MODERATION),
                    retention=None, since="submitted_at", erase="delete", minor=True)


PLAYING_AGES = (
    "(playing_age_min is null or playing_age_min >= 0)"
    f" and (playing_age_max is null or playing_age_max <= {PLAYING_AGE_MAX})"
    " and (playing_age_min is null or playing_age_max is null or playing_age_min <= playing_age_max)"
)
NAMES = " and ".join(
    f"(length({name}_{language}) between 1 and {NAME_MAX} or {name}_{language} is null)"
    for name in ("display_name", "stage_name") for language in ("ar", "en"))
BIOS = f"length(bio_ar) <= {BIO_MAX} and length(bio_en) <= {BIO_MAX}"
# What rules refuse by the minute; here for the row that comes by another way.
# A minor's submission rests on a guardianship (a trigger asks whether it stands), or on their own capacity once they
# have completed 18 Hijri years and taken over.
ADULT = ("birth_date + interval '18 years' <= (submitted_at at time zone interval '3 hours')::date"
         " or guardianship_id is not null or (own_capacity and birth_date + interval '17 years' <="
         " (submitted_at at time zone interval '3 hours')::date)")


MEASURES = " and ".join(f"({name} between {low} and {high} or {name} is null)" for name, (low, high) in BOUNDS.items())
RATES = (f"(day_rate_min_halalas between 0 and {RATE_MAX} or day_rate_min_halalas is null)"
         f" and (day_rate_max_halalas between 0 and {RATE_MAX} or day_rate_max_halalas is null)"
         " and (day_rate_min_halalas <= day_rate_max_halalas or day_rate_min_halalas is null"
         " or day_rate_max_halalas is null)")
LOOKS = " and ".join(
    f"({name} in ({', '.join(repr(word) for word in words)}) or {name} is null)" for name, words in (
        ("build", BUILDS), ("hair_color", HAIR_COLORS), ("hair_length", HAIR_LENGTHS), ("eye_color", EYE_COLORS),
        ("facial_hair", FACIAL_HAIR), ("tattoos", TATTOOS), ("hijab", HIJAB)))
VISIBLE = f"visibility in ({', '.join(repr(word) for word in VISIBILITIES)})"
LINES = f"length(scars) <= {SCARS_MAX} and length(union_status) <= {LINE_MAX}"


class TalentProfile(PersonOwned, Base):
    """The working copy: one a talent, made with the account and empty until they write."""

    __tablename__ = "talent_profiles"
    __table_args__ = (
        UniqueConstraint("subject_id"),
        CheckConstraint(
            "status in ('draft', 'submitted', 'changes_requested', 'rejected', 'published')", name="status"),
        CheckConstraint("gender in ('female', 'male')", name="gender"),
        CheckConstraint(PLAYING_AGES, name="playing_ages"),
        CheckConstraint(f"height_cm between {HEIGHT_MIN} and {HEIGHT_MAX}", name="height"),
        CheckConstraint(NAMES, name="names"),
        CheckConstraint(BIOS, name="bios"),
        CheckConstraint(MEASURES, name="measures"),
        CheckConstraint(RATES, name="rates"),
        CheckConstraint(LOOKS, name="looks"),
        CheckConstraint(LINES, name="lines"),
        CheckConstraint(VISIBLE, name="visibility"),
        UniqueConstraint("ref"),
        Index(None, "created_at", "id"),
        Index(None, "city", "id"),
    )

    ref: Mapped[str] = mapped_column(server_default=FetchedValue(), info=IMPERSONAL)  # how staff name it: TAL-000123

    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    display_name_ar: Mapped[str | None] = mapped_column(info=_profile("name"))
    display_name_en: Mapped[str | None] = mapped_column(info=_profile("name"))
    stage_name_ar: Mapped[str | None] = mapped_column(info=_profile("name"))
    stage_name_en: Mapped[str | None] = mapped_column(info=_profile("name"))
    birth_date: Mapped[date | None] = mapped_column(info=_profile("birth date", sensitive=True))
    gender: Mapped[str | None] = mapped_column(info=_profile("appearance"))
    nationality: Mapped[str | None] = mapped_column(info=_profile("nationality", sensitive=True))
    city: Mapped[str | None] = mapped_column(info=_profile("location"))
    playing_age_min: Mapped[int | None] = mapped_column(info=_profile("appearance"))
    playing_age_max: Mapped[int | None] = mapped_column(info=_profile("appearance"))
    height_cm: Mapped[int | None] = mapped_column(info=_profile("appearance"))
    languages: Mapped[list[dict[str, str]]] = mapped_column(JSONB, info=_profile("skill"))
    dialects: Mapped[list[str]] = mapped_column(ARRAY(String), info=_profile("skill"))
    skills: Mapped[list[str]] = mapped_column(ARRAY(String), info=_profile("skill"))
    bio_ar: Mapped[str | None] = mapped_column(info=_profile("free text"))
    bio_en: Mapped[str | None] = mapped_column(info=_profile("free text"))
    travels: Mapped[bool | None] = mapped_column(info=_profile("location"))
    relocates: Mapped[bool | None] = mapped_column(info=_profile("location"))
    weight_kg: Mapped[int | None] = mapped_column(info=_profile("appearance"))
    chest_cm: Mapped[int | None] = mapped_column(info=_profile("appearance"))
    waist_cm: Mapped[int | None] = mapped_column(info=_profile("appearance"))
    hips_cm: Mapped[int | None] = mapped_column(info=_profile("appearance"))
    inseam_cm: Mapped[int | None] = mapped_column(info=_profile("appearance"))
    shoe_eu: Mapped[int | None] = mapped_column(info=_profile("appearance"))
    build: Mapped[str | None] = mapped_column(info=_profile("appearance"))
    hair_color: Mapped[str | None] = mapped_column(info=_profile("appearance"))
    hair_length: Mapped[str | None] = mapped_column(info=_profile("appearance"))
    eye_color: Mapped[str | None] = mapped_column(info=_profile("appearance"))
    facial_hair: Mapped[str | None] = mapped_column(info=_profile("appearance"))
    tattoos: Mapped[str | None] = mapped_column(info=_profile("appearance"))
    scars: Mapped[str | None] = mapped_column(info=_sensitive("health"))
    hijab: Mapped[str | None] = mapped_column(info=_sensitive("belief"))
    accents: Mapped[list[str]] = mapped_column(ARRAY(String), info=_profile("skill"))
    skill_levels: Mapped[list[dict[str, str]]] = mapped_column(JSONB, info=_profile("skill"))
    driving: Mapped[list[str]] = mapped_column(ARRAY(String), info=_profile("skill"))
    credits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info=_profile("work history"))
    training: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info=_profile("work history"))
    representation: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), info=_profile("contact"))
    availability: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info=_profile("availability"))
    day_rate_min_halalas: Mapped[int | None] = mapped_column(BigInteger, info=_profile("pay"))
    day_rate_max_halalas: Mapped[int | None] = mapped_column(BigInteger, info=_profile("pay"))
    union_status: Mapped[str | None] = mapped_column(info=_profile("work history"))
    visibility: Mapped[str] = mapped_column(info=IMPERSONAL)  # the talent's own choice, without a review
    last_revision: Mapped[int] = mapped_column(info=IMPERSONAL)  # number of the latest submission; 0: none yet
    approved_revision: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    updated_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    # not shown, whatever is approved, since this moment: the house's word, which it takes back itself
    withheld_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    guardian_hold_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)  # not shown: the guardianship is frozen
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class ProfileTerm(PersonOwned, Base):
    """A word of a talent's names as `ar_norm` writes it: under row level security only its range is an index's work."""

    __tablename__ = "profile_terms"
    __table_args__ = (UniqueConstraint("subject_id", "term"), Index(None, "term"))

    term: Mapped[str] = mapped_column(info=_profile("name"))


class ProfileRevision(PersonOwned, Base):
    """A submission as it was sent. The app role may set the decision's columns and no other: see the grants."""

    __tablename__ = "profile_revisions"
    __table_args__ = (
        UniqueConstraint("subject_id", "number"),
        Index("uq_profile_revisions_subject_id_pending", "subject_id", unique=True,
              postgresql_where=text("status = 'pending'")),
        CheckConstraint("status in ('pending', 'approved', 'changes_requested', 'rejected', 'superseded')",
                        name="status"),
        CheckConstraint("kind in ('first', 'change')", name="kind"),
        CheckConstraint("(status in ('pending', 'superseded')) = (decided_at is null)", name="decided_at"),
        CheckConstraint(
            "status not in ('changes_requested', 'rejected')"
            " or (reason_code is not null and statement_en is not null and statement_ar is not null)", name="reasons"),
        CheckConstraint(ADULT, name="adult_at_submission"),
    )

    number: Mapped[int] = mapped_column(info=IMPERSONAL)  # 1, 2, 3 … of this subject
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB, info=_review("profile"))
    birth_date: Mapped[date] = mapped_column(info=_review("birth date"))
    guardianship_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # on which a minor's submission rests
    own_capacity: Mapped[bool] = mapped_column(info=IMPERSONAL)  # a former ward's, between both days of coming of age
    submitted_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    decided_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    reason_code: Mapped[str | None] = mapped_column(info=_review("decision"))
    statement_en: Mapped[str | None] = mapped_column(info=_review("decision"))
    statement_ar: Mapped[str | None] = mapped_column(info=_review("decision"))
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class PublishedProfile(PlatformOwned, Base):
    """What the marketplace sees of a talent: no birth date, nothing to reach them by. `id` is its public address.

    Each way to walk the list, newest first, has a sort column of its own, a copy of `id`: so each has one index that
    gives its order, and the planner cannot take another for a city that is rare. Gender and ages are looked at inside
    the index; only operators that leak nothing can be under row level security.
    """

    __tablename__ = "published_profiles"
    __table_args__ = (
        UniqueConstraint("subject_id"),
        ForeignKeyConstraint(["subject_id", "thumb_photo_id"], ["photos.subject_id", "photos.id"],
                             ondelete="SET NULL (thumb_photo_id)"),
        CheckConstraint("gender in ('female', 'male')", name="gender"),
        CheckConstraint("playing_age_min <= playing_age_max", name="playing_ages"),
        Index("ix_published_profiles_youngest", "playing_age_min"),
        Index("ix_published_profiles_oldest", "playing_age_max"),
        Index("ix_published_profiles_narrowed", "walk_all", "gender", "playing_age_min", "playing_age_max"),
        Index("ix_published_profiles_city", "city", "walk_city", "gender", "playing_age_min", "playing_age_max"),
    )

    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"), info=IMPERSONAL)
    revision: Mapped[int] = mapped_column(info=IMPERSONAL)
    display_name_ar: Mapped[str] = mapped_column(info=_profile("name"))
    display_name_en: Mapped[str] = mapped_column(info=_profile("name"))
    stage_name_ar: Mapped[str | None] = mapped_column(info=_profile("name"))
    stage_name_en: Mapped[str | None] = mapped_column(info=_profile("name"))
    gender: Mapped[str] = mapped_column(info=_profile("appearance"))
    nationality: Mapped[str] = mapped_column(info=_profile("nationality", sensitive=True))
    city: Mapped[str] = mapped_column(info=_profile("location"))
    playing_age_min: Mapped[int] = mapped_column(info=_profile("appearance"))
    playing_age_max: Mapped[int] = mapped_column(info=_profile("appearance"))
    height_cm: Mapped[int | None] = mapped_column(info=_profile("appearance"))
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), info=_profile("skill"))
    thumb_photo_id: Mapped[UUID | None] = mapped_column(info=_profile("image"))
    published_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, info=_profile("profile"))  # what one profile's page adds
    walk_all: Mapped[UUID] = mapped_column(Computed("id", persisted=True), info=IMPERSONAL)
    walk_city: Mapped[UUID] = mapped_column(Computed("id", persisted=True), info=IMPERSONAL)


class PublishedLanguage(Base):
    """A row for each language of a published profile: under row level security no index reaches into an array.

    It repeats what lists are filtered by, so that a rare language in a small town is found without a walk. It is
    labelled where it comes from, and an erasure takes it along by foreign key.
    """

    __tablename__ = "published_languages"
    __table_args__ = (
        Index("ix_published_languages_all", "language", "walk_all", "gender", "playing_age_min", "playing_age_max"),
        Index("ix_published_languages_city", "language", "city", "walk_city", "gender", "playing_age_min",
              "playing_age_max"),
    )

    id: Mapped[UUID] = mapped_column(
        ForeignKey("published_profiles.id", ondelete="CASCADE"), primary_key=True, info=IMPERSONAL)
    language: Mapped[str] = mapped_column(primary_key=True, info=IMPERSONAL)
    city: Mapped[str] = mapped_column(info=IMPERSONAL)
    gender: Mapped[str] = mapped_column(info=IMPERSONAL)
    playing_age_min: Mapped[int] = mapped_column(info=IMPERSONAL)
    playing_age_max: Mapped[int] = mapped_column(info=IMPERSONAL)
    walk_all: Mapped[UUID] = mapped_column(Computed("id", persisted=True), info=IMPERSONAL)
    walk_city: Mapped[UUID] = mapped_column(Computed("id", persisted=True), info=IMPERSONAL)
