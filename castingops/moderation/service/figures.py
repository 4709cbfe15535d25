"""Numbers about the queue, for the home page and the navigation."""
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.clock import RIYADH
from castingops.moderation import queries
from castingops.moderation.queries import CaseRow, Figures
from castingops.moderation.types import QueueFilter, View

TREND_DAYS = 14
COUNT_SECONDS = 3.0  # how old the navigation's count may be

_counted = (-COUNT_SECONDS, 0)  # when this process counted last, and what


@dataclass(frozen=True)
class Trend:
    """Decisions per day, oldest first, today last; weekend days (Friday, Saturday) by index."""

    days: tuple[date, ...]
    decided: tuple[int, ...]
    weekend: tuple[int, ...]

    @property
    def mean(self) -> float:
        """Per whole working day: today is not over and weekends are not worked."""
        worked = [count for index, count in enumerate(self.decided[:-1]) if index not in self.weekend]
        return sum(worked) / len(worked) if worked else 0.0


def open_count(actor: Actor) -> int:
    """Open cases for the navigation, as they were a moment ago: every page asks. Counting stops at queries.NAV_CAP."""
    global _counted
    counted_at, count = _counted
    if time.monotonic() - counted_at > COUNT_SECONDS:
        count = min(queries.count_open(actor=actor), queries.NAV_CAP)
        _counted = time.monotonic(), count
    return count


def figures(*, actor: Actor) -> Figures:
    """Today's numbers; today is Riyadh's."""
    today = _midnight()
    return queries.figures_of(today, today + timedelta(days=1), actor=actor)


def trend(*, actor: Actor) -> Trend:
    """Decisions of the last TREND_DAYS days."""
    today = _midnight()
    since = today - timedelta(days=TREND_DAYS - 1)
    counted = {day.day: day.decided for day in queries.list_days(since, actor=actor)}
    days = tuple((since + timedelta(days=n)).date() for n in range(TREND_DAYS))
    weekend = tuple(n for n, day in enumerate(days) if day.weekday() in (4, 5))
    return Trend(days, tuple(counted.get(day, 0) for day in days), weekend)


def my_work(*, actor: Actor, most: int = 8) -> list[CaseRow]:
    """The actor's own open cases, most urgent first."""
    return list(queries.list_queue(QueueFilter(view=View.MINE), actor=actor).rows[:most])


def _midnight() -> datetime:
    return clock.now().astimezone(RIYADH).replace(hour=0, minute=0, second=0, microsecond=0)
