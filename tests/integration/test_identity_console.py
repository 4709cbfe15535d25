"""Signing in to the console: two steps, a session that ends, ways back that stay here (ID-5, ID-6, K-2)."""
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from castingops.core import clock
from castingops.core.ids import new_id
from tests.factories.identity import Person, make_person, make_staff, new_email, post_form, sign_in

HOME = "/console/"
HALF_MINUTE = timedelta(seconds=31)
NAVIGATES = {"Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def staff(app: Flask) -> Person:
    """Someone whose codes no test here uses up."""
    return make_staff(app)


@pytest.fixture
def strict(app: Flask) -> Iterator[None]:
    """The limit on password failures that production has."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(
        update={"limit_auth_account": "10/5 minutes", "limit_auth_address": "10/5 minutes"})
    yield
    app.extensions["settings"] = settings


def is_in(client: FlaskClient) -> bool:
    """Whether the browser is signed in."""
    status = client.get(HOME).status_code
    assert status in {200, 401}
    return status == 200


class TestFirstStep:
    def test_sign_in_page_is_whole_without_a_script(self, client: FlaskClient) -> None:
        answer = client.get("/console/sign-in")
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
        assert re.search(r'<form[^>]+method="post"[^>]+action="/console/sign-in"', answer.text)
        assert 'autocomplete="username"' in answer.text and 'autocomplete="current-password"' in answer.text

    def test_sign_in_page_speaks_arabic(self, client: FlaskClient) -> None:
        client.set_cookie("locale", "ar")
        assert 'dir="rtl"' in client.get("/console/sign-in").text

    def test_wrong_half_is_not_named(self, app: Flask, staff: Person) -> None:
        """K-2: one error, word for word, and the e-mail is kept."""
        pages = []
        for email, password in [(staff.email, "wrong"), (new_email(), "wrong"), (make_person(app).email, "wrong"),
                                ("\x00", "\x00"), ("", "")]:
            answer = post_form(app.test_client(), "/console/sign-in", email=email, password=password)
            assert answer.status_code == 401
            found = re.search(r'<span class="error"[^>]*>.*?</span>', answer.text, re.DOTALL)
            assert found
            pages.append(found[0])
            assert email.strip("\x00") in answer.text and 'value="wrong"' not in answer.text
        assert len(set(pages)) == 1

    def test_app_account_does_not_open_the_console(self, app: Flask, client: FlaskClient) -> None:
        person = make_person(app)
        answer = post_form(client, "/console/sign-in", email=person.email, password=person.password)
        assert answer.status_code == 401

    def test_first_step_alone_opens_nothing(self, client: FlaskClient, staff: Person) -> None:
        answer = post_form(client, "/console/sign-in", email=staff.email, password=staff.password)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in/code")
        assert not is_in(client)

    @pytest.mark.parametrize("fields", [{}, {"csrf_token": "forged"}])
    def test_sign_in_needs_its_own_form(self, client: FlaskClient, staff: Person, fields: dict[str, str]) -> None:
        """CRIT-17: nobody signs another in from elsewhere."""
        form = {"email": staff.email, "password": staff.password, **fields}
        assert client.post("/console/sign-in", data=form).status_code == 400
        crossed = client.post("/console/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"})
        assert crossed.status_code == 403


class TestSecondStep:
    def test_code_opens_a_session(self, app: Flask, client: FlaskClient, superuser: psycopg.Connection) -> None:
        staff = make_staff(app, "moderator", "support", locale="ar", name="نورة الحربي")
        client.environ_base["HTTP_USER_AGENT"] = "Firefox"
        answer = sign_in(client, staff, next_path="/console/components")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/console/components")
        page = client.get(HOME)
        assert page.status_code == 200 and 'lang="ar"' in page.text and "نورة" in page.text
        row = superuser.execute("select user_agent, ended_at, mfa_at = created_at from staff_sessions"
                                " where subject_id = %s", [staff.user_id]).fetchone()
        assert row == ("Firefox", None, True)
        acts = superuser.execute("select action, actor_role from audit_entries where subject_id = %s"
                                 " and action like 'identity.sign_in%%'", [staff.user_id]).fetchall()
        assert acts == [("identity.sign_in.succeed", "moderator,support")]

    def test_code_is_good_once(self, app: Flask) -> None:
        """reliability.md row 8: not twice, not with other digits or spaces; the next step's code is good again."""
        staff = make_staff(app)
        code = staff.code()
        with clock.held_at(clock.now()):
            assert sign_in(app.test_client(), staff, code).status_code == 303
            arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
            for again in (code, arabic, f"{code[:3]} {code[3:]}", f" {code}\u200f"):
                assert sign_in(app.test_client(), staff, again).status_code == 401
            assert sign_in(app.test_client(), staff, staff.code(1)).status_code == 303

    def test_code_may_be_typed_in_arabic_digits(self, app: Flask, client: FlaskClient) -> None:
        staff = make_staff(app)
        code = staff.code().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        assert sign_in(client, staff, f"{code[:3]} {code[3:]}").status_code == 303

    @pytest.mark.parametrize("code", ["", "000000x", "\x00", "1" * 10_000, "abcdef"])
    def test_wrong_code_is_refused(self, app: Flask, client: FlaskClient, code: str) -> None:
        staff = make_staff(app)
        assert sign_in(client, staff, code or " ").status_code == 401
        assert not is_in(client)

    def test_guessing_codes_is_slow(self, app: Flask, superuser: psycopg.Connection) -> None:
        """reliability.md row 10: five in five minutes, from wherever; then even the right one waits. Recorded."""
        staff, start = make_staff(app), clock.now()
        for number in range(5):
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
            assert sign_in(client, staff, staff.code(40 + number)).status_code == 401
        assert sign_in(app.test_client(), staff).status_code == 429
        with clock.held_at(start + timedelta(minutes=6)):
            assert sign_in(app.test_client(), staff).status_code == 303
        acts = superuser.execute(
            "select action, count(*) from audit_entries where subject_id = %s and action like 'identity.sign_in%%'"
            " group by action order by action", [staff.user_id]).fetchall()
        assert acts == [("identity.sign_in.fail", 5), ("identity.sign_in.slow", 1), ("identity.sign_in.succeed", 1)]

    def test_second_step_waits_five_minutes(self, app: Flask, client: FlaskClient) -> None:
        staff = make_staff(app)
        post_form(client, "/console/sign-in", email=staff.email, password=staff.password)
        with clock.held_at(clock.now() + timedelta(minutes=5, seconds=2)):
            for answer in (client.get("/console/sign-in/code"),
                           post_form(client, "/console/sign-in/code", code=staff.code())):
                assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in")

    @pytest.mark.parametrize("change", ["status = 'disabled'", "epoch = epoch + 1"])
    def test_second_step_ends_with_the_account_or_its_epoch(self, app: Flask, client: FlaskClient, change: str,
                                                            superuser: psycopg.Connection) -> None:
        staff = make_staff(app)
        post_form(client, "/console/sign-in", email=staff.email, password=staff.password)
        superuser.execute(f"update users set {change} where id = %s", [staff.user_id])
        assert post_form(client, "/console/sign-in/code", code=staff.code()).status_code == 401

    def test_second_step_without_the_first_goes_back(self, client: FlaskClient) -> None:
        assert client.get("/console/sign-in/code").headers["Location"] == "/console/sign-in"
        with client.session_transaction() as cookie:
            cookie["first_step"] = {"user_id": "nobody"}
        assert post_form(client, "/console/sign-in/code", code="123456").headers["Location"] == "/console/sign-in"

    def test_session_starts_empty(self, app: Flask, client: FlaskClient) -> None:
        """flask-login does not do it: what was in the cookie before signing in is gone after it."""
        with client.session_transaction() as cookie:
            cookie["planted"] = "before"
        sign_in(client, make_staff(app))
        with client.session_transaction() as cookie:
            assert "planted" not in cookie and "first_step" not in cookie and cookie["sid"]


class TestEnrolment:
    def test_who_has_no_code_enrols_with_a_proof(self, app: Flask, superuser: psycopg.Connection) -> None:
        """MED-04: a QR code and the same key in letters; shown until a code was proved, never after."""
        staff = make_staff(app)
        superuser.execute("delete from totp_secrets where subject_id = %s", [staff.user_id])
        client = app.test_client()
        post_form(client, "/console/sign-in", email=staff.email, password=staff.password)
        page = client.get("/console/sign-in/code").text
        assert 'src="data:image/png;base64,' in page
        new = Person(staff.user_id, staff.email, staff.password, shown_secret(page))
        assert post_form(client, "/console/sign-in/code", code=staff.code()).status_code == 401
        assert post_form(client, "/console/sign-in/code", code=new.code()).status_code == 303
        assert is_in(client)
        other = app.test_client()
        post_form(other, "/console/sign-in", email=staff.email, password=staff.password)
        assert "data:image/png" not in other.get("/console/sign-in/code").text
        acts = superuser.execute("select count(*) from audit_entries where action = 'identity.mfa.enrol'"
                                 " and subject_id = %s", [staff.user_id]).fetchone()
        assert acts == (1,)

    def test_secret_shown_to_an_earlier_visitor_is_void(self, app: Flask, superuser: psycopg.Connection) -> None:
        staff = make_staff(app)
        superuser.execute("delete from totp_secrets where subject_id = %s", [staff.user_id])
        secrets = []
        for _ in range(2):
            client = app.test_client()
            post_form(client, "/console/sign-in", email=staff.email, password=staff.password)
            secrets.append(shown_secret(client.get("/console/sign-in/code").text))
        early = Person(staff.user_id, staff.email, staff.password, secrets[0])
        assert post_form(client, "/console/sign-in/code", code=early.code()).status_code == 401

    def test_account_without_any_secret_cannot_pass_the_second_step(self, app: Flask, client: FlaskClient,
                                                                    superuser: psycopg.Connection) -> None:
        staff = make_staff(app)
        post_form(client, "/console/sign-in", email=staff.email, password=staff.password)
        superuser.execute("delete from totp_secrets where subject_id = %s", [staff.user_id])
        assert post_form(client, "/console/sign-in/code", code=staff.code()).status_code == 401


class TestSession:
    def test_sign_out_ends_the_session_on_the_server(self, app: Flask, client: FlaskClient) -> None:
        """reliability.md row 9: a copy of the cookie is refused on the next request."""
        sign_in(client, make_staff(app))
        thief = app.test_client()
        stolen = client.get_cookie("session")
        assert stolen
        thief.set_cookie("session", stolen.value)
        assert is_in(thief)
        answer = post_form(client, "/console/sign-out")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in")
        assert not is_in(thief) and not is_in(client)
        assert post_form(client, "/console/sign-out").status_code == 303

    def test_session_changes_its_token_at_each_sign_in(self, app: Flask, client: FlaskClient) -> None:
        staff, tokens = make_staff(app), []
        for step in range(2):
            assert sign_in(client, staff, staff.code(step)).status_code == 303
            with client.session_transaction() as cookie:
                tokens.append(cookie["sid"])
        assert tokens[0] != tokens[1]

    @pytest.mark.parametrize("change", [
        "update users set status = 'disabled' where id = %s", "update users set epoch = epoch + 1 where id = %s",
        "update staff_sessions set ended_at = now() where subject_id = %s",
        "delete from staff_sessions where subject_id = %s"])
    def test_session_ends_with_the_account_its_epoch_or_its_row(self, app: Flask, client: FlaskClient, change: str,
                                                                superuser: psycopg.Connection) -> None:
        staff = make_staff(app)
        sign_in(client, staff)
        assert is_in(client)
        superuser.execute(change, [staff.user_id])
        assert not is_in(client)

    def test_session_ends_idle_after_half_an_hour_and_at_last_after_twelve(self, app: Flask,
                                                                           client: FlaskClient) -> None:
        """ID-6: work keeps it alive, noted to the minute; twelve hours end it in any case."""
        start = clock.now()
        sign_in(client, make_staff(app))
        for minutes in range(25, 12 * 60, 25):
            with clock.held_at(start + timedelta(minutes=minutes)):
                assert is_in(client), minutes
        with clock.held_at(start + timedelta(hours=12, minutes=1)):
            assert not is_in(client)
        sign_in(client, make_staff(app))
        with clock.held_at(clock.now() + timedelta(minutes=31)):
            assert not is_in(client)

    @pytest.mark.parametrize("forged", [
        {"_user_id": "nobody"}, {"_user_id": f"{new_id()}:1"}, {"_user_id": f"{new_id()}:one"}, {"sid": None},
        {"sid": "A" * 43}, {"sid": 7}, {"_user_id": "", "sid": ""}])
    def test_session_that_says_something_else_is_none(self, app: Flask, client: FlaskClient,
                                                      forged: dict[str, Any]) -> None:
        """ecosystem.md: flask-login hands whatever the cookie says to the loader."""
        sign_in(client, make_staff(app))
        with client.session_transaction() as cookie:
            cookie.update(forged)
        assert not is_in(client)

    def test_browser_without_a_session_is_shown_the_way_and_back(self, client: FlaskClient) -> None:
        lost = client.get("/console/components?q=a&p=ب", headers=NAVIGATES)
        assert lost.status_code == 303
        assert lost.headers["Location"].startswith("/console/sign-in?next=%2Fconsole%2Fcomponents%3Fq%3Da")
        page = client.get(lost.headers["Location"])
        assert 'name="next" value="/console/components?q=a&amp;p=%D8%A8"' in page.text
        assert client.get(HOME).status_code == 401
        assert client.get("/api/v1/me", headers=NAVIGATES).status_code == 401

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/api/v1/me",
                                        "/console/\r\nX: y", "javascript:alert(1)"])
    def test_way_back_stays_in_the_console(self, app: Flask, client: FlaskClient, target: str) -> None:
        """reliability.md row 12."""
        assert f'value="{target}"' not in client.get("/console/sign-in", query_string={"next": target}).text
        answer = sign_in(client, make_staff(app), next_path=target)
        assert answer.headers["Location"] == HOME


