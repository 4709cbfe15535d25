"""Events and jobs: none lost, none done twice, retried with growing pauses, given up with a reason (OPS-1, OPS-2)."""
from collections.abc import Iterator
from datetime import timedelta
from threading import Event as Flag
from threading import Thread
from typing import ClassVar
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core import clock, consumer, events, jobs, outbox, schedule
from castingops.core.actor import Actor, system
from castingops.core.config import Settings
from castingops.core.db import unit_of_work
from castingops.core.errors import Conflict
from castingops.core.facts import remember
from castingops.core.relay import relay_batch, relay_until, sweep
from tests.factories import kit


class Happened(events.Event, frozen=True, kw_only=True):
    name: ClassVar[str] = "probe.thing.happened"
    fact: str
    fails: bool = False


def note_it(event: Happened, *, actor: Actor) -> None:
    remember(f"noted {event.fact}", actor.kind)


def stumble(event: Happened, *, actor: Actor) -> None:
    remember(f"stumbled {event.fact}", actor.kind)
    if event.fails:
        raise Conflict


def run_job(*, actor: Actor, fact: str = "") -> None:
    remember(f"job {fact}", actor.kind)


JOB = jobs.Job("probe.run", run_job, queue="media", seconds=7)


@pytest.fixture(autouse=True)
def wired(app: Flask, superuser: psycopg.Connection) -> Iterator[None]:
    forget = "update outbox set status = 'done' where status in ('pending', 'sent')"
    superuser.execute(forget)
    with kit.own_listeners():
        events.subscribe(Happened, note_it)
        events.subscribe(Happened, stumble)
        jobs.register(JOB)
        yield
    superuser.execute(forget)


