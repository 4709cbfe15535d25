"""Open sign-ins and their end, another e-mail address, and limits that no owner is locked out by (ID-4, ID-6)."""
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from random import randrange
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from castingops.core import clock
from castingops.identity.service import passwords, states
from tests.factories.doors import csrf_of
from tests.factories.identity import (
    PASSWORD,
    Person,
    bearer,
    log_in,
    make_person,
    make_staff,
    new_email,
    post_form,
    sign_in,
    tokens_of,
)
from tests.factories.letters import mails_to, token_to

ORIGIN = {"Origin": "https://app.example"}
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def limited(app: Flask, **limits: str) -> Iterator[None]:
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update=limits)
    yield
    app.extensions["settings"] = settings


@pytest.fixture
def strict(app: Flask) -> Iterator[None]:
    yield from limited(app, limit_auth_account="10/5 minutes", limit_auth_address="10/5 minutes")


@pytest.fixture
def besieged(app: Flask, superuser: psycopg.Connection) -> Iterator[None]:
    superuser.execute("delete from sign_in_failures")
    yield from limited(app, limit_auth_overall="20/5 minutes")


def sessions(client: FlaskClient, tokens: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/me/sessions", headers=bearer(tokens))
    assert answer.status_code == 200 and answer.json
    found: list[dict[str, Any]] = answer.json["data"]
    return found


def end(client: FlaskClient, tokens: dict[str, Any], which: str = "") -> Any:
    return client.delete(f"/api/v1/me/sessions{which}", headers=bearer(tokens))


class TestOwnSessions:
    def test_list_tells_device_network_and_which_is_this_one(self, app: Flask, client: FlaskClient) -> None:
        person = make_person(app)
        phone = app.test_client()
        phone.environ_base |= {"HTTP_USER_AGENT": SAFARI, "REMOTE_ADDR": "8.8.8.8"}
        tokens_of(phone, person)
        here = tokens_of(client, person)
        mine, other = sessions(client, here)
        assert mine["current"] and not other["current"] and mine["network"] is None
        assert other["device"] == {"program": "Safari", "system": "iPhone"} and other["network"] == "8.8.8.0/24"
        assert mine["created_at"] <= mine["last_used_at"]

    def test_end_ends_one_and_only_ones_own(self, app: Flask, client: FlaskClient,
                                            superuser: psycopg.Connection) -> None:
        """reliability.md row 9: refused on the next request; another's id is an unknown one, byte for byte."""
        person, stranger = make_person(app), make_person(app)
        here, there, foreign = (tokens_of(client, one) for one in (person, person, stranger))
        ids = {one["id"]: one["current"] for one in sessions(client, here)}
        (other,) = (id_ for id_, current in ids.items() if not current)
        refusals = [end(client, here, f"/{id_}") for id_ in (sessions(client, foreign)[0]["id"], uuid4())]
        assert [answer.status_code for answer in refusals] == [404, 404]
        assert refusals[0].json["error"] == refusals[1].json["error"]
        assert end(client, here, f"/{other}").json["data"] == {"ended": 1}
        assert client.get("/api/v1/me", headers=bearer(there)).status_code == 401
        refused = client.post("/api/v1/auth/refresh", json={"refresh_token": there["refresh_token"]})
        assert refused.status_code == 401
        assert end(client, here, f"/{other}").status_code == 404
        assert client.get("/api/v1/me", headers=bearer(foreign)).status_code == 200
        acts = superuser.execute("select count(*) from audit_entries where action = 'identity.session.end'"
                                 " and entity_id = %s", [UUID(other)]).fetchone()
        assert acts == (1,)

    def test_end_others_leaves_this_one(self, app: Flask, client: FlaskClient) -> None:
        person = make_person(app)
        others, here = [tokens_of(client, person) for _ in range(3)], tokens_of(client, person)
        assert end(client, here).json["data"] == {"ended": 3}
        left = [client.get("/api/v1/me", headers=bearer(one)).status_code for one in [*others, here]]
        assert left == [401] * 3 + [200]
        assert len(sessions(client, here)) == 1

    def test_list_leaves_out_what_is_over(self, app: Flask, client: FlaskClient, superuser: psycopg.Connection) -> None:
        person = make_person(app)
        tokens_of(client, person)
        superuser.execute("update refresh_tokens set created_at = created_at - interval '8 days' where subject_id = %s",
                          [person.user_id])
        assert len(sessions(client, tokens_of(client, person))) == 1

    def test_ended_token_dies_within_five_seconds_in_another_process(self, app: Flask, client: FlaskClient,
                                                                     superuser: psycopg.Connection) -> None:
        """reliability.md row 9: what another process remembers of the account is five seconds old at most."""
        person = make_person(app)
        tokens = tokens_of(client, person)
        assert client.get("/api/v1/me", headers=bearer(tokens)).status_code == 200
        superuser.execute("update users set epoch = epoch + 1 where id = %s", [person.user_id])  # this one is not told
        ended = time.monotonic()
        while client.get("/api/v1/me", headers=bearer(tokens)).status_code == 200:
            assert time.monotonic() - ended < 5.5
            time.sleep(0.2)
        assert states.REVOKED_WITHIN == 5.0


class TestStaffSessions:
    def test_my_sessions_end_one_by_one_and_together(self, app: Flask, client: FlaskClient) -> None:
        staff, other, third = make_staff(app), app.test_client(), app.test_client()
        for step, browser in enumerate((other, third, client), start=-1):
            assert sign_in(browser, staff, staff.code(step)).status_code == 303
        page = client.get("/console/sessions").text
        assert page.count('<form method="post" action="/console/sessions/') == 4 and "This session" in page
        row = page[page.index("This session"):]
        first = row[row.index("/console/sessions/", row.index("</tr>")):].split("/end")[0].rpartition("/")[2]
        assert post_form(client, f"/console/sessions/{first}/end").status_code == 303
        assert sorted(browser.get("/console/").status_code for browser in (client, other, third)) == [200, 200, 401]
        assert post_form(client, f"/console/sessions/{first}/end").status_code == 404
        assert post_form(client, "/console/sessions/end-others").status_code == 303
        assert sorted(browser.get("/console/").status_code for browser in (client, other, third)) == [200, 401, 401]

    def test_colleagues_sessions_are_for_who_answers_for_accounts(self, app: Flask, client: FlaskClient,
                                                                  superuser: psycopg.Connection) -> None:
        """reliability.md §3: an admin and support end them, an auditor reads, others may not look."""
        staff, mine = make_staff(app), app.test_client()
        sign_in(mine, staff)
        path = f"/console/sessions/of/{staff.user_id}"
        for role, seen, ended in (("moderator", 403, 403), ("auditor", 200, 403), ("support", 200, 303)):
            browser = app.test_client()
            sign_in(browser, make_staff(app, role))
            page = browser.get(path)
            assert page.status_code == seen
            assert post_form(browser, f"{path}/end").status_code == ended
        assert mine.get("/console/").status_code == 401
        admin = app.test_client()
        sign_in(admin, make_staff(app, "admin"))
        assert "No session is open" in admin.get(path).text
        again = app.test_client()
        sign_in(again, staff, staff.code(1))
        one = superuser.execute("select id from staff_sessions where subject_id = %s and ended_at is null",
                                [staff.user_id]).fetchone()
        assert one and post_form(admin, f"{path}/{one[0]}/end").status_code == 303
        assert again.get("/console/").status_code == 401
        for nobody in (uuid4(), make_person(app).user_id):
            assert admin.get(f"/console/sessions/of/{nobody}").status_code == 404


class TestEmail:
    def ask(self, client: FlaskClient, tokens: dict[str, Any], email: str) -> None:
        answer = client.post("/api/v1/me/email", headers=bearer(tokens), json={"email": email.upper()})
        assert answer.status_code == 202 and answer.json
        assert answer.json["data"] == {"email": email, "status": "asked"}

    def test_email_changes_by_the_letter_and_ends_other_sign_ins(self, app: Flask, client: FlaskClient) -> None:
        person, new = make_person(app), new_email()
        other, here = tokens_of(client, person), tokens_of(client, person)
        self.ask(client, here, new)
        assert log_in(client, person).status_code == 200  # nothing has changed yet
        proof = {"token": token_to(app, new, "email")}
        assert client.post("/api/v1/auth/email-change", json=proof).status_code == 200
        assert client.post("/api/v1/auth/email-change", json=proof).status_code == 404
        assert client.get("/api/v1/me", headers=bearer(other)).status_code == 401
        answer = client.post("/api/v1/auth/refresh", json={"refresh_token": here["refresh_token"]})
        assert answer.status_code == 409  # its tokens are new too; the app asks again with its newest
        opens = [log_in(client, Person(person.user_id, email)).status_code for email in (person.email, new)]
        assert opens == [401, 200]
        assert "Your account has a new e-mail address" in mails_to(app, person.email)[0]

    def test_change_is_taken_back_within_seven_days(self, app: Flask, client: FlaskClient) -> None:
        """The password goes too: whoever changed the address knew it."""
        person, new = make_person(app), new_email()
        here = tokens_of(client, person)
        self.ask(client, here, new)
        client.post("/api/v1/auth/email-change", json={"token": token_to(app, new, "email")})
        thief = tokens_of(client, Person(person.user_id, new))
        undo = {"token": token_to(app, person.email, "undo")}
        with clock.held_at(clock.now() + timedelta(days=7, minutes=1)):
            assert client.post("/api/v1/auth/email-change/undo", json=undo).status_code == 404
        assert client.post("/api/v1/auth/email-change/undo", json=undo).status_code == 200
        assert client.post("/api/v1/auth/email-change/undo", json=undo).status_code == 404
        assert client.get("/api/v1/me", headers=bearer(thief)).status_code == 401
        for email in (person.email, new):
            assert log_in(client, Person(person.user_id, email)).status_code == 401
        client.post("/api/v1/auth/password-reset", json={"email": person.email})
        token = token_to(app, person.email, "reset")
        answer = client.post("/api/v1/auth/password-reset/confirm",
                             json={"token": token, "new_password": "another kettle, another roof"})
        assert answer.status_code == 200

    def test_address_of_another_is_not_taken(self, app: Flask, client: FlaskClient) -> None:
        """Neither now, nor when somebody gets it before the letter is opened, nor by taking a change back."""
        person, owner, new = make_person(app), make_person(app), new_email()
        here = tokens_of(client, person)
        self.ask(client, here, owner.email)
        assert "It belongs to yours" in mails_to(app, owner.email)[0]
        self.ask(client, here, new)
        proof = {"token": token_to(app, new, "email")}
        make_person(app, email=new)
        assert client.post("/api/v1/auth/email-change", json=proof).status_code == 404
        free = new_email()
        self.ask(client, here, free)
        client.post("/api/v1/auth/email-change", json={"token": token_to(app, free, "email")})
        undo = {"token": token_to(app, person.email, "undo")}
        make_person(app, email=person.email)
        assert client.post("/api/v1/auth/email-change/undo", json=undo).status_code == 404

    def test_letters_to_new_addresses_are_five_a_day(self, app: Flask, client: FlaskClient) -> None:
        here = tokens_of(client, make_person(app))
        target = new_email()
        for _ in limited(app, limit_letters="2/day"):
            for _number in range(4):
                self.ask(client, here, target)
        assert len(mails_to(app, target)) == 2

    def test_pages_change_and_take_back_with_a_button(self, app: Flask, client: FlaskClient) -> None:
        person, new = make_person(app), new_email()
        self.ask(client, tokens_of(client, person), new)
        for kind, email in (("email", new), ("undo", person.email)):
            path = f"/account/{kind}/{token_to(app, email, kind)}"
            page = client.get(path).text
            done = client.post(path, data={"csrf_token": csrf_of(page)})
            assert done.status_code == 200 and 'data-tone="good"' in done.text
            assert client.get(path).status_code == 404


class TestOwnersGetIn:
    def guess(self, app: Flask, email: str, count: int, **headers: str) -> list[int]:
        statuses = []
        for number in range(count):
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"10.{randrange(256)}.{randrange(256)}.{number}"
            statuses.append(log_in(client, Person(uuid4(), email, "wrong"), **headers).status_code)
        return statuses

    @pytest.mark.parametrize("transport", ["bearer", "cookie"])
    def test_known_device_gets_in_while_strangers_guess(self, app: Flask, client: FlaskClient, strict: None,
                                                        transport: str) -> None:
        """reliability.md row 10: the lock throttles strangers, and nobody locks an owner out."""
        person = make_person(app)
        client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
        first = log_in(client, person, transport, **ORIGIN)
        assert first.json
        mark = first.json["data"]["device_token"]
        assert (mark is None) == (transport == "cookie")
        assert self.guess(app, person.email, 12) == [401] * 10 + [429] * 2
        stranger = app.test_client()
        stranger.environ_base["REMOTE_ADDR"] = "203.0.113.10"
        assert log_in(stranger, person).status_code == 429  # even with the right password
        body = {"email": person.email, "password": person.password, "transport": transport}
        if mark:
            body["device_token"] = mark
        for name in ("access", "refresh", "csrf"):  # signed out since; the mark stays
            client.delete_cookie(name)
        assert client.post("/api/v1/auth/login", json=body, headers=ORIGIN).status_code == 200

    def test_mark_of_a_device_opens_no_more_guesses_than_any(self, app: Flask, client: FlaskClient,
                                                             strict: None) -> None:
        """A stolen mark is counted for itself; another account's, a forged and an old one are none."""
        client.environ_base["REMOTE_ADDR"] = "203.0.113.12"  # nobody has failed from there
        person, other = make_person(app), make_person(app)
        marks = [tokens_of(client, one)["device_token"] for one in (person, other)]
        body = {"email": person.email, "password": "wrong", "device_token": marks[0]}
        statuses = [client.post("/api/v1/auth/login", json=body).status_code for _ in range(12)]
        assert statuses == [401] * 10 + [429] * 2
        self.guess(app, other.email, 10)
        client.environ_base["REMOTE_ADDR"] = "203.0.113.11"
        for mark in (marks[0], marks[1][:-2], "x", "\ud800", ""):
            body = {"email": other.email, "password": PASSWORD, "device_token": mark}
            assert client.post("/api/v1/auth/login", json=body).status_code == 429
        with clock.held_at(clock.now() + timedelta(days=181)):
            body = {"email": other.email, "password": "wrong", "device_token": marks[1]}
            assert client.post("/api/v1/auth/login", json=body).status_code == 401

    def test_house_besieged_hears_known_devices(self, app: Flask, client: FlaskClient, besieged: None) -> None:
        """PyPI's overall limit: so many failures from everywhere, and strangers wait, whatever account they name."""
        person = make_person(app)
        mark = tokens_of(client, person)["device_token"]
        for _ in range(20):
            assert self.guess(app, new_email(), 1) == [401]
        answer = log_in(client, person)
        assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) <= 300
        body = {"email": person.email, "password": person.password, "device_token": mark}
        assert client.post("/api/v1/auth/login", json=body).status_code == 200

    def test_burst_across_a_boundary_is_no_more_than_the_limit(self, app: Flask, strict: None) -> None:
        """A moving window: five at the end of five minutes and ten at the start of the next are fifteen in seconds."""
        person = make_person(app)
        start = clock.now().replace(minute=4, second=58, microsecond=0)
        heard = []
        for second in range(20):
            with clock.held_at(start + timedelta(seconds=second / 4)):
                heard += self.guess(app, person.email, 1)
        assert heard.count(401) == 10

    def test_hashes_at_once_are_bounded(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        """Fifty tries at once take the memory of two."""
        at_work, most, lock = 0, 0, threading.Lock()

        class Counting:
            def verify(self, stored: str, typed: bytes) -> bool:
                nonlocal at_work, most
                with lock:
                    at_work += 1
                    most = max(most, at_work)
                time.sleep(0.005)
                with lock:
                    at_work -= 1
                return True

        monkeypatch.setattr(passwords, "_hasher", lambda: Counting())

        def attempt() -> None:
            with app.app_context():
                passwords.is_password("stored", "typed")

        threads = [threading.Thread(target=attempt) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == 2
