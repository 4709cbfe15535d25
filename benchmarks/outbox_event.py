"""The outbox benchmark's event and its one subscriber, which writes down when it was called."""
from typing import ClassVar

from sqlalchemy import text

from castingops.core import events
from castingops.core.actor import Actor
from castingops.core.db import session

HANDLED = "insert into bench_handled (number, handled_at) values (:number, clock_timestamp())"


class Ticked(events.Event, frozen=True, kw_only=True):
    """Something happened, numbered."""

    name: ClassVar[str] = "bench.clock.ticked"
    number: int


def write_down(event: Ticked, *, actor: Actor) -> None:
    """The effect: one row. A second effect would be a second row."""
    session().execute(text(HANDLED), {"number": event.number})


events.subscribe(Ticked, write_down)
