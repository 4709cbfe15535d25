"""Bulk jobs: what is frozen, how it stands, the next case to work on."""
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import delete, func, select, update

from castingops.core import clock
from castingops.core.db import session
from castingops.moderation.models import BulkItem, BulkJob, Case, Decision
from castingops.moderation.rules.names import listed
from castingops.moderation.types import CaseState
from castingops.moderation.types.bulk import BulkState, ItemResult, Tally
from castingops.moderation.types.decisions import WAITING


class Frozen(Struct):
    """A case as a job would freeze it."""

    id: UUID
    ref: str
    kind: str
    version: int
    revision: int


class BulkRow(Struct):
    """One case of a job with its result, as its page shows it."""

    position: int
    case_id: UUID
    ref: str
    kind: str
    title_en: str
    title_ar: str
    minor: bool
    version: int
    revision: int
    now_version: int
    state: str
    result: str
    code: str
    decision_id: UUID | None
    decision_state: str | None
    execute_after: datetime | None

    @property
    def changed(self) -> bool:
        """Whether the case is no longer as the list froze it."""
        return self.version != self.now_version or self.state != CaseState.OPEN

    def title(self, locale: str) -> str:
        """The name to show in `locale`: its own, else the other; a minor's by first letters."""
        return listed(self.title_en, self.title_ar, locale, minor=self.minor)


class JobRow(Struct):
    """A job as lists show it."""

    id: UUID
    ref: str
    state: str
    act: str | None
    total: int
    handled: int
    created_by: UUID
    created_at: datetime
    finished_at: datetime | None


def list_open_cases(*, refs: Collection[str] = (), ids: Collection[UUID] = ()) -> list[Frozen]:
    """Of these cases the open ones, as they are now, by reference."""
    rows = session().execute(
        select(Case.id, Case.ref, Case.kind, Case.version, Case.subject_revision)
        .where(Case.ref.in_(refs) | Case.id.in_(ids), Case.state == CaseState.OPEN).order_by(Case.id))
    return [Frozen(*row) for row in rows]


def find_job(ref: str) -> BulkJob | None:
    """The job with this reference."""
    return session().scalar(select(BulkJob).where(BulkJob.ref == ref))


def lock_job(ref: str) -> BulkJob | None:
    """The job to start or stop: waits for the item at work."""
    return session().scalar(select(BulkJob).where(BulkJob.ref == ref).with_for_update()
                            .execution_options(populate_existing=True))


def hold_job(job_id: UUID) -> BulkJob | None:
    """The job while one of its items is worked on: nobody stops it until that is committed."""
    return session().scalar(select(BulkJob).where(BulkJob.id == job_id).with_for_update(read=True)
                            .execution_options(populate_existing=True))


def next_item(job_id: UUID) -> BulkItem | None:
    """The next case without a result that no other process is at, to work on."""
    return session().scalar(
        select(BulkItem).where(BulkItem.job_id == job_id, BulkItem.result == ItemResult.PENDING)
        .order_by(BulkItem.position).limit(1).with_for_update(skip_locked=True))


def case_ref(case_id: UUID) -> str:
    """The reference of a case that exists."""
    return session().scalars(select(Case.ref).where(Case.id == case_id)).one()


def has_pending(job_id: UUID) -> bool:
    """Whether a case of the job has no result yet."""
    waiting = select(BulkItem.id).where(BulkItem.job_id == job_id, BulkItem.result == ItemResult.PENDING).limit(1)
    return session().scalar(waiting) is not None


def tally_of(job_id: UUID) -> Tally:
    """How many cases have which result."""
    rows = session().execute(select(BulkItem.result, func.count()).where(BulkItem.job_id == job_id)
                             .group_by(BulkItem.result))
    return Tally({result: count for result, count in rows})


_ROW = (BulkItem.position, BulkItem.case_id, Case.ref, Case.kind, Case.title_en, Case.title_ar, Case.minor,
        BulkItem.version, BulkItem.revision, Case.version, Case.state, BulkItem.result, BulkItem.code,
        BulkItem.decision_id, Decision.state, Decision.execute_after)


