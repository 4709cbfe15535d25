"""The consumer: each handler has each event's effect exactly once; what keeps failing becomes a dead letter.

A delivery counts its attempt first, in a transaction of its own, so that a handler that kills its process counts too.
"""
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from castingops.core import clock, events, jobs, reads
from castingops.core.actor import Actor, system
from castingops.core.config import current_settings
from castingops.core.db import session, unit_of_work
from castingops.core.errors import DomainError
from castingops.core.outbox import DeadLetter, OutboxRow, Receipt

log = structlog.get_logger(__name__)

Effect = Callable[[Actor], None]


# A pending row's relay died after its push. The count need not survive a database crash: no waiting for the disk.
_BEGIN = """
update outbox set attempts = attempts + 1, status = 'sent', sent_at = %(now)s
where id = %(id)s and status in ('pending', 'sent')
returning name, queue, payload, attempts, subject_id, org_id, set_config('synchronous_commit', 'off', true)"""


class _Delivery(Struct):
    """One attempt at one outbox row."""

    id: UUID
    name: str
    queue: str
    payload: dict[str, Any]
    attempts: int
    actor: Actor


def deliver(ids: Iterable[str]) -> None:
    """Hand each outbox row to its handlers. One that fails holds up no other, and is tried again later by itself.

    What was tried least goes first: when a message comes again because a handler killed its process, its neighbours
    are through before it is tried again.
    """
    rows = [UUID(row_id) for row_id in ids]
    for row_id in rows if len(rows) == 1 else _least_tried_first(rows):
        _deliver(row_id)


def _least_tried_first(rows: list[UUID]) -> list[UUID]:
    with unit_of_work(system(), read_only=True) as current:
        waiting = select(OutboxRow.id).where(OutboxRow.id.in_(rows), OutboxRow.status.in_(("pending", "sent")))
        return list(current.scalars(waiting.order_by(OutboxRow.attempts, OutboxRow.id)))


def _deliver(row_id: UUID) -> None:
    delivery = _begin(row_id)
    if delivery is None:  # done already, given up, or erased
        return
    limit = current_settings().delivery_attempts
    effects = _effects_of(delivery)
    if delivery.attempts > limit:  # its process died each time: nobody was left to write down why
        _settle(delivery, {name: "the process died" for name in effects}, limit)
        return
    failures: dict[str, str] = {}
    for position, (handler, effect) in enumerate(effects.items()):
        last = position == len(effects) - 1 and not failures
        try:
            _have_effect_once(delivery, handler, effect, finishes=last)
        except Exception as error:
            log.warning("delivery.failed", name=delivery.name, handler=handler, attempt=delivery.attempts,
                        exc_info=error)
            failures[handler] = _reason(error)
    if failures or not effects:
        _settle(delivery, failures, limit)


def _begin(row_id: UUID) -> _Delivery | None:
    rows = reads.write_in_one_trip(system(), _BEGIN, {"id": row_id, "now": clock.now()})
    if not rows:
        return None
    name, queue, payload, attempts, subject_id, org_id, _ = rows[0]
    return _Delivery(row_id, name, queue, payload, attempts, system(subject_id, org_id))


def _effects_of(delivery: _Delivery) -> dict[str, Effect]:
    job = jobs.find_job(delivery.name)
    if job is not None:
        return {job.name: lambda actor: job.run(actor=actor, **delivery.payload)}
    handlers = events.handlers_of(delivery.name)
    if not handlers:
        return {}
    event = events.load(delivery.name, delivery.payload)

    def bound(handler: events.Handler) -> Effect:
        return lambda actor: handler(event, actor=actor)

    return {name: bound(handler) for name, handler in handlers.items()}


def _have_effect_once(delivery: _Delivery, handler: str, effect: Effect, *, finishes: bool) -> None:
    with unit_of_work(delivery.actor):
        receipt = insert(Receipt).values(event_id=delivery.id, handler=handler, handled_at=clock.now())
        first = session().scalar(receipt.on_conflict_do_nothing().returning(Receipt.handler))
        if first is not None:
            effect(delivery.actor)
        if finishes:
            session().execute(update(OutboxRow).where(OutboxRow.id == delivery.id).values(status="done"))


def _settle(delivery: _Delivery, failures: dict[str, str], limit: int) -> None:
    """Write down how the attempt ended: nothing to do, another try after a growing pause, or a dead letter each."""
    now = clock.now()
    with unit_of_work(system()) as current:
        row = update(OutboxRow).where(OutboxRow.id == delivery.id, OutboxRow.status == "sent")
        if not failures:
            current.execute(row.values(status="done"))
        elif delivery.attempts < limit:
            pause = current_settings().delivery_backoff_seconds * 2 ** (delivery.attempts - 1)
            current.execute(row.values(status="pending", not_before=now + timedelta(seconds=pause)))
        elif current.execute(row.values(status="dead").returning(OutboxRow.id)).one_or_none():
            current.add_all(DeadLetter(event_id=delivery.id, name=delivery.name, queue=delivery.queue, handler=handler,
                                       reason=reason, attempts=min(delivery.attempts, limit), failed_at=now)
                            for handler, reason in failures.items())
            log.error("delivery.dead", name=delivery.name, event_id=str(delivery.id), handlers=sorted(failures))


def _reason(error: Exception) -> str:
    """The error's class, and its code when it is ours: other messages may quote personal data."""
    return f"{type(error).__name__}: {error.code}" if isinstance(error, DomainError) else type(error).__name__
