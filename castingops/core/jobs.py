"""Jobs: plain functions that take ids. They ride in the outbox, so none is lost and none is done twice."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from castingops.core.outbox import put

PREFIX = "job."  # how a job is told from an event in the outbox
QUEUES = ("email", "sms", "indexer", "media", "billing", "alerts", "ingestion", "compliance")


@dataclass(frozen=True)
class Job:
    """One task of a feature: `run(actor=…, **ids)`, in a transaction of its own, as the system.

    `name` is feature.verb and stable; `seconds` is its hard limit.
    """

    name: str
    run: Callable[..., None]
    queue: str
    seconds: int = 60


@dataclass(frozen=True)
class Slot:
    """A job that starts by the clock: once in each period, however many beats run."""

    job: Job
    every: timedelta


_JOBS: dict[str, Job] = {}


def register(job: Job) -> None:
    """Make `job` known to the consumer. Errors: ValueError for an unknown queue."""
    if job.queue not in QUEUES:
        raise ValueError(f"{job.name}: there is no queue {job.queue}")
    _JOBS[PREFIX + job.name] = job


def find_job(name: str) -> Job | None:
    """The job behind an outbox row's name, or None when it is an event's."""
    return _JOBS.get(name)


def enqueue(job: Job, *, subject_id: UUID | None = None, org_id: UUID | None = None, **ids: str) -> None:
    """Start `job` once this unit of work is committed; it runs inside that subject or organization."""
    put(PREFIX + job.name, dict(ids), queue=job.queue, subject_id=subject_id, org_id=org_id)
