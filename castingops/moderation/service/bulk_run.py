"""The work of bulk jobs: one case per delivery, each in a transaction of its own, and taking up what broke off."""
from collections.abc import Callable
from uuid import UUID

import structlog
from sqlalchemy import update

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save, savepoint, session
from castingops.core.errors import Conflict, DomainError, Forbidden, Invalid, Unavailable
from castingops.core.jobs import Job, enqueue
from castingops.core.privacy import Purpose
from castingops.identity import service as identity
from castingops.moderation import permissions
from castingops.moderation import queries as case_queries
from castingops.moderation.errors import CaseChanged, CaseNotFound, CaseTaken
from castingops.moderation.models import BulkItem, BulkJob, Case, Decision
from castingops.moderation.queries import bulk as queries
from castingops.moderation.rules import bulk as rules
from castingops.moderation.service import cases, decisions, leases
from castingops.moderation.service.timeline import add_event
from castingops.moderation.types import CaseEventKind, CaseState
from castingops.moderation.types.bulk import (
    DECIDING,
    DRAFT_KEPT,
    GAVE_UP,
    STALLED_AFTER,
    TRIES_MAX,
    UNEXPECTED,
    BulkAct,
    BulkDraft,
    BulkState,
    ItemResult,
)
from castingops.moderation.types.decisions import Seen

log = structlog.get_logger(__name__)
Done = tuple[str, Decision | None]  # what became of a case, by code


def step(*, actor: Actor, job_id: str) -> None:
    """Work on the next case of a job and ask for the one after it; the job ends with its last case.

    The job's row is held meanwhile, so that stopping it waits for this case and nothing begins after it.
    """
    job = queries.hold_job(UUID(job_id))
    if job is None or job.state != BulkState.RUNNING:
        return
    item = queries.next_item(job.id)
    if item is not None:
        _work_on(job, item)
        enqueue(STEP, job_id=job_id)
    elif not queries.has_pending(job.id):  # else another process is at the last one, and goes on
        _finish(job)


STEP = Job("moderation.bulk_step", step, queue="compliance", seconds=60)


def draft_of(job: BulkJob) -> BulkDraft:
    """What a confirmed job does to each of its cases."""
    assert job.act is not None
    return BulkDraft(act=BulkAct(job.act), policy_id=job.policy_id, facts_en=job.facts_en, facts_ar=job.facts_ar,
                     note=job.note, queue=job.queue or "")


def _work_on(job: BulkJob, item: BulkItem) -> None:
    asker = Actor("staff", job.created_by, roles=identity.roles_of([job.created_by]).get(job.created_by, frozenset()))
    ref, decision = queries.case_ref(item.case_id), None
    try:
        with savepoint():
            code, decision = _ACTS[BulkAct(job.act or "")](ref, item, draft_of(job), asker)
        result = ItemResult.DONE
    except Unavailable:  # the delivery comes again
        raise
    except DomainError as refusal:
        result, code = _result_of(refusal), refusal.code
    except Exception as error:
        log.error("bulk.failed", job=job.ref, case=ref, exc_info=error)
        result, code = ItemResult.FAILED, UNEXPECTED
    settle(job, item, result, code, decision, actor=asker)


def settle(job: BulkJob, item: BulkItem, result: ItemResult, code: str, decision: Decision | None, *,
           actor: Actor) -> None:
    """Write down what became of a case of a job."""
    item.result, item.code, item.done_at = result, code, clock.now()
    item.decision_id = decision.id if decision else item.decision_id
    save(item)
    audit.record("moderation.bulk.item", actor=actor, entity="case", entity_id=item.case_id, purpose=Purpose.MODERATION,
                 details={"job": job.ref, "act": job.act, "result": result, "code": code})


def _result_of(refusal: DomainError) -> ItemResult:
    if isinstance(refusal, Conflict):
        return ItemResult.CONFLICT
    return ItemResult.DENIED if isinstance(refusal, Forbidden | Invalid) else ItemResult.FAILED


def _decide(ref: str, item: BulkItem, draft: BulkDraft, asker: Actor) -> Done:
    """As from the case's own page: its lease, its frozen version and revision, a second person where it takes one."""
    asker.require(permissions.DECIDE)
    token = leases.acquire(ref, actor=asker).token
    decision = decisions.propose(ref, rules.decision_of(draft), actor=asker,
                                 seen=Seen(item.version, item.revision, token))
    return decision.state, decision


def _send_to_queue(ref: str, item: BulkItem, draft: BulkDraft, asker: Actor) -> Done:
    asker.require(permissions.TAKE)
    case = _unchanged(ref, item)
    if case.lease_until is not None and case.lease_until > clock.now() and case.assigned_to != asker.user_id:
        raise CaseTaken(details={"assigned_to": case.assigned_to, "until": case.lease_until})
    session().execute(update(Case).where(Case.id == case.id).values(queue=draft.queue),
                      execution_options={"synchronize_session": False})
    add_event(case, CaseEventKind.QUEUED, actor=asker, queue=draft.queue)
    return "queued", None


def _return(ref: str, item: BulkItem, draft: BulkDraft, asker: Actor) -> Done:
    asker.require(permissions.TAKE)
    _unchanged(ref, item)
    leases.give_back(ref, actor=asker)
    return "returned", None


def _note(ref: str, item: BulkItem, draft: BulkDraft, asker: Actor) -> Done:
    asker.require(permissions.NOTE)
    _unchanged(ref, item)
    cases.add_note(ref, actor=asker, body=draft.note)
    return "noted", None


def _unchanged(ref: str, item: BulkItem) -> Case:
    """The case under its lock, as the list froze it. Errors: CaseNotFound, CaseChanged."""
    case = case_queries.lock_case(ref)
    if case is None:
        raise CaseNotFound
    if (case.version, case.subject_revision, case.state) != (item.version, item.revision, CaseState.OPEN):
        raise CaseChanged
    return case


_ACTS: dict[BulkAct, Callable[[str, BulkItem, BulkDraft, Actor], Done]] = {
    **dict.fromkeys(DECIDING, _decide), BulkAct.QUEUE: _send_to_queue, BulkAct.RETURN: _return, BulkAct.NOTE: _note}


def _finish(job: BulkJob) -> None:
    job.state, job.finished_at = BulkState.DONE, clock.now()
    save(job)
    audit.record("moderation.bulk.finish", actor=Actor("system"), entity="bulk_job", entity_id=job.id,
                 purpose=Purpose.MODERATION, details={"ref": job.ref, **queries.tally_of(job.id).counts})


def take_up(*, actor: Actor) -> int:
    """Take up jobs that broke off: their process died, or their message was given up; how many.

    A case over which processes keep dying is given up, so that the others get their turn.
    """
    stalled = queries.list_stalled(STALLED_AFTER)
    for job in stalled:
        resume(job)
    return len(stalled)


def resume(job: BulkJob) -> None:
    """Ask for the next case of a running job once more. Twice at the same time does nothing twice."""
    item = queries.next_item(job.id)
    if item is not None:
        item.tries += 1
        save(item)
        if item.tries >= TRIES_MAX:
            settle(job, item, ItemResult.FAILED, GAVE_UP, None, actor=Actor("system"))
    job.beat_at = clock.now()
    save(job)
    enqueue(STEP, job_id=str(job.id))


def forget_drafts() -> None:
    """Drop frozen lists that nobody started within a week: by then hardly a case is as it was."""
    queries.drop_drafts(clock.now() - DRAFT_KEPT)
