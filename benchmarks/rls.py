"""What row level security costs: on against off, and the smallest tenant beside the largest (performance.md §2).

A tenant table made with the kit holds 20 organizations, of 600,000 rows down to 50. The statement is the kit's `Read`,
keyset and index-led, run on warm connections. On against off is measured on the handler of `api-list`.
"""
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from uuid import UUID, uuid4

import psycopg
from msgspec import Struct
from sqlalchemy import DateTime, String, Uuid, bindparam, column, literal_column, select, table

from benchmarks import published
from benchmarks.harness import Stage, ratio, report, rounds, stage
from castingops.core import reads
from castingops.core.actor import Actor
from castingops.core.cursor import NEWEST
from tests.factories.kit import make_tables

NAME = "rls"
SIZES = [600_000, 300_000, 150_000, *(75_000 - 4_500 * step for step in range(16)), 50]
WANTED = {"on_vs_off": (">=", 0.90), "small_vs_large": ("<=", 3.0), "id_only_walks": ("<=", 0)}


class Row(Struct):
    """A row as the list shows it."""

    id: UUID
    body: str


PROBE = table("probe_org", column("org_id", Uuid()), column("id", Uuid()), column("body", String()),
              column("created_at", DateTime()))
NEWEST_OF_ORG = reads.Read(
    select(PROBE.c.id, PROBE.c.body)
    .where(PROBE.c.org_id == bindparam("org_id"), PROBE.c.id < bindparam("below"))
    .order_by(PROBE.c.id.desc()).limit(literal_column("50")), Row)


def fill(superuser: psycopg.Connection) -> list[UUID]:
    """The organizations, largest first; the smallest one's rows are the oldest."""
    orgs = [uuid4() for _ in SIZES]
    for org, size in zip(orgs, SIZES, strict=True):
        age = "400 days" if size == 50 else "1 day"
        superuser.execute(
            "insert into probe_org (org_id, id, body) select %s, uuidv7(%s::interval), repeat('x', 80)"
            " from generate_series(1, %s)", [org, f"-{age}", size])
    superuser.execute("vacuum analyze probe_org")
    return orgs


def reader(here: Stage, pool: object, org: UUID) -> Callable[[], None]:
    actor = Actor("member", uuid4(), org_id=org)

    def call() -> None:
        here.app.extensions["reads"] = pool
        with here.app.app_context():
            assert len(NEWEST_OF_ORG(actor, org_id=org, below=NEWEST)) == 50

    return call


def seconds(call: Callable[[], None], times: int) -> float:
    spent = []
    for _ in range(times):
        began = perf_counter()
        call()
        spent.append(perf_counter() - began)
    return median(spent)


def small_against_large(here: Stage, orgs: list[UUID]) -> float:
    """On one connection, after 40 warm calls for the largest: the smallest one's time over the largest one's."""
    pool = reads.open_pool(here.url("castingops_app"), size=1)
    large, small = reader(here, pool, orgs[0]), reader(here, pool, orgs[-1])
    for _ in range(40):
        large()
    found = median(seconds(small, 20) / seconds(large, 20) for _ in range(9))
    pool.close()
    return round(found, 3)


def id_only_walks(here: Stage, orgs: list[UUID]) -> int:
    """How many plans, custom and generic, walk an index that does not lead with the organization."""
    walks = 0
    with psycopg.connect(here.url("castingops_app")) as connection:
        for mode in ("force_custom_plan", "force_generic_plan"):
            for org in (orgs[0], orgs[-1]):
                connection.execute(
                    "select set_config('plan_cache_mode', %s, true), set_config('app.kind', 'member', true),"
                    " set_config('app.org_id', %s, true)", [mode, str(org)])
                plan = "\n".join(line for (line,) in connection.execute(
                    f"explain {NEWEST_OF_ORG.sql}", {"org_id": org, "below": NEWEST}, prepare=True))
                walks += "Index Cond: ((org_id = " not in plan or "Sort" in plan
    return walks


def main() -> int:
    """Measure and report."""
    with stage() as here:
        make_tables(here.url("castingops_owner"))
        orgs = fill(here.superuser)
        published.fill(here.superuser, 200_000)
        on, off = published.helper(here), published.helper(here, "castingops_backup")  # BYPASSRLS: no policy
        costs = rounds(here, {"on": on, "off": off}, count=15, repeats=400)
        ratios = {"on_vs_off": ratio(costs, "off", "on"), "small_vs_large": small_against_large(here, orgs)}
        figures = {"on_ms": round(median(costs["on"]), 3), "off_ms": round(median(costs["off"]), 3),
                   "rows": sum(SIZES), "id_only_walks": id_only_walks(here, orgs)}
    return report(NAME, ratios, figures, WANTED)


if __name__ == "__main__":
    sys.exit(main())
