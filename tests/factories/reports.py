"""Reports as apps send them, the events behind them delivered as the consumer would, and what came of them."""
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask
from werkzeug.test import TestResponse

from castingops.casting import service as casting
from castingops.core import consumer
from castingops.core.actor import Actor, system
from castingops.core.db import unit_of_work
from castingops.core.roles import AppRole
from castingops.moderation.models import Case, Report
from castingops.moderation.types import Outcome
from tests.factories import doors, moderation
from tests.factories.doors import Someone
from tests.factories.moderation import Person


def published(app: Flask, superuser: psycopg.Connection, **fields: Any) -> tuple[Person, UUID]:
    """A person whose profile was approved, and its public id."""
    someone = moderation.person(app, superuser)
    publish(app, someone, **fields)
    return someone, profile_id(superuser, someone)


def publish(app: Flask, someone: Person, **fields: Any) -> None:
    """Submit the next revision and have it shown, without moderation's word."""
    staff = moderator()
    number = someone.submit(**fields).subject_revision
    with moderation.as_actor(app, staff):
        casting.approve_revision(actor=staff, subject_id=someone.subject_id, number=number)


def moderator() -> Actor:
    """Any moderator."""
    return Actor("staff", uuid4(), roles=frozenset({"moderator"}))


def profile_id(superuser: psycopg.Connection, someone: Person) -> UUID:
    row = superuser.execute("select id from published_profiles where subject_id = %s", [someone.subject_id]).fetchone()
    assert row
    return UUID(str(row[0]))


def reporter(app: Flask, role: str = AppRole.TALENT) -> Someone:
    """Somebody with an app."""
    return doors.register(app, role)


def body(what: UUID, reason: str = "harassment", **more: Any) -> dict[str, Any]:
    """A report of a published profile."""
    return {"what": {"kind": "talent_profile", "id": str(what)}, "reason": reason, "text": "It insults me.", **more}


def send(someone: Someone, what: UUID, reason: str = "harassment", **more: Any) -> TestResponse:
    return someone.ask("POST", "/api/v1/reports", json=body(what, reason, **more))


def arrive(app: Flask, superuser: psycopg.Connection) -> None:
    """Everything that moderation published reaches its handlers, and what they publish too."""
    for _ in range(10):
        rows = superuser.execute("select id::text from outbox where name like 'moderation.%' and status = 'pending'"
                                 " order by id").fetchall()
        if not rows:
            return
        with app.app_context():
            consumer.deliver([row[0] for row in rows])
    raise AssertionError("moderation's events do not come to rest")


def reported(app: Flask, superuser: psycopg.Connection, someone: Someone, what: UUID, reason: str = "harassment",
             **more: Any) -> str:
    """Send a report and have it folded; its id."""
    answer = send(someone, what, reason, **more)
    assert answer.status_code == 201 and answer.json, answer.text
    arrive(app, superuser)
    report_id: str = answer.json["data"]["id"]
    return report_id


def case_of(app: Flask, someone: Someone, report_id: str) -> Case:
    """The case a report lies in."""
    with app.app_context(), unit_of_work(system(someone.user_id)) as session:
        report = session.get(Report, (someone.user_id, UUID(report_id)))
        assert report is not None and report.case_id is not None
        case = session.get(Case, report.case_id)
        assert case is not None
        session.expunge(case)
        return case


def outcome(*, breach: bool) -> Outcome:
    """What a moderator decides about something reported."""
    return Outcome.REJECT if breach else Outcome.APPROVE


def fetch(someone: Someone, report_id: str) -> dict[str, Any]:
    answer = someone.ask("GET", f"/api/v1/reports/{report_id}")
    assert answer.status_code == 200 and answer.json, answer.text
    data: dict[str, Any] = answer.json["data"]
    return data
