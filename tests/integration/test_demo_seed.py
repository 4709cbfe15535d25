"""A house filled with the demo, in a database of its own (issue 2 §3, COMP-8)."""
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pyotp
import pytest
from flask import Flask

from castingops.app import create_app
from castingops.audit import service as audit
from castingops.bootstrap.servers import Postgres
from castingops.core.actor import system
from castingops.core.config import Settings
from castingops.core.db import db, unit_of_work
from castingops.core.storage import LocalStorage
from castingops.demo import families
from castingops.demo import seed as demo
from castingops.demo.seed import MINORS, DemoRefused, LoginsLost, Seeded, seed

PEOPLE, QUEUE = 70, 10
DATABASE = "demo"


@pytest.fixture(scope="module")
def demo_settings(settings: Settings, postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    postgres_server.prepare(DATABASE)
    return settings.model_copy(update={
        "home": tmp_path_factory.mktemp("home"),
        "database_url": type(settings.database_url)(postgres_server.url("castingops_app", DATABASE)),
        "migration_database_url": type(settings.database_url)(postgres_server.url("castingops_owner", DATABASE))})


@pytest.fixture(scope="module")
def house(demo_settings: Settings) -> Iterator[Flask]:
    made = create_app(demo_settings)
    with made.app_context():
        flask_migrate.upgrade()
        yield made
        db.engine.dispose()
    made.extensions["reads"].close()
    made.extensions["redis"].close()


@pytest.fixture(scope="module")
def filled(house: Flask, demo_settings: Settings) -> Seeded:
    return seed(demo_settings, count=PEOPLE, queue=QUEUE)


@pytest.fixture(scope="module")
def eyes(filled: Seeded, postgres_server: Postgres) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_server.url(database=DATABASE), autocommit=True) as connection:
        yield connection


def counts(eyes: psycopg.Connection, sql: str) -> dict[str, int]:
    return {str(key): count for key, count in eyes.execute(sql).fetchall()}


def test_profiles_and_cases_stand_as_planned(filled: Seeded, eyes: psycopg.Connection) -> None:
    assert filled.people == PEOPLE
    profiles = counts(eyes, "select status, count(*) from talent_profiles group by 1")
    assert profiles["submitted"] == QUEUE
    assert profiles["published"] > PEOPLE // 2
    profiles_open = "select state, count(*) from cases where kind = 'talent_profile' group by 1"
    assert counts(eyes, profiles_open)["open"] == QUEUE
    assert eyes.execute("select count(*) from users where kind = 'app'").fetchone() == (
        PEOPLE + 7,), "a guardian and six hirers beside them"


def test_organizations_look_for_people(filled: Seeded, eyes: psycopg.Connection) -> None:
    """CAST-2: calls in every state, some of them in the queue, one with a change that waits."""
    states = counts(eyes, "select status, count(*) from casting_calls group by 1")
    assert set(states) == {"draft", "under_review", "changes_requested", "rejected", "published", "closed"}
    assert sum(states.values()) == 12
    waiting = counts(eyes, "select kind, count(*) from cases where state = 'open' and kind = 'casting_call' group by 1")
    assert waiting["casting_call"] >= 4
    assert counts(eyes, "select state, count(*) from organizations group by 1") == {"active": 4, "closing": 1}
    assert counts(eyes, "select state, count(*) from webhook_deliveries group by 1") == {"delivered": 3, "failed": 1}
    assert counts(eyes, "select state, count(*) from guardianships group by 1") == {"verified": 1, "pending": 2}
    assert counts(eyes, "select kind, count(*) from proposals where settled_at is null"
                        " and kind like 'identity.guard%' group by 1") == {"identity.guardianship.verify": 1}


def test_every_desk_has_something_on_it(filled: Seeded, eyes: psycopg.Connection) -> None:
    """Reports, an appeal, a question with its answer, items, second looks, and a ban that waits for a second person."""
    kinds = counts(eyes, "select kind, count(*) from cases where state in ('open', 'pending') group by 1")
    assert kinds["report"] >= 3
    lately = """select count(*) from (
      select distinct on (subject_id) state, outcome, decided_at from cases where kind = 'talent_profile'
      order by subject_id, created_at desc) last
      where state = 'decided' and outcome <> 'approve' and decided_at between now() - interval '28 days'
      and now() - interval '4 days'"""
    (refused,) = eyes.execute(lately).fetchone() or (0,)
    assert kinds.get("appeal", 0) >= min(refused, 3) - 1  # the talent whose login is handed out does not appeal
    said = counts(eyes, "select sender, count(*) from case_messages group by 1")
    assert said["person"] == 1 and said["staff"] in {1, 2}  # of at most two that have waited for a day on this date
    assert counts(eyes, "select state, count(*) from compliance_items group by 1")["open"] == 3
    assert counts(eyes, "select state, count(*) from quality_samples group by 1")["done"] >= 1
    assert counts(eyes, "select state, count(*) from decisions group by 1")["proposed"] == 1


