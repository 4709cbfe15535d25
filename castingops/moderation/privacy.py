"""What moderation holds of a person: exported and erased by label. Cases and decisions stay, without the person."""
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.core.outbox import publish
from castingops.core.privacy import Model, erase_where, labels
from castingops.media.events import PhotosErased
from castingops.moderation.events import ReportDecided
from castingops.moderation.models import (
    Case,
    CaseLease,
    CaseMessage,
    CaseNote,
    CaseTerm,
    ComplianceItem,
    ComplianceItemEvent,
    Decision,
    DecisionStatement,
    MediaMatch,
    PersonNote,
    QualitySample,
    RemovedMedia,
    Report,
)
from castingops.moderation.models.appeals import Appeal
from castingops.moderation.types import CaseState
from castingops.moderation.types.decisions import WAITING, DecisionState
from castingops.moderation.types.items import ItemState
from castingops.moderation.types.leases import LeaseEnd
from castingops.moderation.types.reports import ReportOutcome, ReportState

# What staff wrote for each other and who they are is not the person's to receive; its erasure is.
_WITHHELD = frozenset({
    "actor_id", "approver_id", "assigned_to", "author_id", "barred", "closed_by", "decided_by", "owner",
    "private_note", "removed_photo_id", "reported_id", "settled_by", "settled_reason"})


def export(subject_id: UUID, *, actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """The personal columns of every case about this person and of its decisions; not of one on its way, which may be
    undone yet."""
    return {"cases": _rows(Case, Case.subject_id == subject_id),
            "compliance_items": _rows(ComplianceItem, ComplianceItem.subject_id == subject_id),
            "decisions": _rows(Decision, _of_person(Decision, subject_id) & Decision.state.not_in(WAITING)),
            "statements": _rows(DecisionStatement, DecisionStatement.subject_id == subject_id),
            "case_messages": _rows(CaseMessage, CaseMessage.subject_id == subject_id),
            "reports": _rows(Report, Report.subject_id == subject_id),
            "appeals": _rows(Appeal, Appeal.subject_id == subject_id),
            "removed_photos": _rows(RemovedMedia, RemovedMedia.subject_id == subject_id),
            "photo_matches": _rows(MediaMatch, MediaMatch.subject_id == subject_id)}


def erase(subject_id: UUID, *, actor: Actor) -> None:
    """Erase this person from cases, their words, notes and decisions. That there was a decision stays on record.

    What still waits for one is withdrawn: there is nothing left to read.
    """
    waiting = update(Decision).where(_of_person(Decision, subject_id), Decision.state.in_(WAITING))
    session().execute(waiting.values(state=DecisionState.CANCELLED, settled_at=clock.now()))
    undecided = (CaseState.OPEN, CaseState.PENDING)
    open_cases = update(Case).where(Case.subject_id == subject_id, Case.state.in_(undecided))
    session().execute(open_cases.values(state=CaseState.WITHDRAWN, version=Case.version + 1, assigned_to=None,
                                        lease_token=None, lease_until=None))
    _erase_leases(subject_id)
    _answer_reporters(subject_id)
    _erase_reports(subject_id)
    session().execute(erase_where(RemovedMedia, RemovedMedia.subject_id == subject_id))
    session().execute(erase_where(MediaMatch, MediaMatch.subject_id == subject_id))
    session().execute(erase_where(Appeal, Appeal.subject_id == subject_id))
    session().execute(erase_where(CaseMessage, CaseMessage.subject_id == subject_id))
    session().execute(erase_where(PersonNote, PersonNote.subject_id == subject_id))
    session().execute(erase_where(CaseTerm, _of_person(CaseTerm, subject_id)))
    session().execute(erase_where(CaseNote, _of_person(CaseNote, subject_id)))
    session().execute(erase_where(Decision, _of_person(Decision, subject_id)))
    session().execute(erase_where(QualitySample, _of_person(QualitySample, subject_id)))
    session().execute(erase_where(DecisionStatement, DecisionStatement.subject_id == subject_id))
    session().execute(erase_where(Case, Case.subject_id == subject_id))
    _erase_items(subject_id)


def _erase_leases(subject_id: UUID) -> None:
    """Nobody holds what is withdrawn; why a colleague took a case over is no more."""
    of_person = _of_person(CaseLease, subject_id)
    session().execute(update(CaseLease).where(of_person, CaseLease.ended_at.is_(None)).values(
        ended_at=clock.now(), ended_how=LeaseEnd.WITHDRAWN))
    session().execute(erase_where(CaseLease, of_person, CaseLease.reason != ""))


def _erase_items(subject_id: UUID) -> None:
    """What is open about them is closed: nothing is left to look into. Words about them go, histories included."""
    of_person = ComplianceItem.subject_id == subject_id
    live = update(ComplianceItem).where(of_person, ComplianceItem.closed_at.is_(None))
    session().execute(live.values(state=ItemState.DISMISSED, closed_at=clock.now(), paused_at=None,
                                  version=ComplianceItem.version + 1))
    theirs = select(ComplianceItem.id).where(of_person)
    session().execute(erase_where(ComplianceItemEvent, ComplianceItemEvent.item_id.in_(theirs)))
    session().execute(erase_where(ComplianceItem, of_person))


def _answer_reporters(subject_id: UUID) -> None:
    """Whoever reported this person and waits for an answer gets one: there is nothing left to look at."""
    waiting = select(Report.subject_id, Report.id).join(Case, Case.id == Report.case_id).where(
        Case.subject_id == subject_id, Report.state != ReportState.CLOSED)
    for reporter_id, report_id in session().execute(waiting).all():
        publish(ReportDecided(subject_id=reporter_id, report_id=report_id, outcome=ReportOutcome.GONE))


def _erase_reports(subject_id: UUID) -> None:
    """What they reported stays reported, without their words; the pictures they sent are destroyed."""
    sent = session().scalars(select(Report.evidence).where(Report.subject_id == subject_id))
    pictures = [picture for each in sent for picture in each or ()]
    session().execute(erase_where(Report, Report.subject_id == subject_id))
    if pictures:
        publish(PhotosErased(subject_id=subject_id, photo_ids=pictures))


def _rows(model: Model, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    columns = [getattr(model, name) for name in labels(model) if name not in _WITHHELD]
    return [dict(row) for row in session().execute(select(*columns).where(condition)).mappings()]


def _of_person(model: type[CaseTerm] | type[CaseNote] | type[Decision] | type[CaseLease] | type[QualitySample],
               subject_id: UUID) -> ColumnElement[bool]:
    return model.case_id.in_(select(Case.id).where(Case.subject_id == subject_id))
