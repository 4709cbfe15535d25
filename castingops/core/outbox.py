"""The outbox: events and jobs leave with the transaction that caused them, or not at all."""
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core import clock, events
from castingops.core.db import Base, MixedOwned, PlatformOwned, add_row, session
from castingops.core.ids import new_id
from castingops.core.privacy import IMPERSONAL

CHANNEL = "outbox"
KEPT = timedelta(days=14)  # handled rows, for support; then swept

# pending: the relay's to send · sent: in the queue · done: every handler had its effect · dead: see DeadLetter
STATES = "status in ('pending', 'sent', 'done', 'dead')"


class OutboxRow(MixedOwned, Base):
    """An event or job on its way. `not_before` delays a retry; `attempts` is counted here, so a crash counts too."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(STATES, name="status"),
        Index("ix_outbox_pending", "id", postgresql_where=text("status = 'pending'")),  # the relay's
        Index("ix_outbox_sent", "sent_at", postgresql_where=text("status = 'sent'")),  # the sweep's
        Index("ix_outbox_done", "sent_at", postgresql_where=text("status = 'done'")),  # the clean-up's
    )

    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    queue: Mapped[str] = mapped_column(info=IMPERSONAL)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, info=IMPERSONAL)
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    attempts: Mapped[int] = mapped_column(server_default="0", info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    not_before: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    sent_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class Receipt(Base):
    """A handler's receipt for an event: written with the effect, so the effect happens once."""

    __tablename__ = "receipts"
    __table_args__ = (Index("ix_receipts_handled_at", "handled_at"),)  # the clean-up's

    event_id: Mapped[UUID] = mapped_column(primary_key=True, info=IMPERSONAL)
    handler: Mapped[str] = mapped_column(primary_key=True, info=IMPERSONAL)
    handled_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class DeadLetter(PlatformOwned, Base):
    """What a handler failed to do `attempts` times, with the reason; staff replay it from the console."""

    __tablename__ = "dead_letters"
    __table_args__ = (
        CheckConstraint("(replayed_at is null) = (replayed_by is null)", name="replayed_by_someone"),
        Index("ix_dead_letters_open", "id", postgresql_where=text("replayed_at is null")),
    )

    event_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    queue: Mapped[str] = mapped_column(info=IMPERSONAL)
    handler: Mapped[str] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str] = mapped_column(info=IMPERSONAL)  # the error's class and our own message, never its data
    attempts: Mapped[int] = mapped_column(info=IMPERSONAL)
    failed_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    replayed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    replayed_by: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)

_PUT = """
insert into outbox (org_id, subject_id, name, queue, payload, status, created_at, not_before)
values (%(org_id)s, %(subject_id)s, %(name)s, %(queue)s, %(payload)s::jsonb, 'pending', %(now)s, %(now)s)
returning pg_notify('outbox', '')"""


_discarded: ContextVar[bool] = ContextVar("castingops_outbox_discarded", default=False)


@contextmanager
def discarded() -> Iterator[None]:
    """Inside, what is published goes nowhere: for a past that is written down afterwards, whose letters are old."""
    token = _discarded.set(True)
    try:
        yield
    finally:
        _discarded.reset(token)


def publish(event: events.Event) -> None:
    """Record `event` in this transaction and wake the relay at its commit."""
    put(event.name, events.dump(event), queue=event.queue, subject_id=event.subject_id, org_id=event.org_id)


def put(name: str, payload: dict[str, Any], *, queue: str, subject_id: UUID | None = None,
        org_id: UUID | None = None) -> None:
    """One row for the relay, and its wake-up, in one plain statement: every change in the house pays for it."""
    if _discarded.get():
        return
    row: dict[str, Any] = {"org_id": org_id, "subject_id": subject_id, "name": name, "queue": queue}
    now = clock.now()
    if add_row("outbox", {"id": new_id(), **row, "payload": payload, "status": "pending", "attempts": 0,
                          "created_at": now, "not_before": now}):
        return
    row |= {"now": now, "payload": msgspec.json.encode(payload).decode()}
    session().connection().exec_driver_sql(_PUT, row)
