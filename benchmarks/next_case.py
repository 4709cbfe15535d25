"""Handing out work: 16 moderators ask at once over 100,000 open cases, beside the barest statement that could do it.

The bare side is `UPDATE … WHERE id = (SELECT … FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING` on connections of its own, as
the same plain role, with its scope set once. Ours looks for a live lease of the asker's first, leaves out paused cases
and others' queues, takes what ran out, and writes the history. Every call is another moderator's: nobody here decides,
so who had asked before would be given the same case again.
"""
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg

from benchmarks.harness import Stage, report, stage
from castingops.core.actor import Actor
from castingops.moderation.service import leases

NAME = "next-case"
CASES, MODERATORS, ASKED, ROUNDS = 100_000, 16, 150, 5
WANTED = {"vs_skip_locked": (">=", 0.35), "doubles": ("<=", 0)}
FILL = """
insert into cases (ref, kind, subject_id, entity_id, subject_revision, title_en, title_ar, language, minor, state,
  version, priority, priority_reasons, due_at, created_at, queue)
select 'CASE-' || lpad(n::text, 7, '0'), 'talent_profile', uuidv7(), uuidv7(), 1, 'Sarah Al-Qahtani ' || n,
  'سارة القحطاني ' || n, 'both', false, 'open', 1, n %% 90, '[{"code": "new_profile", "points": 20}]',
  now() + make_interval(mins => n %% 5000 - 500), now() - make_interval(mins => n %% 9000), 'general'
from generate_series(1, %s) n"""
BARE = """
update cases set assigned_to = %(me)s, lease_token = %(token)s, lease_until = now() + interval '10 minutes'
where id = (select id from cases where state = 'open' and assigned_to is null
            order by queue_rank, due_at, id for update skip locked limit 1)
returning id"""
FREE = ("update cases set assigned_to = null, lease_token = null, lease_until = null where assigned_to is not null",
        "delete from case_leases", "vacuum analyze cases, case_leases")

Hand = Callable[[int, int], UUID]


def fill(superuser: psycopg.Connection) -> None:
    """Open cases of nobody, all free."""
    superuser.execute("set session_replication_role = replica")
    superuser.execute(FILL, [CASES])
    superuser.execute("set session_replication_role = origin")
    superuser.execute("vacuum analyze cases")


def ours(here: Stage, moderator: int, turn: int) -> UUID:
    """One case by the service, as a request asks for it."""
    with here.app.app_context():
        lease = leases.next_case(actor=Actor("staff", uuid4(), roles=frozenset({"moderator"})))
    assert lease is not None
    return lease.case_id


def bare(connections: list[psycopg.Connection], moderator: int, turn: int) -> UUID:
    """One case by the bare statement."""
    row = connections[moderator].execute(BARE, {"me": uuid4(), "token": uuid4()}).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def run(hand: Hand) -> tuple[float, list[UUID]]:
    """Cases a second of all moderators together, and which were handed out."""
    def work(moderator: int) -> list[UUID]:
        return [hand(moderator, turn) for turn in range(ASKED)]

    with ThreadPoolExecutor(MODERATORS) as pool:
        started = time.perf_counter()
        given = [case_id for each in pool.map(work, range(MODERATORS)) for case_id in each]
        return len(given) / (time.perf_counter() - started), given


def doubles(here: Stage, given: list[UUID], *, kept: bool) -> int:
    """Cases that somebody got although somebody else had them, by the answers, the cases and the history."""
    twice = sum(count - 1 for count in Counter(given).values())
    row = here.superuser.execute("select count(*), (select count(*) from case_leases) from cases"
                                 " where lease_token is not null").fetchone()
    assert row is not None
    held, written = row
    return twice + abs(len(given) - int(held)) + (abs(len(given) - int(written)) if kept else 0)


def connect(here: Stage) -> list[psycopg.Connection]:
    """The bare side's connections, with the scope that row level security asks for."""
    made = [psycopg.connect(here.url("castingops_app"), autocommit=True) for _ in range(MODERATORS)]
    for connection in made:
        connection.execute("select set_config('app.kind', 'staff', false)")
    return made


def measure(here: Stage, sides: dict[str, Hand]) -> tuple[dict[str, list[float]], int]:
    """Rates of each side in each round, the order turning; one round warms up. And how many were handed out twice."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    wrong = 0
    for turn in range(ROUNDS + 1):
        for name in list(sides)[::1 if turn % 2 else -1]:
            for statement in FREE:
                here.superuser.execute(statement)
            rate, given = run(sides[name])
            wrong += doubles(here, given, kept=name == "ours")
            if turn:
                rates[name].append(rate)
    return rates, wrong


def main() -> int:
    """Measure and report."""
    with stage(CASTINGOPS_POOL_SIZE=str(MODERATORS)) as here:
        fill(here.superuser)
        connections = connect(here)
        sides: dict[str, Any] = {"ours": partial(ours, here), "bare": partial(bare, connections)}
        rates, wrong = measure(here, sides)
        for connection in connections:
            connection.close()
    figures = {f"{name}_per_second": round(median(values)) for name, values in rates.items()}
    figures |= {"doubles": wrong, "cases": CASES, "moderators": MODERATORS,
                "handed_out": 2 * (ROUNDS + 1) * MODERATORS * ASKED}
    share = median(a / b for a, b in zip(rates["ours"], rates["bare"], strict=True))
    return report(NAME, {"vs_skip_locked": round(share, 3)}, figures, WANTED)


if __name__ == "__main__":
    sys.exit(main())
