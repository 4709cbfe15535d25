"""Organizations with members of every rank, made by the doors people use."""
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask

from castingops.core import consumer
from castingops.core.roles import OrgRole
from castingops.organizations.models import Invitation
from castingops.organizations.service import letters
from tests.factories import doors
from tests.factories.doors import Someone

PATH = "/api/v1/organizations"


def new_slug() -> str:
    """An address that nobody has, nor one that looks like it."""
    return f"org-{uuid4().hex.translate(str.maketrans('0123456789', 'ghkmnprtvx'))[:16]}"


def document(**changes: Any) -> dict[str, Any]:
    """The body of a new organization that passes."""
    return {"name_ar": "استوديو النخيل", "name_en": "Palm Studios", "slug": new_slug(), **changes}


def is_enrolled(someone: Someone) -> bool:
    """Whether somebody has a second factor already."""
    answer = someone.ask("GET", "/api/v1/me/factors")
    assert answer.status_code == 200 and answer.json, answer.text
    return bool(answer.json["data"]["factors"])


def make(owner: Someone, **changes: Any) -> UUID:
    """A new organization of this hirer's, who has the second factor that managing it takes."""
    if not is_enrolled(owner):
        doors.enrol(owner)
    answer = owner.ask("POST", PATH, json=document(**changes))
    assert answer.status_code == 201 and answer.json, answer.text
    return UUID(answer.json["data"]["id"])


def put_in(superuser: psycopg.Connection, org_id: UUID, user_id: UUID, role: str) -> None:
    """A member by the database's own means, where a test is not about how one becomes a member."""
    superuser.execute(
        "insert into memberships (org_id, user_id, role, invited_at, accepted_at, version)"
        " values (%s, %s, %s, now(), now(), 1)"
        " on conflict (org_id, user_id) do update set role = excluded.role", [org_id, user_id, role])


def put_systems(superuser: psycopg.Connection, org_id: UUID, ids: dict[str, Any]) -> None:
    """A credential, a webhook and a delivery under these ids, unless they are there; nothing in them opens."""
    superuser.execute(
        "insert into credentials (org_id, id, name, provider, sealed, masked, created_by, created_at, version)"
        " values (%s, %s, 'Key', 'payroll', 'v1.', '', %s, now(), 1) on conflict do nothing",
        [org_id, ids["credential_id"], uuid4()])
    superuser.execute(
        "insert into webhook_endpoints (org_id, id, url, description, types, state, secret, failures, created_by,"
        " created_at, version)"
        " values (%s, %s, 'https://hooks.example.com/', '', '{*}', 'active', 'v1.', 0, %s, now(), 1)"
        " on conflict do nothing", [org_id, ids["webhook_id"], uuid4()])
    superuser.execute(
        "insert into webhook_deliveries (org_id, id, endpoint_id, message_id, type, body, state, tries, created_at,"
        " settled_at) values (%s, %s, %s, %s, 'webhook.ping', '{}', 'delivered', 1, now(), now())"
        " on conflict do nothing", [org_id, ids["delivery_id"], ids["webhook_id"], uuid4()])


@dataclass
class House:
    """An organization with one member of each rank."""

    org_id: UUID
    people: dict[str, Someone]

    def __getitem__(self, role: str) -> Someone:
        return self.people[role]

    def path(self, rest: str = "") -> str:
        """A path under this organization."""
        return f"{PATH}/{self.org_id}{rest}"

    def ask(self, role: str, method: str, rest: str = "", **options: Any) -> Any:
        """A request of the member of this rank."""
        return self.people[role].ask(method, self.path(rest), **options)


def house(app: Flask, superuser: psycopg.Connection) -> House:
    """A new organization with one member of each rank."""
    people = {str(role): doors.register(app, "hirer") for role in OrgRole}
    org_id = make(people["owner"])
    for role, someone in people.items():
        if role == OrgRole.ADMIN:
            doors.enrol(someone)
        if role != OrgRole.OWNER:
            put_in(superuser, org_id, someone.user_id, role)
    return House(org_id, people)


def set_rank(superuser: psycopg.Connection, org_id: UUID, user_id: UUID, role: str) -> None:
    """Another rank by the database's own means."""
    superuser.execute("update memberships set role = %s where org_id = %s and user_id = %s", [role, org_id, user_id])


def rank_of(superuser: psycopg.Connection, org_id: UUID, user_id: UUID) -> str | None:
    """The rank that the table holds, or None."""
    row = superuser.execute(
        "select role from memberships where org_id = %s and user_id = %s", [org_id, user_id]).fetchone()
    return str(row[0]) if row else None


def owners(superuser: psycopg.Connection, org_id: UUID) -> int:
    """How many owners the table holds."""
    row = superuser.execute(
        "select count(*) from memberships where org_id = %s and role = 'owner'", [org_id]).fetchone()
    assert row
    return int(row[0])


def invite(inviter: Someone, org_id: UUID, email: str, role: str = "member", way: str = "invites") -> Any:
    """The answer to an invitation."""
    return inviter.ask("POST", f"{PATH}/{org_id}/{way}", json={"email": email, "role": role})


def token_in_letter(app: Flask, superuser: psycopg.Connection, invite_id: str) -> str:
    """The code of an invitation as its letter tells it, without waiting for the letter."""
    row = superuser.execute("select org_id, letters from invitations where id = %s", [invite_id]).fetchone()
    assert row
    with app.app_context():
        return letters.token_of(Invitation(org_id=row[0], id=UUID(invite_id), letters=row[1]))


def answer(someone: Someone, token: str, verb: str = "accept") -> Any:
    """What somebody gets for answering with a code."""
    return someone.ask("POST", f"/api/v1/invitations/{verb}", json={"token": token})


def deliver(app: Flask, superuser: psycopg.Connection, org_id: UUID) -> None:
    """Have every event and job of an organization take its effect, and what those lead to."""
    for _ in range(2):
        rows = superuser.execute(
            "select o.id from outbox o where o.status = 'pending' and (o.org_id = %s or o.subject_id in"
            " (select user_id from memberships where org_id = %s)) order by o.id", [org_id, org_id]).fetchall()
        with app.app_context():
            consumer.deliver([str(row[0]) for row in rows])
    failed = superuser.execute("select name from outbox where org_id = %s and status <> 'done' and attempts > 0",
                               [org_id]).fetchall()
    assert not failed, "a handler that raises is tried again, and a test would not know"
