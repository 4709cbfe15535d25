"""Published profiles for benchmarks: a million rows made in the database, and the handlers that list 50 of them."""
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
from flask import Flask, Response
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from benchmarks.harness import Stage, wsgi_call
from castingops.casting import queries
from castingops.core import reads
from castingops.core.actor import Actor
from castingops.core.cursor import NEWEST, page_of

COLUMNS = ("id, display_name_ar, display_name_en, stage_name_ar, stage_name_en, gender, nationality, city,"
           " playing_age_min, playing_age_max, languages, thumb_photo_id, published_at")
SQL = f"select {COLUMNS} from published_profiles where id < %s order by id desc limit 51"
FILL = """
insert into published_profiles (id, subject_id, revision, display_name_ar, display_name_en, stage_name_ar, gender,
  nationality, city, playing_age_min, playing_age_max, height_cm, languages, published_at, details)
select uuidv7(make_interval(secs => n - %(rows)s)), uuidv7(), 1, 'سارة القحطاني ' || n,
  'Sarah Al-Qahtani ' || n, 'سارة',
  case n %% 2 when 0 then 'female' else 'male' end, 'SA',
  (array['riyadh', 'jeddah', 'dammam', 'abha', 'medina'])[n %% 5 + 1],
  18 + n %% 20, 28 + n %% 20, 150 + n %% 40, array['ar', 'en'], now(),
  '{"photo_ids": []}'
from generate_series(1, %(rows)s) n"""
PERSON = Actor("person", uuid4(), uuid4(), roles=frozenset({"hirer"}))


def fill(superuser: psycopg.Connection, rows: int) -> None:
    """`rows` published profiles of nobody: foreign keys sleep meanwhile."""
    superuser.execute("set session_replication_role = replica")
    superuser.execute(FILL, {"rows": rows})
    superuser.execute("set session_replication_role = origin")
    superuser.execute("vacuum analyze published_profiles")


def flask_with(handler: Callable[[], Response]) -> Callable[[], bytes]:
    """A Flask app of this one route, called without a server."""
    app = Flask("bare")
    app.add_url_rule("/list", "list", handler)
    return wsgi_call(app.wsgi_app, "/list")


def bare(here: Stage) -> Callable[[], bytes]:
    """Flask and psycopg and nothing else: no row level security (the role passes it), no sign-in, no envelope."""
    pool = ConnectionPool(here.url("castingops_backup"), min_size=1, max_size=1, kwargs={"autocommit": True}, open=True)

    def handler() -> Response:
        with pool.connection() as connection:
            rows = connection.cursor(row_factory=dict_row).execute(SQL, [NEWEST]).fetchall()
        return Response(msgspec.json.encode(rows[:50]), mimetype="application/json")

    return flask_with(handler)


def helper(here: Stage, role: str = "castingops_app") -> Callable[[], bytes]:
    """The kit's read helper in a bare route, as `role`: under row level security unless the role passes it."""
    pool = reads.open_pool(here.url(role), size=1)
    read = queries.NEWEST[frozenset()]
    app = Flask("helper")
    app.extensions["reads"] = pool

    def handler() -> Response:
        page: Any = page_of(read(PERSON, below=NEWEST), size=50)
        return Response(msgspec.json.encode(page.rows), mimetype="application/json")

    app.add_url_rule("/list", "list", handler)
    return wsgi_call(app.wsgi_app, "/list")
