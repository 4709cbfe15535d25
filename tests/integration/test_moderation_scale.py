"""The queue over many cases: plans walk an index, pages stay small and ask little (performance.md §2c, §3)."""
import gzip
import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask

from castingops.core.rls import scope_of
from castingops.moderation import queries
from castingops.moderation.queries import queue
from castingops.moderation.types import PAGE_SIZE, Due, Held, Language, QueueFilter, View, Waiting
from tests.factories import moderation as factory
from tests.factories.moderation import Staff

CASES = 50_000
MANY = 1_000  # rows a plan may look at for one page: pages hold 50

FILL = """
with made as (
  insert into cases (ref, kind, subject_id, entity_id, subject_revision, title_en, title_ar, language, minor, state,
                     outcome, version, priority, priority_reasons, due_at, decided_by, decided_at, created_at)
  select 'CASE-7' || lpad(n::text, 6, '0'), 'bulk', %(subject)s, uuidv7(), 1, 'Name ' || n, 'اسم ' || n,
         (array['ar', 'en', 'both'])[1 + n %% 3], n %% 500 = 0, case when n %% 5 = 0 then 'decided' else 'open' end,
         case when n %% 5 = 0 then 'approve' end, 1, (n * 37) %% 100, '[{"code": "new_profile", "points": 20}]',
         now() + make_interval(mins => n - %(cases)s / 2), null,
         case when n %% 5 = 0 then now() - make_interval(mins => n) end,
         now() - make_interval(mins => n)
  from generate_series(1, %(cases)s) n returning id, ref, title_en)
insert into case_terms (case_id, term)
select id, unnest(array[lower(ref), 'name', split_part(title_en, ' ', 2)]) from made
"""


@pytest.fixture(scope="module")
def many(app: Flask, postgres_server: Any) -> Iterator[psycopg.Connection]:
    """50,000 cases of one person, gone afterwards."""
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        subject = factory.person(app, superuser).subject_id
        superuser.execute(FILL, {"subject": subject, "cases": CASES})
        superuser.execute("vacuum analyze cases, case_terms")
        yield superuser
        superuser.execute("delete from cases where kind = 'bulk'")


@pytest.fixture
def noura(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Staff:
    return factory.sign_in(app, factory.at_the_door(app, monkeypatch), "Noura Al-Otaibi", "moderator")


def examined(plan: dict[str, Any]) -> int:
    """The most rows that any scan of a plan produced or threw away."""
    here = plan["Actual Rows"] * plan["Actual Loops"] + plan.get("Rows Removed by Filter", 0) * plan["Actual Loops"]
    scans = [here] if "Relation Name" in plan else []
    return int(max([*scans, *(examined(child) for child in plan.get("Plans", []))], default=0))


def explain(app: Flask, staff: Staff, wanted: QueueFilter, after: tuple[Any, ...] | None = None) -> dict[str, Any]:
    """The plan of one page, run as the app role under row level security."""
    with app.app_context():
        queries.count_open(actor=staff.actor)  # the first read opens the pool
        rare = queue._rarities(wanted.words, staff.actor)
    shape = queue._shape_of(wanted, rare, after=after is not None, limit=PAGE_SIZE + 1)
    sql = queue._read(shape).sql
    with app.app_context(), app.extensions["reads"].connection() as connection, connection.transaction():
        for name, value in scope_of(staff.actor, read_only=True).items():
            setting = "transaction_read_only" if name == "read_only" else f"app.{name}"
            connection.execute("select set_config(%s, %s, true)", [setting, value])
        values = queue._values(wanted, staff.actor, after)
        row = connection.execute(f"explain (analyze, format json) {sql}", values).fetchone()
    plan: dict[str, Any] = (row[0] if isinstance(row[0], list) else json.loads(row[0]))[0]["Plan"]
    return plan


@pytest.mark.parametrize("wanted", [
    QueueFilter(), QueueFilter(view=View.MINE), QueueFilter(view=View.FREE), QueueFilter(view=View.OVERDUE),
    QueueFilter(view=View.MINORS), QueueFilter(view=View.DECIDED), QueueFilter(language=Language.ARABIC),
    QueueFilter(due=Due.WEEK), QueueFilter(view=View.PENDING), QueueFilter(due=Due.PAUSED),
    QueueFilter(queue="general"),
    QueueFilter(queue="photos"), QueueFilter(kind="bulk"), QueueFilter(kind="photo"), QueueFilter(minor=True),
    QueueFilter(minor=False), QueueFilter(held=Held.FREE), QueueFilter(held=Held.HELD),
    QueueFilter(kind="bulk", language=Language.BOTH, due=Due.WEEK, waiting=Waiting.DAY, queue="general", minor=False,
                held=Held.FREE), QueueFilter(waiting=Waiting.DAY, language=Language.BOTH),
    QueueFilter(words=("case-7000123",)), QueueFilter(words=("name", "49999")), QueueFilter(words=("name",)),
    QueueFilter(words=("case", "name"), view=View.DECIDED),
], ids=str)
def test_page_looks_at_few_rows(app: Flask, many: psycopg.Connection, noura: Staff, wanted: QueueFilter) -> None:
    plan = explain(app, noura, wanted)
    assert "Seq Scan" not in json.dumps(plan)
    assert examined(plan) <= MANY, json.dumps(plan, indent=1)


def test_deep_page_looks_at_few_rows(app: Flask, many: psycopg.Connection, noura: Staff) -> None:
    last = many.execute("select queue_rank, due_at, id from cases where state = 'open' and kind = 'bulk'"
                        " order by queue_rank desc, due_at desc, id desc offset 100 limit 1").fetchone()
    assert examined(explain(app, noura, QueueFilter(), after=last)) <= MANY


def test_page_is_small_and_asks_little(
    app: Flask, many: psycopg.Connection, noura: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most 8 queries: session and rights, left out here, take two. At most 8 KB compressed."""
    asked: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        if "set_config" not in str(query):
            asked.append(str(query))
        return execute(self, query, *args, **options)

    noura.get("/console/moderation/")
    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    answer = noura.get("/console/moderation/")
    assert len(asked) <= 6, asked
    assert answer.text.count('id="row-') == PAGE_SIZE and len(gzip.compress(answer.data, 6)) <= 8 * 1024
    assert "100+" in answer.text
