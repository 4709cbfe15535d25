"""The whole queue page over 1,000,000 cases, session, permission and row level security included, beside two admins.

Both peers have their counts off and no session to look up; their role passes row level security.
"""
import gzip
import sys
from collections.abc import Callable
from statistics import median
from typing import Any

import psycopg
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from sqlalchemy import create_engine
from sqlalchemy.orm import Mapped, Session, mapped_column

from benchmarks.api_list_peers import Base
from benchmarks.console_queue_django import application
from benchmarks.harness import Stage, ratio, report, rounds, stage, wsgi_call
from castingops.moderation.models import Case
from tests.factories import doors
from tests.factories.doors import HTMX, Someone

NAME = "console-queue"
ROWS = 1_000_000
WANTED = {"vs_django_admin": (">=", 8.0), "vs_flask_admin": (">=", 4.0), "queries": ("<=", 8),
          "gzipped_bytes": ("<=", 8192), "row_answer_bytes": ("<=", 2048)}
FILL = """
insert into cases (ref, kind, subject_id, entity_id, subject_revision, title_en, title_ar, language, minor, state,
  version, priority, priority_reasons, due_at, created_at)
select 'CASE-' || lpad(n::text, 7, '0'), 'talent_profile', uuidv7(), uuidv7(), 1, 'Sarah Al-Qahtani ' || n,
  'سارة القحطاني ' || n, 'both', false, 'open', 1, n %% 90,
  '[{"code": "first", "points": 20}, {"code": "waited", "points": 9}]',
  now() + make_interval(mins => n %% 5000 - 500), now() - make_interval(mins => n %% 9000)
from generate_series(1, %s) n"""


class PeerCase(Base):
    """The cases as Flask-Admin's ORM maps them."""

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str]
    kind: Mapped[str]
    title_en: Mapped[str]
    title_ar: Mapped[str]
    language: Mapped[str]
    minor: Mapped[bool]
    state: Mapped[str]
    priority: Mapped[int]
    queue_rank: Mapped[int]
    due_at: Mapped[str]
    created_at: Mapped[str]


class PeerView(ModelView):
    """The list with the columns, filters, search, row buttons and number of rows that our queue has; no count."""

    column_list = ("ref", "kind", "title_en", "title_ar", "language", "minor", "state", "priority", "due_at",
                   "created_at")
    page_size, simple_list_pager, can_create = 50, True, False
    column_filters, column_searchable_list = ("kind", "language", "minor"), ("ref", "title_en", "title_ar")
    column_default_sort = [("queue_rank", False), ("due_at", False), ("id", False)]

    def get_query(self) -> Any:
        """The open cases."""
        return super().get_query().filter(PeerCase.state == "open")

    def get_count_query(self) -> None:
        """Off."""


def fill(superuser: psycopg.Connection) -> None:
    """A million open cases of nobody."""
    superuser.execute("set session_replication_role = replica")
    superuser.execute(FILL, [ROWS])
    superuser.execute("set session_replication_role = origin")
    superuser.execute("vacuum analyze cases")


def flask_admin(here: Stage) -> Callable[[], bytes]:
    engine = create_engine(here.url("castingops_backup").replace("postgresql://", "postgresql+psycopg://"), pool_size=1)
    app = Flask("peer")
    app.secret_key = "of a benchmark"
    Babel(app)  # the peer translates its words wherever that package is installed
    admin = Admin(app)
    admin.add_view(PeerView(PeerCase, Session(engine), endpoint="cases", url="cases"))
    return wsgi_call(app.wsgi_app, "/admin/cases/")


def cookies_of(someone: Someone) -> str:
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in someone.client._cookies.values())


def statements(call: Callable[[], bytes]) -> int:
    """How many queries the page sends. The settings that bind a transaction to its actor travel along with one."""
    seen = 0
    send = psycopg.Cursor.execute

    def counted(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        nonlocal seen
        seen += "set_config" not in str(query)
        return send(self, query, *args, **options)

    psycopg.Cursor.execute = counted  # type: ignore[method-assign]
    try:
        call()
    finally:
        psycopg.Cursor.execute = send  # type: ignore[method-assign]
    return seen


def main() -> int:
    """Measure and report."""
    with stage() as here:
        fill(here.superuser)
        someone = doors.staff_member(here.app, "moderator")
        queue = wsgi_call(here.app.wsgi_app, "/console/moderation/", headers={"Cookie": cookies_of(someone)})
        targets = {"queue": queue, "flask_admin": flask_admin(here),
                   "django_admin": wsgi_call(application(here.url("castingops_backup")), "/admin/contenttypes/case/")}
        pages = {name: call() for name, call in targets.items()}
        assert all(page.count(b"CASE-") >= 50 for page in pages.values()), {n: len(p) for n, p in pages.items()}
        costs = rounds(here, targets, count=9, repeats=25)
        ref = here.superuser.execute(f"select ref from {Case.__tablename__} limit 1").fetchone()
        assert ref
        answer = someone.ask("POST", f"/console/moderation/cases/{ref[0]}/take", headers=HTMX)
        assert answer.status_code == 200, answer.text
        ratios = {"vs_django_admin": ratio(costs, "django_admin", "queue"),
                  "vs_flask_admin": ratio(costs, "flask_admin", "queue")}
        figures = {f"{name}_ms": round(median(values), 3) for name, values in costs.items()}
        figures |= {
            "queries": statements(queue), "bytes": len(pages["queue"]), "rows": ROWS,
            "gzipped_bytes": len(gzip.compress(pages["queue"])), "row_answer_bytes": len(answer.data)}
    return report(NAME, ratios, figures, WANTED)


if __name__ == "__main__":
    sys.exit(main())
