"""Where a case goes, when it is due, and clocks that stand still while it waits for someone else."""
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.clock import RIYADH
from castingops.core.db import session
from castingops.core.privacy import Purpose
from castingops.moderation import rules
from castingops.moderation.models import Case
from castingops.moderation.queries import work
from castingops.moderation.rules import calendar, routing
from castingops.moderation.service.timeline import add_event
from castingops.moderation.types import CaseEventKind
from castingops.moderation.types.queues import DueTime, Facts, Holiday, Pause, PauseWhy, Routed


def route(facts: Facts) -> Routed:
    """The queue of a case by the rules in force, and which parts of the rule say so."""
    return routing.route(facts, work.list_queues())


def due_time(opened: datetime, points: int) -> DueTime:
    """When a case of this priority is due by the business calendar, with everything that this was made of."""
    return calendar.due(opened, rules.hours_for(points), points, holidays_since(opened))


def place(kind: str, language: str, points: int, *, minor: bool, opened: datetime) -> dict[str, Any]:
    """The columns of a new case that say where it stands: queue, due time and what that was made of."""
    due = due_time(opened, points)
    return {"queue": route(Facts(kind, language, minor, points)).queue.code, "due_at": due.at,
            "due_reasons": [dict(reason) for reason in due.reasons]}


def place_again(case: Case, points: int) -> dict[str, Any]:
    """The same columns of a case that changed: it never becomes due later than it was."""
    placed = place(case.kind, case.language, points, minor=case.minor, opened=clock.now())
    if placed["due_at"] >= case.due_at:
        placed |= {"due_at": case.due_at, "due_reasons": case.due_reasons}
    return placed


def pause(case: Case, why: str, *, actor: Actor) -> None:
    """Stop the clock of an open case that waits for someone else (`why`: types.queues.PauseWhy). Twice changes nothing.

    Errors: ValueError for an unknown reason.
    """
    if case.paused_at is not None:
        return
    reason = {"code": "waiting", "why": PauseWhy(why).value, "at": clock.now().isoformat()}
    _write(case, paused_at=clock.now(), due_reasons=[*case.due_reasons, reason])
    _tell(case, CaseEventKind.PAUSED, "moderation.case.pause", actor=actor, why=PauseWhy(why).value)


def resume(case: Case, *, actor: Actor) -> None:
    """Let the clock run again; what is left of the time is counted from now on. Not paused changes nothing."""
    if case.paused_at is None:
        return
    now = clock.now()
    why = next((str(reason["why"]) for reason in case.due_reasons if reason["code"] == "waiting"), "")
    due = _resumed(case, Pause(case.paused_at, now, why))
    seconds = case.paused_seconds + int((now - case.paused_at).total_seconds())
    _write(case, paused_at=None, paused_seconds=seconds, due_at=due.at,
           due_reasons=[dict(reason) for reason in due.reasons])
    _tell(case, CaseEventKind.RESUMED, "moderation.case.resume", actor=actor)


def _resumed(case: Case, pause: Pause) -> DueTime:
    holidays = holidays_since(case.created_at)
    kept = [reason for reason in case.due_reasons if reason["code"] != "waiting"]
    due = calendar.again(kept, holidays, [pause])
    if due is not None:
        return due
    left = calendar.working_between(pause.start, case.due_at, holidays)  # from before due times were explained
    return DueTime(calendar.add_working(pause.end, left, holidays) if left else case.due_at, tuple(kept))


def holidays_since(since: datetime) -> dict[date, Holiday]:
    """Days off from the day before `since` on, by their dates."""
    first = since.astimezone(RIYADH).date() - timedelta(days=1)
    return {holiday.day: holiday for holiday in work.list_holidays(first)}


def _write(case: Case, **values: Any) -> None:
    """Past the entity: a clock that stops or runs leaves the version alone, its reader still has the newest."""
    session().execute(update(Case).where(Case.id == case.id).values(**values),
                      execution_options={"synchronize_session": False})
    for name, value in values.items():
        set_committed_value(case, name, value)


def _tell(case: Case, kind: CaseEventKind, action: str, *, actor: Actor, **data: Any) -> None:
    add_event(case, kind, actor=actor, **data)
    audit.record(action, actor=actor, entity="case", entity_id=case.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, details={"ref": case.ref, "due_at": case.due_at, **data})
