"""Queues: their rules kept by senior moderators, what stands in them, and cases following changed rules."""
from dataclasses import asdict, dataclass
from typing import Any

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save
from castingops.core.errors import Conflict
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.moderation.errors import InvalidQueue, QueueNotFound
from castingops.moderation.events import RoutingChanged
from castingops.moderation.models import Case, QueueRow
from castingops.moderation.queries import queues, work
from castingops.moderation.rules import routing
from castingops.moderation.service.subjects import all_kinds
from castingops.moderation.types.queues import QUEUES_MAX, Facts, Queue, Routed

_RULE = ("title_en", "title_ar", "kind", "language", "minor", "priority_from", "roles")


@dataclass(frozen=True)
class Placed:
    """Where a case stands, and where the rules in force would send it: they may have changed since."""

    queue: Queue | None
    routed: Routed


def list_queues() -> list[Queue]:
    """The queues in the order in which their rules are tried, the default last."""
    return work.list_queues()


def get_queue(code: str) -> Queue:
    """One queue. Errors: QueueNotFound, also for a retired one."""
    found = next((queue for queue in work.list_queues() if queue.code == code), None)
    if found is None:
        raise QueueNotFound
    return found


def open_counts() -> dict[str, int]:
    """Open cases of each queue by its code."""
    return queues.count_by_queue()


def explain(case: Case) -> Placed:
    """Which queue a case is in, and which parts of which rule say so."""
    every = work.list_queues()
    routed = routing.route(Facts(case.kind, case.language, case.minor, case.priority), every)
    return Placed(next((queue for queue in every if queue.code == case.queue), None), routed)


def add_queue(draft: Queue, *, actor: Actor) -> Queue:
    """Keep a new queue, tried after the others. Errors: InvalidQueue names the fields."""
    kept = routing.checked_queue(draft, kinds=_kinds())
    codes = queues.list_codes()
    if len(work.list_queues()) >= QUEUES_MAX:
        raise InvalidQueue(title_en=N_("There are %(max)d queues already: retire one first.", max=QUEUES_MAX))
    code = routing.code_for(kept.title_en, codes)
    row = QueueRow(code=code, position=queues.last_position() + 1, is_default=False, version=1,
                   created_at=clock.now(), **_rule(kept))
    save(row)
    _changed("moderation.queue.add", row, actor=actor, after=_rule(kept))
    return get_queue(code)


def change_queue(code: str, draft: Queue, *, actor: Actor, seen_version: int) -> Queue:
    """Change names and rule; the default keeps taking everything. Errors: QueueNotFound, Conflict, InvalidQueue."""
    row = _locked(code, seen_version)
    kept = routing.checked_queue(draft if not row.is_default else Queue(
        code, draft.title_en, draft.title_ar, roles=draft.roles, is_default=True), kinds=_kinds())
    before = {name: getattr(row, name) for name in _RULE}
    for name, value in _rule(kept).items():
        setattr(row, name, value)
    save(row)
    _changed("moderation.queue.change", row, actor=actor, before=before, after=_rule(kept))
    return get_queue(code)


def move_queue(code: str, *, actor: Actor, earlier: bool) -> None:
    """Have a rule tried one step earlier or later. At the end it stays. Errors: QueueNotFound, also for the default."""
    order = [queue for queue in work.list_queues() if not queue.is_default]
    at = next((n for n, queue in enumerate(order) if queue.code == code), None)
    if at is None:
        raise QueueNotFound
    other = at - 1 if earlier else at + 1
    if not 0 <= other < len(order):
        return
    order[at], order[other] = order[other], order[at]
    for position, queue in enumerate(order, 1):
        row = queues.lock_queue(queue.code)
        if row is not None and row.position != position:
            row.position = position
            save(row)
    moved = queues.lock_queue(code)
    assert moved is not None
    _changed("moderation.queue.move", moved, actor=actor, after={"position": moved.position})


def retire_queue(code: str, *, actor: Actor, seen_version: int) -> None:
    """Take a queue out of use; what stands in it goes where the other rules send it.

    Errors: QueueNotFound, Conflict, InvalidQueue for the default.
    """
    row = _locked(code, seen_version)
    if row.is_default:
        raise InvalidQueue(title_en=N_("The default queue stays: something must take what is left."))
    row.retired_at = clock.now()
    save(row)
    _changed("moderation.queue.retire", row, actor=actor)


def reroute(*, actor: Actor) -> int:
    """Put every undecided case where the rules in force send it; how many moved."""
    moved = queues.reroute(work.list_queues())
    if moved:
        audit.record("moderation.queue.reroute", actor=actor, entity="queue", entity_id=None,
                     purpose=Purpose.MODERATION, details={"cases": moved})
    return moved


def _locked(code: str, seen_version: int) -> QueueRow:
    row = queues.lock_queue(code)
    if row is None:
        raise QueueNotFound
    if row.version != seen_version:
        raise Conflict
    return row


def _rule(queue: Queue) -> dict[str, Any]:
    kept = asdict(queue)
    return {name: list(kept[name]) if name == "roles" else kept[name] for name in _RULE}


def _kinds() -> set[str]:
    return {kind.name for kind in all_kinds()}


def _changed(action: str, row: QueueRow, *, actor: Actor, before: dict[str, Any] | None = None,
             after: dict[str, Any] | None = None) -> None:
    audit.record(action, actor=actor, entity="queue", entity_id=row.id, purpose=Purpose.MODERATION, before=before,
                 after=after, details={"code": row.code})
    publish(RoutingChanged(queue_id=row.id))
