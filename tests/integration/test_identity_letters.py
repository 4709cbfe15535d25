"""Proofs by letter: confirming a new account, choosing a new password; by the API and by the pages (ID-1, ID-4)."""
import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from castingops.core import clock
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.identity import privacy, service, tasks
from tests.factories.doors import csrf_of
from tests.factories.identity import (
    PASSWORD,
    Person,
    bearer,
    log_in,
    make_person,
    make_staff,
    new_email,
    registration,
    sign_in,
    tokens_of,
)
from tests.factories.letters import confirm, deliver, mails_to, token_to, tokens_to

NEW = "another kettle, another roof"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def strict(app: Flask) -> Iterator[None]:
    """The limits on letters and guesses that production has."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(
        update={"limit_letters": "5/day", "limit_auth_account": "10/5 minutes"})
    yield
    app.extensions["settings"] = settings


def asked(client: FlaskClient, **changes: str) -> str:
    """The e-mail of a registration that waits."""
    body = registration(**changes)
    assert client.post("/api/v1/auth/register", json=body).status_code == 201
    return str(body["email"])


def prove(client: FlaskClient, token: str, password: str = PASSWORD) -> tuple[int, str | None]:
    answer = client.post("/api/v1/auth/confirm-email", json={"token": token, "password": password})
    assert answer.json
    return answer.status_code, (answer.json["error"] or {}).get("code")


def want_reset(app: Flask, email: str) -> None:
    answer = app.test_client().post("/api/v1/auth/password-reset", json={"email": email})
    assert answer.status_code == 202


def reset(client: FlaskClient, token: str, password: str = NEW) -> tuple[int, str | None]:
    answer = client.post("/api/v1/auth/password-reset/confirm", json={"token": token, "new_password": password})
    assert answer.json
    return answer.status_code, (answer.json["error"] or {}).get("code")


class TestConfirming:
    def test_confirm_works_once_and_needs_the_password(self, app: Flask, client: FlaskClient) -> None:
        """Who asked for an account in another's name does not have it when the other opens the letter."""
        email = asked(client)
        token = token_to(app, email, "confirm")
        assert prove(client, token, NEW) == (422, "password_wrong")
        assert prove(client, token) == (200, None)
        assert prove(client, token) == (404, "link_invalid")
        assert log_in(client, Person(uuid4(), email)).status_code == 200

    def test_confirm_is_over_after_two_days(self, app: Flask, client: FlaskClient) -> None:
        token = token_to(app, asked(client), "confirm")
        with clock.held_at(clock.now() + timedelta(days=2, minutes=1)):
            assert prove(client, token) == (404, "link_invalid")

    @pytest.mark.parametrize("token", ["", "x", "ي" * 43, "\x00" * 43, "A" * 43, "A" * 1000])
    def test_token_of_nobody_is_404(self, client: FlaskClient, token: str) -> None:
        assert prove(client, token) == reset(client, token) == (404, "link_invalid")

    def test_confirm_stops_guesses(self, app: Flask, client: FlaskClient, strict: None) -> None:
        token = token_to(app, asked(client), "confirm")
        for number in range(12):
            client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
            refusal = (422, "password_wrong") if number < 10 else (429, "sign_in_slowed")
            assert prove(client, token, "wrong") == refusal
        client.environ_base["REMOTE_ADDR"] = "192.0.2.99"
        assert prove(client, token) == (429, "sign_in_slowed")

    def test_letter_comes_again_and_ends_the_one_before(self, app: Flask, client: FlaskClient) -> None:
        email = asked(client)
        first = token_to(app, email, "confirm")
        for path in ("confirm-email/letter", "password-reset"):  # who forgot that they never confirmed gets it too
            answer = client.post(f"/api/v1/auth/{path}", json={"email": email.upper()})
            assert answer.status_code == 202 and answer.json
            assert answer.json["data"] == {"email": email, "status": "asked"}
            deliver(app, email)
        newest, second, last = tokens_to(app, email, "confirm")
        assert last == first and len({newest, second, last}) == 3
        assert [prove(client, token)[0] for token in (first, second, newest)] == [404, 404, 200]

    def test_letters_to_one_address_are_five_a_day(self, app: Flask, client: FlaskClient, strict: None) -> None:
        """A stranger cannot fill a mailbox; what is over is not told."""
        email, start = asked(client), clock.now()
        for _ in range(7):
            assert client.post("/api/v1/auth/confirm-email/letter", json={"email": email}).status_code == 202
        assert len(mails_to(app, email)) == 5
        with clock.held_at(start + timedelta(days=1, minutes=1)):
            client.post("/api/v1/auth/confirm-email/letter", json={"email": email})
            assert len(mails_to(app, email)) == 6

    def test_letter_names_nobody_who_was_made_up(self, app: Flask, client: FlaskClient) -> None:
        """A display name is a stranger's text: it does not reach another's mailbox."""
        email = asked(client, display_name="Win money at evil example")
        mail = mails_to(app, email)[0]
        assert "evil" not in mail and email in mail

    def test_request_leaves_the_same_traces_for_known_and_unknown(self, app: Flask, client: FlaskClient,
                                                                  superuser: psycopg.Connection) -> None:
        """reliability.md row 10: which one it was is found out after the answer, by a handler."""
        known, tables = make_person(app).email, ("pending_accounts", "asked_letters", "outbox", "audit_entries")
        traces = []
        for email in (known, new_email()):
            before = counts(superuser, tables)
            client.post("/api/v1/auth/register", json=registration(email=email))
            client.post("/api/v1/auth/password-reset", json={"email": email})
            traces.append([after - then for after, then in zip(counts(superuser, tables), before, strict=True)])
        assert traces[0] == traces[1] == [1, 1, 2, 1]

    def test_secrets_of_letters_are_hashed_and_sealed(self, app: Flask, client: FlaskClient,
                                                      superuser: psycopg.Connection) -> None:
        """A reader of the database can use no link, before it is sent nor after."""
        email, person = asked(client), make_person(app)
        want_reset(app, person.email)
        with app.app_context(), unit_of_work(system()) as session:  # write the letters, and do not send them yet
            for letter in session.scalars(text("select id from asked_letters")).all():
                service.answer_letter(letter, actor=system())
        waiting = dump(superuser)
        tokens = [token_to(app, email, "confirm"), token_to(app, person.email, "reset")]
        for table in (waiting, dump(superuser)):
            assert "v1." in waiting and not any(token in table for token in tokens)
        assert superuser.execute("select count(*) from email_messages where sealed is not null and state <> 'queued'"
                                 ).fetchone() == (0,)

    def test_sweep_takes_what_nobody_confirmed(self, app: Flask, client: FlaskClient,
                                               superuser: psycopg.Connection) -> None:
        """With its subject and its letters; the confirmed one's account stays."""
        email, done = asked(client), asked(client)
        deliver(app, email)
        confirm(app, done, PASSWORD)
        ids = [row[0] for row in superuser.execute("select id from pending_accounts where email = any(%s)",
                                                   [[email, done]]).fetchall()]
        assert len(ids) == 2
        client.post("/api/v1/auth/password-reset", json={"email": new_email()})
        with clock.held_at(clock.now() + timedelta(days=3)), app.app_context(), unit_of_work(system()):
            tasks.sweep(actor=system())
        for table, column in (("pending_accounts", "id"), ("subjects", "id"), ("email_messages", "subject_id")):
            left = superuser.execute(f"select count(*) from {table} where {column} = any(%s)", [ids])
            assert left.fetchone() == (0,)
        assert superuser.execute("select count(*) from asked_letters").fetchone() == (0,)
        assert log_in(client, Person(uuid4(), done)).status_code == 200


