"""What waits in the outbox for somebody, handled now and in order, as the worker would."""
from uuid import UUID

import psycopg
from flask import Flask

from castingops.core import consumer


def deliver(app: Flask, superuser: psycopg.Connection, subject_id: UUID | None, *names: str) -> int:
    """Handle what is pending for this person (or for nobody), what it causes too; of these names only, when given.

    What fails is left for another call; the number of rows that were handed out.
    """
    done: list[str] = []
    while True:
        rows = superuser.execute(
            "select id::text from outbox where status = 'pending' and subject_id is not distinct from %s"
            " and (%s::text[] is null or name = any(%s::text[])) and not id::text = any(%s) order by id",
            [subject_id, list(names) or None, list(names) or None, done]).fetchall()
        if not rows:
            return len(done)
        with app.app_context():
            consumer.deliver([row[0] for row in rows])
        done += [row[0] for row in rows]
