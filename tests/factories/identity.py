"""People with accounts: in the apps by the API itself, in the console by the service, each with what signs them in."""
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from castingops.core import clock
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.identity import service
from castingops.identity.rules.codes import STEP
from tests.factories.letters import confirm

PASSWORD = "violet kettle under a bridge"
NOTICE = "2025-10"


@dataclass(frozen=True)
class Person:
    """Someone who signs in."""

    user_id: UUID
    email: str
    password: str = PASSWORD
    totp_secret: str = ""

    def code(self, steps: int = 0) -> str:
        """The one-time code of now, or of some steps later or earlier."""
        return pyotp.TOTP(self.totp_secret).at(int(clock.now().timestamp()) + steps * STEP)


def new_email(name: str = "person") -> str:
    """An e-mail that nobody has."""
    return f"{name}-{uuid4().hex[:12]}@people.example"


def registration(**changes: Any) -> dict[str, Any]:
    """The body of a registration that passes."""
    return {"email": new_email(), "password": PASSWORD, "display_name": "Sami Alotaibi", "locale": "en",
            "role": "talent", "birth_date": "1995-03-01",
            "accepts": {"terms": True, "privacy_notice_version": NOTICE}, **changes}


def make_person(app: Flask, role: str = "talent", **changes: Any) -> Person:
    """Someone with an app account: registered, and confirmed by the letter."""
    body = registration(role=role, **changes)
    answer = app.test_client().post("/api/v1/auth/register", json=body)
    assert answer.status_code == 201, answer.json
    confirm(app, answer.json["data"]["email"], body["password"])  # type: ignore[index]
    with app.app_context():
        user_id = service.get_user_id(body["email"])
    return Person(user_id, body["email"].strip().lower(), body["password"])


def log_in(client: FlaskClient, person: Person, transport: str = "bearer", **headers: str) -> TestResponse:
    """The answer of a login."""
    body = {"email": person.email, "password": person.password, "transport": transport}
    return client.post("/api/v1/auth/login", json=body, headers=headers)


def tokens_of(client: FlaskClient, person: Person) -> dict[str, Any]:
    """Fresh tokens of a native app."""
    answer = log_in(client, person)
    assert answer.status_code == 200 and answer.json, answer.json
    data: dict[str, Any] = answer.json["data"]
    return data


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    """The header that signs an app's request."""
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def make_staff(app: Flask, *roles: str, locale: str = "en", name: str = "Noura Alharbi") -> Person:
    """A member of staff with password and one-time codes."""
    email = new_email("staff")
    with app.app_context(), unit_of_work(system()):
        new = service.create_staff(actor=system(), email=email, roles=roles or ("moderator",), locale=locale,
                                   display_name=name, password=PASSWORD)
    return Person(new.user_id, email, new.password, new.totp_secret)


def post_form(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Post a console form with the CSRF token that its page would carry."""
    with client.session_transaction() as cookie:
        raw = cookie.setdefault("csrf_token", "raw")
    token = URLSafeTimedSerializer(str(client.application.secret_key), salt="wtf-csrf-token").dumps(raw)
    return client.post(path, data={"csrf_token": str(token), **fields})


def sign_in(client: FlaskClient, staff: Person, code: str = "", next_path: str = "") -> TestResponse:
    """Both steps in the console; the answer of the second."""
    first = post_form(client, "/console/sign-in", email=staff.email, password=staff.password, next=next_path)
    assert first.status_code == 303, first.text
    return post_form(client, "/console/sign-in/code", code=code or staff.code())
