"""Cases before their decision: opened by a submission, taken, noted, looked into, exported."""
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy import delete, insert, select, update

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.db import save, session
from castingops.core.errors import NotFound
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.moderation import queries, rules
from castingops.moderation.errors import CaseNotFound
from castingops.moderation.events import CaseOpened
from castingops.moderation.models import Case, CaseNote, CaseTerm
from castingops.moderation.queries import CaseRow, conversations
from castingops.moderation.service import leases, waiting, work
from castingops.moderation.service.subjects import SubjectKind, kind_of
from castingops.moderation.service.timeline import add_event
from castingops.moderation.types import CaseEventKind, CaseState, Language, Outcome, QueueFilter, Reason, Submission
from castingops.moderation.types.decisions import Failure
from castingops.moderation.types.leases import LeaseEnd, LeaseHow

_NUMBERS = DatabaseSequence("case_numbers")


def receive(kind: str, entity_id: UUID, revision: int, *, actor: Actor) -> Case | None:
    """Open a case for a submitted revision, or move the open case of the same thing on to it.

    `actor` has entered the person. Delivered twice or late it changes nothing and returns None.
    """
    if queries.last_revision(kind, entity_id, actor.subject) >= revision:
        return None
    submission = kind_of(kind).load(entity_id, revision, actor=actor)
    case, reasons = queries.lock_open(kind, entity_id), _reasons(kind, submission, actor=actor)
    if case is None:
        return open_case(kind, submission, reasons, actor=actor)
    return move_on(case, submission, reasons, actor=actor)


def open_case(kind: str, submission: Submission, reasons: Sequence[Reason], *, actor: Actor) -> Case:
    """Open a case of any kind, with the named reasons of its priority. Whoever calls it knows that none is open."""
    now = clock.now()
    points = sum(reason.points for reason in reasons)
    case = Case(
        ref=f"CASE-{session().scalar(_NUMBERS):06d}", kind=kind, subject_id=submission.subject_id,
        entity_id=submission.entity_id, subject_revision=submission.revision, title_en=submission.title_en,
        title_ar=submission.title_ar, language=submission.language, minor=submission.minor, state=CaseState.OPEN,
        version=1, priority=points, priority_reasons=_plain(reasons), created_at=now,
        **work.place(kind, submission.language, points, minor=submission.minor, opened=now))
    save(case)
    _index(case)
    add_event(case, CaseEventKind.OPENED, actor=actor, revision=submission.revision)
    audit.record("moderation.case.open", actor=actor, entity="case", entity_id=case.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, after={"ref": case.ref, "revision": case.subject_revision})
    publish(CaseOpened(subject_id=case.subject_id, case_id=case.id, kind=kind))
    return case


def move_on(case: Case, submission: Submission, reasons: Sequence[Reason], *, actor: Actor) -> Case:
    """There is a newer revision before anyone decided: same case, same place in time, read afresh."""
    before = case.subject_revision
    waiting.fail_waiting(case, Failure.REVISION_CHANGED, actor=actor)
    case.subject_revision, case.title_en, case.title_ar = submission.revision, submission.title_en, submission.title_ar
    case.language, case.minor = submission.language, submission.minor
    case.priority, case.priority_reasons = sum(reason.points for reason in reasons), _plain(reasons)
    work.resume(case, actor=actor)  # it waited for this, if it did
    for name, value in work.place_again(case, case.priority).items():
        setattr(case, name, value)
    save(case)
    session().execute(delete(CaseTerm).where(CaseTerm.case_id == case.id))
    _index(case)
    add_event(case, CaseEventKind.RESUBMITTED, actor=actor, revision=submission.revision)
    audit.record("moderation.case.move_on", actor=actor, entity="case", entity_id=case.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, before={"revision": before}, after={"revision": case.subject_revision})
    return case


def open_ref(kind: str, entity_id: UUID) -> str:
    """The reference of the undecided case of a thing. Errors: CaseNotFound when none is open."""
    case = queries.lock_open(kind, entity_id)
    if case is None:
        raise CaseNotFound
    return case.ref


def withdraw(kind: str, entity_id: UUID, *, actor: Actor) -> None:
    """Nobody is to decide on a thing any more: its undecided case ends, whoever has it in hand. For the system."""
    case = queries.lock_open(kind, entity_id)
    if case is None:
        return
    before = case.state
    waiting.fail_waiting(case, Failure.WITHDRAWN, actor=actor)
    leases.settle(case, LeaseEnd.WITHDRAWN)
    case.state = CaseState.WITHDRAWN
    save(case)
    add_event(case, CaseEventKind.WITHDRAWN, actor=actor)
    audit.record("moderation.case.withdraw", actor=actor, entity="case", entity_id=case.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, before={"state": before}, after={"state": case.state},
                 details={"ref": case.ref})


