"""A member of staff's own factors in the console: passkeys, a new app, recovery codes (ID-5)."""
import json
import re
from typing import Any
from uuid import uuid4

import psycopg
import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.authenticator import Authenticator
from tests.factories.identity import Person, make_staff, post_form, sign_in

PAGE = "/console/my-sign-in"


@pytest.fixture(autouse=True)
def calm(superuser: psycopg.Connection) -> None:
    superuser.execute("delete from sign_in_failures")


@pytest.fixture
def staff(app: Flask) -> Person:
    return make_staff(app, "moderator")


@pytest.fixture
def desk(app: Flask, staff: Person, superuser: psycopg.Connection) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, staff).status_code == 303
    superuser.execute("update totp_secrets set last_step = 0 where subject_id = %s", [staff.user_id])
    return client


def begun(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = post_form(client, path)
    assert answer.status_code == 200 and answer.json, answer.text
    told: dict[str, Any] = answer.json
    return told


def add(client: FlaskClient, name: str = "Laptop", credential: Any = None) -> tuple[Authenticator, TestResponse]:
    key, asked = Authenticator(), begun(client, f"{PAGE}/passkeys/options")
    made = json.dumps(key.create(asked["options"])) if credential is None else credential
    return key, post_form(client, f"{PAGE}/passkeys", name=name, challenge=asked["challenge"], credential=made,
                          idempotency_key=uuid4().hex)


def answered(client: FlaskClient, path: str, key: Authenticator) -> dict[str, str]:
    asked = begun(client, path)
    return {"challenge": asked["challenge"], "credential": json.dumps(key.get(asked["options"]))}


def first_step(app: Flask, staff: Person) -> FlaskClient:
    client = app.test_client()
    assert post_form(client, "/console/sign-in", email=staff.email, password=staff.password).status_code == 303
    return client


def test_passkey_is_added_used_and_removed(app: Flask, desk: FlaskClient, staff: Person,
                                           superuser: psycopg.Connection) -> None:
    assert "No passkey yet" in desk.get(PAGE).text
    key, answer = add(desk)
    assert answer.status_code == 303
    page = desk.get(PAGE).text
    assert "<bdi>Laptop</bdi>" in page and "never" in page
    other = first_step(app, staff)
    assert 'data-passkey="get"' in other.get("/console/sign-in/code").text
    shown = answered(other, "/console/sign-in/passkey", key)
    assert post_form(other, "/console/sign-in/code", **shown).status_code == 303
    assert other.get(PAGE).status_code == 200
    again = first_step(app, staff)
    assert post_form(again, "/console/sign-in/code", **shown).status_code == 401  # a challenge is answered once
    removals = re.findall(rf"{PAGE}/factors/[0-9a-f-]+/remove", page)
    assert len(removals) == 2
    assert post_form(desk, removals[1]).status_code == 303
    refused = post_form(desk, removals[0])
    assert refused.status_code == 409 and "your last second factor" in refused.text
    assert post_form(desk, f"{PAGE}/factors/{uuid4()}/remove").status_code == 404


def test_passkey_proves_who_is_here(desk: FlaskClient, staff: Person, superuser: psycopg.Connection) -> None:
    key, _ = add(desk)
    superuser.execute("update staff_sessions set mfa_at = now() - interval '6 minutes' where subject_id = %s",
                      [staff.user_id])
    asked = post_form(desk, f"{PAGE}/recovery-codes")
    assert asked.status_code == 403 and 'data-options="/console/prove/passkey"' in asked.text
    shown = answered(desk, "/console/prove/passkey", key)
    assert post_form(desk, "/console/prove", **shown).status_code == 200
    assert post_form(desk, f"{PAGE}/recovery-codes").status_code == 200


def test_passkey_alone_does_not_have_an_app_enrolled_at_the_next_sign_in(app: Flask, desk: FlaskClient, staff: Person
                                                                         ) -> None:
    """Whoever has the password alone must not be given a new key because the app was removed."""
    key, _ = add(desk)
    removals = re.findall(rf"{PAGE}/factors/[0-9a-f-]+/remove", desk.get(PAGE).text)
    assert post_form(desk, removals[0]).status_code == 303
    other = first_step(app, staff)
    assert "<img" not in other.get("/console/sign-in/code").text
    assert post_form(other, "/console/sign-in/code", code=staff.code()).status_code == 401
    shown = answered(other, "/console/sign-in/passkey", key)
    assert post_form(other, "/console/sign-in/code", **shown).status_code == 303
    assert "No authenticator app is set up" in other.get(PAGE).text


@pytest.mark.parametrize("credential", ["", "x", "[]", "{}", '{"response": 1}', "[" * 9_000,
                                        '{"id": "x", "response": {}}',
                                        '{"id": 1, "rawId": [], "type": {}, "response": {"clientDataJSON": 1}}'])
def test_passkey_that_cannot_be_read_is_refused(app: Flask, desk: FlaskClient, staff: Person, credential: str) -> None:
    _, answer = add(desk, credential=credential)
    assert answer.status_code == 422 and "could not be verified" in answer.text
    add(desk)
    other = first_step(app, staff)
    asked = begun(other, "/console/sign-in/passkey")
    tried = post_form(other, "/console/sign-in/code", challenge=asked["challenge"], credential=credential)
    assert tried.status_code == 401


def test_name_of_a_passkey_is_asked_for_again(desk: FlaskClient) -> None:
    _, answer = add(desk, name="x" * 61)
    assert answer.status_code == 422 and "x" * 61 in answer.text and "Use 1 to 60 characters" in answer.text


def test_new_app_takes_over_with_its_first_code(app: Flask, desk: FlaskClient, staff: Person) -> None:
    page = post_form(desk, f"{PAGE}/totp").text
    assert "data:image/png;base64," in page
    wrong = post_form(desk, f"{PAGE}/totp/confirm", code="000000")
    found = re.search(r'<bdi class="ref" dir="ltr">([A-Z2-7 ]{32,})</bdi>', wrong.text)
    assert wrong.status_code == 422 and found
    secret = found[1].replace(" ", "")
    assert "<img" not in first_step(app, staff).get("/console/sign-in/code").text  # the new key is nobody else's to see
    assert post_form(desk, f"{PAGE}/totp/confirm", code=pyotp.TOTP(secret).now()).status_code == 303
    other = first_step(app, staff)
    assert post_form(other, "/console/sign-in/code", code=staff.code()).status_code == 401


def test_recovery_code_signs_in_once(app: Flask, desk: FlaskClient, staff: Person,
                                     superuser: psycopg.Connection) -> None:
    assert "You have no recovery codes" in desk.get(PAGE).text
    codes = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", post_form(desk, f"{PAGE}/recovery-codes").text)
    assert len(codes) == 10
    for status in (303, 401):
        other = first_step(app, staff)
        assert post_form(other, "/console/sign-in/code", recovery_code=codes[0]).status_code == status
    assert "9 codes are left" in desk.get(PAGE).text
    told = superuser.execute("select template from notifications where subject_id = %s", [staff.user_id]).fetchall()
    assert told == [("identity.recovery.used",)]


def test_without_a_passkey_there_is_nothing_to_ask(app: Flask, desk: FlaskClient, staff: Person) -> None:
    assert post_form(desk, "/console/prove/passkey").status_code == 404
    assert post_form(first_step(app, staff), "/console/sign-in/passkey").status_code == 404
    assert post_form(app.test_client(), "/console/sign-in/passkey").status_code == 401
