"""The business calendar: a due time counts the hours of working days in Riyadh, Sunday to Thursday, around the clock.

A working day is its 24 hours, not its office hours: moderators work in shifts, and a promise of a day means the next
working day at the same time. Fridays, Saturdays, holidays and pauses do not count.
"""
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from castingops.core import clock
from castingops.core.clock import RIYADH
from castingops.moderation.types.queues import DueTime, Holiday, Pause

Holidays = Mapping[date, Holiday]
WEEKEND = (4, 5)  # Friday and Saturday, as date.weekday counts
_DAY = timedelta(days=1)
_NOTHING = timedelta()


def is_working(day: date, holidays: Holidays) -> bool:
    """Whether due times run on this day."""
    return day.weekday() not in WEEKEND and day not in holidays


def add_working(start: datetime, length: timedelta, holidays: Holidays, pauses: Sequence[Pause] = ()) -> datetime:
    """The moment at which `length` of working time has passed since `start`; `start` itself for none."""
    left = length
    for begin, end in _running(start, holidays, pauses):
        if left <= end - begin:
            return begin + left if left else start
        left -= end - begin
    raise AssertionError("days never end")  # _running has none


def working_between(start: datetime, end: datetime, holidays: Holidays, pauses: Sequence[Pause] = ()) -> timedelta:
    """The working time from `start` to `end`; none when `end` is not later."""
    passed = _NOTHING
    for begin, stop in _running(start, holidays, pauses):
        if begin >= end:
            break
        passed += min(stop, end) - begin
    return passed


def due(start: datetime, hours: int, points: int, holidays: Holidays, pauses: Sequence[Pause] = ()) -> DueTime:
    """When a case opened at `start` is due after `hours` of working time, and everything that this was made of."""
    at = add_working(start, timedelta(hours=hours), holidays, pauses)
    reasons: list[Mapping[str, Any]] = [{"code": "opened", "at": start.isoformat()},
                                        {"code": "hours", "hours": hours, "points": points}]
    reasons += _skipped(start, at, holidays)
    reasons += [{"code": "paused", "from": pause.start.isoformat(), "to": pause.end.isoformat(), "why": pause.why}
                for pause in pauses]
    return DueTime(at, tuple(reasons))


def again(reasons: Sequence[Mapping[str, Any]], holidays: Holidays, more: Sequence[Pause] = ()) -> DueTime | None:
    """The same due time by today's holidays and with `more` pauses; None where it is not known how it was made."""
    start = next((reason["at"] for reason in reasons if reason["code"] == "opened"), None)
    length = next((reason for reason in reasons if reason["code"] == "hours"), None)
    if start is None or length is None:
        return None
    return due(datetime.fromisoformat(start), length["hours"], length["points"], holidays,
               [*pauses_of(reasons), *more])


def pauses_of(reasons: Sequence[Mapping[str, Any]]) -> list[Pause]:
    """The pauses that a due time was made with."""
    return [Pause(datetime.fromisoformat(reason["from"]), datetime.fromisoformat(reason["to"]), reason["why"])
            for reason in reasons if reason["code"] == "paused"]


def _running(start: datetime, holidays: Holidays, pauses: Sequence[Pause]) -> Iterator[tuple[datetime, datetime]]:
    """The stretches from `start` on in which the clock runs, in order and without end."""
    resting = sorted((pause.start, pause.end) for pause in pauses)
    midnight = clock.midnight(start.astimezone(RIYADH).date())
    begin = start
    while True:
        midnight += _DAY
        if is_working((midnight - _DAY).date(), holidays):
            yield from _without(begin, midnight, resting)
        begin = midnight


def _without(begin: datetime, end: datetime, resting: Sequence[tuple[datetime, datetime]]) -> Iterator[
        tuple[datetime, datetime]]:
    for rest_start, rest_end in resting:
        if rest_end <= begin or rest_start >= end:
            continue
        if rest_start > begin:
            yield begin, rest_start
        begin = rest_end
    if begin < end:
        yield begin, end


def _skipped(start: datetime, at: datetime, holidays: Holidays) -> list[Mapping[str, Any]]:
    """Weekend days as one number, each holiday by name with its days."""
    first, last = start.astimezone(RIYADH).date(), at.astimezone(RIYADH).date()
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    weekend = sum(day.weekday() in WEEKEND for day in days)
    found: dict[str, dict[str, Any]] = {}
    for day in days:
        if day in holidays and day.weekday() not in WEEKEND:
            holiday = holidays[day]
            entry = found.setdefault(holiday.title_en, {
                "code": "holiday", "en": holiday.title_en, "ar": holiday.title_ar, "moves": holiday.moves, "days": 0})
            entry["days"] += 1
    return ([{"code": "weekend", "days": weekend}] if weekend else []) + list(found.values())
