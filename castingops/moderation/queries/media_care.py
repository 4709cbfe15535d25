"""Selects over removed photos, uploads that match one, and what moderators looked at."""
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ARRAY, Integer, Select, any_, cast, delete, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import BIT
from sqlalchemy.sql.elements import ColumnElement

from castingops.core.cursor import Page, decode, page_of
from castingops.core.db import session
from castingops.media.types import SAME_PHOTO, Fingerprint
from castingops.moderation.models import (
    Case,
    Decision,
    DecisionAction,
    Exposure,
    MediaMatch,
    PhotoCare,
    Policy,
    RemovedMedia,
)
from castingops.moderation.models.media_care import BANDS
from castingops.moderation.rules.media_care import bits_of
from castingops.moderation.types import CaseState
from castingops.moderation.types.decisions import ActionKind
from castingops.moderation.types.media_care import EXPOSURES_SHOWN, Earlier, ExposureFilter, Near

PHOTO = "photo"


# Removed photos ------------------------------------------------------------------------------------------------------

def has_removed() -> bool:
    """Whether any removed photo is known."""
    return session().scalar(select(RemovedMedia.id).limit(1)) is not None


def list_near(probes: Sequence[Fingerprint], *, most: int = 20) -> list[Near]:
    """The removed photos that differ from one of these fingerprints in at most SAME_PHOTO bits, nearest first.

    Exact: what is so near agrees with a probe in one band whole, and each band has its index.
    """
    if not probes:
        return []
    return [Near(*row) for row in session().execute(near_statement(probes, most=most))]


def near_statement(probes: Sequence[Fingerprint], *, most: int = 20, scan: bool = False) -> Select[Any]:
    """The look-up of `list_near`; with `scan` without the bands, for comparison."""
    away = [func.bit_count(RemovedMedia.print.op("#")(cast(literal(bits_of(probe)), BIT(256)))) for probe in probes]
    nearest = func.least(*away) if len(away) > 1 else away[0]
    found = select(RemovedMedia.id, RemovedMedia.decision_id, RemovedMedia.photo_id, RemovedMedia.subject_id,
                   nearest.label("distance"), RemovedMedia.created_at,
                   RemovedMedia.print)
    if not scan:
        found = found.where(or_(*(_in_band(number, probes) for number in range(len(BANDS)))))
    near = found.cte("near").prefix_with("materialized")  # else the distance is worked out twice
    return (select(near.c.decision_id, near.c.photo_id, near.c.subject_id, near.c.distance, near.c.created_at,
                   near.c.print)
            .where(near.c.distance <= SAME_PHOTO).order_by(near.c.distance, near.c.id.desc()).limit(most))


def _in_band(number: int, probes: Sequence[Fingerprint]) -> ColumnElement[bool]:
    values = sorted({probe[number] for probe in probes})
    column: ColumnElement[int] = getattr(RemovedMedia, BANDS[number])
    return column == any_(literal(values, ARRAY(Integer)))


def take_out(decision_id: UUID) -> None:
    """Forget what this decision removed: it was overturned."""
    session().execute(delete(RemovedMedia).where(RemovedMedia.decision_id == decision_id))


def is_known(decision_id: UUID, photo_id: UUID) -> bool:
    """Whether this removal is among the known ones."""
    rows = select(RemovedMedia.id).where(RemovedMedia.decision_id == decision_id, RemovedMedia.photo_id == photo_id)
    return session().scalar(rows) is not None


def removed_by_others(photo_id: UUID, decision_entity: UUID) -> bool:
    """Whether a decision on another thing than this removed the photo and stands."""
    rows = (select(RemovedMedia.id).join(Decision, Decision.id == RemovedMedia.decision_id)
            .join(Case, Case.id == Decision.case_id)
            .where(RemovedMedia.photo_id == photo_id, Case.entity_id != decision_entity))
    return session().scalar(rows.limit(1)) is not None


def list_targets(decision_id: UUID) -> list[UUID]:
    """The photos that an executed decision removed by its actions."""
    rows = select(DecisionAction.target_id).where(
        DecisionAction.decision_id == decision_id, DecisionAction.kind == ActionKind.REMOVE_PHOTO,
        DecisionAction.applied_at.is_not(None), DecisionAction.undone_at.is_(None))
    return [target for target in session().scalars(rows) if target is not None]


# Uploads that match one ----------------------------------------------------------------------------------------------

def find_match(photo_id: UUID) -> MediaMatch | None:
    """What an upload was found to look like, or None."""
    return session().scalar(select(MediaMatch).where(MediaMatch.photo_id == photo_id))


def list_copies(entity_id: UUID, most: int) -> list[MediaMatch]:
    """The first copies that a case about this photo shows, in their order."""
    rows = select(MediaMatch).where(MediaMatch.entity_id == entity_id, MediaMatch.ordinal <= most)
    return list(session().scalars(rows.order_by(MediaMatch.ordinal)))


def list_late(case_id: UUID) -> list[MediaMatch]:
    """Copies that came when their case showed enough of them, oldest first."""
    rows = select(MediaMatch).where(MediaMatch.case_id == case_id, MediaMatch.ordinal.is_(None))
    return list(session().scalars(rows.order_by(MediaMatch.id)))


def list_cleared(subject_id: UUID) -> list[MediaMatch]:
    """A person's uploads that a moderator kept although they look like a removed photo."""
    rows = select(MediaMatch).where(MediaMatch.subject_id == subject_id, MediaMatch.cleared_at.is_not(None))
    return list(session().scalars(rows.order_by(MediaMatch.id.desc()).limit(200)))


