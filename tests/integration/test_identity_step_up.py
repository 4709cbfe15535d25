"""A proof of identity before dangerous acts (ID-5; reliability.md §3: an approval needs one at most 5 minutes old)."""
from typing import Any

import jwt
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from castingops.core.permissions import all_permissions
from castingops.identity import service
from castingops.identity.service import states
from tests.factories.doors import HTMX
from tests.factories.identity import (
    PASSWORD,
    Person,
    bearer,
    log_in,
    make_person,
    make_staff,
    post_form,
    sign_in,
    tokens_of,
)

NEW = "a new kettle over the bridge 9"
EXPORT = "/console/audit/export.csv"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def aged(client: FlaskClient, person: Person, superuser: psycopg.Connection) -> dict[str, Any]:
    """Tokens of a sign-in whose proof lies six minutes back."""
    tokens = tokens_of(client, person)
    superuser.execute("update refresh_families set proved_at = now() - interval '6 minutes' where id = %s",
                      [jwt.decode(tokens["access_token"], options={"verify_signature": False})["sid"]])
    return renewed(client, tokens)


def renewed(client: FlaskClient, tokens: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert answer.json, answer.text
    data: dict[str, Any] = answer.json["data"]
    return data


def change_password(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.post("/api/v1/me/password", headers=headers,
                       json={"current_password": PASSWORD, "new_password": NEW})


def step_up(client: FlaskClient, headers: dict[str, str], **body: str) -> Any:
    return client.post("/api/v1/auth/step-up", headers=headers, json=body)


def test_dangerous_acts_are_these_at_least() -> None:
    """docs/security.md says why for each."""
    assert {"audit.entry.export", "identity.factor.change", "identity.password.change", "moderation.decision.approve",
            "operations.letter.replay"} <= {one.name for one in all_permissions() if one.step_up}


def test_dangerous_act_after_five_minutes_takes_a_fresh_proof(app: Flask, client: FlaskClient,
                                                              superuser: psycopg.Connection) -> None:
    old = bearer(aged(client, make_person(app), superuser))
    refused = change_password(client, old)
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "step_up_needed")
    fresh = step_up(client, old, password=PASSWORD).json["data"]
    assert fresh["token_type"] == "Bearer" and fresh["csrf_token"] is None and fresh["expires_in"] == 900
    assert change_password(client, old).status_code == 403  # the proof is the new token's
    assert change_password(client, bearer(fresh)).status_code == 200


def test_proof_belongs_to_the_family_and_survives_a_refresh(app: Flask, client: FlaskClient,
                                                            superuser: psycopg.Connection) -> None:
    person = make_person(app)
    tokens, elsewhere = aged(client, person, superuser), aged(client, person, superuser)
    assert step_up(client, bearer(tokens), password=PASSWORD).status_code == 200
    assert change_password(client, bearer(elsewhere)).status_code == 403
    assert change_password(client, bearer(renewed(client, elsewhere))).status_code == 403
    assert change_password(client, bearer(renewed(client, tokens))).status_code == 200


def test_token_of_the_release_before_has_proved_nothing(app: Flask, client: FlaskClient, superuser: psycopg.Connection
                                                        ) -> None:
    """It carries no time of proof, nor does its family's row."""
    person = make_person(app)
    tokens = tokens_of(client, person)
    superuser.execute("update refresh_families set proved_at = null where subject_id = %s", [person.user_id])
    headers = bearer(renewed(client, tokens))
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    assert change_password(client, headers).status_code == 403


def test_wrong_password_proves_nothing_and_counts(app: Flask, client: FlaskClient, superuser: psycopg.Connection
                                                  ) -> None:
    person = make_person(app)
    headers = bearer(tokens_of(client, person))
    answer = step_up(client, headers, password="not this one at all")
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "proof_wrong")
    assert [action for action, in superuser.execute(
        "select action from audit_entries where subject_id = %s order by id desc limit 1", [person.user_id])
            ] == ["identity.sign_in.fail"]


