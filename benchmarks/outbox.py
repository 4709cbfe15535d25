"""The outbox: what it adds to a transaction, how fast the relay is, how soon an event is handled, what a crash costs.

Peers: a loop of one `apply_async` per row, and procrastinate's own worker on the same database, in the same run.
"""
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from statistics import median
from threading import Thread
from time import perf_counter

import procrastinate
import psycopg
from sqlalchemy import text

from benchmarks.harness import Stage, report, stage
from benchmarks.outbox_event import Ticked
from castingops.core import outbox
from castingops.core.actor import system
from castingops.core.db import session, unit_of_work
from castingops.core.relay import relay_batch
from castingops.worker import DELIVER, make_celery, pusher

NAME = "outbox"
WANTED = {"with_vs_without": ("<=", 1.35), "relay_vs_apply_async": (">=", 8.0), "latency_vs_procrastinate": ("<=", 1.5),
          "lost": ("<=", 0), "doubled": ("<=", 0)}
ROWS, EVENTS, WRITERS, KILL_EVERY, CRASH_SECONDS = 5000, 200, 4, 5.0, 16.0

TABLES = """
create table bench_work (id int primary key, touched int not null);
insert into bench_work select n, 0 from generate_series(1, 1000) n;
create table bench_handled (number int, handled_at timestamptz);
create table bench_sent (number int, sent_at timestamptz);
create table bench_peer_handled (number int, handled_at timestamptz);
grant select, insert, update on bench_work, bench_handled, bench_sent to castingops_app;
"""


def transaction(here: Stage, *, publishes: bool) -> Callable[[], None]:
    """A business transaction of one look and one change, with or without an event."""
    def call() -> None:
        with here.app.app_context(), unit_of_work(system()):
            number = int.from_bytes(os.urandom(2)) % 1000 + 1
            session().execute(text("select touched from bench_work where id = :id"), {"id": number})
            session().execute(text("update bench_work set touched = touched + 1 where id = :id"), {"id": number})
            if publishes:
                outbox.publish(Ticked(number=number))
    return call


def with_against_without(here: Stage) -> float:
    """Latency of the transaction with an event over without, interleaved; the median of the rounds' ratios."""
    calls = {flag: transaction(here, publishes=flag) for flag in (False, True)}

    def one_round() -> float:
        spent = {False: [0.0], True: [0.0]}
        for _ in range(200):
            for flag, call in calls.items():
                began = perf_counter()
                call()
                spent[flag].append(perf_counter() - began)
        return median(spent[True][1:]) / median(spent[False][1:])

    one_round()
    return round(median(one_round() for _ in range(7)), 3)


def refill(here: Stage, rows: int) -> None:
    here.superuser.execute("delete from outbox")
    here.superuser.execute(
        "insert into outbox (name, queue, payload, status, created_at, not_before)"
        " select 'bench.clock.ticked', 'alerts', '{\"number\": 0}', 'pending', now(), now()"
        " from generate_series(1, %s)", [rows])
    here.superuser.execute("vacuum analyze outbox")


def relay_against_loop(here: Stage) -> tuple[float, int]:
    """Rows a second of the relay over those of a loop that sends and marks each row by itself."""
    celery = make_celery(here.settings)
    push = pusher(celery)
    with psycopg.connect(here.url("castingops_app"), autocommit=True) as connection:
        connection.execute("select set_config('app.kind', 'system', false)")

        def by_relay() -> float:
            refill(here, ROWS)
            began = perf_counter()
            while relay_batch(connection, push):
                pass
            return ROWS / (perf_counter() - began)

        def by_loop(rows: int = 500) -> float:
            refill(here, rows)
            began = perf_counter()
            for _ in range(rows):
                with connection.transaction():
                    row = connection.execute("select id::text from outbox where status = 'pending' order by id limit 1"
                                             " for update skip locked").fetchone()
                    assert row
                    celery.send_task(DELIVER, [[row[0]]], queue="alerts")
                    connection.execute("update outbox set status = 'sent' where id = %s::uuid", [row[0]])
            return rows / (perf_counter() - began)

        by_relay(), by_loop()
        pairs = [(by_relay(), by_loop()) for _ in range(5)]
    here.app.extensions["redis"].flushall()
    refill(here, 0)
    return round(median(ours / theirs for ours, theirs in pairs), 2), round(median(ours for ours, _ in pairs))