def raise_priority(case: Case, reasons: Sequence[Reason], *, quietly: bool) -> None:
    """Put an undecided case further up, never down. `quietly`: whoever is deciding need not read it again."""
    points = sum(reason.points for reason in reasons)
    if points <= case.priority:
        return
    raised = {"priority": points, "priority_reasons": _plain(reasons), **work.place_again(case, points)}
    if quietly:  # past the entity, so that its version stays
        session().execute(update(Case).where(Case.id == case.id).values(raised),
                          execution_options={"synchronize_session": False})
        return
    for name, value in raised.items():
        setattr(case, name, value)
    save(case)


def _reasons(kind: str, submission: Submission, *, actor: Actor) -> list[Reason]:
    approved = kind_of(kind).find_approved(submission.entity_id, submission.revision, actor=actor)
    earlier = list(session().scalars(
        select(Case.outcome).where(Case.subject_id == submission.subject_id, Case.kind == kind,
                                   Case.entity_id == submission.entity_id, Case.state == CaseState.DECIDED)
        .order_by(Case.decided_at.desc())))
    return rules.priority(
        is_first=approved is None, resubmitted=earlier[:1] == [Outcome.CHANGES],
        rejected_before=Outcome.REJECT in earlier, minor=submission.minor,
        contact=rules.names_contact(field.text for field in submission.fields if field.language))


def _plain(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [{"code": reason.code, "points": reason.points} for reason in reasons]


def _index(case: Case) -> None:
    words = rules.terms(case.title_en, case.title_ar, case.ref, case.ref.removeprefix("CASE-").lstrip("0"))
    session().execute(insert(CaseTerm), [{"case_id": case.id, "term": word} for word in sorted(words)])


def list_queue(wanted: QueueFilter, *, actor: Actor, cursor: str | None = None) -> Page[CaseRow]:
    """A page of the queue in its view's order. Errors: Invalid for a cursor this view never gave."""
    return queries.list_queue(wanted, actor=actor, cursor=cursor)


def export(wanted: QueueFilter, *, actor: Actor) -> list[CaseRow]:
    """The cases of a filter for a file, recorded before the first row leaves the house (COMP-8)."""
    rows = queries.list_export(wanted, actor=actor)
    audit.record("moderation.case.export", actor=actor, entity="case_list", entity_id=None, purpose=Purpose.MODERATION,
                 details={"view": wanted.view, "kind": wanted.kind, "language": wanted.language, "due": wanted.due,
                          "waiting": wanted.waiting, "outcome": wanted.outcome, "queue": wanted.queue,
                          "minor": wanted.minor, "held": wanted.held, "searched": bool(wanted.words),
                          "cases": len(rows)})
    return rows


def get_case(ref: str) -> Case:
    """The case with this reference. Errors: CaseNotFound, also for what is no reference."""
    case = queries.find_case(rules.checked_ref(ref))
    if case is None:
        raise CaseNotFound
    return case


def get_row(ref: str) -> CaseRow:
    """The case as its row in the queue shows it. Errors: CaseNotFound."""
    row = queries.find_row(rules.checked_ref(ref))
    if row is None:
        raise CaseNotFound
    return row


def take(ref: str, *, actor: Actor) -> CaseRow:
    """Take a case from the queue's page. Errors: CaseNotFound, CaseAlreadyDecided, CaseTaken by someone else."""
    leases.acquire(ref, actor=actor, how=LeaseHow.TAKEN)
    return get_row(ref)


def give_back(ref: str, *, actor: Actor) -> CaseRow:
    """Return one's own case to the queue. Errors: CaseNotFound, CaseTaken when it is someone else's, as `take`."""
    leases.give_back(ref, actor=actor)
    return get_row(ref)


def add_note(ref: str, *, actor: Actor, body: str) -> CaseNote:
    """Write a note for colleagues. Errors: CaseNotFound, InvalidNote."""
    case = get_case(ref)
    note = CaseNote(case_id=case.id, author_id=actor.user_id, body=rules.checked_note(body), created_at=clock.now())
    save(note)
    add_event(case, CaseEventKind.NOTED, actor=actor, note_id=str(note.id))
    audit.record("moderation.note.add", actor=actor, entity="case", entity_id=case.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, details={"note_id": note.id})
    return note


def load(case: Case, kind: SubjectKind, *, actor: Actor) -> Submission:
    """The revision a case is about."""
    return kind.load(case.entity_id, case.subject_revision, actor=actor.entering(case.subject_id))


def load_or_blank(case: Case, kind: SubjectKind, *, actor: Actor) -> tuple[Submission, bool]:
    """The revision a case is about, or what the case itself still says of it, and whether the rest was erased."""
    try:
        return load(case, kind, actor=actor), False
    except NotFound:
        return Submission(case.entity_id, case.subject_id, case.subject_revision, case.title_en, case.title_ar,
                          Language(case.language), case.minor, ()), True


def neighbours(case: Case) -> tuple[str | None, str | None]:
    """References of the open cases before and after this one in the order of the queue."""
    return conversations.find_neighbours(case)