def list_job_items(job_id: UUID, *, after: int, limit: int, result: str = "") -> list[BulkRow]:
    """Cases of a job in their order, from behind position `after`."""
    rows = (select(*_ROW).join(Case, Case.id == BulkItem.case_id)
            .outerjoin(Decision, Decision.id == BulkItem.decision_id)
            .where(BulkItem.job_id == job_id, BulkItem.position > after))
    if result:
        rows = rows.where(BulkItem.result == result)
    return [BulkRow(*tuple(row)) for row in session().execute(rows.order_by(BulkItem.position).limit(limit))]


def list_jobs(*, below: UUID, limit: int, owner: UUID | None = None) -> list[JobRow]:
    """Jobs, newest first; of one owner or of everybody."""
    handled = (select(func.count()).select_from(BulkItem)
               .where(BulkItem.job_id == BulkJob.id, BulkItem.result != ItemResult.PENDING).scalar_subquery())
    rows = select(BulkJob.id, BulkJob.ref, BulkJob.state, BulkJob.act, BulkJob.total, handled, BulkJob.created_by,
                  BulkJob.created_at, BulkJob.finished_at).where(BulkJob.id < below)
    if owner is not None:
        rows = rows.where(BulkJob.created_by == owner)
    return [JobRow(*row) for row in session().execute(rows.order_by(BulkJob.id.desc()).limit(limit))]


def drop_pending(job_id: UUID) -> int:
    """Give every case without a result the result that the job was stopped; how many."""
    dropped = session().execute(
        update(BulkItem).where(BulkItem.job_id == job_id, BulkItem.result == ItemResult.PENDING)
        .values(result=ItemResult.CANCELLED, code="cancelled", done_at=clock.now()).returning(BulkItem.id))
    return len(dropped.all())


_UNDOABLE = (BulkItem.result == ItemResult.DONE, Decision.state.in_(WAITING))


def list_undoable(job_id: UUID) -> list[BulkItem]:
    """Items whose decision has not taken effect, the one that will first before the others.

    The decisions are locked at once, before any case as wherever else: none takes effect while the first are undone.
    """
    waiting = (select(BulkItem).join(Decision, Decision.id == BulkItem.decision_id)
               .where(BulkItem.job_id == job_id, *_UNDOABLE))
    session().execute(waiting.with_only_columns(Decision.id).order_by(Decision.id).with_for_update(of=Decision))
    return list(session().scalars(waiting.order_by(Decision.execute_after, BulkItem.position)))


def count_undoable(job_id: UUID) -> int:
    """How many decisions of a job have not taken effect."""
    waiting = select(func.count()).select_from(BulkItem).join(Decision, Decision.id == BulkItem.decision_id)
    return session().scalar(waiting.where(BulkItem.job_id == job_id, *_UNDOABLE)) or 0


def last_sign(job: BulkJob) -> datetime:
    """When a job was last heard of: its start, its last result, or when it was taken up."""
    last = session().scalar(select(func.max(BulkItem.done_at)).where(BulkItem.job_id == job.id))
    return max(moment for moment in (job.beat_at, job.created_at, last) if moment is not None)


def list_stalled(after: timedelta) -> list[BulkJob]:
    """Running jobs of which nothing was heard for so long."""
    limit = clock.now() - after
    fresh = select(BulkItem.id).where(BulkItem.job_id == BulkJob.id, BulkItem.done_at >= limit).exists()
    return list(session().scalars(
        select(BulkJob).where(BulkJob.state == BulkState.RUNNING, BulkJob.beat_at < limit, ~fresh)
        .with_for_update(skip_locked=True)))


def drop_drafts(before: datetime) -> None:
    """Delete the lists frozen before a moment that nobody started, their cases' rows with them."""
    session().execute(delete(BulkJob).where(BulkJob.state == BulkState.DRAFT, BulkJob.created_at < before))
