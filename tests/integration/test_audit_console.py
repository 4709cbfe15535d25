"""The trail as staff see it: each their part, filtered, paged, downloaded (COMP-8; reliability.md §3)."""
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from castingops.app import create_app
from castingops.audit import privacy, service
from castingops.audit.console import blueprint
from castingops.audit.queries import PAGE_SIZE, listing
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.config import Settings
from castingops.core.db import db, unit_of_work
from castingops.core.errors import NotSignedIn
from castingops.web.sign_in import StaffCard
from tests.factories import audit as factory


@dataclass
class Somebody:
    """The sign-in port with whoever the test put in front of the console."""

    actor: Actor | None = None

    def bearer(self, audiences: tuple[str, ...]) -> Actor:
        raise NotSignedIn

    def staff(self) -> Actor:
        if self.actor is None:
            raise NotSignedIn
        return self.actor

    def card(self, actor: Actor) -> StaffCard:
        return StaffCard("Noura Al-Otaibi", "NO", ("Auditor",), "en")


@pytest.fixture(scope="module")
def console(app: Flask, settings: Settings) -> Iterator[Flask]:
    """An app of the same database, with a sign-in that a test can choose."""
    made = create_app(settings)
    if blueprint.name not in made.blueprints:
        made.register_blueprint(blueprint)
    made.extensions["sign_in"] = Somebody()
    yield made
    made.extensions["reads"].close()
    made.extensions["redis"].close()
    with made.app_context():
        db.engine.dispose()


def signed_in(console: Flask, actor: Actor | str) -> FlaskClient:
    console.extensions["sign_in"].actor = factory.staff(actor) if isinstance(actor, str) else actor
    return console.test_client()


