"""Selects over talent profiles. Lists are fast reads of plain rows; rows to be changed are entities."""
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Integer, Select, bindparam, func, literal_column, select

from castingops.casting.models import (
    ProfileRevision,
    ProfileTerm,
    PublishedLanguage,
    PublishedProfile,
    TalentProfile,
)
from castingops.casting.types import RevisionStatus, Shown
from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read

PAGE_SIZE = 50
FILTERS = ("city", "gender", "playing_age", "language")


class PublishedRow(Struct):
    """A published profile as lists show it, in the order of LINE."""

    id: UUID
    display_name_ar: str
    display_name_en: str
    stage_name_ar: str | None
    stage_name_en: str | None
    gender: str
    nationality: str
    city: str
    playing_age_min: int
    playing_age_max: int
    languages: list[str]
    photo_id: UUID | None
    published_at: datetime


class PublishedWhole(PublishedRow):
    """A published profile with all that it says."""

    height_cm: int | None
    details: dict[str, Any]


LINE = (
    PublishedProfile.id, PublishedProfile.display_name_ar, PublishedProfile.display_name_en,
    PublishedProfile.stage_name_ar, PublishedProfile.stage_name_en, PublishedProfile.gender,
    PublishedProfile.nationality, PublishedProfile.city, PublishedProfile.playing_age_min,
    PublishedProfile.playing_age_max, PublishedProfile.languages, PublishedProfile.thumb_photo_id,
    PublishedProfile.published_at,
)


# Evaluated once, before the walk: an age that nobody plays must not walk a million rows to find that out.
AGE = bindparam("playing_age", type_=Integer)
_PLAYED = (select(func.min(PublishedProfile.playing_age_min)).scalar_subquery() <= AGE,
           select(func.max(PublishedProfile.playing_age_max)).scalar_subquery() >= AGE)


def _newest(filters: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """The list for one combination of filters. With a language it walks that language's rows, else the profiles'."""
    walked: Any = PublishedLanguage if "language" in filters else PublishedProfile
    order = walked.walk_city if "city" in filters else walked.walk_all if filters else walked.id
    rows = select(*LINE)
    if "language" in filters:
        rows = rows.join(PublishedLanguage, PublishedLanguage.id == PublishedProfile.id).where(
            PublishedLanguage.language == bindparam("language"))
    if "city" in filters:
        rows = rows.where(walked.city == bindparam("city"))
    if "gender" in filters:
        rows = rows.where(walked.gender == bindparam("gender"))
    if "playing_age" in filters:
        rows = rows.where(walked.playing_age_min <= AGE, walked.playing_age_max >= AGE, *_PLAYED)
    return rows.where(order < bindparam("below")).order_by(order.desc()).limit(literal_column(str(PAGE_SIZE + 1)))


NEWEST: dict[frozenset[str], Read[PublishedRow]] = {
    filters: Read(_newest(filters), PublishedRow)
    for filters in (
        frozenset(name for name, used in zip(FILTERS, choice, strict=True) if used)
        for choice in product((False, True), repeat=len(FILTERS)))
}

ONE_PUBLISHED = Read(
    select(*LINE, PublishedProfile.height_cm, PublishedProfile.details)
    .where(PublishedProfile.id == bindparam("id")), PublishedWhole)


def list_published(*, actor: Actor, cursor: str | None, filters: dict[str, str | int]) -> Page[PublishedRow]:
    """A page of published profiles, newest first; `filters` by name, as FILTERS. Errors: Invalid for a bad cursor."""
    rows = NEWEST[frozenset(filters)](actor, below=decode_id(cursor), **filters)
    return page_of(rows, size=PAGE_SIZE)


def find_published(profile_id: UUID, *, actor: Actor) -> PublishedWhole | None:
    """One published profile, or None."""
    rows = ONE_PUBLISHED(actor, id=profile_id)
    return rows[0] if rows else None


def find_profile(subject_id: UUID) -> TalentProfile | None:
    """A person's working copy, or None."""
    return session().scalar(select(TalentProfile).where(TalentProfile.subject_id == subject_id))


def find_revision(subject_id: UUID, number: int, *, lock: bool = False) -> ProfileRevision | None:
    """One submission, or None; with `lock` nobody else decides on it before this transaction ends."""
    rows = select(ProfileRevision).where(ProfileRevision.subject_id == subject_id, ProfileRevision.number == number)
    return session().scalar(rows.with_for_update() if lock else rows)


def lock_revision(subject_id: UUID, number: int) -> tuple[ProfileRevision, TalentProfile] | None:
    """One submission and the working copy it was made of; nobody else decides on it before this transaction ends."""
    rows = (select(ProfileRevision, TalentProfile)
            .join(TalentProfile, TalentProfile.subject_id == ProfileRevision.subject_id)
            .where(ProfileRevision.subject_id == subject_id, ProfileRevision.number == number)
            .with_for_update(of=ProfileRevision))
    found = session().execute(rows).one_or_none()
    return (found[0], found[1]) if found else None


def find_approved_before(subject_id: UUID, number: int) -> ProfileRevision | None:
    """The latest submission before `number` that was approved."""
    rows = select(ProfileRevision).where(
        ProfileRevision.subject_id == subject_id, ProfileRevision.number < number,
        ProfileRevision.status == RevisionStatus.APPROVED)
    return session().scalar(rows.order_by(ProfileRevision.number.desc()).limit(1))


def list_revisions(subject_id: UUID) -> list[ProfileRevision]:
    """Every submission of a person, the latest first."""
    rows = select(ProfileRevision).where(ProfileRevision.subject_id == subject_id)
    return list(session().scalars(rows.order_by(ProfileRevision.number.desc())))


def find_published_of(subject_id: UUID) -> PublishedProfile | None:
    """What the marketplace sees of a person, or None."""
    return session().scalar(select(PublishedProfile).where(PublishedProfile.subject_id == subject_id))


def find_shown(profile_id: UUID) -> Shown | None:
    """Whose published profile this is and what it shows, or None."""
    row = session().execute(select(PublishedProfile.subject_id, PublishedProfile.revision, PublishedProfile.details)
                            .where(PublishedProfile.id == profile_id)).one_or_none()
    if row is None:
        return None
    return Shown(row.subject_id, row.revision, tuple(UUID(photo) for photo in row.details.get("photo_ids", ())))


def list_terms(subject_id: UUID) -> set[str]:
    """The words under which a person is found."""
    return set(session().scalars(select(ProfileTerm.term).where(ProfileTerm.subject_id == subject_id)))
