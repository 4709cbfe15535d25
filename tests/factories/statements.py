"""What a page asks of PostgreSQL."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from castingops.core import reads
from castingops.core.actor import Actor
from castingops.core.db import db


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every statement that goes out while inside; the one that binds an actor, and each trip of fast reads, too."""
    sent: list[str] = []
    plain = reads._in_one_trip

    def note(*details: Any) -> None:
        sent.append(" ".join(details[2].split()))

    def one_trip(actor: Actor, *asked: Any, **options: Any) -> Any:
        sent.append("one round trip of fast reads")
        return plain(actor, *asked, **options)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    reads._in_one_trip = one_trip
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
        reads._in_one_trip = plain
