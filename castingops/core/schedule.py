"""Scheduled jobs: a slot of time has one row, so a job starts once in it, however many beats run."""
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core import clock, jobs
from castingops.core.actor import system
from castingops.core.db import Base, session, unit_of_work
from castingops.core.privacy import IMPERSONAL

KEPT = timedelta(days=7)


class BeatSlot(Base):
    """A period in which a job was started."""

    __tablename__ = "beat_slots"

    job: Mapped[str] = mapped_column(primary_key=True, info=IMPERSONAL)
    slot_at: Mapped[datetime] = mapped_column(primary_key=True, info=IMPERSONAL)


def slot_start(moment: datetime, every: timedelta) -> datetime:
    """The start of the period of length `every` that `moment` lies in, counted from 1970 in UTC."""
    seconds = every.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)


def start_slot(job: jobs.Job, every: timedelta) -> bool:
    """Start `job` unless this period has started it; returns whether it did. Slot row and job commit together."""
    now = clock.now()
    with unit_of_work(system()):
        row = insert(BeatSlot).values(job=job.name, slot_at=slot_start(now, every))
        first = session().scalar(row.on_conflict_do_nothing().returning(BeatSlot.job))
        if first is not None:
            jobs.enqueue(job)
            session().execute(delete(BeatSlot).where(BeatSlot.job == job.name, BeatSlot.slot_at < now - KEPT))
    return first is not None
