"""Selects over talents for staff: the list with its filters, one by its reference."""
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_

from castingops.casting.models import ProfileTerm, TalentProfile
from castingops.casting.types.talents import TALENTS_EXPORT_MAX, TALENTS_PAGE, TalentFilter, TalentRow
from castingops.core.cursor import Page, decode, page_of
from castingops.core.db import session

_LAST = "\U0010ffff"  # sorts after every letter: the end of a word's range
_COLUMNS = (
    TalentProfile.subject_id, TalentProfile.id, TalentProfile.ref, TalentProfile.display_name_ar,
    TalentProfile.display_name_en, TalentProfile.birth_date, TalentProfile.city, TalentProfile.status,
    TalentProfile.visibility, TalentProfile.withheld_at, TalentProfile.guardian_hold_at, TalentProfile.created_at,
    TalentProfile.updated_at)


def list_talents(wanted: TalentFilter, *, youngest_adult: date, cursor: str | None) -> Page[TalentRow]:
    """A page of talents, the newest first. Errors: Invalid for a foreign cursor."""
    rows = _run(wanted, youngest_adult, TALENTS_PAGE + 1, decode(cursor, datetime, UUID))
    return page_of(rows, size=TALENTS_PAGE, key=lambda row: (row.created_at, row.id))


def list_for_export(wanted: TalentFilter, *, youngest_adult: date) -> list[TalentRow]:
    """Every talent of the filter, up to the bound of one file."""
    return _run(wanted, youngest_adult, TALENTS_EXPORT_MAX, None)


def find_by_ref(ref: str) -> TalentProfile | None:
    """One talent's working copy by the reference that staff use, or None."""
    return session().scalar(select(TalentProfile).where(TalentProfile.ref == ref))


def _run(wanted: TalentFilter, youngest_adult: date, most: int, after: tuple[Any, ...] | None) -> list[TalentRow]:
    place = tuple_(TalentProfile.created_at, TalentProfile.id)
    rows = select(*_COLUMNS).where(*_conditions(wanted, youngest_adult))
    if after is not None:
        rows = rows.where(place < after)
    found = session().execute(rows.order_by(TalentProfile.created_at.desc(), TalentProfile.id.desc()).limit(most))
    return [TalentRow(*tuple(row)) for row in found]


def _conditions(wanted: TalentFilter, youngest_adult: date) -> list[ColumnElement[bool]]:
    exact = ((TalentProfile.ref, wanted.ref), (TalentProfile.status, wanted.status), (TalentProfile.city, wanted.city),
             (TalentProfile.visibility, wanted.visibility))
    conditions = [column == value for column, value in exact if value]
    if wanted.age == "minor":
        conditions.append(TalentProfile.birth_date > youngest_adult)
    if wanted.age == "adult":
        conditions.append(TalentProfile.birth_date <= youngest_adult)
    return [*conditions, *map(_has_word, wanted.words)]


def _has_word(word: str) -> ColumnElement[bool]:
    """A word of one of the names that begins so."""
    begins = select(ProfileTerm.subject_id).where(ProfileTerm.term >= word, ProfileTerm.term < word + _LAST)
    return TalentProfile.subject_id.in_(begins)
