"""A directory of people over there, and what it sends: signed, in any order."""
import json
import re
from base64 import b64encode
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import text
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

from castingops.core import clock, consumer
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from tests.factories.doors import PASSWORD
from tests.factories.letters import read_mail

PATH = "/api/v1/webhooks/identity"
_CODE = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")
SECRET = f"whsec_{b64encode(b'what the directory signs with ok').decode()}"


def ref(kind: str = "user") -> str:
    """An id over there that nobody has."""
    return f"{kind}_{uuid4().hex}"


def message(type_: str, data: dict[str, Any], *, at: int = 1_000) -> dict[str, Any]:
    """A message's document."""
    return {"object": "event", "type": type_, "timestamp": at, "instance_id": "ins_test", "data": data}


def user(type_: str, id_: str, email: str, *, at: int = 1_000, status: str = "verified", first: str = "Huda",
         last: str | None = "Al-Harbi") -> dict[str, Any]:
    """That a person was created or updated."""
    return message(type_, {
        "id": id_, "object": "user", "first_name": first, "last_name": last, "primary_email_address_id": "idn_1",
        "email_addresses": [{"id": "idn_1", "email_address": email, "verification": {"status": status}}],
        "updated_at": at}, at=at)


def organization(id_: str, creator: str, *, name: str = "Desert Rose Films", slug: str | None = None,
                 at: int = 1_000) -> dict[str, Any]:
    """That an organization was created."""
    return message("organization.created", {"id": id_, "name": name, "slug": slug or id_.replace("_", "-")[:30],
                                            "created_by": creator, "updated_at": at}, at=at)


def membership(org: str, id_: str, *, role: str = "org:member", at: int = 1_000,
               verb: str = "created") -> dict[str, Any]:
    """That a person belongs to an organization, or does no more."""
    return message(f"organizationMembership.{verb}", {
        "organization": {"id": org, "name": "Desert Rose Films"}, "role": role, "updated_at": at,
        "public_user_data": {"user_id": id_, "identifier": "somebody@over.there"}}, at=at)


def signed(body: bytes, *, secret: str = SECRET, message_id: str | None = None, at: datetime | None = None,
           prefix: str = "webhook") -> dict[str, str]:
    """The headers of a message."""
    message_id, at = message_id or f"msg_{uuid4().hex}", at or clock.now()
    return {f"{prefix}-id": message_id, f"{prefix}-timestamp": str(int(at.timestamp())),
            f"{prefix}-signature": Webhook(secret).sign(message_id, at, body.decode())}


def send(app: Flask, document: Any, **options: Any) -> TestResponse:
    """Post a message as the directory does."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return app.test_client().post(PATH, data=body, headers=signed(body, **options), content_type="application/json")


def deliver(app: Flask, *documents: dict[str, Any]) -> None:
    """Post messages, then have them done in the order in which they came."""
    for document in documents:
        assert send(app, document).status_code == 202
    work(app)


def work(app: Flask) -> None:
    """Do what a worker would: the messages, and the letters that come of them."""
    for name in ("job.directory.apply", "notifications.email.due"):
        with app.app_context():
            with unit_of_work(system(), read_only=True) as session:
                due = text("select id from outbox where status = 'pending' and name = :name order by id")
                ids = [str(row) for row in session.scalars(due, {"name": name})]
            consumer.deliver(ids)


def codes_to(app: Flask, email: str) -> list[str]:
    """The codes of the invitations to an address, the oldest first."""
    sent = text("select id from email_messages where state = 'sent' and subject_id in"
                " (select subject_id from directory_people where email = :email) order by id")
    with app.app_context(), unit_of_work(system(), read_only=True) as session:
        mails = [read_mail(app, str(row)) for row in session.scalars(sent, {"email": email})]
    return [found[0] for mail in mails if "/account/" not in mail and (found := _CODE.findall(mail))]


def join(app: Flask, code: str, **changes: Any) -> TestResponse:
    """Make an account with a code, as the app does it."""
    client = app.test_client()
    notices = client.get("/api/v1/privacy-notices?locale=ar").json
    assert notices
    version = next(notice["version"] for notice in notices["data"] if notice["kind"] == "privacy")
    return client.post("/api/v1/auth/join", json={
        "code": code, "password": PASSWORD, "locale": "ar",
        "accepts": {"terms": True, "privacy_notice_version": version}} | changes)


def joined(app: Flask, id_: str, **changes: Any) -> str:
    """Somebody over there who has joined; their e-mail."""
    email = f"{uuid4().hex[:12]}@company.example"
    deliver(app, user("user.created", id_, email, **changes))
    assert join(app, codes_to(app, email)[-1]).status_code == 201
    return email
