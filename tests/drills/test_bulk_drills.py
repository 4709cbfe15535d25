"""A bulk action whose worker is killed in the middle: each case is done once, and the job ends (MOD-2, OPS-1)."""
import os
import signal

import psycopg
import pytest

from castingops.bootstrap.servers import Postgres
from tests.drills.conftest import Drill
from tests.factories import bulk, doors

pytestmark = pytest.mark.drill

CASES = 12


def test_worker_killed_in_the_middle_does_each_case_once(drill: Drill, postgres_server: Postgres) -> None:
    """kill -9 the whole worker at the third case or so, and start another."""
    noura = doors.staff_member(drill.app, "moderator")
    made = bulk.submit(drill.app, drill.superuser, CASES)
    drill.superuser.execute("update outbox set status = 'done' where status = 'pending'")  # what submitting told
    drill.house()
    ref = bulk.freeze(noura, made)
    with psycopg.connect(postgres_server.url(), autocommit=True) as blocker:
        held = made[3].id
        with blocker.transaction():  # the worker meets a case that is held, and is killed while it waits
            blocker.execute("select from cases where id = %s for update", [held])
            assert bulk.confirm(noura, ref) == 303
            drill.until(lambda: done(drill, ref) == 3, within=30, what="three cases are done and the fourth is at work")
            drill.until(lambda: waits(blocker), within=20, what="the worker waits for the fourth")
            os.killpg(drill.at_work["worker"].pid, signal.SIGKILL)
    drill.relay(CASTINGOPS_REDELIVER_SECONDS="1")  # what was sent and never handled goes out again, only sooner
    drill.worker()
    drill.until(lambda: bulk.state(drill.superuser, ref) == "done", within=60, what="the job ends")
    assert [result for _, result, _ in bulk.results(drill.superuser, ref)] == ["done"] * CASES
    decisions = drill.superuser.execute(
        "select case_id, count(*) from decisions where case_id = any(%s) group by 1", [[case.id for case in made]])
    assert dict(decisions.fetchall()) == {case.id: 1 for case in made}
    records = drill.superuser.execute(
        "select count(*) from audit_entries e join audit_payloads p on p.entry_id = e.id"
        " where action = 'moderation.bulk.item' and payload -> 'details' ->> 'job' = %s", [ref]).fetchone()
    assert records == (CASES,)


def done(drill: Drill, ref: str) -> int:
    """How many cases have a result."""
    return sum(result == "done" for _, result, _ in bulk.results(drill.superuser, ref))


def waits(connection: psycopg.Connection) -> bool:
    """Whether somebody waits for a lock that this connection holds."""
    row = connection.execute(
        "select exists (select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid)))").fetchone()
    return bool(row and row[0])
