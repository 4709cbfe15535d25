"""Bulk actions from the outside: frozen by a form, worked off delivery by delivery."""
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask

from castingops.core import consumer
from castingops.core.actor import Actor
from castingops.moderation.models import Case
from tests.factories import moderation as factory
from tests.factories.doors import Someone

BULK = "/console/moderation/bulk"
STEPS = ("select id from outbox where name = 'job.moderation.bulk_step' and status = 'pending'"
         " and payload ->> 'job_id' = (select id::text from bulk_jobs where ref = %s) order by id")


def as_staff(someone: Someone, *roles: str) -> Actor:
    """This member of staff at work, for calls of services."""
    return Actor("staff", someone.user_id, roles=frozenset(roles or ("moderator",)))


def submit(app: Flask, superuser: psycopg.Connection, many: int, **fields: Any) -> list[Case]:
    """Cases of so many people."""
    return [factory.person(app, superuser).submit(**fields) for _ in range(many)]


def freeze(staff: Someone, cases: list[Case]) -> str:
    """Tick these cases; the reference of the frozen list."""
    answer = staff.ask("POST", BULK, data={"case": [case.ref for case in cases]})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rsplit("/", 1)[1]


def confirm(staff: Someone, ref: str, act: str = "approve", **form: str) -> int:
    """Start it; the answer's status."""
    return staff.ask("POST", f"{BULK}/{ref}/confirm", data={"act": act, **form}).status_code


def work(app: Flask, superuser: psycopg.Connection, ref: str, *, most: int = 10_000) -> int:
    """Deliver the job's steps until none is left, or `most`; how many were delivered."""
    delivered = 0
    while delivered < most and (row := superuser.execute(STEPS + " limit 1", [ref]).fetchone()):
        with app.app_context():
            consumer.deliver([str(row[0])])
        delivered += 1
    return delivered


def results(superuser: psycopg.Connection, ref: str) -> list[tuple[UUID, str, str]]:
    """Case, result and code of each item, in order."""
    return superuser.execute(
        "select case_id, result, code from bulk_items i join bulk_jobs j on j.id = i.job_id where j.ref = %s"
        " order by position", [ref]).fetchall()


def state(superuser: psycopg.Connection, ref: str) -> str:
    """How the job stands."""
    row = superuser.execute("select state from bulk_jobs where ref = %s", [ref]).fetchone()
    assert row
    return str(row[0])
