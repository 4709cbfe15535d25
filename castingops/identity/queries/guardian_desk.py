"""Selects over guardianships for staff: the list with its filters, one with all that belongs to it."""
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, literal_column, select

from castingops.core.cursor import NEWEST, Page, decode_id, page_of
from castingops.core.db import session
from castingops.identity.models.accounts import User
from castingops.identity.models.guardians import (
    GuardianEvidence,
    Guardianship,
    GuardianshipEvent,
    GuardianshipTerm,
    Ward,
)
from castingops.identity.types.guardians import GUARDIANS_EXPORT_MAX, GUARDIANS_PAGE, OVER, GuardianFilter

_LAST = "\U0010ffff"  # sorts after every letter: the end of a word's range
_FIRST = UUID(int=0)


class DeskRow(Struct):
    """A guardianship as staff see it, in the order of `_COLUMNS`. Names are masked by whoever shows them."""

    id: UUID
    ref: str
    guardian_id: UUID
    ward_id: UUID
    relation: str
    state: str
    scopes: list[str]
    expires_on: date | None
    best_interest: str | None
    created_at: datetime
    version: int
    name_ar: str
    name_en: str
    birth_date: date
    capacity_on: date
    adult_on: date
    handed_over_at: datetime | None
    guardian_name: str

    def ward_name(self, locale: str) -> str:
        """What the ward is called in a language."""
        return self.name_ar if locale == "ar" else self.name_en


class DeskEvent(Struct):
    """A line of a guardianship's history."""

    kind: str
    actor_id: UUID | None
    reason: str
    note: int | None
    created_at: datetime


_COLUMNS = (
    Guardianship.id, Guardianship.ref, Guardianship.subject_id, Guardianship.ward_id, Guardianship.relation,
    Guardianship.state, Guardianship.scopes, Guardianship.expires_on, Guardianship.best_interest,
    Guardianship.created_at, Guardianship.version, Ward.name_ar, Ward.name_en, Ward.birth_date, Ward.capacity_on,
    Ward.adult_on, Ward.handed_over_at, User.display_name)
_SELECT = (select(*_COLUMNS).join(Ward, Ward.subject_id == Guardianship.ward_id)
           .join(User, and_(User.subject_id == Guardianship.subject_id, User.id == Guardianship.subject_id)))
_OPEN = Guardianship.state.in_([literal_column("'pending'"), literal_column("'frozen'")])


def list_guardianships(wanted: GuardianFilter, *, cursor: str | None) -> Page[DeskRow]:
    """A page: what waits the oldest first, anything else newest first. Errors: Invalid for a foreign cursor."""
    return page_of(_run(wanted, cursor, GUARDIANS_PAGE + 1), size=GUARDIANS_PAGE)


def list_for_export(wanted: GuardianFilter) -> list[DeskRow]:
    """Every guardianship of the filter, up to the bound of one file."""
    return _run(wanted, None, GUARDIANS_EXPORT_MAX)


def _run(wanted: GuardianFilter, cursor: str | None, most: int) -> list[DeskRow]:
    oldest, at = wanted.state == "open", decode_id(cursor)
    after = _FIRST if oldest and at == NEWEST else at
    place = Guardianship.id > after if oldest else Guardianship.id < after
    order = Guardianship.id.asc() if oldest else Guardianship.id.desc()
    rows = session().execute(_SELECT.where(place, *_conditions(wanted)).order_by(order).limit(most))
    return [DeskRow(*tuple(row)) for row in rows]


def _conditions(wanted: GuardianFilter) -> list[ColumnElement[bool]]:
    of_state: dict[str, list[ColumnElement[bool]]] = {
        "open": [_OPEN], "verified": [Guardianship.state == literal_column("'verified'")],
        "over": [Guardianship.state.in_(OVER)]}
    found = of_state.get(wanted.state, [])
    if wanted.relation:
        found = [*found, Guardianship.relation == wanted.relation]
    return [*found, *map(_has_word, wanted.words)]


def _has_word(word: str) -> ColumnElement[bool]:
    """The whole reference, or a word of the ward's names or the guardian's that begins so."""
    begins: Any = select(GuardianshipTerm.guardianship_id).where(
        GuardianshipTerm.term >= word, GuardianshipTerm.term < word + _LAST)
    return (Guardianship.ref == word.upper()) | Guardianship.id.in_(begins)


def find_row(ref: str) -> DeskRow | None:
    """One guardianship as its page shows it."""
    row = session().execute(_SELECT.where(Guardianship.ref == ref)).one_or_none()
    return DeskRow(*tuple(row)) if row else None


def list_of_ward(ward_id: UUID, *, besides: UUID) -> list[DeskRow]:
    """The other claims to a ward."""
    rows = session().execute(_SELECT.where(Guardianship.ward_id == ward_id, Guardianship.id != besides)
                             .order_by(Guardianship.id))
    return [DeskRow(*tuple(row)) for row in rows]


def list_events(row: DeskRow) -> list[DeskEvent]:
    """The history of a guardianship, newest first."""
    rows = session().execute(
        select(GuardianshipEvent.kind, GuardianshipEvent.actor_id, GuardianshipEvent.reason, GuardianshipEvent.note,
               GuardianshipEvent.created_at)
        .where(GuardianshipEvent.subject_id == row.guardian_id, GuardianshipEvent.guardianship_id == row.id)
        .order_by(GuardianshipEvent.id.desc()).limit(200))
    return [DeskEvent(each[0], each[1], each[2], each[3], each[4]) for each in rows]


def list_documents(row: DeskRow) -> list[GuardianEvidence]:
    """The documents of a guardianship that are not destroyed."""
    return list(session().scalars(select(GuardianEvidence).where(
        GuardianEvidence.subject_id == row.guardian_id, GuardianEvidence.guardianship_id == row.id,
        GuardianEvidence.destroyed_at.is_(None)).order_by(GuardianEvidence.id)))
