"""The one source of time, so that a test or a history can hold it still."""
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

# Fixed: the Kingdom keeps UTC+3 without summer time, and a bare machine may lack a zone database.
RIYADH = timezone(timedelta(hours=3), "Asia/Riyadh")

_held: ContextVar[datetime | None] = ContextVar("castingops_clock", default=None)


def now() -> datetime:
    """The present moment in UTC, with its zone."""
    return _held.get() or datetime.now(UTC)


def today_riyadh() -> date:
    """The calendar day it is in Riyadh."""
    return day_riyadh(now())


def day_riyadh(moment: datetime) -> date:
    """The calendar day that a moment falls on in Riyadh."""
    return moment.astimezone(RIYADH).date()


def midnight(day: date) -> datetime:
    """When a calendar day begins in Riyadh."""
    return datetime(day.year, day.month, day.day, tzinfo=RIYADH)


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Hold this context's clock at `moment`: for tests, and for writing a past that is believable.

    Errors: ValueError when `moment` has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    token = _held.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