class TestResetting:
    def test_reset_ends_every_sign_in_and_tells_the_owner(self, app: Flask, client: FlaskClient,
                                                          superuser: psycopg.Connection) -> None:
        person = make_person(app)
        tokens = tokens_of(client, person)
        want_reset(app, person.email)
        token = token_to(app, person.email, "reset")
        assert reset(client, token) == (200, None)
        assert client.get("/api/v1/me", headers=bearer(tokens)).status_code == 401
        answer = client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
        assert answer.status_code == 401
        assert [log_in(client, Person(person.user_id, person.email, word)).status_code for word in (PASSWORD, NEW)] \
            == [401, 200]
        assert reset(client, token, "a third kettle on the roof") == (404, "link_invalid")
        assert "A new password was chosen" in mails_to(app, person.email)[0]
        acts = superuser.execute("select action from audit_entries where subject_id = %s and action like"
                                 " 'identity.password%%' order by occurred_at", [person.user_id]).fetchall()
        assert acts == [("identity.password.ask_reset",), ("identity.password.reset",)]

    def test_reset_keeps_the_rules_and_the_link(self, app: Flask, client: FlaskClient) -> None:
        """Weak, or the present one: refused, and the link still works (ID-4, MED-02)."""
        person = make_person(app)
        want_reset(app, person.email)
        token = token_to(app, person.email, "reset")
        assert reset(client, token, "short") == reset(client, token, "Riyadh@12345") == (422, "password_weak")
        assert reset(client, token, PASSWORD) == (422, "password_used_before")
        assert reset(client, token) == (200, None)

    def test_reset_is_over_after_an_hour_and_only_the_newest_works(self, app: Flask, client: FlaskClient) -> None:
        person = make_person(app)
        for _ in range(2):
            want_reset(app, person.email)
            deliver(app, person.email)
        newest, older = tokens_to(app, person.email, "reset")
        assert reset(client, older) == (404, "link_invalid")
        with clock.held_at(clock.now() + timedelta(minutes=61)):
            assert reset(client, newest) == (404, "link_invalid")

    def test_reset_at_once_has_one_effect(self, app: Flask, superuser: psycopg.Connection) -> None:
        person = make_person(app)
        want_reset(app, person.email)
        token, statuses = token_to(app, person.email, "reset"), []
        words = [f"another kettle, another roof {number}" for number in range(4)]
        threads = [threading.Thread(target=lambda word=word: statuses.append(reset(app.test_client(), token, word)[0]))
                   for word in words]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [200, 404, 404, 404]

    def test_reset_of_disabled_erased_and_unknown_sends_nothing(self, app: Flask, client: FlaskClient,
                                                                superuser: psycopg.Connection) -> None:
        person, gone = make_person(app), make_person(app)
        want_reset(app, person.email)
        token = token_to(app, person.email, "reset")
        superuser.execute("update users set status = 'disabled' where id = %s", [person.user_id])
        assert reset(client, token) == (404, "link_invalid")
        with app.app_context(), unit_of_work(system()):
            privacy.erase(gone.user_id, actor=system())
        for email in (person.email, gone.email, new_email()):
            want_reset(app, email)
            deliver(app, email)
        assert len(tokens_to(app, person.email, "reset")) == 1  # the one from before
        assert superuser.execute("select count(*) from asked_letters where email = %s", [gone.email]).fetchone() == (0,)

    def test_reset_of_staff_leaves_the_second_factor(self, app: Flask, client: FlaskClient) -> None:
        staff = make_staff(app)
        sign_in(client, staff)
        want_reset(app, staff.email)
        assert reset(client, token_to(app, staff.email, "reset")) == (200, None)
        assert client.get("/console/").status_code == 401
        renewed = Person(staff.user_id, staff.email, NEW, staff.totp_secret)
        assert sign_in(app.test_client(), renewed, renewed.code(1)).status_code == 303

    def test_letter_of_an_event_that_comes_twice_is_one(self, app: Flask) -> None:
        with app.app_context(), unit_of_work(system()):
            service.answer_letter(uuid4(), actor=system())
            service.send_confirmation(uuid4(), actor=system())

    def test_malformed_email_is_422(self, client: FlaskClient) -> None:
        for path in ("password-reset", "confirm-email/letter"):
            answer = client.post(f"/api/v1/auth/{path}", json={"email": "nobody"})
            assert answer.status_code == 422 and answer.json and "email" in answer.json["error"]["errors"]