def test_history_lies_in_the_past_year_and_decisions_in_office_hours(eyes: psycopg.Connection) -> None:
    first, last = eyes.execute("select min(occurred_at), max(occurred_at) from audit_entries").fetchone() or ()
    assert 300 < (last - first).days <= 369
    strays = """select count(*) from cases where state = 'decided' and (
      extract(dow from decided_at at time zone interval '3 hours') in (5, 6)
      or extract(hour from decided_at at time zone interval '3 hours') not between 9 and 16)"""
    assert eyes.execute(strays).fetchone() == (0,)
    assert eyes.execute("select count(*) from cases where decided_at < created_at").fetchone() == (0,)


def test_references_follow_time(eyes: psycopg.Connection) -> None:
    out_of_order = """select count(*) from (
      select created_at < lag(created_at) over (order by ref) as back from cases) x where back"""
    assert eyes.execute(out_of_order).fetchone() == (0,)


def test_minors_are_drafts_only(eyes: psycopg.Connection) -> None:
    young = "from talent_profiles where birth_date > current_date - interval '18 years'"
    assert counts(eyes, f"select status, count(*) {young} group by 1") == {"draft": MINORS + len(families.CHILDREN)}


def test_photos_are_in_the_store_in_every_variant(eyes: psycopg.Connection, demo_settings: Settings) -> None:
    storage = LocalStorage(demo_settings.home / "files")
    rows = eyes.execute("select id from photos").fetchall()
    assert len(rows) > PEOPLE // 2
    for (photo_id,) in rows:
        for variant in ("large", "thumb", "blurred"):
            assert storage.get(f"photos/{photo_id}/{variant}.jpg").startswith(b"\xff\xd8\xff")


def test_nobody_is_told_of_the_past(eyes: psycopg.Connection) -> None:
    assert counts(eyes, "select status, count(*) from outbox group by 1") == {}


def test_the_trail_verifies(filled: Seeded, house: Flask) -> None:
    """COMP-8: the past was recorded as it would have been, and signed."""
    with unit_of_work(system(), read_only=True):
        tally = audit.verify()
    assert tally.holds
    assert tally.tree_size > 5 * PEOPLE


def test_every_login_works(filled: Seeded, house: Flask, demo_settings: Settings) -> None:
    client = house.test_client()
    for login in json.loads((demo_settings.home / demo.LOGINS).read_text("utf-8")):
        if login["totp_secret"] is None:
            answer = client.post("/api/v1/auth/login", json={"email": login["email"], "password": login["password"]})
            assert answer.status_code == 200, answer.text
        else:
            assert pyotp.TOTP(login["totp_secret"]).now()  # the console's own tests walk that way


def test_the_talent_finds_a_live_profile_a_change_sent_back_and_an_inbox(
        filled: Seeded, house: Flask, demo_settings: Settings) -> None:
    """CAST-1, NOTE-1: what somebody sees who signs in to the demo's talent app."""
    login = next(login for login in json.loads((demo_settings.home / demo.LOGINS).read_text("utf-8"))
                 if login["role"] == "talent")
    client = house.test_client()
    tokens = client.post("/api/v1/auth/login", json={"email": login["email"], "password": login["password"]}).json
    assert tokens is not None
    headers = {"Authorization": f"Bearer {next(value for key, value in tokens['data'].items() if 'access' in key)}"}

    def seen(path: str) -> Any:
        answer = client.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return (answer.json or {})["data"]

    profile = seen("/me/talent-profile")
    assert profile["status"] == "changes_requested"
    assert profile["submission"]["statement_ar"] and profile["submission"]["statement_en"]
    assert profile["published_id"] is not None
    assert len(seen("/me/notifications")) == 2
    assert len(seen("/me/photos")) >= 1
    assert len(seen("/talent-profiles")) > PEOPLE // 2


def test_seeding_again_changes_nothing_and_is_quick(filled: Seeded, house: Flask, demo_settings: Settings) -> None:
    before = (demo_settings.home / demo.LOGINS).read_bytes()
    started = time.monotonic()
    assert seed(demo_settings) == Seeded(0, 0, fresh=False)
    assert time.monotonic() - started < 1
    assert (demo_settings.home / demo.LOGINS).read_bytes() == before


def test_logins_survive_a_crash_after_the_commit(filled: Seeded, house: Flask, demo_settings: Settings) -> None:
    path = demo_settings.home / demo.LOGINS
    content = path.read_bytes()
    path.rename(path.with_suffix(".new"))
    assert not seed(demo_settings).fresh
    assert path.read_bytes() == content


def test_lost_logins_are_named(filled: Seeded, house: Flask, demo_settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(LoginsLost):
        seed(demo_settings.model_copy(update={"home": tmp_path}))


def test_production_refuses(house: Flask, demo_settings: Settings) -> None:
    with pytest.raises(DemoRefused):
        seed(demo_settings.model_copy(update={"environment": "production"}))