@contextmanager
def process(*argv: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A child process, ended with the block."""
    child = subprocess.Popen([sys.executable, "-W", "ignore", *argv], env=os.environ | variables,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


def our_worker() -> object:
    return process("-m", "celery", "-A", "benchmarks.outbox_worker:celery", "worker", "-c", "1", "-l", "ERROR",
                   "--without-gossip", "--without-mingle", "--without-heartbeat")


def our_relay() -> object:
    return process("-m", "castingops.cli", "relay")


def publish(here: Stage, number: int) -> None:
    """One event; when it was committed is written down beside it."""
    with here.app.app_context(), unit_of_work(system()):
        session().execute(text("insert into bench_sent values (:n, clock_timestamp())"), {"n": number})
        outbox.publish(Ticked(number=number))


def await_rows(here: Stage, table: str, count: int, seconds: float) -> int:
    """Wait until `table` holds `count` different numbers; returns how many it does."""
    deadline, found = time.monotonic() + seconds, 0
    while found < count and time.monotonic() < deadline:
        time.sleep(0.05)
        row = here.superuser.execute(f"select count(distinct number) from {table}").fetchone()
        found = row[0] if row else 0
    return found


def latencies(here: Stage, table: str) -> list[float]:
    rows = here.superuser.execute(
        f"select extract(epoch from h.handled_at - s.sent_at) * 1000 from {table} h join bench_sent s using (number)"
        " where number > 10").fetchall()  # the first ten warm up
    return sorted(float(row[0]) for row in rows)


def latency_against_procrastinate(here: Stage) -> tuple[float, dict[str, float]]:
    """Commit to handled, 20 a second, ours and theirs in turn on the same servers: p50 over p50."""
    peer_url = here.url("postgres")
    os.environ["BENCH_DATABASE_URL"] = peer_url
    peer = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=peer_url))
    medians: dict[str, list[float]] = {"ours": [], "theirs": []}
    tails: dict[str, list[float]] = {"ours": [], "theirs": []}
    with ExitStack() as running:
        running.enter_context(peer.open())
        peer.schema_manager.apply_schema()
        running.enter_context(our_worker())
        running.enter_context(our_relay())
        running.enter_context(process("-m", "procrastinate", "--app", "benchmarks.outbox_peer.app", "worker",
                                      "--queues", "bench", "--concurrency", "1"))
        defer = peer.configure_task("tick", queue="bench")

        def theirs(number: int) -> None:
            here.superuser.execute("insert into bench_sent values (%s, clock_timestamp())", [number])
            defer.defer(number=number)

        for turn in range(4):
            for who, table, send in (("ours", "bench_handled", lambda number: publish(here, number)),
                                     ("theirs", "bench_peer_handled", theirs)):
                here.superuser.execute(f"truncate bench_sent; truncate {table}")
                for number in range(1, EVENTS + 1):
                    send(number)
                    time.sleep(0.05)
                found = await_rows(here, table, EVENTS, 60)
                assert found == EVENTS, (who, found)
                if turn:
                    spent = latencies(here, table)
                    medians[who].append(median(spent))
                    tails[who].append(spent[int(len(spent) * 0.95)])
    figures = {f"{who}_p50_ms": round(median(values), 2) for who, values in medians.items()}
    figures |= {f"{who}_p95_ms": round(median(values), 2) for who, values in tails.items()}
    return round(median(a / b for a, b in zip(medians["ours"], medians["theirs"], strict=True)), 3), figures


def crash(here: Stage) -> tuple[int, int, int]:
    """Writers at work, the relay killed every 5 seconds: how many were sent, lost, and handled more than once."""
    here.superuser.execute("truncate bench_sent; truncate bench_handled; delete from outbox")
    stop = time.monotonic() + CRASH_SECONDS

    def write(first: int) -> None:
        number = first
        while time.monotonic() < stop:
            publish(here, number)
            number += WRITERS
            time.sleep(0.005)

    writers = [Thread(target=write, args=(first,)) for first in range(1, WRITERS + 1)]
    with ExitStack() as running:
        running.enter_context(our_worker())
        for writer in writers:
            writer.start()
        while time.monotonic() < stop:
            with ExitStack() as life:
                relay = life.enter_context(our_relay())
                time.sleep(KILL_EVERY)
                os.killpg(relay.pid, signal.SIGKILL)
                relay.wait()
                life.pop_all()
        for writer in writers:
            writer.join()
        running.enter_context(our_relay())
        sent = here.superuser.execute("select count(*) from bench_sent").fetchone()
        assert sent
        found = await_rows(here, "bench_handled", sent[0], 90)
        time.sleep(1.0)  # a second effect would show by now
        handled = here.superuser.execute("select count(*) from bench_handled").fetchone()
        assert handled
    return sent[0], sent[0] - found, handled[0] - found


def main() -> int:
    """Measure and report."""
    with stage() as here:
        here.superuser.execute(TABLES)
        ratios = {"with_vs_without": with_against_without(here)}
        ratios["relay_vs_apply_async"], rows_per_second = relay_against_loop(here)
        ratios["latency_vs_procrastinate"], figures = latency_against_procrastinate(here)
        sent, lost, doubled = crash(here)
        figures |= {"relay_rows_per_second": rows_per_second, "crash_events": sent, "lost": lost, "doubled": doubled}
    return report(NAME, ratios, figures, WANTED)


if __name__ == "__main__":
    sys.exit(main())