def seen(client: FlaskClient, **query: object) -> str:
    answer = client.get("/console/audit/", query_string={key: str(value) for key, value in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_nobody_reads_without_signing_in(console: Flask) -> None:
    console.extensions["sign_in"].actor = None
    assert console.test_client().get("/console/audit/").status_code in (302, 303, 401)


@pytest.mark.parametrize(("role", "own", "moderators", "others"), [
    ("auditor", True, True, True), ("compliance_officer", True, True, True), ("admin", True, True, True),
    ("senior_moderator", True, True, False), ("moderator", True, False, False), ("support", True, False, False),
    ("finance", True, False, False)])
def test_each_sees_their_part(console: Flask, app: Flask, role: str, own: bool, moderators: bool, others: bool) -> None:
    """reliability.md §3: "own" for MO, FI, SU; "team" for SM; all for CO, AU, AD."""
    reader, thing = factory.staff(role), uuid4()
    mine, theirs = factory.record(app, reader, entity_id=thing), factory.record(app, factory.talent(), entity_id=thing)
    moderated = factory.record(app, factory.staff("moderator"), entity_id=thing)
    html = seen(signed_in(console, reader), of="entity", id=thing)
    assert tuple(f"entry-{entry}" in html for entry in (mine, moderated, theirs)) == (own, moderators, others)


def test_filters_narrow_and_lead_to_each_other(console: Flask, app: Flask) -> None:
    actor, subject, thing = factory.staff("support"), uuid4(), uuid4()
    wanted = factory.record(app, actor, "identity.account.unlock", subject_id=subject, entity_id=thing)
    other = factory.record(app, actor, "identity.account.lock")
    client = signed_in(console, "auditor")
    for query in ({"of": "actor", "id": actor.user_id, "action": "identity.account.unlock"},
                  {"of": "subject", "id": subject}, {"of": "entity", "id": thing}):
        html = seen(client, **query)
        assert f"entry-{wanted}" in html and f"entry-{other}" not in html, query
    html = seen(client, of="entity", id=thing, action="identity.account.unlock")
    assert f"?of=actor&amp;id={actor.user_id}" in html and f"?of=subject&amp;id={subject}" in html
    assert "192.0.2.7" in html and "Firefox" in html


def test_acts_and_items_are_told_in_words(console: Flask, app: Flask) -> None:
    """K-1: words in the list, the choice and the chip; the code stays in the details; an unknown one is shown."""
    thing = uuid4()
    factory.record(app, system(), "moderation.case.open", entity_id=thing)
    factory.record(app, system(), "identity.account.unlock", entity_id=thing)
    html = seen(signed_in(console, "auditor"), of="entity", id=thing, action="moderation.case.open")
    assert "<summary>Case opened</summary>" in html and 'dir="ltr">moderation.case.open</bdi>' in html
    assert 'value="moderation.case.open" selected' in html and "Action: Case opened" in html
    assert "Nobody in particular" not in html.split("The platform itself")[0].rsplit("<tr", 1)[1]
    assert 'dir="ltr">identity.account.unlock</bdi></summary>' in seen(
        signed_in(console, "auditor"), of="entity", id=thing, action="identity.account.unlock")


def test_days_are_riyadhs(console: Flask, app: Flask) -> None:
    thing = uuid4()
    with clock.held_at(datetime(2019, 5, 6, 20, 59, 59, tzinfo=UTC)):
        inside = factory.record(app, system(), entity_id=thing)
    with clock.held_at(datetime(2019, 5, 6, 21, 0, tzinfo=UTC)):
        outside = factory.record(app, system(), entity_id=thing)
    html = seen(signed_in(console, "auditor"), since="2019-05-06", until="2019-05-06")
    assert f"entry-{inside}" in html and f"entry-{outside}" not in html


@pytest.mark.parametrize("query", [{"id": "not-a-reference"}, {"of": "nothing"}, {"since": "yesterday"},
                                   {"action": "casting.\x00"}, {"since": "2026-11-20", "until": "2026-11-19"}])
def test_filter_that_cannot_be_is_said(console: Flask, query: dict[str, str]) -> None:
    answer = signed_in(console, "auditor").get("/console/audit/", query_string=query)
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_pages_follow_each_other(console: Flask, app: Flask) -> None:
    thing = uuid4()
    ids = [factory.record(app, system(), entity_id=thing) for _ in range(PAGE_SIZE + 3)]
    client = signed_in(console, "auditor")
    first = seen(client, of="entity", id=thing)
    cursor = first.split("cursor=")[1].split("&")[0].split('"')[0]
    second = client.get(f"/console/audit/?of=entity&id={thing}&cursor={cursor}", headers={"HX-Request": "true"}).text
    shown = [[entry for entry in ids if f"entry-{entry}" in html] for html in (first, second)]
    assert shown == [ids[3:], ids[:3]] and "<html" not in second and 'hx-target="#trail-pager"' in second


def test_broken_cursor_is_refused(console: Flask) -> None:
    assert signed_in(console, "auditor").get("/console/audit/?cursor=x").status_code == 422


def test_empty_says_what_belongs_here(console: Flask) -> None:
    assert "No entry matches" in seen(signed_in(console, "auditor"), of="entity", id=uuid4())


def test_erased_entry_says_so(console: Flask, app: Flask) -> None:
    person = factory.talent()
    factory.record(app, person)
    with app.app_context(), unit_of_work(system()):
        privacy.erase(person.subject, actor=system())
    assert "was destroyed" in seen(signed_in(console, "auditor"), of="subject", id=person.user_id)


def test_names_come_by_the_port(console: Flask, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = factory.staff("support")
    factory.record(app, actor)
    with monkeypatch.context() as patch:
        patch.setattr("castingops.audit.service.recording._NAMES", [])
        service.provide_names(lambda ids: {one: "سالم <القحطاني>" for one in ids if one == actor.user_id})
        html = seen(signed_in(console, "auditor"), of="actor", id=actor.user_id)
    assert "سالم &lt;القحطاني&gt;" in html


def test_csv_is_whole_guarded_and_audited(console: Flask, app: Flask, superuser: psycopg.Connection) -> None:
    """ASVS 1.2.10: nothing in it is a formula; COMP-8: the download is on record."""
    thing = uuid4()
    factory.record(app, system(), entity_id=thing, details={"قرار": "اعتماد"})
    factory.record(app, Actor("staff", uuid4(), origin=factory.Origin("::1", "=cmd|calc", uuid4())), entity_id=thing)
    auditor = factory.staff("auditor")
    answer = signed_in(console, auditor).get(f"/console/audit/export.csv?of=entity&id={thing}")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row["user_agent"] for row in rows] == ["'=cmd|calc", ""] and "اعتماد" in rows[1]["details"]
    filters = {"of": "entity", "id": str(thing)}
    assert recorded(superuser, auditor) == [{"format": "csv", "filters": filters, "limit": 100000}]


def recorded(superuser: psycopg.Connection, actor: Actor) -> list[object]:
    return [row[0] for row in superuser.execute(
        "select p.payload -> 'details' from audit_payloads p join audit_entries e on e.id = p.entry_id"
        " where p.actor_id = %s and e.action = 'audit.entry.export'", [actor.user_id])]


def test_jsonl_is_whole(console: Flask, app: Flask) -> None:
    thing = uuid4()
    ids = [factory.record(app, system(), entity_id=thing) for _ in range(3)]
    answer = signed_in(console, "admin").get(f"/console/audit/export.jsonl?of=entity&id={thing}")
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == [str(one) for one in reversed(ids)]


def test_long_export_crosses_its_chunks(console: Flask, app: Flask) -> None:
    thing = uuid4()
    with app.app_context(), unit_of_work(system()):
        for _ in range(2003):
            service.record("audit.drill.act", actor=system(), entity="x", entity_id=thing, purpose="legal")  # type: ignore[arg-type]
    answer = signed_in(console, "auditor").get(f"/console/audit/export.jsonl?of=entity&id={thing}")
    found = [json.loads(line)["id"] for line in answer.text.splitlines()]
    assert len(set(found)) == 2003 and found == sorted(found, reverse=True)


@pytest.mark.parametrize("role", ["moderator", "senior_moderator", "finance", "support"])
def test_others_neither_export_nor_see_the_chain(console: Flask, role: str) -> None:
    client = signed_in(console, role)
    html = seen(client)
    assert "export.csv" not in html and "/console/audit/trail" not in html
    statuses = [client.get(f"/console/audit/{path}").status_code for path in ("export.csv", "export.jsonl", "trail")]
    assert statuses == [403, 403, 403]


@pytest.mark.parametrize("path", ["export.xlsx", "export.csv?id=x"])
def test_export_that_cannot_be_is_refused(console: Flask, path: str) -> None:
    assert signed_in(console, "auditor").get(f"/console/audit/{path}").status_code == 400


def test_chain_page_tells_the_last_verification(console: Flask, app: Flask, superuser: psycopg.Connection) -> None:
    with factory.as_system(app):
        service.sign_head()
        tally = service.verify()
        service.save_verification(clock.now(), tally)
    client = signed_in(console, "auditor")
    html = client.get("/console/audit/trail").text
    assert ">Holds<" in html and tally.root.hex() in html
    broken = "seq 3 entry x [payload] the payload is not the one this entry commits to"
    superuser.execute(
        "insert into audit_verifications (started_at, finished_at, entries, erased, unplaced, tree_size, root,"
        " checkpoints, findings) values (now(), now(), 1, 0, 0, 1, '\\x00', 1, %s)", [json.dumps([broken])])
    html = client.get("/console/audit/trail").text
    superuser.execute("delete from audit_verifications where root = '\\x00'")
    assert "Something does not hold" in html and broken in html


def test_list_asks_few_questions(console: Flask, app: Flask) -> None:
    """K-5: one read for the entries and one for the choice of actions, whatever the number of entries."""
    for _ in range(20):
        factory.record(app, system())
    client, asked = signed_in(console, "auditor"), []
    with console.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *details: asked.append(details[2]))
    assert seen(client).count("<tr") > 20
    assert [statement for statement in asked if "set_config" not in statement] == [str(listing._ACTIONS)]


FILL = """
insert into audit_entries (id, occurred_at, action, entity_kind, entity_id, subject_id, actor_kind, purpose, commitment)
select uuidv7(make_interval(secs => -n)), now(), 'audit.drill.a' || n % 7, 'x', gen_random_uuid(), gen_random_uuid(),
       'staff', 'legal', sha256('') from generate_series(1, 20000) n;
insert into audit_payloads (entry_id, salt, payload)
select id, '', jsonb_build_object('actor_id', subject_id) from audit_entries where commitment = sha256('');
insert into audit_leaves select 10000000 + row_number() over (), id, commitment from audit_entries
where commitment = sha256('');
analyze audit_entries; analyze audit_payloads; analyze audit_leaves"""


@pytest.mark.parametrize("lead", list(listing._PAGES))
def test_list_walks_an_index(superuser: psycopg.Connection, lead: str | None) -> None:
    """performance.md: no plan of the list scans the table, whatever it is led by."""
    read = listing._PAGES[lead]
    values = dict.fromkeys(("action", "actor_id", "entity_id", "subject_id", "entity_kind"))
    values |= {"below": UUID(int=2**128 - 1), "since": UUID(int=0), "team": False, "reader": uuid4()}
    if lead:
        values[lead] = "audit.drill.a3" if lead == "action" else uuid4()
    with superuser.transaction(force_rollback=True):
        for statement in FILL.split(";"):
            superuser.execute(statement)
        superuser.execute("set local role castingops_app")
        superuser.execute("select set_config('app.kind', 'staff', true)")
        plan = str(superuser.execute(f"explain (format json) {read.sql}", values).fetchone())
    assert "Seq Scan" not in plan and "Sort" not in plan.replace("Incremental Sort", ""), plan