def lock_case_of(subject_id: UUID, decisions: Collection[UUID]) -> Case | None:
    """The undecided case about a copy of what one of these decisions removed from anybody, to change."""
    theirs = select(MediaMatch.case_id).where(
        MediaMatch.subject_id == subject_id, MediaMatch.decision_id.in_(decisions))
    rows = select(Case).where(Case.id.in_(theirs), Case.kind == PHOTO,
                              Case.state.in_((CaseState.OPEN, CaseState.PENDING)))
    return session().scalar(rows.order_by(Case.id).limit(1).with_for_update().execution_options(populate_existing=True))


def find_owner(entity_id: UUID) -> UUID | None:
    """Whose photo the cases about it say it is."""
    return session().scalar(select(Case.subject_id).where(Case.kind == PHOTO, Case.entity_id == entity_id).limit(1))


def find_earlier(match: MediaMatch) -> Earlier | None:
    """The decision that a match cites."""
    row = session().execute(
        select(Case.ref, Policy.code, Policy.title_en, Policy.title_ar, Decision.executed_at, Case.subject_id)
        .join(Decision, Decision.case_id == Case.id).join(Policy, Policy.id == Decision.policy_id)
        .where(Decision.id == match.decision_id)).one_or_none()
    if row is None or row.executed_at is None:
        return None
    return Earlier(row.ref, row.code, row.title_en, row.title_ar, row.executed_at,
                   is_same_person=row.subject_id == match.subject_id, distance=match.distance,
                   removed_photo_id=match.removed_photo_id, removed_subject_id=row.subject_id)


# What moderators looked at --------------------------------------------------------------------------------------------

class ExposureRow(Struct):
    """One look, in the order of `_EXPOSURES`."""

    id: UUID
    moderator_id: UUID
    ref: str
    minor: bool
    rendition: str
    policy_code: str | None
    at: datetime


class ExposureTotal(Struct):
    """What one moderator saw over a period."""

    moderator_id: UUID
    looks: int
    photos: int
    minors: int


def find_care(user_id: UUID | None, *, lock: bool = False) -> PhotoCare | None:
    """A moderator's own choice, or None."""
    rows = select(PhotoCare).where(PhotoCare.user_id == user_id)
    return session().scalar(rows.with_for_update() if lock else rows)


def find_care_since(user_id: UUID | None, since: datetime) -> tuple[PhotoCare | None, int]:
    """A moderator's own choice, and how many different photos they saw since then."""
    seen = (select(func.count(Exposure.photo_id.distinct()))
            .where(Exposure.moderator_id == user_id, Exposure.at >= since).scalar_subquery())
    one = select(literal(1).label("one")).subquery()
    rows = select(PhotoCare, seen).select_from(one).outerjoin(PhotoCare, PhotoCare.user_id == user_id)
    care, count = session().execute(rows).one()
    return care, count


def has_seen(user_id: UUID | None, photo_id: UUID, since: datetime) -> bool:
    """Whether a moderator saw this photo since then."""
    rows = select(Exposure.id).where(
        Exposure.moderator_id == user_id, Exposure.at >= since, Exposure.photo_id == photo_id)
    return session().scalar(rows.limit(1)) is not None


def list_exposures(wanted: ExposureFilter, *, cursor: str | None = None,
                   size: int = EXPOSURES_SHOWN) -> Page[ExposureRow]:
    """A page of looks, the newest first. Errors: Invalid for a bad cursor."""
    policy = (select(Policy.code).join(Decision, Decision.policy_id == Policy.id)
              .where(Decision.case_id == Case.id, Decision.state == "executed")
              .order_by(Decision.id.desc()).limit(1).scalar_subquery())
    rows = (select(Exposure.id, Exposure.moderator_id, Case.ref, Case.minor, Exposure.rendition, policy, Exposure.at)
            .join(Case, Case.id == Exposure.case_id).where(*_wanted(wanted)))
    after = decode(cursor, datetime, UUID)
    if after is not None:
        rows = rows.where(tuple_(Exposure.at, Exposure.id) < tuple_(literal(after[0]), literal(after[1])))
    found = session().execute(rows.order_by(Exposure.at.desc(), Exposure.id.desc()).limit(size + 1))
    return page_of([ExposureRow(*row) for row in found], size=size, key=lambda row: (row.at, row.id))


def list_totals(wanted: ExposureFilter) -> list[ExposureTotal]:
    """What each moderator saw over the period, who saw most first."""
    photos = func.count(Exposure.photo_id.distinct())
    rows = (select(Exposure.moderator_id, func.count(), photos, func.count().filter(Case.minor))
            .join(Case, Case.id == Exposure.case_id).where(*_wanted(wanted))
            .group_by(Exposure.moderator_id).order_by(photos.desc(), Exposure.moderator_id).limit(200))
    return [ExposureTotal(*row) for row in session().execute(rows)]


def _wanted(wanted: ExposureFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.moderator_id is not None:
        asked.append(Exposure.moderator_id == wanted.moderator_id)
    if wanted.since is not None:
        asked.append(Exposure.at >= wanted.since)
    if wanted.until is not None:
        asked.append(Exposure.at < wanted.until)
    if wanted.rendition is not None:
        asked.append(Exposure.rendition == wanted.rendition)
    if wanted.minors:
        asked.append(Case.minor.is_(True))
    return asked

