"""Accounts and sign-ins of the apps through the API: registration, tokens, cookies, one's own account (ID-1…4)."""
import threading
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.hooks import Hook
from castingops.identity.service import states
from tests.factories.identity import (
    PASSWORD,
    Person,
    bearer,
    log_in,
    make_person,
    make_staff,
    new_email,
    registration,
    tokens_of,
)
from tests.factories.letters import confirm, mails_to, token_to, tokens_to

ORIGIN = {"Origin": "https://app.example"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def refresh(client: FlaskClient, token: str) -> Any:
    return client.post("/api/v1/auth/refresh", json={"refresh_token": token})


class TestRegister:
    def test_register_makes_account_role_and_subject(self, app: Flask, superuser: psycopg.Connection) -> None:
        person = make_person(app, "hirer", email=f"  {new_email('Hirer')} ", locale="ar", display_name=" شركة الأفق ")
        row = superuser.execute("select kind, status, locale, display_name, epoch, left(password_hash, 10) from users"
                                " where id = %s", [person.user_id]).fetchone()
        assert row == ("app", "active", "ar", "شركة الأفق", 1, "$argon2id$")
        role = superuser.execute("select role from role_grants where user_id = %s", [person.user_id]).fetchall()
        assert role == [("hirer",)]
        assert superuser.execute("select count(*) from subjects where id = %s", [person.user_id]).fetchone() == (1,)
        assert superuser.execute("select count(*) from outbox where name = 'user.registered' and subject_id = %s",
                                 [person.user_id]).fetchone() == (1,)

    def test_register_of_nobody_makes_no_account_yet(self, app: Flask, client: FlaskClient) -> None:
        """ID-1: signing in is refused as for any unknown e-mail, until the letter was opened."""
        body = registration()
        answer = client.post("/api/v1/auth/register", json=body)
        assert answer.status_code == 201 and answer.json
        assert answer.json["data"] == {"email": body["email"], "status": "confirmation_sent"}
        early, unknown = [log_in(client, Person(uuid4(), email)) for email in (body["email"], new_email())]
        assert (early.status_code, early.json and early.json["error"]) == (401, unknown.json and unknown.json["error"])
        confirm(app, body["email"], body["password"])
        assert log_in(client, Person(uuid4(), body["email"])).status_code == 200

    def test_register_answers_the_same_for_a_known_email(self, app: Flask, client: FlaskClient,
                                                         superuser: psycopg.Connection) -> None:
        """ID-1: only the owner learns of it, by letter; nor does a log-in right after tell."""
        known = make_person(app)
        for email in (known.email.upper(), new_email()):
            body = registration(email=email, password="another kettle, another roof")
            answer = client.post("/api/v1/auth/register", json=body)
            assert answer.status_code == 201 and answer.json
            assert answer.json["data"] == {"email": email.lower(), "status": "confirmation_sent"}
            assert log_in(client, Person(uuid4(), email, body["password"])).status_code == 401
        assert "You have one already" in mails_to(app, known.email)[0]
        letters = superuser.execute("select template, in_inbox from notifications where subject_id = %s",
                                    [known.user_id])
        assert letters.fetchall() == [("identity.account.second_registration", False)]
        assert log_in(client, known).status_code == 200

    def test_register_at_once_with_one_email_makes_one_account(self, app: Flask, superuser: psycopg.Connection) -> None:
        """Each has a letter of its own, and the first to be confirmed is the account."""
        email, statuses = new_email(), []

        def attempt() -> None:
            statuses.append(app.test_client().post("/api/v1/auth/register", json=registration(email=email)).status_code)

        in_threads(4, attempt)
        assert statuses == [201] * 4
        tokens, confirmed = tokens_to(app, email, "confirm"), []
        assert len(set(tokens)) == 4

        def prove() -> None:
            body = {"token": tokens.pop(), "password": PASSWORD}
            confirmed.append(app.test_client().post("/api/v1/auth/confirm-email", json=body).status_code)

        in_threads(4, prove)
        assert sorted(confirmed) == [200, 404, 404, 404]
        assert superuser.execute("select count(*) from users where email = %s", [email]).fetchone() == (1,)

    def test_register_is_all_or_nothing(self, app: Flask, client: FlaskClient, superuser: psycopg.Connection,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
        """HIGH-11: what a feature above fails to write takes the account with it; the letter works again later."""
        def fail(new: Any, actor: Actor) -> None:
            raise RuntimeError("planted")

        broken: Hook[Any] = Hook("broken")
        broken.connect(fail)
        body = registration()
        client.post("/api/v1/auth/register", json=body)
        proof = {"token": token_to(app, body["email"], "confirm"), "password": PASSWORD}
        with monkeypatch.context() as patch:
            patch.setattr("castingops.identity.service.accounts.user_registered", broken)
            assert client.post("/api/v1/auth/confirm-email", json=proof).status_code == 500
        assert superuser.execute("select count(*) from users where email = %s", [body["email"]]).fetchone() == (0,)
        assert client.post("/api/v1/auth/confirm-email", json=proof).status_code == 200

    @pytest.mark.parametrize(("changes", "field"), [
        ({"email": "nobody"}, "email"), ({"email": "a\x00@b.co"}, "email"), ({"email": "\ud800@b.co"}, "email"),
        ({"email": "x" * 10_000}, "email"), ({"email": None}, "email"), ({"email": 7}, "email"),
        ({"password": "short"}, "password"), ({"password": "Riyadh@12345"}, "password"),
        ({"password": "kettle \ud800 under bridge"}, "password"), ({"password": "x" * 10_000}, "password"),
        ({"password": "sami alotaibi 12"}, "password"),
        ({"display_name": "\x00"}, "display_name"), ({"display_name": ""}, "display_name"),
        ({"display_name": "ي" * 121}, "display_name"), ({"display_name": "\ud800"}, "display_name"),
        ({"locale": "fr"}, "locale"), ({"role": "admin"}, "role"), ({"role": "emperor"}, "role"),
        ({"birth_date": "1850-01-01"}, "birth_date"), ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": None}, "birth_date"),
        ({"birth_date": "soon"}, "birth_date"), ({"accepts": {}}, "accepts.terms"), ({"kind": "staff"}, "kind"),
    ])
    def test_register_refuses_hostile_input_by_field(self, client: FlaskClient, changes: dict[str, Any],
                                                     field: str) -> None:
        answer = client.post("/api/v1/auth/register", json=registration(**changes))
        assert answer.status_code == 422 and answer.json
        assert field in answer.json["error"]["errors"], answer.json


class TestLogin:
    def test_login_finds_the_account_under_any_spelling(self, app: Flask, client: FlaskClient) -> None:
        person = make_person(app)
        tokens = tokens_of(client, Person(person.user_id, f" {person.email.upper()} "))
        answer = client.get("/api/v1/me", headers=bearer(tokens))
        assert answer.json and answer.json["data"]["email"] == person.email

    @pytest.mark.parametrize("body", [
        {}, {"email": "a@b.co"}, {"email": [], "password": {}},
        {"email": "a@b.co", "password": "x", "transport": "pigeon"},
    ])
    def test_login_without_its_fields_is_422(self, client: FlaskClient, body: dict[str, Any]) -> None:
        assert client.post("/api/v1/auth/login", json=body).status_code == 422

    @pytest.mark.parametrize("email", [
        "", "\x00", "\ud800@b.co", "a@b.co\x00", "x@" + "b." * 400, "نورة@مثال.السعودية"])
    @pytest.mark.parametrize("password", ["", "\x00", "\ud800", "ي" * 1000])
    def test_login_with_hostile_input_is_the_usual_401(self, client: FlaskClient, email: str, password: str) -> None:
        answer = client.post("/api/v1/auth/login", json={"email": email, "password": password})
        assert answer.status_code == 401 and answer.json
        assert answer.json["error"]["code"] == "credentials_wrong"

    def test_login_is_the_usual_401_for_staff_and_for_the_disabled(self, app: Flask, client: FlaskClient,
                                                                   superuser: psycopg.Connection) -> None:
        """reliability.md row 10: known, unknown, disabled and of another door answer alike."""
        staff, gone = make_staff(app), make_person(app)
        superuser.execute("update users set status = 'disabled' where id = %s", [gone.user_id])
        answers = [log_in(client, someone) for someone in (staff, gone, Person(uuid4(), new_email()))]
        assert {answer.status_code for answer in answers} == {401}
        assert len({str(answer.json and answer.json["error"]) for answer in answers}) == 1

    def test_login_raises_an_outdated_hash_to_the_present_cost(self, app: Flask, client: FlaskClient,
                                                               superuser: psycopg.Connection) -> None:
        person = make_person(app)
        settings = app.extensions["settings"]
        app.extensions["settings"] = settings.model_copy(update={"password_memory_kib": 128})
        try:
            tokens_of(client, person)
        finally:
            app.extensions["settings"] = settings
        row = superuser.execute("select password_hash from users where id = %s", [person.user_id]).fetchone()
        assert row and "m=128," in row[0]

    def test_login_is_in_the_trail(self, app: Flask, client: FlaskClient, superuser: psycopg.Connection) -> None:
        """COMP-8: success and failure, with the person's id and the purpose."""
        person = make_person(app)
        tokens_of(client, person)
        log_in(client, Person(person.user_id, person.email, "wrong"))
        acts = superuser.execute(
            "select action, actor_kind, purpose from audit_entries where subject_id = %s and entity_kind = 'user'"
            " order by occurred_at", [person.user_id]).fetchall()
        assert acts == [("identity.user.register", "system", "account"),
                        ("identity.sign_in.succeed", "person", "security"),
                        ("identity.sign_in.fail", "anonymous", "security")]


class TestRefresh:
    def test_refresh_of_twenty_at_once_gives_one_pair(self, app: Flask, client: FlaskClient) -> None:
        """reliability.md row 7: one success, the losers get 409 and nothing, and the family lives."""
        person = make_person(app)
        token, answers = tokens_of(client, person)["refresh_token"], []
        in_threads(20, lambda: answers.append(refresh(app.test_client(), token)))
        won = [answer for answer in answers if answer.status_code == 200]
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
        assert all(answer.json["data"] is None for answer in answers if answer.status_code == 409)
        fresh = won[0].json["data"]
        assert client.get("/api/v1/me", headers=bearer(fresh)).status_code == 200
        assert refresh(client, fresh["refresh_token"]).status_code == 200

    def test_refresh_with_an_old_token_ends_the_family(self, app: Flask, client: FlaskClient,
                                                       superuser: psycopg.Connection) -> None:
        """reliability.md row 7: a replay after the grace is theft; recorded, and the owner is told."""
        person = make_person(app)
        old = tokens_of(client, person)
        other = tokens_of(client, person)
        new = refresh(client, old["refresh_token"]).json["data"]
        with clock.held_at(clock.now() + timedelta(seconds=11)):
            reused = refresh(client, old["refresh_token"])
            assert (reused.status_code, reused.json["error"]["code"]) == (401, "refresh_invalid")
            assert refresh(client, new["refresh_token"]).status_code == 401
        for tokens in (old, new):
            assert client.get("/api/v1/me", headers=bearer(tokens)).status_code == 401
        assert client.get("/api/v1/me", headers=bearer(other)).status_code == 200
        told = superuser.execute(
            "select count(*) from audit_entries where action = 'identity.token.reuse' and subject_id = %s union all"
            " select count(*) from notifications where template = 'identity.token.reused' and subject_id = %s",
            [person.user_id, person.user_id]).fetchall()
        assert told == [(1,), (1,)]

    @pytest.mark.parametrize("token", ["", "nonsense", "\x00", "\ud800" * 43, "é" * 43, "A" * 43, "x" * 10_000])
    def test_refresh_with_no_token_of_ours_is_refused(self, client: FlaskClient, token: str) -> None:
        assert refresh(client, token).status_code == (422 if len(token) > 1000 else 401)

    def test_refresh_does_not_take_an_access_token(self, app: Flask, client: FlaskClient) -> None:
        """reliability.md row 6: nor the other way round."""
        tokens = tokens_of(client, make_person(app))
        assert refresh(client, tokens["access_token"]).status_code == 401
        swapped = {"Authorization": f"Bearer {tokens['refresh_token']}"}
        assert client.get("/api/v1/me", headers=swapped).status_code == 401

    def test_refresh_ends_after_a_week_of_rest_and_a_month_in_all(self, app: Flask, client: FlaskClient) -> None:
        person, start = make_person(app), clock.now()
        idle = tokens_of(client, person)["refresh_token"]
        with clock.held_at(start + timedelta(days=7, minutes=1)):
            assert refresh(client, idle).status_code == 401
        token = tokens_of(client, person)["refresh_token"]
        for days in range(6, 31, 6):
            with clock.held_at(start + timedelta(days=days)):
                answer = refresh(client, token)
                assert answer.status_code == 200, days
                token = answer.json["data"]["refresh_token"]
        with clock.held_at(start + timedelta(days=30, minutes=1)):
            assert refresh(client, token).status_code == 401

    @pytest.mark.parametrize("change", ["status = 'disabled'", "epoch = epoch + 1"])
    def test_refresh_ends_with_the_account_or_its_epoch(self, app: Flask, client: FlaskClient, change: str,
                                                        superuser: psycopg.Connection) -> None:
        person = make_person(app)
        token = tokens_of(client, person)["refresh_token"]
        superuser.execute(f"update users set {change} where id = %s", [person.user_id])
        assert refresh(client, token).status_code == 401


class TestLogout:
    def test_logout_leaves_other_sign_ins_alone_and_may_be_repeated(self, app: Flask, client: FlaskClient) -> None:
        person = make_person(app)
        one, other = tokens_of(client, person), tokens_of(client, person)
        for _ in range(2):
            answer = client.post("/api/v1/auth/logout", headers=bearer(one),
                                 json={"refresh_token": one["refresh_token"]})
            assert answer.status_code == 200 and answer.json and answer.json["data"] == {"status": "signed_out"}
        assert client.get("/api/v1/me", headers=bearer(one)).status_code == 401
        assert client.get("/api/v1/me", headers=bearer(other)).status_code == 200

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic eDp5"}])
    def test_logout_of_nobody_says_nothing(self, client: FlaskClient, headers: dict[str, str]) -> None:
        answer = client.post("/api/v1/auth/logout", json={"refresh_token": "A" * 43}, headers=headers)
        assert answer.status_code == 200
        assert client.post("/api/v1/auth/logout", json={}, headers=headers).status_code == 200

    def test_logout_elsewhere_is_known_here_within_five_seconds(self, app: Flask, client: FlaskClient,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
        """ID-2: another process revokes; this one's memory is five seconds old at most."""
        person = make_person(app)
        tokens = tokens_of(client, person)
        assert client.get("/api/v1/me", headers=bearer(tokens)).status_code == 200
        monkeypatch.setattr(states, "forget", lambda user_id: None)  # what another process cannot do
        client.post("/api/v1/auth/logout", json={}, headers=bearer(tokens))
        moment = states.time.monotonic()
        monkeypatch.setattr(states.time, "monotonic", lambda: moment + 5)
        assert client.get("/api/v1/me", headers=bearer(tokens)).status_code == 401


class TestCookies:
    def test_login_by_cookie_hides_both_tokens(self, app: Flask, client: FlaskClient) -> None:
        """ID-3: httpOnly, SameSite, and nothing in the body that a script could leak."""
        person = make_person(app)
        answer = log_in(client, person, "cookie", **ORIGIN)
        assert answer.json
        data = answer.json["data"]
        assert data["access_token"] is None and data["refresh_token"] is None and data["csrf_token"]
        cookies = {cookie.split("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
        assert set(cookies) == {"access", "refresh", "csrf", "device"}
        assert all("SameSite=Strict" in cookie and "Path=/" in cookie for cookie in cookies.values())
        assert ["HttpOnly" in cookies[name] for name in ("access", "refresh", "device", "csrf")] == [True] * 3 + [False]

    def test_cookies_are_tied_to_the_host_over_tls(self, app: Flask, client: FlaskClient) -> None:
        person, settings = make_person(app), app.extensions["settings"]
        app.extensions["settings"] = settings.model_copy(update={"public_url": "https://casting.example"})
        try:
            answer = log_in(client, person, "cookie", **ORIGIN)
        finally:
            app.extensions["settings"] = settings
        cookies = answer.headers.getlist("Set-Cookie")
        assert len(cookies) == 4 and all(cookie.startswith("__Host-") and "Secure" in cookie for cookie in cookies)

    @pytest.mark.parametrize("origin", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
    def test_login_by_cookie_needs_one_of_our_origins(self, app: Flask, client: FlaskClient,
                                                      origin: dict[str, str]) -> None:
        answer = log_in(client, make_person(app), "cookie", **origin)
        assert answer.status_code == 403 and not answer.headers.getlist("Set-Cookie")

    def test_change_by_cookie_needs_origin_and_token(self, app: Flask, client: FlaskClient) -> None:
        """CRIT-17: a browser sends cookies by itself; our own page proves that it was asked."""
        answer = log_in(client, make_person(app), "cookie", **ORIGIN)
        assert answer.json
        proof = {"X-CSRF-Token": answer.json["data"]["csrf_token"]}
        assert client.get("/api/v1/me").status_code == 200
        for headers in ({}, ORIGIN, proof, {**ORIGIN, "X-CSRF-Token": "0" * 64}, {**ORIGIN, "X-CSRF-Token": "é"},
                        {**proof, "Origin": "https://evil.example"}):
            assert client.patch("/api/v1/me", json={"locale": "ar"}, headers=headers).status_code == 403
        changed = client.patch("/api/v1/me", json={"locale": "ar"}, headers={**ORIGIN, **proof})
        assert changed.status_code == 200 and changed.json and changed.json["data"]["locale"] == "ar"

    def test_refresh_and_logout_by_cookie(self, app: Flask, client: FlaskClient) -> None:
        answer = log_in(client, make_person(app), "cookie", **ORIGIN)
        assert answer.json
        client.delete_cookie("access")  # its time is over
        assert client.post("/api/v1/auth/refresh", json={}).status_code == 403
        again = client.post("/api/v1/auth/refresh", json={}, headers=ORIGIN)
        assert again.status_code == 200 and again.json and client.get("/api/v1/me").status_code == 200
        proof = {"X-CSRF-Token": again.json["data"]["csrf_token"], **ORIGIN}
        out = client.post("/api/v1/auth/logout", json={}, headers=proof)
        assert out.status_code == 200 and len(out.headers.getlist("Set-Cookie")) == 3
        assert client.get("/api/v1/me").status_code == 401
        assert client.post("/api/v1/auth/refresh", json={}, headers=ORIGIN).status_code == 401


class TestMe:
    def test_change_me_changes_what_was_sent(self, app: Flask, client: FlaskClient,
                                             superuser: psycopg.Connection) -> None:
        person = make_person(app)
        headers = bearer(tokens_of(client, person))
        for sent, name, locale in [({}, "Sami Alotaibi", "en"), ({"display_name": " سامي "}, "سامي", "en"),
                                   ({"locale": "ar"}, "سامي", "ar"), ({"locale": "ar"}, "سامي", "ar")]:
            answer = client.patch("/api/v1/me", json=sent, headers=headers)
            assert answer.json
            assert (answer.json["data"]["display_name"], answer.json["data"]["locale"]) == (name, locale)
        acts = superuser.execute("select count(*) from audit_entries where action = 'identity.me.change'"
                                 " and subject_id = %s", [person.user_id]).fetchone()
        assert acts == (2,)

    @pytest.mark.parametrize("sent", [
        {"display_name": ""}, {"display_name": "\x00"}, {"locale": "fr"}, {"email": "a@b.co"}, {"roles": ["admin"]},
        {"display_name": None}])
    def test_change_me_refuses_the_rest(self, app: Flask, client: FlaskClient, sent: dict[str, Any]) -> None:
        headers = bearer(tokens_of(client, make_person(app)))
        assert client.patch("/api/v1/me", json=sent, headers=headers).status_code == 422

    def test_change_password_ends_every_other_sign_in(self, app: Flask, client: FlaskClient,
                                                      superuser: psycopg.Connection) -> None:
        """ASVS 7.4.3: the one at work goes on with new tokens, and its old ones are dead as well."""
        person = make_person(app)
        one, other = tokens_of(client, person), tokens_of(client, person)
        new = "another kettle, another roof"
        answer = client.post("/api/v1/me/password", headers=bearer(one),
                             json={"current_password": PASSWORD, "new_password": new})
        assert answer.status_code == 200 and answer.json
        renewed = answer.json["data"]
        for tokens in (one, other):
            assert client.get("/api/v1/me", headers=bearer(tokens)).status_code == 401
        assert refresh(client, other["refresh_token"]).status_code == 401
        assert refresh(client, one["refresh_token"]).status_code == 409  # used up a moment ago
        assert client.get("/api/v1/me", headers=bearer(renewed)).status_code == 200
        assert refresh(client, renewed["refresh_token"]).status_code == 200
        assert log_in(client, person).status_code == 401
        assert log_in(client, Person(person.user_id, person.email, new)).status_code == 200
        letters = superuser.execute("select template from notifications where subject_id = %s", [person.user_id])
        assert letters.fetchall() == [("identity.password.changed",)]

    def test_change_password_refuses_wrong_weak_and_recent(self, app: Flask, client: FlaskClient) -> None:
        """MED-02: the present password and the five before it."""
        person = make_person(app)
        used = [PASSWORD, *(f"garden gate number {word}" for word in ("oak", "elm", "ash", "fir", "yew"))]

        def change(current: str, new: str) -> Any:
            tokens = tokens_of(client, Person(person.user_id, person.email, current))
            return client.post("/api/v1/me/password", headers=bearer(tokens),
                               json={"current_password": current, "new_password": new})

        for before, after in pairwise(used):
            assert change(before, after).status_code == 200
        for old in used:
            answer = change(used[-1], old)
            assert (answer.status_code, answer.json["error"]["code"]) == (422, "password_used_before")
        assert "new_password" in change(used[-1], "Riyadh@12345").json["error"]["errors"]
        wrong = client.post("/api/v1/me/password", headers=bearer(tokens_of(client, Person(*_as(person, used[-1])))),
                            json={"current_password": "wrong", "new_password": "completely different words"})
        assert (wrong.status_code, wrong.json and wrong.json["error"]["code"]) == (401, "credentials_wrong")
        assert change(used[-1], "garden gate number six hundred").status_code == 200
        assert change("garden gate number six hundred", PASSWORD).status_code == 200


def _as(person: Person, password: str) -> tuple[Any, str, str]:
    return person.user_id, person.email, password


def in_threads(count: int, act: Any) -> None:
    """`count` times `act`, started together."""
    gate = threading.Barrier(count)

    def run() -> None:
        gate.wait()
        act()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