@pytest.fixture
def relay(settings: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(settings.database_url.get_secret_value(), autocommit=True) as connection:
        connection.execute("select set_config('app.kind', 'system', false)")
        yield connection


def publish(app: Flask, *, fails: bool = False, count: int = 1) -> str:
    fact = str(uuid4())
    with app.app_context(), unit_of_work(system()):
        for number in range(count):
            outbox.publish(Happened(fact=f"{fact}/{number}" if number else fact, fails=fails))
    return fact


def pushed(relay: psycopg.Connection, **sizes: int) -> list[tuple[str, list[str], str]]:
    messages: list[tuple[str, list[str], str]] = []
    while relay_batch(relay, lambda *message: messages.append(message), **sizes):
        pass
    return messages


def deliver(app: Flask, messages: list[tuple[str, list[str], str]]) -> None:
    with app.app_context():
        for _, ids, _ in messages:
            consumer.deliver(ids)


def facts(superuser: psycopg.Connection, fact: str) -> set[str]:
    return {name for (name,) in superuser.execute("select name from house_facts where name like %s", [f"%{fact}"])}


def state(superuser: psycopg.Connection, fact: str) -> tuple[str, int]:
    row = superuser.execute("select status, attempts from outbox where payload->>'fact' = %s", [fact]).fetchone()
    assert row
    return row


def test_each_handler_has_its_effect_once(app: Flask, superuser: psycopg.Connection,
                                          relay: psycopg.Connection) -> None:
    fact = publish(app)
    messages = pushed(relay)
    deliver(app, messages * 3)
    assert facts(superuser, fact) == {f"noted {fact}", f"stumbled {fact}"}
    assert state(superuser, fact) == ("done", 1)


def test_rolled_back_event_never_leaves(app: Flask, relay: psycopg.Connection) -> None:
    with app.app_context(), pytest.raises(InterruptedError), unit_of_work(system()):
        outbox.publish(Happened(fact="never"))
        raise InterruptedError
    assert pushed(relay) == []


def test_failing_handler_is_retried_alone_then_given_up(
    app: Flask, superuser: psycopg.Connection, relay: psycopg.Connection, settings: Settings
) -> None:
    fact = publish(app, fails=True)
    for attempt in range(1, settings.delivery_attempts + 1):
        superuser.execute("update outbox set not_before = now() where payload->>'fact' = %s", [fact])
        deliver(app, pushed(relay))
        assert state(superuser, fact) == ("dead" if attempt == settings.delivery_attempts else "pending", attempt)
    assert facts(superuser, fact) == {f"noted {fact}"}  # the failing one's own write was rolled back each time
    letters = superuser.execute(
        "select handler, reason, d.attempts from dead_letters d join outbox o on o.id = d.event_id"
        " where o.payload->>'fact' = %s", [fact]).fetchall()
    assert letters == [(f"{__name__}.stumble", "Conflict: conflict", settings.delivery_attempts)]


def test_pause_before_the_next_try_doubles(
    app: Flask, superuser: psycopg.Connection, relay: psycopg.Connection, settings: Settings,
    monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = settings.model_copy(update={"delivery_backoff_seconds": 100.0})
    monkeypatch.setitem(app.extensions, "settings", slow)
    fact, pauses = publish(app, fails=True), []
    for _ in range(3):
        superuser.execute("update outbox set not_before = now() where payload->>'fact' = %s", [fact])
        deliver(app, pushed(relay))
        row = superuser.execute(
            "select extract(epoch from not_before - sent_at) from outbox where payload->>'fact' = %s", [fact],
        ).fetchone()
        assert row
        pauses.append(float(row[0]))
    assert [round(pause, -2) for pause in pauses] == [100, 200, 400]


def test_a_process_that_dies_each_time_is_given_up(
    app: Flask, superuser: psycopg.Connection, relay: psycopg.Connection, settings: Settings
) -> None:
    fact = publish(app)
    superuser.execute("update outbox set attempts = %s where payload->>'fact' = %s",
                      [settings.delivery_attempts, fact])
    deliver(app, pushed(relay))
    assert state(superuser, fact)[0] == "dead" and facts(superuser, fact) == set()


def test_retry_waits_for_its_time(app: Flask, superuser: psycopg.Connection, relay: psycopg.Connection) -> None:
    fact = publish(app)
    superuser.execute("update outbox set not_before = now() + interval '1 hour' where payload->>'fact' = %s", [fact])
    assert pushed(relay) == []


def test_relays_side_by_side_share_the_work(app: Flask, relay: psycopg.Connection, settings: Settings) -> None:
    publish(app, count=6)
    taken: list[str] = []

    def push(queue: str, ids: list[str], name: str) -> None:
        taken.extend(ids)

    with psycopg.connect(settings.database_url.get_secret_value(), options="-c lock_timeout=2s") as second:
        second.execute("select set_config('app.kind', 'system', false)")
        with relay.transaction():  # the first holds its rows while the second looks
            first = relay_batch(relay, push, size=2)
            rest = relay_batch(second, push, size=100)
    assert (first, rest, len(set(taken))) == (2, 4, 6)


def test_wiped_queue_is_refilled(app: Flask, superuser: psycopg.Connection, relay: psycopg.Connection) -> None:
    fact = publish(app)
    assert len(pushed(relay)) == 1  # and lost
    assert sweep(relay, redeliver_seconds=600) == 0
    superuser.execute("update outbox set sent_at = now() - interval '11 minutes' where payload->>'fact' = %s", [fact])
    assert sweep(relay, redeliver_seconds=600) == 1
    deliver(app, pushed(relay))
    assert state(superuser, fact)[0] == "done"


def test_events_travel_together_and_jobs_alone(app: Flask, relay: psycopg.Connection) -> None:
    publish(app, count=5)
    with app.app_context(), unit_of_work(system()):
        jobs.enqueue(JOB, fact="a")
    messages = pushed(relay, chunk=3)
    assert sorted((queue, len(ids), name) for queue, ids, name in messages) == [
        ("alerts", 2, ""), ("alerts", 3, ""), ("media", 1, "job.probe.run")]


def test_job_runs_as_the_system_inside_its_subject(app: Flask, superuser: psycopg.Connection,
                                                   relay: psycopg.Connection) -> None:
    fact = str(uuid4())
    with app.app_context(), unit_of_work(system()):
        jobs.enqueue(JOB, subject_id=UUID(int=7), fact=fact)
    deliver(app, pushed(relay))
    assert facts(superuser, fact) == {f"job {fact}"}


def test_event_nobody_listens_to_is_done(app: Flask, superuser: psycopg.Connection, relay: psycopg.Connection) -> None:
    with app.app_context(), unit_of_work(system()):
        outbox.put("probe.nobody.cares", {"fact": "nobody"}, queue="alerts")
    deliver(app, pushed(relay))
    assert state(superuser, "nobody")[0] == "done"


def test_notify_wakes_the_relay_before_its_poll(app: Flask, settings: Settings) -> None:
    stop, arrived = Flag(), Flag()

    def push(queue: str, ids: list[str], name: str) -> None:
        arrived.set()
        stop.set()

    url = settings.database_url.get_secret_value()
    relay = Thread(target=relay_until, args=(stop, url, push), kwargs={"poll_seconds": 30})
    relay.start()
    publish(app)
    assert arrived.wait(5)
    relay.join()


def test_slot_starts_its_job_once(app: Flask, relay: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    every = timedelta(minutes=10)
    with app.app_context():
        assert [schedule.start_slot(JOB, every) for _ in range(3)] == [True, False, False]
        later = clock.now() + every
        monkeypatch.setattr(clock, "now", lambda: later)
        assert schedule.start_slot(JOB, every)
