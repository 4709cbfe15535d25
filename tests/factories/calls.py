"""Casting calls of an organization that may post, written and published by the doors people use."""
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask

from castingops.casting.service import calls as service
from castingops.core import clock
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from tests.factories import organizations
from tests.factories.organizations import House

PATH = "/casting-calls"
OPEN = "/api/v1/casting-calls"
REASONS = {"statement_en": "The pay is not named.", "statement_ar": "لم يُذكر الأجر.", "reason_code": "pay"}


def day(ahead: int) -> str:
    """A day so many days from now, as it is in Riyadh."""
    return (clock.today_riyadh() + timedelta(days=ahead)).isoformat()


def moment(**ahead: float) -> str:
    """A moment so far from now."""
    return (clock.now() + timedelta(**ahead)).isoformat()


def role(**changes: Any) -> dict[str, Any]:
    """A role that passes."""
    return {"name_ar": "ليلى", "name_en": "Layla", "kind": "lead", "gender": "female", "playing_age_min": 25,
            "playing_age_max": 35, "languages": ["ar"], "dialects": ["najdi"], "assets": ["headshot"], "openings": 1,
            "minors": False, **changes}


def document(**changes: Any) -> dict[str, Any]:
    """A call that passes, as it is sent."""
    return {"title_ar": "مسلسل «ليالي الرياض»", "title_en": "Riyadh Nights, a series", "project_type": "series",
            "company": "Palm Studios", "synopsis_en": "A family drama in eight episodes.",
            "shoot_from": day(60), "shoot_to": day(90), "cities": ["riyadh"], "pay_guaranteed": True,
            "pay_amount": 150_000, "pay_basis": "day", "deadline": moment(days=30), "roles": [role()], **changes}


def paying_house(app: Flask, superuser: psycopg.Connection) -> House:
    """An organization with one member of each rank, whose plan includes posting."""
    made = organizations.house(app, superuser)
    set_plan(superuser, made.org_id, "pro")
    return made


def set_plan(superuser: psycopg.Connection, org_id: UUID, plan: str) -> None:
    """Another plan by the database's own means."""
    superuser.execute("update organizations set plan = %s where id = %s", [plan, org_id])


def put_draft(superuser: psycopg.Connection, org_id: UUID, call_id: UUID, owner_id: UUID) -> None:
    """An empty draft under this id, as if nothing had been done with it."""
    superuser.execute(
        "insert into casting_calls (org_id, id, status, cities, pay_guaranteed, currency, confidential, last_revision,"
        " created_by, created_at, updated_at, version)"
        " values (%s, %s, 'draft', '{}', false, 'SAR', false, 0, %s, now(), now(), 1)"
        " on conflict (org_id, id) do update set status = 'draft', deleted_at = null, version = 1",
        [org_id, call_id, owner_id])


def create(house: House, role: str = "owner", **changes: Any) -> dict[str, Any]:
    """A draft of this member's."""
    answer = house.ask(role, "POST", PATH, json=document(**changes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json["data"]
    return made


def submit(house: House, call_id: str, role: str = "owner") -> Any:
    """The answer to sending a call for review."""
    return house.ask(role, "POST", f"{PATH}/{call_id}/submissions")


def change(house: House, call: dict[str, Any], rank: str = "owner", **changes: Any) -> Any:
    """The answer to a change of a call as it was read."""
    return house.ask(rank, "PATCH", f"{PATH}/{call['id']}", json={**changes, "version": call["version"]})


def get(house: House, call_id: str, rank: str = "owner") -> dict[str, Any]:
    """The call as its organization reads it."""
    answer = house.ask(rank, "GET", f"{PATH}/{call_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json["data"]
    return found


def approve(app: Flask, call_id: str, number: int = 1) -> None:
    """What moderation's approval does."""
    with app.app_context(), unit_of_work(system()):
        service.approve_call(actor=system(), call_id=UUID(call_id), number=number)


def publish(app: Flask, house: House, rank: str = "owner", **changes: Any) -> dict[str, Any]:
    """A call that talent see."""
    made = create(house, rank, **changes)
    answer = submit(house, made["id"], rank)
    assert answer.status_code == 201, answer.text
    approve(app, made["id"])
    return get(house, made["id"])
