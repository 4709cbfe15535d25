"""Numbers about the queue, for the home page and the navigation."""
import time
from dataclasses import dataclass
from datetime import date, timedelta

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.moderation import queries
from castingops.moderation.queries import CaseRow, Duties, Figures
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


@dataclass(frozen=True)
class Overview:
    """What the home page shows of moderation."""

    figures: Figures
    trend: Trend
    duties: Duties


def open_count(actor: Actor) -> int:
    """Open cases for the navigation, as they were a moment ago: every page asks. Counting stops at queries.NAV_CAP."""
    global _counted
    counted_at, count = _counted
    if time.monotonic() - counted_at > COUNT_SECONDS:
        count = min(queries.count_open(actor=actor), queries.NAV_CAP)
        _counted = time.monotonic(), count
    return count


def overview(*, actor: Actor) -> Overview:
    """Today's numbers, decisions of the last TREND_DAYS days, what waits for the actor; today is Riyadh's."""
    today = clock.midnight(clock.today_riyadh())
    since = today - timedelta(days=TREND_DAYS - 1)
    figures, rows, duties = queries.read_home(today, today + timedelta(days=1), since, actor=actor)
    counted = {row.day: row.decided for row in rows}
    days = tuple((since + timedelta(days=n)).date() for n in range(TREND_DAYS))
    weekend = tuple(n for n, day in enumerate(days) if day.weekday() in (4, 5))
    return Overview(figures, Trend(days, tuple(counted.get(day, 0) for day in days), weekend), duties)


def my_work(*, actor: Actor, most: int = 8) -> list[CaseRow]:
    """The actor's own open cases, most urgent first."""
    return list(queries.list_queue(QueueFilter(view=View.MINE), actor=actor).rows[:most])
