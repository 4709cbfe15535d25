"""One case and what its page shows. Plain rows in the open transaction, so that an answer sees its own write."""
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import func, literal_column, select, tuple_
from sqlalchemy.orm import aliased

from castingops.core.db import session
from castingops.moderation.models import Case, CaseEvent, CaseNote, Decision, Policy
from castingops.moderation.queries.queue import COLUMNS, CaseRow


class EventRow(Struct):
    """A line of the timeline."""

    id: UUID
    kind: str
    actor_id: UUID | None
    data: dict[str, Any]
    created_at: datetime


class NoteRow(Struct):
    """A note of staff for staff."""

    id: UUID
    author_id: UUID
    body: str
    created_at: datetime


class DecisionRow(Struct):
    """A decision with the policy version it used."""

    id: UUID
    case_id: UUID
    subject_revision: int
    outcome: str
    policy_id: UUID
    code: str
    policy_version: int
    title_en: str
    title_ar: str
    facts_en: str
    facts_ar: str
    statement_en: str
    statement_ar: str
    private_note: str
    decided_by: UUID
    created_at: datetime


class EarlierCase(Struct):
    """Another case of the same person, with its decision when there is one."""

    ref: str
    kind: str
    state: str
    outcome: str | None
    subject_revision: int
    created_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None
    code: str | None
    title_en: str | None
    title_ar: str | None


class PolicyRow(Struct):
    """A policy version that can be cited."""

    id: UUID
    code: str
    version: int
    severity: str
    title_en: str
    title_ar: str
    fact_en: str
    fact_ar: str
    statements: dict[str, dict[str, str]]

    def title(self, locale: str) -> str:
        """Its name in `locale`."""
        return self.title_ar if locale == "ar" else self.title_en


def find_case(ref: str) -> Case | None:
    """The case to read."""
    return session().scalar(select(Case).where(Case.ref == ref))


def lock_case(ref: str) -> Case | None:
    """The case to change, as it is once nobody else changes it: a second moderator waits here and sees the first."""
    return session().scalar(
        select(Case).where(Case.ref == ref).with_for_update().execution_options(populate_existing=True))


def lock_open(kind: str, entity_id: UUID) -> Case | None:
    """The undecided case of a thing, to change; its decision may be on its way."""
    return session().scalar(select(Case).where(
        Case.kind == kind, Case.entity_id == entity_id, Case.state.in_(("open", "pending"))).with_for_update())


def last_revision(kind: str, entity_id: UUID, subject_id: UUID) -> int:
    """The newest revision of a thing that any case was opened for; 0 before the first."""
    newest = select(func.max(Case.subject_revision)).where(
        Case.subject_id == subject_id, Case.kind == kind, Case.entity_id == entity_id)
    return session().scalar(newest) or 0


def find_row(ref: str) -> CaseRow | None:
    """A case as its row in the queue shows it."""
    row = session().execute(select(*COLUMNS).where(Case.ref == ref)).one_or_none()
    return CaseRow(*row) if row else None


def list_events(case_id: UUID) -> list[EventRow]:
    """The timeline, newest first."""
    columns = (CaseEvent.id, CaseEvent.kind, CaseEvent.actor_id, CaseEvent.data, CaseEvent.created_at)
    rows = session().execute(
        select(*columns).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id.desc()).limit(200))
    return [EventRow(*row) for row in rows]


def list_notes(case_id: UUID) -> list[NoteRow]:
    """The notes, newest first."""
    columns = (CaseNote.id, CaseNote.author_id, CaseNote.body, CaseNote.created_at)
    rows = session().execute(
        select(*columns).where(CaseNote.case_id == case_id).order_by(CaseNote.id.desc()).limit(200))
    return [NoteRow(*row) for row in rows]


def find_decision(case_id: UUID, revision: int) -> DecisionRow | None:
    """The decision on one revision of a case."""
    row = session().execute(
        select(Decision.id, Decision.case_id, Decision.subject_revision, Decision.outcome, Decision.policy_id,
               Policy.code, Policy.version, Policy.title_en, Policy.title_ar, Decision.facts_en, Decision.facts_ar,
               Decision.statement_en, Decision.statement_ar, Decision.private_note, Decision.decided_by,
               Decision.created_at)
        .join(Policy, Policy.id == Decision.policy_id)
        .where(Decision.case_id == case_id, Decision.subject_revision == revision, Decision.state == "executed")
        .order_by(Decision.id.desc()).limit(1)
    ).one_or_none()
    return DecisionRow(*tuple(row)) if row else None


_Override = aliased(Decision, name="override")
_overridden = (select(literal_column("1")).where(_Override.override_of == Decision.id, _Override.state == "executed")
               .correlate(Decision).exists())


def list_earlier(case: Case, *, limit: int = 20) -> list[EarlierCase]:
    """The person's other cases, newest first."""
    rows = session().execute(
        select(Case.ref, Case.kind, Case.state, Case.outcome, Case.subject_revision, Case.created_at, Case.decided_at,
               Case.decided_by, Policy.code, Policy.title_en, Policy.title_ar)
        .outerjoin(Decision, (Decision.case_id == Case.id) & (Decision.subject_revision == Case.subject_revision)
                   & (Decision.state == "executed") & ~_overridden)
        .outerjoin(Policy, Policy.id == Decision.policy_id)
        .where(Case.subject_id == case.subject_id, Case.id != case.id)
        .order_by(Case.id.desc()).limit(limit))
    return [EarlierCase(*row) for row in rows]


_POLICY = (Policy.id, Policy.code, Policy.version, Policy.severity, Policy.title_en, Policy.title_ar, Policy.fact_en,
           Policy.fact_ar, Policy.statements)


def list_policies(kind: str) -> list[PolicyRow]:
    """The newest version of each policy for this kind that is not retired, by code."""
    rows = session().execute(
        select(*_POLICY).where(Policy.kind == kind, Policy.retired_at.is_(None)).order_by(Policy.code, Policy.version))
    return list({row.code: PolicyRow(*row) for row in rows}.values())


def find_policy(policy_id: UUID, kind: str) -> PolicyRow | None:
    """A policy version that may still be cited for this kind."""
    row = session().execute(select(*_POLICY).where(
        Policy.id == policy_id, Policy.kind == kind, Policy.retired_at.is_(None))).one_or_none()
    return PolicyRow(*row) if row else None


def find_neighbours(case: Case) -> tuple[str | None, str | None]:
    """References of the open cases before and after this one in the order of the queue."""
    key, here = tuple_(Case.queue_rank, Case.due_at, Case.id), tuple_(-case.priority, case.due_at, case.id)
    is_open = Case.state == literal_column("'open'")
    before = select(Case.ref).where(is_open, key < here).order_by(
        Case.queue_rank.desc(), Case.due_at.desc(), Case.id.desc()).limit(1)
    after = select(Case.ref).where(is_open, key > here).order_by(Case.queue_rank, Case.due_at, Case.id).limit(1)
    row = session().execute(select(before.scalar_subquery(), after.scalar_subquery())).one()
    return row[0], row[1]