def test_signing_out_ends_tokens_of_a_proof_too(app: Flask, client: FlaskClient) -> None:
    tokens = tokens_of(client, make_person(app))
    fresh = bearer(step_up(client, bearer(tokens), password=PASSWORD).json["data"])
    assert client.get("/api/v1/me", headers=fresh).status_code == 200
    client.post("/api/v1/auth/logout", json={"refresh_token": tokens["refresh_token"]})
    assert client.get("/api/v1/me", headers=fresh).status_code == 401
    states._known.clear()  # another process, which looks
    assert client.get("/api/v1/me", headers=fresh).status_code == 401


def test_family_that_ended_elsewhere_proves_nothing(app: Flask, client: FlaskClient, superuser: psycopg.Connection
                                                    ) -> None:
    person = make_person(app)
    headers = bearer(tokens_of(client, person))
    superuser.execute("update refresh_families set ended_at = now(), ended_for = 'logout' where subject_id = %s",
                      [person.user_id])
    assert step_up(client, headers, password=PASSWORD).status_code == 401


def test_browser_proves_by_cookie(app: Flask, client: FlaskClient) -> None:
    answer = log_in(client, make_person(app), "cookie", Origin="https://app.example")
    assert answer.json
    headers = {"Origin": "https://app.example", "X-CSRF-Token": answer.json["data"]["csrf_token"]}
    proof = step_up(client, headers, password=PASSWORD)
    data = proof.json["data"]
    assert (data["token_type"], data["access_token"]) == ("Cookie", None)
    assert change_password(client, headers).status_code == 403  # the token changed, and its CSRF token with it
    assert change_password(client, {**headers, "X-CSRF-Token": data["csrf_token"]}).status_code == 200


def test_second_factor_is_known_without_a_query(app: Flask) -> None:
    person, staff = make_person(app), make_staff(app)
    with app.app_context():
        assert (service.has_second_factor(person.user_id), service.has_second_factor(staff.user_id)) == (False, True)


# --- the console


@pytest.fixture(scope="module")
def auditor(app: Flask) -> Person:
    return make_staff(app, "auditor")


@pytest.fixture
def desk(app: Flask, auditor: Person, superuser: psycopg.Connection) -> FlaskClient:
    """An auditor whose session is older than a proof may be."""
    client = app.test_client()
    superuser.execute("update totp_secrets set last_step = 0 where subject_id = %s", [auditor.user_id])
    assert sign_in(client, auditor).status_code == 303
    superuser.execute("update totp_secrets set last_step = 0 where subject_id = %s", [auditor.user_id])
    superuser.execute("update staff_sessions set mfa_at = now() - interval '6 minutes' where subject_id = %s",
                      [auditor.user_id])
    return client


def test_download_waits_for_a_proof(desk: FlaskClient, auditor: Person, superuser: psycopg.Connection) -> None:
    page = desk.get(f"{EXPORT}?action=identity.sign_in.fail")
    assert page.status_code == 403 and "First confirm that it is you" in page.text
    assert f'name="next" value="{EXPORT}?action=identity.sign_in.fail"' in page.text
    proved = post_form(desk, "/console/prove", code=auditor.code(), next=f"{EXPORT}?action=identity.sign_in.fail")
    assert proved.status_code == 200 and f'href="{EXPORT}?action=identity.sign_in.fail"' in proved.text
    assert desk.get(f"{EXPORT}?action=identity.sign_in.fail").status_code == 200
    last = superuser.execute("select action from audit_entries where subject_id = %s order by id desc limit 1",
                             [auditor.user_id]).fetchone()
    assert last == ("identity.proof.give",)


@pytest.mark.parametrize("typed", ["000000", "", "12345", "not a code", "٠٠٠٠٠٠"])
def test_wrong_code_proves_nothing(desk: FlaskClient, auditor: Person, typed: str,
                                   superuser: psycopg.Connection) -> None:
    superuser.execute("delete from sign_in_failures")
    answer = post_form(desk, "/console/prove", code=typed, next=EXPORT)
    assert answer.status_code == 422 and f'name="next" value="{EXPORT}"' in answer.text
    assert desk.get(EXPORT).status_code == 403


def test_code_proves_once(desk: FlaskClient, auditor: Person) -> None:
    code = auditor.code()
    assert post_form(desk, "/console/prove", code=code).status_code == 200
    assert post_form(desk, "/console/prove", code=code).status_code == 422


