"""People who come in by the real doors: staff by password and code, apps by registration and token."""
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.identity import service as identity
from tests.factories.letters import confirm

PASSWORD = "a long enough passphrase 7"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass
class Someone:
    """A signed-in client, of staff or of an app."""

    user_id: UUID
    email: str
    client: FlaskClient
    token: str = ""  # of an app
    csrf: str = ""  # of a console page

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        """A request as this person's browser or app sends it: token, CSRF token, a fresh idempotency key."""
        headers = dict(options.pop("headers", {}))
        headers.setdefault("Idempotency-Key", str(uuid4()))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if self.csrf:
            headers.setdefault("X-CSRFToken", self.csrf)
        return self.client.open(path, method=method, headers=headers, **options)


def enrol(someone: Someone) -> str:
    """Give somebody's app account an authenticator app, as the app does it; its secret."""
    begun = someone.ask("POST", "/api/v1/me/factors/totp")
    assert begun.status_code == 201 and begun.json, begun.text
    secret: str = begun.json["data"]["secret"]
    proved = someone.ask("POST", "/api/v1/me/factors/totp/confirm", json={"code": pyotp.TOTP(secret).now()})
    assert proved.status_code < 300, proved.text
    return secret


def csrf_of(page: str) -> str:
    """The CSRF token a page carries."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page[:300]
    return found.group(1)


def staff_member(app: Flask, *roles: str, locale: str = "en") -> Someone:
    """A new member of staff with these roles, signed in with password and code."""
    email = f"{uuid4().hex[:12]}@staff.example"
    with app.app_context(), unit_of_work(system()):
        new = identity.create_staff(actor=system(), email=email, roles=roles, locale=locale, display_name="Noura Test",
                                    password=PASSWORD)  # a drawn one would have to be replaced at the first sign-in
    client = app.test_client()
    page = client.get("/console/sign-in").text
    form = {"email": email, "password": new.password, "csrf_token": csrf_of(page)}
    page = client.post("/console/sign-in", data=form, follow_redirects=True).text
    answer = client.post("/console/sign-in/code", data={"code": pyotp.TOTP(new.totp_secret).now(),
                                                        "csrf_token": csrf_of(page)})
    assert answer.status_code == 303, answer.text
    inside = client.get("/console/components").text
    return Someone(new.user_id, email, client, csrf=csrf_of(inside))


def register(app: Flask, role: str = "talent", **fields: Any) -> Someone:
    """A new account of an app, signed in."""
    email = f"{uuid4().hex[:12]}@apps.example"
    client = app.test_client()
    notices = client.get("/api/v1/privacy-notices?locale=en").json
    assert notices
    version = next(notice["version"] for notice in notices["data"] if notice["kind"] == "privacy")
    document = {"email": email, "password": PASSWORD, "display_name": "Layla", "locale": "ar", "role": role,
                "accepts": {"terms": True, "privacy_notice_version": version}, **fields}
    if role == "talent":
        document.setdefault("birth_date", "1995-03-01")
    answer = client.post("/api/v1/auth/register", json=document)
    assert answer.status_code == 201, answer.text
    confirm(app, email, PASSWORD)
    answer = client.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200 and answer.json, answer.text
    token = answer.json["data"]["access_token"]
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json
    return Someone(UUID(me.json["data"]["id"]), email, client, token=token)
