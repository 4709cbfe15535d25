"""Organizations with members of every rank, made by the doors people use."""
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask

from castingops.core.roles import OrgRole
from tests.factories import doors
from tests.factories.doors import Someone

PATH = "/api/v1/organizations"


def new_slug() -> str:
    """An address that nobody has, nor one that looks like it."""
    return f"org-{uuid4().hex.translate(str.maketrans('0123456789', 'ghkmnprtvx'))[:16]}"


def document(**changes: Any) -> dict[str, Any]:
    """The body of a new organization that passes."""
    return {"name_ar": "استوديو النخيل", "name_en": "Palm Studios", "slug": new_slug(), **changes}


def make(owner: Someone, **changes: Any) -> UUID:
    """A new organization of this hirer's."""
    answer = owner.ask("POST", PATH, json=document(**changes))
    assert answer.status_code == 201 and answer.json, answer.text
    return UUID(answer.json["data"]["id"])


def put_in(superuser: psycopg.Connection, org_id: UUID, user_id: UUID, role: str) -> None:
    """A member by the database's own means, where a test is not about how one becomes a member."""
    superuser.execute(
        "insert into memberships (org_id, user_id, role, invited_at, accepted_at, version)"
        " values (%s, %s, %s, now(), now(), 1)", [org_id, user_id, role])


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
        if role != OrgRole.OWNER:
            put_in(superuser, org_id, someone.user_id, role)
    return House(org_id, people)