def test_guesses_at_a_proof_are_counted_as_at_a_sign_in(desk: FlaskClient, auditor: Person,
                                                        superuser: psycopg.Connection) -> None:
    superuser.execute("delete from sign_in_failures")
    assert [post_form(desk, "/console/prove", code="000000").status_code for _ in range(6)] == [422] * 5 + [429]
    assert post_form(desk, "/console/prove", code=auditor.code()).status_code == 429
    superuser.execute("delete from sign_in_failures")


def test_refused_form_is_carried_through_the_proof(app: Flask, desk: FlaskClient, auditor: Person) -> None:
    """A whole page: what was typed comes back as a form of its own, which one more press sends."""
    typed = 'two lines\r\nand "quotes" <b>'
    asked = post_form(desk, "/console/prove", code="000000", method="post", next="/console/somewhere?x=1", **{
        "kept.reason": typed, "kept.idempotency_key": "abcdefgh", "kept.new_password": "secret", "other": "x"})
    assert 'name="kept.reason" value="two lines\r\nand &#34;quotes&#34; &lt;b&gt;"' in asked.text
    proved = post_form(desk, "/console/prove", code=auditor.code(), method="post", next="/console/somewhere?x=1", **{
        "kept.reason": typed, "kept.idempotency_key": "abcdefgh"})
    assert 'method="post" action="/console/somewhere?x=1"' in proved.text
    assert 'name="reason" value="two lines\r\nand &#34;quotes&#34; &lt;b&gt;"' in proved.text
    assert 'name="idempotency_key" value="abcdefgh"' in proved.text and "secret" not in asked.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/console/sign-out", "/console/prove",
                                    "javascript:alert(1)", "/api/v1/me", "\\\\evil"])
def test_proof_leads_nowhere_else(desk: FlaskClient, auditor: Person, target: str) -> None:
    asked = desk.get("/console/prove", query_string={"next": target})
    assert 'name="next" value="/console/"' in asked.text
    proved = post_form(desk, "/console/prove", code=auditor.code(), next=target)
    shown = proved.text.split("<main")[1].split("</main>")[0]
    assert 'href="/console/"' in shown and target not in shown


def test_fragment_asks_in_a_dialog_and_keeps_the_page(app: Flask, client: FlaskClient, superuser: psycopg.Connection
                                                      ) -> None:
    admin = make_staff(app, "admin")
    sign_in(client, admin)
    superuser.execute("update totp_secrets set last_step = 0 where subject_id = %s", [admin.user_id])
    superuser.execute("update staff_sessions set mfa_at = now() - interval '6 minutes' where subject_id = %s",
                      [admin.user_id])
    letter = "/console/jobs/019ad5a0-0000-7000-8000-000000000000/replay"
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "raw"
    page = post_form(client, letter, idempotency_key="abcdefgh", reason="kept")
    assert page.status_code == 403 and 'name="kept.reason" value="kept"' in page.text
    assert 'name="next" value="' + letter in page.text and "kept.csrf_token" not in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    asked = client.post(letter, headers={**HTMX, "X-CSRFToken": token})
    assert asked.status_code == 403 and asked.headers["HX-Retarget"] == "#live"
    assert "<dialog" in asked.text and "<html" not in asked.text
    wrong = client.post("/console/prove", data={"code": "000000"}, headers={**HTMX, "X-CSRFToken": token})
    assert wrong.status_code == 422 and "<dialog" in wrong.text
    proved = client.post("/console/prove", data={"code": admin.code()}, headers={**HTMX, "X-CSRFToken": token})
    assert proved.status_code == 200 and "<dialog" not in proved.text and "once more" in proved.text
    assert client.post(letter, headers={**HTMX, "X-CSRFToken": token, "Idempotency-Key": "abcdefgh"}).status_code == 404


def test_proof_is_asked_after_rights(app: Flask, client: FlaskClient, superuser: psycopg.Connection) -> None:
    """Who may not do it at all is told so, and is not asked to prove anything."""
    moderator = make_staff(app, "moderator")
    sign_in(client, moderator)
    superuser.execute("update staff_sessions set mfa_at = now() - interval '6 minutes' where subject_id = %s",
                      [moderator.user_id])
    refused = client.get(EXPORT)
    assert refused.status_code == 403 and "data-code=\"forbidden\"" in refused.text