class TestPages:
    """What the links of the letters open: forms without a script, in both languages."""

    @pytest.mark.parametrize("locale", ["en", "ar"])
    def test_confirm_page_asks_for_the_password(self, app: Flask, client: FlaskClient, locale: str) -> None:
        email = asked(client, locale=locale)
        path = f"/account/confirm/{token_to(app, email, 'confirm')}?locale={locale}"
        page = client.get(path)
        assert page.status_code == 200 and f'lang="{locale}"' in page.text
        assert client.get(path).status_code == 200  # opened twice, as mail programs do: nothing has happened
        wrong = client.post(path, data={"password": "wrong", "locale": locale, "csrf_token": csrf_of(page.text)})
        assert wrong.status_code == 422 and 'id="password-error"' in wrong.text
        stale = client.post(path, data={"password": PASSWORD, "locale": locale})
        assert stale.status_code == 400 and 'role="alert"' in stale.text
        form = {"password": PASSWORD, "locale": locale, "csrf_token": csrf_of(page.text)}
        done = client.post(path, data=form)
        assert done.status_code == 200 and 'data-tone="good"' in done.text
        assert client.get(path).status_code == client.post(path, data=form).status_code == 404
        assert log_in(client, Person(uuid4(), email)).status_code == 200

    def test_forgotten_password_from_the_sign_in_page_to_the_new_one(self, app: Flask, client: FlaskClient) -> None:
        staff = make_staff(app)
        assert 'href="/account/forgot"' in client.get("/console/sign-in").text
        page = client.get("/account/forgot").text
        assert client.post("/account/forgot", data={"email": "x", "csrf_token": csrf_of(page)}).status_code == 422
        texts = [client.post("/account/forgot", data={"email": email, "csrf_token": csrf_of(page)}).text
                 for email in (staff.email, new_email())]
        assert texts[0] == texts[1]
        path = f"/account/reset/{token_to(app, staff.email, 'reset')}"
        page = client.get(path).text
        weak = client.post(path, data={"new_password": "short", "csrf_token": csrf_of(page)})
        assert weak.status_code == 422 and 'id="new_password-error"' in weak.text
        assert client.post(path, data={"new_password": NEW, "csrf_token": csrf_of(page)}).status_code == 200
        assert sign_in(client, Person(staff.user_id, staff.email, NEW, staff.totp_secret)).status_code == 303

    def test_slowed_page_says_so(self, app: Flask, client: FlaskClient, strict: None) -> None:
        path = f"/account/confirm/{token_to(app, asked(client), 'confirm')}"
        page = client.get(path).text
        for _ in range(11):
            answer = client.post(path, data={"password": "wrong", "csrf_token": csrf_of(page)})
        assert answer.status_code == 429 and "too many failed attempts" in answer.text

    @pytest.mark.parametrize("kind", ["confirm", "reset"])
    def test_links_that_do_not_work_look_alike(self, client: FlaskClient, kind: str) -> None:
        assert client.get(f"/account/{kind}/{'A' * 43}").status_code == 404
        assert client.get(f"/account/{kind}/x").text == client.get(f"/account/{kind}/y").text


def counts(superuser: psycopg.Connection, tables: tuple[str, ...]) -> list[int]:
    return [superuser.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]  # type: ignore[index]


def dump(superuser: psycopg.Connection) -> str:
    tables = ("pending_accounts", "emailed_links", "notifications", "email_messages", "outbox", "audit_entries")
    return "".join(str(superuser.execute(f"select t::text from {table} t").fetchall()) for table in tables)
