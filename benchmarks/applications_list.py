"""50 applications of a role that received 1,000,000, under row level security: the read and the whole route, beside
Flask and psycopg with the same statement and nothing else."""
import sys
from collections.abc import Callable
from statistics import median
from typing import Any
from uuid import UUID

import msgspec
from flask import Response
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from benchmarks.harness import Stage, ratio, report, rounds, stage, wsgi_call
from benchmarks.published import flask_with
from castingops.casting.queries import applications as queries
from castingops.core.actor import Actor
from castingops.core.cursor import NEWEST
from castingops.core.roles import OrgRole
from tests.factories import applications, calls
from tests.factories.organizations import House

NAME = "applications-list"
ROWS = 1_000_000
WANTED = {"read_vs_flask_psycopg": (">=", 0.75), "vs_flask_psycopg": (">=", 0.35)}
FILL = """
with sent as (
  insert into applications (org_id, id, call_id, role_id, subject_id, applied_by, minor, profile_revision, shown,
                            cover_note, public_status, submitted_at, version)
  select %(org)s, uuidv7(make_interval(secs => n - %(rows)s)), %(call)s, %(role)s, uuidv7(), uuidv7(), false, 1,
         jsonb_build_object('name_ar', 'سارة القحطاني ' || n, 'name_en', 'Sarah Al-Qahtani ' || n, 'city', 'riyadh',
                            'playing_age_min', 20, 'playing_age_max', 30),
         'I ride, and speak Najdi.', 'submitted', now(), 1
  from generate_series(1, %(rows)s) n returning org_id, id, role_id)
insert into application_reviews (org_id, application_id, role_id, status, moved_at, version)
select org_id, id, role_id, 'submitted', now(), 1 from sent"""


def fill(here: Stage, house: House, call_id: str, role_id: str) -> None:
    """Applications of nobody: foreign keys and gates sleep meanwhile."""
    here.superuser.execute("set session_replication_role = replica")
    here.superuser.execute(FILL, {"org": house.org_id, "call": call_id, "role": role_id, "rows": ROWS})
    here.superuser.execute("set session_replication_role = origin")
    here.superuser.execute("vacuum analyze applications, application_reviews")


def bare(here: Stage, values: dict[str, Any]) -> Callable[[], bytes]:
    """The same statement with no row level security, sign-in or envelope."""
    asked = {**queries.RECEIVED._fixed, **values}
    pool = ConnectionPool(here.url("castingops_backup"), min_size=1, max_size=1, kwargs={"autocommit": True}, open=True)

    def handler() -> Response:
        with pool.connection() as connection:
            rows = connection.cursor(row_factory=dict_row).execute(queries.RECEIVED.sql, asked).fetchall()
        return Response(msgspec.json.encode(rows[:50]), mimetype="application/json")

    return flask_with(handler)


def helper(here: Stage, actor: Actor, call_id: UUID, role_id: UUID) -> Callable[[], bytes]:
    """The read as a member, in a bare route."""
    def handler() -> Response:
        _, page = queries.list_received(call_id, role_id, actor=actor, status=None, cursor=None)
        return Response(msgspec.json.encode(page.rows), mimetype="application/json")

    def inside() -> Response:
        with here.app.app_context():
            return handler()

    return flask_with(inside)


def main() -> int:
    """Measure and report."""
    with stage() as here:
        house = calls.paying_house(here.app, here.superuser)
        call, role_id = applications.open_role(here.app, house)
        fill(here, house, call["id"], role_id)
        owner = house["owner"]
        stamp = here.superuser.execute("select stamp from organizations where id = %s", [house.org_id]).fetchone()
        assert stamp
        actor = Actor("member", owner.user_id, owner.user_id, org_id=house.org_id, org_stamp=stamp[0],
                      roles=frozenset({"hirer"}), org_role=OrgRole.OWNER)
        values = {"org_id": house.org_id, "role_id": role_id, "below": NEWEST, "me": owner.user_id}
        path = f"{house.path()}/casting-calls/{call['id']}/roles/{role_id}/applications"
        targets = {"bare": bare(here, values), "helper": helper(here, actor, UUID(call["id"]), UUID(role_id)),
                   "route": wsgi_call(here.app.wsgi_app, path, headers={"Authorization": f"Bearer {owner.token}"})}
        sizes = {f"{name}_bytes": len(run()) for name, run in targets.items()}
        costs = rounds(here, targets, count=11, repeats=100)
        ratios = {"read_vs_flask_psycopg": ratio(costs, "bare", "helper"),
                  "vs_flask_psycopg": ratio(costs, "bare", "route")}
        figures = {f"{name}_ms": round(median(values), 3) for name, values in costs.items()} | sizes | {"rows": ROWS}
    return report(NAME, ratios, figures, WANTED)


if __name__ == "__main__":
    sys.exit(main())
