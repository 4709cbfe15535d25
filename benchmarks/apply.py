"""One application through the real route, with every gate, key, event and entry, beside a bare handler's one insert."""
import itertools
import json
import sys
from collections.abc import Callable
from statistics import median
from uuid import UUID, uuid4

from flask import Flask, Response, request
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from benchmarks.harness import Stage, ratio, report, rounds, stage
from tests.factories import applications, calls
from tests.factories.doors import Someone
from tests.factories.statements import statements

NAME = "apply"
ROUNDS, REPEATS = 7, 60
WANTED = {"vs_bare_insert": (">=", 0.2), "statements": ("<=", 15)}
_ROLES = """
with made as (
  insert into call_roles (org_id, call_id, position, name_ar, name_en, kind, gender, playing_age_min, playing_age_max,
                          languages, dialects, skills, assets, openings, minors)
  select org_id, call_id, n, name_ar, name_en, kind, gender, playing_age_min, playing_age_max, languages, dialects,
         skills, assets, openings, minors
  from call_roles, generate_series(1, %(most)s) n where id = %(role)s returning *)
insert into published_roles (org_id, call_id, id, position, name_ar, name_en, kind, gender, playing_age_min,
                             playing_age_max, languages, dialects, skills, assets, openings, minors)
select org_id, call_id, id, position, name_ar, name_en, kind, gender, playing_age_min, playing_age_max, languages,
       dialects, skills, assets, openings, minors from made returning id"""


def roles(here: Stage) -> list[UUID]:
    """Roles of one published call, one for each time that somebody applies."""
    house = calls.paying_house(here.app, here.superuser)
    _, role_id = applications.open_role(here.app, house)
    made = here.superuser.execute(_ROLES, {"role": role_id, "most": (ROUNDS + 2) * REPEATS}).fetchall()
    here.superuser.execute("analyze call_roles, published_roles")
    return [row[0] for row in made]


def route(someone: Someone, picture: str, wanted: list[UUID]) -> Callable[[], None]:
    """The whole route, for another role each time."""
    left = iter(wanted)

    def call() -> None:
        answer = applications.send(someone, str(next(left)), picture)
        assert answer.status_code == 201, answer.text

    return call


def bare(here: Stage) -> Callable[[], None]:
    """Flask, psycopg and one row, committed: no sign-in, no gates, no row level security."""
    here.superuser.execute("create table bare_applications (id uuid primary key, document jsonb not null)")
    here.superuser.execute("grant insert on bare_applications to castingops_backup")
    pool = ConnectionPool(here.url("castingops_backup"), min_size=1, max_size=1, open=True)
    app = Flask("bare")

    def insert() -> Response:
        row_id = uuid4()
        with pool.connection() as connection:
            connection.execute("insert into bare_applications values (%s, %s)", [row_id, Jsonb(request.get_json())])
        return Response(json.dumps({"id": str(row_id)}), 201, mimetype="application/json")

    app.add_url_rule("/applications", "insert", insert, methods=["POST"])
    client, numbers = app.test_client(), itertools.count()

    def call() -> None:
        body = applications.body(str(uuid4()), str(uuid4()), cover_note=f"I ride. {next(numbers)}")
        assert client.post("/applications", json=body).status_code == 201

    return call


def main() -> int:
    """Measure and report."""
    with stage() as here:
        someone, picture = applications.talent(here.app, here.superuser)
        first, *rest = roles(here)
        with statements(here.app) as asked:
            applications.sent(someone, str(first), picture)
        costs = rounds(here, {"bare": bare(here), "route": route(someone, picture, rest)}, count=ROUNDS,
                       repeats=REPEATS)
        ratios = {"vs_bare_insert": ratio(costs, "bare", "route")}
        figures = {f"{name}_ms": round(median(values), 3) for name, values in costs.items()}
    return report(NAME, ratios, figures | {"statements": len(asked)}, WANTED)


if __name__ == "__main__":
    sys.exit(main())
