"""One act on many cases: frozen, previewed, confirmed, then done case by case by `bulk_run` (MOD-2)."""
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy import insert

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode, decode_id, page_of
from castingops.core.db import save, savepoint, session
from castingops.core.errors import DomainError
from castingops.core.jobs import enqueue
from castingops.core.messages import N_, Message
from castingops.core.privacy import Purpose
from castingops.core.roles import StaffRole
from castingops.moderation import queries as case_queries
from castingops.moderation.errors import BulkNotFound, BulkOver, BulkStarted, InvalidBulk, InvalidDecision
from castingops.moderation.models import BulkItem, BulkJob
from castingops.moderation.queries import bulk as queries
from castingops.moderation.queries import work
from castingops.moderation.queries.bulk import BulkRow, Frozen, JobRow
from castingops.moderation.rules import bulk as rules
from castingops.moderation.service import bulk_run, decisions
from castingops.moderation.types import QueueFilter
from castingops.moderation.types.bulk import (
    BULK_PAGE,
    DECIDING,
    JOBS_PAGE,
    SAMPLE,
    STALLED_AFTER,
    BulkAct,
    BulkDraft,
    BulkState,
    ItemResult,
    Tally,
)

_NUMBERS = DatabaseSequence("bulk_numbers")
_SEES_ALL = frozenset({str(role) for role in (StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER,
                                             StaffRole.AUDITOR)})


@dataclass(frozen=True)
class Sample:
    """What one case of a job would get: the statement, or why it would not be sent."""

    row: BulkRow
    preview: decisions.Preview | None
    refusal: Message | None


# Freezing --------------------------------------------------------------------------------------------------------

def freeze(refs: Collection[str], *, actor: Actor) -> BulkJob:
    """Freeze these cases, by reference or id, as they are now; what is not open is left out and counted.

    Errors: TooManyCases before anything is read, InvalidBulk when none is open.
    """
    asked = set(refs)
    rules.check_size(len(asked))
    ids = {found for found in map(rules.id_of, asked) if found is not None}
    refs = {ref for ref in asked if rules.is_case_ref(ref)}
    return _freeze(queries.list_open_cases(refs=refs, ids=ids), len(asked), actor=actor)


def freeze_filter(wanted: QueueFilter, *, actor: Actor) -> BulkJob:
    """Freeze every case of a filter of the queue. Errors: TooManyCases, InvalidBulk when none is open."""
    rows = case_queries.list_export(wanted, actor=actor)
    rules.check_size(len(rows))
    return _freeze(queries.list_open_cases(ids={row.id for row in rows}), len(rows), actor=actor)


def _freeze(frozen: list[Frozen], asked: int, *, actor: Actor) -> BulkJob:
    rules.check_size(len(frozen))
    kinds, now = {case.kind for case in frozen}, clock.now()
    job = BulkJob(ref=f"BULK-{session().scalar(_NUMBERS):06d}", state=BulkState.DRAFT, total=len(frozen),
                  kind=kinds.pop() if len(kinds) == 1 else "", left_out=asked - len(frozen), facts_en="", facts_ar="",
                  note="", created_by=actor.user_id, created_at=now)
    save(job)
    session().execute(insert(BulkItem), [
        {"job_id": job.id, "position": position, "case_id": case.id, "version": case.version,
         "revision": case.revision, "result": ItemResult.PENDING, "code": "", "tries": 0}
        for position, case in enumerate(frozen, 1)])
    _record("moderation.bulk.freeze", job, actor, cases=job.total, left_out=job.left_out)
    return job


# Reading ---------------------------------------------------------------------------------------------------------

def get_job(ref: str, *, actor: Actor) -> BulkJob:
    """A job that the actor may see: their own, or any for seniors, compliance and auditors. Errors: BulkNotFound."""
    job = queries.find_job(rules.checked_job_ref(ref))
    if job is None or not (job.created_by == actor.user_id or actor.roles & _SEES_ALL):
        raise BulkNotFound
    return job


def list_jobs(*, actor: Actor, cursor: str | None = None) -> Page[JobRow]:
    """Jobs that the actor may see, newest first. Errors: Invalid for a cursor we never gave."""
    owner = None if actor.roles & _SEES_ALL else actor.user_id
    return page_of(queries.list_jobs(below=decode_id(cursor), limit=JOBS_PAGE + 1, owner=owner), size=JOBS_PAGE)


def list_items(job: BulkJob, *, cursor: str | None = None, result: str = "") -> Page[BulkRow]:
    """The cases of a job in their order. Errors: Invalid for a cursor we never gave."""
    (after,) = decode(cursor, int) or (0,)
    rows = queries.list_job_items(job.id, after=after, limit=BULK_PAGE + 1, result=result)
    return page_of(rows, size=BULK_PAGE, key=lambda row: (row.position,))


def tally(job: BulkJob) -> Tally:
    """How many cases of a job have which result."""
    return queries.tally_of(job.id)


def export(job: BulkJob, *, actor: Actor) -> list[BulkRow]:
    """Every case of a job for a file, recorded before the first row leaves the house (COMP-8)."""
    _record("moderation.bulk.export", job, actor, cases=job.total)
    return queries.list_job_items(job.id, after=0, limit=job.total)


