"""Holidays: days on which due times stand still. What is due later follows a change."""
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.arabic import tidy
from castingops.core.db import save, session
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose, table_of
from castingops.moderation.errors import HolidayNotFound, InvalidHoliday
from castingops.moderation.events import HolidaysChanged
from castingops.moderation.models import Case, HolidayRow
from castingops.moderation.queries import queues, work
from castingops.moderation.rules import calendar
from castingops.moderation.rules.names import name_problem
from castingops.moderation.types.queues import HOLIDAY_TITLE_MAX, Holiday

FARTHEST = timedelta(days=3 * 366)
_BATCH = 1000


def list_holidays(year: int) -> list[Holiday]:
    """The days off of one year by date."""
    return [holiday for holiday in work.list_holidays(date(year, 1, 1)) if holiday.day.year == year]


def add_holiday(draft: Holiday, *, actor: Actor) -> Holiday:
    """Keep one day off. Errors: InvalidHoliday names the fields."""
    _check(draft)
    row = HolidayRow(day=draft.day, title_en=tidy(draft.title_en), title_ar=tidy(draft.title_ar), moves=draft.moves,
                     created_at=clock.now())
    save(row)
    _changed("moderation.holiday.add", row, {draft.day}, actor=actor)
    return Holiday(row.day, row.title_en, row.title_ar, row.moves, row.id)


def change_holiday(holiday_id: UUID, draft: Holiday, *, actor: Actor) -> None:
    """Rename a day off or move it. Errors: HolidayNotFound, InvalidHoliday."""
    row = _found(holiday_id)
    _check(draft, but=holiday_id)
    days = {row.day, draft.day}
    row.day, row.title_en, row.title_ar, row.moves = (
        draft.day, tidy(draft.title_en), tidy(draft.title_ar), draft.moves)
    save(row)
    _changed("moderation.holiday.change", row, days, actor=actor)


def delete_holiday(holiday_id: UUID, *, actor: Actor) -> None:
    """It is a working day after all. Errors: HolidayNotFound."""
    row = _found(holiday_id)
    session().delete(row)
    session().flush()
    _changed("moderation.holiday.delete", row, {row.day}, actor=actor)


def recount(first: date, last: date, *, actor: Actor) -> int:
    """Compute the due times anew of undecided cases whose time may run over these days; how many moved."""
    holidays = {holiday.day: holiday for holiday in work.list_holidays()}
    begin, end = clock.midnight(first), clock.midnight(last) + timedelta(days=1)
    asked = (select(Case.id, Case.due_at, Case.due_reasons)
             .where(Case.state.in_(queues.UNDECIDED), Case.due_at >= begin, Case.created_at < end)
             .execution_options(yield_per=_BATCH))
    moved = []
    for case_id, due_at, reasons in session().execute(asked):
        due = calendar.again(reasons, holidays)
        if due is not None and due.at != due_at:
            waiting = [reason for reason in reasons if reason["code"] == "waiting"]
            moved.append({"of": case_id, "due_at": due.at,
                          "due_reasons": [dict(reason) for reason in (*due.reasons, *waiting)]})
    if moved:  # past the entities: who reads a case still reads its newest version
        table = table_of(Case)
        session().connection().execute(table.update().where(table.c.id == bindparam("of")), moved)
        audit.record("moderation.holiday.recount", actor=actor, entity="holiday", entity_id=None,
                     purpose=Purpose.MODERATION, details={"cases": len(moved), "from": first, "to": last})
    return len(moved)


def _check(draft: Holiday, *, but: UUID | None = None) -> None:
    problems: dict[str, Any] = {}
    for name, problem in (("title_en", name_problem(draft.title_en, HOLIDAY_TITLE_MAX)),
                          ("title_ar", name_problem(draft.title_ar, HOLIDAY_TITLE_MAX))):
        if problem:
            problems[name] = problem
    if abs(draft.day - clock.today_riyadh()) > FARTHEST:
        problems["day"] = N_("Give a day within three years.")
    taken = queues.holiday_on(draft.day)
    if taken is not None and taken.id != but:
        problems["day"] = N_("This day is a holiday already.")
    if problems:
        raise InvalidHoliday(**problems)


def _found(holiday_id: UUID) -> HolidayRow:
    row = queues.find_holiday(holiday_id)
    if row is None:
        raise HolidayNotFound
    return row


def _changed(action: str, row: HolidayRow, days: set[date], *, actor: Actor) -> None:
    audit.record(action, actor=actor, entity="holiday", entity_id=row.id, purpose=Purpose.MODERATION,
                 after={"day": row.day, "title_en": row.title_en, "title_ar": row.title_ar, "moves": row.moves})
    publish(HolidaysChanged(first=min(days).isoformat(), last=max(days).isoformat()))