class TestLanguage:
    def test_language_of_a_visitor_is_kept_in_a_cookie(self, client: FlaskClient) -> None:
        answer = post_form(client, "/console/language", locale="ar", next="/console/sign-in?next=/console/")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in?next=/console/")
        assert 'dir="rtl"' in client.get("/console/sign-in").text

    def test_language_of_staff_is_remembered_with_the_account(self, app: Flask, client: FlaskClient) -> None:
        staff = make_staff(app)
        sign_in(client, staff)
        assert 'lang="en"' in client.get(HOME).text
        answer = post_form(client, "/console/language", locale="ar", next="https://evil.example")
        assert answer.headers["Location"] == HOME
        assert 'dir="rtl"' in client.get(HOME).text
        elsewhere = app.test_client()
        sign_in(elsewhere, staff, staff.code(1))
        assert 'dir="rtl"' in elsewhere.get(HOME).text

    def test_language_we_do_not_speak_is_refused(self, client: FlaskClient) -> None:
        assert post_form(client, "/console/language", locale="fr").status_code == 422


class TestGuessing:
    def test_lockout_throttles_the_guesser_and_lets_the_owner_in(self, app: Flask, client: FlaskClient,
                                                                 strict: None) -> None:
        """reliability.md row 10: nobody can lock a member of staff out who has the second factor."""
        staff = make_staff(app)
        for number in range(12):
            guesser = app.test_client()
            guesser.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
            answer = post_form(guesser, "/console/sign-in", email=staff.email, password="wrong")
            assert answer.status_code == (401 if number < 10 else 429)
        client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
        assert sign_in(client, staff).status_code == 303

    def test_one_address_is_slowed_over_all_accounts(self, app: Flask, client: FlaskClient, strict: None) -> None:
        client.environ_base["REMOTE_ADDR"] = "203.0.113.78"
        for _ in range(10):
            assert post_form(client, "/console/sign-in", email=new_email(), password="wrong").status_code == 401
        staff = make_staff(app)
        answer = post_form(client, "/console/sign-in", email=staff.email, password=staff.password)
        assert answer.status_code == 429


def shown_secret(page: str) -> str:
    found = re.search(r'<bdi class="ref" dir="ltr">([A-Z2-7 ]+)</bdi>', page)
    assert found
    return found[1].replace(" ", "")