def samples(job: BulkJob, draft: BulkDraft, *, actor: Actor) -> list[Sample]:
    """What the first cases would get. Changes nothing. Errors: InvalidBulk, InvalidDecision, InvalidNote."""
    _check(job, draft)
    if draft.act not in DECIDING:
        return []
    return [_sample(row, draft, actor=actor) for row in queries.list_job_items(job.id, after=0, limit=SAMPLE)]


def _sample(row: BulkRow, draft: BulkDraft, *, actor: Actor) -> Sample:
    try:
        shown = decisions.preview(row.ref, rules.decision_of(draft), actor=actor, seen_version=row.version)
    except InvalidDecision as refusal:
        return Sample(row, None, next(iter(refusal.fields.values()), refusal.message))  # type: ignore[arg-type]
    except DomainError as refusal:
        return Sample(row, None, refusal.message)
    return Sample(row, shown, None)


# Doing -----------------------------------------------------------------------------------------------------------

def confirm(ref: str, draft: BulkDraft, *, actor: Actor) -> BulkJob:
    """Start a job of one's own. Errors: BulkNotFound, BulkStarted, InvalidBulk, InvalidDecision, InvalidNote."""
    job = _own(ref, actor)
    if job.state != BulkState.DRAFT:
        raise BulkStarted
    _check(job, draft)
    job.act, job.policy_id, job.queue = draft.act, draft.policy_id, draft.queue or None
    job.facts_en, job.facts_ar, job.note = draft.facts_en, draft.facts_ar, draft.note
    job.state, job.started_at, job.beat_at = BulkState.RUNNING, clock.now(), clock.now()
    save(job)
    _record("moderation.bulk.start", job, actor, act=job.act, policy=job.policy_id, queue=job.queue, cases=job.total)
    enqueue(bulk_run.STEP, job_id=str(job.id))
    return job


def _check(job: BulkJob, draft: BulkDraft) -> None:
    rules.check_bulk_draft(draft, kind=job.kind)
    if draft.act is BulkAct.QUEUE and draft.queue not in {queue.code for queue in work.list_queues()}:
        raise InvalidBulk(queue=N_("Choose a queue."))
    if draft.act in (BulkAct.CHANGES, BulkAct.REJECT):
        policy = case_queries.find_policy(draft.policy_id, job.kind) if draft.policy_id else None
        if policy is None or draft.act not in policy.statements:
            raise InvalidDecision(policy=N_("This policy is no longer in force. Choose another."))


def stop(ref: str, *, actor: Actor) -> BulkJob:
    """Stop a job before its next case, or throw a frozen list away. By its owner or a senior.

    Waits for the case at work. Errors: BulkNotFound, BulkOver.
    """
    job = _own(ref, actor, seniors=True)
    if job.state not in (BulkState.DRAFT, BulkState.RUNNING):
        raise BulkOver
    job.state, job.finished_at = BulkState.CANCELLED, clock.now()
    save(job)
    _record("moderation.bulk.stop", job, actor, not_done=queries.drop_pending(job.id))
    return job


def resume(ref: str, *, actor: Actor) -> bool:
    """Take up a running job of which nothing was heard for a while; whether it had broken off. Errors: BulkNotFound."""
    job = _own(ref, actor, seniors=True)
    broken = job.state == BulkState.RUNNING and queries.last_sign(job) < clock.now() - STALLED_AFTER
    if broken:
        bulk_run.resume(job)
    return broken


def undo(ref: str, *, actor: Actor) -> int:
    """Undo every decision of a job that has not taken effect, and stop what is not done; how many were undone.

    Errors: BulkNotFound.
    """
    job = _own(ref, actor, seniors=True)
    if job.state == BulkState.RUNNING:
        stop(ref, actor=actor)
    undone = 0
    for item in queries.list_undoable(job.id):
        assert item.decision_id is not None
        try:
            with savepoint():
                decisions.cancel(item.decision_id, actor=actor)
        except DomainError:  # it took effect while we waited for it
            continue
        bulk_run.settle(job, item, ItemResult.UNDONE, "undone", None, actor=actor)
        undone += 1
    _record("moderation.bulk.undo", job, actor, undone=undone)
    return undone


def _own(ref: str, actor: Actor, *, seniors: bool = False) -> BulkJob:
    """A job to change, under its lock. What one may read but not change is not found either."""
    job = queries.lock_job(rules.checked_job_ref(ref))
    may = job is not None and (
        job.created_by == actor.user_id or (seniors and StaffRole.SENIOR_MODERATOR in actor.roles))
    if job is None or not may:
        raise BulkNotFound
    return job


def undoable(job: BulkJob) -> int:
    """How many decisions of a job have not taken effect."""
    return queries.count_undoable(job.id)


def _record(action: str, job: BulkJob, actor: Actor, **details: object) -> UUID:
    return audit.record(action, actor=actor, entity="bulk_job", entity_id=job.id, purpose=Purpose.MODERATION,
                        details={"ref": job.ref, **details})
