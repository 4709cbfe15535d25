"""Everything moderation knows of one person, for the page of their history and for the cases beside a case."""
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy import case as either
from sqlalchemy.orm import aliased

from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.moderation.models import Case, Decision, PersonNote, Policy, Report, Sanction, Strike
from castingops.moderation.models.media_care import MediaMatch
from castingops.moderation.queries.conversations import PersonNoteRow, many
from castingops.moderation.types.decisions import DecisionState

_Override = aliased(Decision, name="override")
CASES_PAGE = 20
LISTED = 50
RELATED = 8


class PersonCase(Struct):
    """A case of a person, with the decision in effect on it when there is one."""

    id: UUID
    ref: str
    kind: str
    state: str
    outcome: str | None
    subject_revision: int
    created_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None
    minor: bool
    relation: str  # to the case at hand: thing, person or photo
    code: str | None
    title_en: str | None
    title_ar: str | None


class StrikeRow(Struct):
    """A strike with the case and policy it comes from."""

    weight: int
    created_at: datetime
    expires_at: datetime
    voided_at: datetime | None
    code: str
    title_en: str
    title_ar: str
    ref: str


class SanctionRow(Struct):
    """A suspension or ban with the case it comes from."""

    kind: str
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None
    ref: str


class AboutRow(Struct):
    """A report about the person: never who sent it."""

    reason: str
    state: str
    outcome: str | None
    created_at: datetime
    ref: str | None


class Person(Struct):
    """A person as moderation knows them. `sent`: reports they sent; `upheld`: of these, how many were right."""

    title_en: str
    title_ar: str
    minor: bool
    cases: int
    sent: int
    upheld: int
    strikes: list[StrikeRow]
    sanctions: list[SanctionRow]
    reports: list[AboutRow]
    notes: list[PersonNoteRow]


def find_person(subject_id: UUID) -> Person | None:
    """What stands about a person, in one statement; None for whom no case was ever opened."""
    newest = select(Case.title_en, Case.title_ar, Case.minor).where(Case.subject_id == subject_id).order_by(
        Case.id.desc()).limit(1).subquery()
    all_cases = select(func.count()).select_from(Case).where(Case.subject_id == subject_id).scalar_subquery()
    sent = select(func.count()).select_from(Report).where(Report.subject_id == subject_id)
    row = session().execute(select(
        newest.c.title_en, newest.c.title_ar, newest.c.minor, all_cases.label("cases"),
        sent.scalar_subquery().label("sent"),
        sent.where(Report.outcome == "breach").scalar_subquery().label("upheld"),
        many(_strikes(subject_id)).label("strikes"), many(_sanctions(subject_id)).label("sanctions"),
        many(_reports(subject_id)).label("reports"), many(_notes(subject_id)).label("notes"))).one_or_none()
    return msgspec.convert(dict(row._mapping), Person, strict=False) if row else None


def list_person_cases(subject_id: UUID, *, cursor: str | None = None) -> Page[PersonCase]:
    """A page of a person's cases, newest first. Errors: Invalid for a cursor we never gave."""
    rows = session().execute(_cases(literal("person")).where(
        Case.subject_id == subject_id, Case.id < decode_id(cursor)).limit(CASES_PAGE + 1))
    return page_of([PersonCase(*row) for row in rows], size=CASES_PAGE)


def list_related(of: Case) -> list[PersonCase]:
    """Other cases of the same thing, of the same person, or whose photo looks like one of this, newest first."""
    relation = either((Case.entity_id == of.entity_id, "thing"), (Case.subject_id == of.subject_id, "person"),
                      else_="photo")
    own = select(Case.id).where(Case.subject_id == of.subject_id).order_by(Case.id.desc()).limit(RELATED + 1)
    cited = select(Decision.case_id).join(MediaMatch, MediaMatch.decision_id == Decision.id)
    citing = select(MediaMatch.case_id).join(Decision, Decision.id == MediaMatch.decision_id)
    ids = union_all(select(own.subquery().c.id), cited.where(MediaMatch.case_id == of.id),
                    citing.where(Decision.case_id == of.id))
    rows = session().execute(_cases(relation).where(Case.id.in_(ids), Case.id != of.id).limit(RELATED))
    return [PersonCase(*row) for row in rows]


def _cases(relation: Any) -> Select[*tuple[Any, ...]]:
    taken_back = select(_Override.id).where(
        _Override.override_of == Decision.id, _Override.state == DecisionState.EXECUTED).correlate(Decision).exists()
    in_effect = (Decision.case_id == Case.id) & (Decision.subject_revision == Case.subject_revision) & (
        Decision.state == DecisionState.EXECUTED) & ~taken_back
    return select(Case.id, Case.ref, Case.kind, Case.state, Case.outcome, Case.subject_revision, Case.created_at,
                  Case.decided_at, Case.decided_by, Case.minor, relation, Policy.code, Policy.title_en,
                  Policy.title_ar).select_from(Case).outerjoin(Decision, in_effect).outerjoin(
        Policy, Policy.id == Decision.policy_id).order_by(Case.id.desc())


def _strikes(subject_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(Strike.weight, Strike.created_at, Strike.expires_at, Strike.voided_at, Policy.code, Policy.title_en,
                  Policy.title_ar, Case.ref).join(Policy, Policy.id == Strike.policy_id).join(
        Decision, Decision.id == Strike.decision_id).join(Case, Case.id == Decision.case_id).where(
        Strike.subject_id == subject_id).order_by(Strike.id.desc()).limit(LISTED)


def _sanctions(subject_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(Sanction.kind, Sanction.starts_at, Sanction.ends_at, Sanction.lifted_at, Case.ref).join(
        Decision, Decision.id == Sanction.decision_id).join(Case, Case.id == Decision.case_id).where(
        Sanction.subject_id == subject_id).order_by(Sanction.id.desc()).limit(LISTED)


def _reports(subject_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(Report.reason, Report.state, Report.outcome, Report.created_at, Case.ref).join(
        Case, Case.id == Report.case_id).where(
        Report.reported_id == subject_id, Case.subject_id == subject_id).order_by(Report.id.desc()).limit(LISTED)


def _notes(subject_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(PersonNote.id, PersonNote.author_id, PersonNote.body, PersonNote.created_at).where(
        PersonNote.subject_id == subject_id).order_by(PersonNote.id.desc()).limit(LISTED)
