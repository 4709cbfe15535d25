"""How many statements a decision costs, from the click to the answer (issue 3: at most 12)."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event

from castingops.core import reads
from castingops.core.db import db
from tests.factories import moderation as factory
from tests.factories.moderation import StaffDoor


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Every statement that goes to PostgreSQL: the session's, and the fast ones, each of which is one round trip."""
    sent: list[str] = []

    def note(*details: Any) -> None:
        sent.append(" ".join(details[2].split()))

    plain = reads._in_one_trip

    def one_trip(actor: Any, sql: str, *more: Any, **options: Any) -> Any:
        sent.append(" ".join(sql.split()))
        return plain(actor, sql, *more, **options)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    reads._in_one_trip = one_trip
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
        reads._in_one_trip = plain


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    return factory.at_the_door(app, monkeypatch)


@pytest.mark.parametrize(("outcome", "window", "most"), [
    ("reject", 20, 12), ("approve", 20, 12), ("reject", 0, 17), ("approve", 0, 22)])
def test_decision_takes_few_statements(
    app: Flask, door: StaffDoor, superuser: psycopg.Connection, outcome: str, window: int, most: int
) -> None:
    """With the house's undo window, a click proposes; without one it also carries out, and looks for an appeal."""
    noura = factory.sign_in(app, door, "Noura Al-Otaibi", "moderator")
    case, policy = factory.person(app, superuser).submit(), str(factory.policy_id(superuser))
    form = {"outcome": outcome, "policy": policy, "note": "seen", **noura.sees(case)}
    with factory.undo_window(app, window), counted(app) as sent:
        answer = noura.post(f"/console/moderation/cases/{case.ref}/decide", htmx=True, **form)
    assert answer.status_code == 200, answer.text
    assert len(sent) <= most, "\n".join(f"{number:2} {sql[:150]}" for number, sql in enumerate(sent, 1))
