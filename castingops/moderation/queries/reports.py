"""Selects over reports: one's own as a fast list, a case's for the house."""
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import bindparam, func, literal_column, select

from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.moderation.models import Case
from castingops.moderation.models.reports import Report
from castingops.moderation.types import CaseState
from castingops.moderation.types.reports import REPORTS_SHOWN, Accuracy, ReportOutcome, ReportState, Tally

PAGE_SIZE = 50


class ReportRow(Struct):
    """A report as its sender sees it, in the order of `_COLUMNS`."""

    id: UUID
    kind: str
    thing_id: UUID
    reason: str
    body: str
    links: str
    evidence: list[UUID] | None
    state: str
    outcome: str | None
    created_at: datetime
    closed_at: datetime | None
    overturned_at: datetime | None


_COLUMNS = (Report.id, Report.kind, Report.thing_id, Report.reason, Report.body, Report.links, Report.evidence,
            Report.state, Report.outcome, Report.created_at, Report.closed_at, Report.overturned_at)
_OWN = Read(
    select(*_COLUMNS).where(Report.subject_id == bindparam("subject_id"), Report.id < bindparam("below"))
    .order_by(Report.id.desc()).limit(literal_column(str(PAGE_SIZE + 1))), ReportRow)


def list_own_reports(*, actor: Actor, cursor: str | None) -> Page[ReportRow]:
    """A page of the actor's reports, newest first. Errors: Invalid for a bad cursor."""
    return page_of(_OWN(actor, subject_id=actor.subject, below=decode_id(cursor)), size=PAGE_SIZE)


def row_of_report(report: Report) -> ReportRow:
    """A report at hand as its sender sees it."""
    return ReportRow(*(getattr(report, column.key) for column in _COLUMNS))


def find_report(subject_id: UUID, report_id: UUID, *, lock: bool = False) -> Report | None:
    """One report of a person; with `lock` as it is once nobody else changes it."""
    return session().get(Report, (subject_id, report_id), with_for_update=lock or None, populate_existing=lock)


def count_open_reports(subject_id: UUID) -> int:
    """How many reports of a person nobody has decided yet."""
    rows = select(func.count()).where(Report.subject_id == subject_id, Report.state != ReportState.CLOSED)
    return session().scalar(rows) or 0


def lock_undecided(kind: str, entity_id: UUID) -> Case | None:
    """The case of a thing that is open or waits for its decision to take effect, to change."""
    rows = select(Case).where(Case.kind == kind, Case.entity_id == entity_id,
                              Case.state.in_((CaseState.OPEN, "pending")))
    return session().scalar(rows.with_for_update().execution_options(populate_existing=True))


def find_reviewed(kind: str, entity_id: UUID, subject_id: UUID) -> tuple[UUID, int] | None:
    """The decided case on the newest revision of a thing: its id and that revision."""
    row = session().execute(
        select(Case.id, Case.subject_revision)
        .where(Case.subject_id == subject_id, Case.kind == kind, Case.entity_id == entity_id,
               Case.state == CaseState.DECIDED)
        .order_by(Case.subject_revision.desc(), Case.id.desc()).limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def tally(case_id: UUID) -> Tally:
    """What was reported in a case, counted."""
    rows = session().execute(
        select(Report.reason, func.count()).where(Report.case_id == case_id).group_by(Report.reason))
    people = session().scalar(select(func.count(Report.subject_id.distinct())).where(Report.case_id == case_id))
    return Tally({reason: count for reason, count in rows}, people or 0)


def cases_about(entity_id: UUID, revision: int, subject_id: UUID) -> list[UUID]:
    """The report cases on one revision of a thing."""
    return list(session().scalars(select(Case.id).where(
        Case.subject_id == subject_id, Case.kind == "report", Case.entity_id == entity_id,
        Case.subject_revision == revision)))


def list_reports(case_ids: Collection[UUID], *, limit: int = REPORTS_SHOWN) -> list[Report]:
    """The newest reports of these cases, newest first."""
    if not case_ids:
        return []
    rows = select(Report).where(Report.case_id.in_(case_ids)).order_by(Report.id.desc()).limit(limit)
    return list(session().scalars(rows))


def count_reports(case_ids: Collection[UUID]) -> int:
    """How many reports these cases hold."""
    return session().scalar(select(func.count()).where(Report.case_id.in_(case_ids))) or 0


def ids_of_case(case_id: UUID) -> Sequence[tuple[UUID, UUID]]:
    """Reporter and report of everything reported in a case."""
    rows = session().execute(select(Report.subject_id, Report.id).where(Report.case_id == case_id).order_by(Report.id))
    return [(row[0], row[1]) for row in rows]


def accuracies(reporters: Collection[UUID]) -> dict[UUID, Accuracy]:
    """How many of these people's decided reports were right; who has none is left out."""
    upheld = func.count().filter(Report.outcome == ReportOutcome.BREACH)
    rows = session().execute(
        select(Report.subject_id, upheld, func.count())
        .where(Report.subject_id.in_(reporters), Report.outcome.in_((ReportOutcome.BREACH, ReportOutcome.NO_BREACH)))
        .group_by(Report.subject_id))
    return {row[0]: Accuracy(row[1], row[2]) for row in rows}
