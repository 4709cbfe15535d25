"""The demo's production companies at work: colleagues, an invitation, a vault, webhooks of which one failed."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, select

from castingops.core import clock, ids
from castingops.core.actor import Actor, system
from castingops.core.db import Base, entered_org, session
from castingops.core.roles import AppRole, OrgRole
from castingops.demo.call_texts import STUDIOS
from castingops.demo.staging import House
from castingops.organizations import service as organizations
from castingops.organizations.service import admission, invitations, vault, webhooks
from castingops.organizations.types import DeliveryState, Plan

_DOMAIN = "desert-lens.example"
_COLLEAGUES = (("Maha Al-Subaie", "maha", "en", OrgRole.ADMIN), ("تركي المطيري", "turki", "ar", OrgRole.MEMBER),
               ("Hind Al-Zahrani", "hind", "en", OrgRole.VIEWER))
_SMALL = {"name_ar": "ورشة الظل", "name_en": "Shadow Workshop", "slug": "shadow-workshop"}
_CLOSING = {"name_ar": "بيت الحكاية", "name_en": "House of Tales", "slug": "house-of-tales"}
_TYPES = ("casting_call.published", "membership.created")
_SENT = ((_TYPES[0], 200, 2), (_TYPES[1], 200, 9), (_TYPES[0], 503, 20), (_TYPES[0], 200, 31))  # status, hours ago


def fill(house: House, *, now: datetime) -> None:
    """The first studio has colleagues and systems; a small company is new, another is being deleted."""
    tables = Base.metadata.tables
    hirer = session().execute(select(tables["users"].c.id).where(
        tables["users"].c.email == f"{AppRole.HIRER}@castingops.example")).scalar_one()
    home = session().execute(select(tables["organizations"].c.id).where(
        tables["organizations"].c.slug == STUDIOS[0][2])).scalar_one()
    with clock.held_at(now - timedelta(days=30)):
        for name, local, locale, rank in _COLLEAGUES:
            admission.admit(home, house.hirer(f"{local}@{_DOMAIN}", name, locale), rank, actor=system())
    with clock.held_at(now - timedelta(days=2)), entered_org(system(), home):
        owner = _member(hirer, home)
        invitations.invite(f"sami@{_DOMAIN}", OrgRole.MEMBER, actor=owner)
        vault.store_credential(name="Payroll export", provider="payroll", secret="invented-payroll-key-7f3a",
                               actor=owner)
        made, _ = webhooks.create_endpoint(url=f"https://hooks.{_DOMAIN}/castingops", types=_TYPES,
                                           description="Production schedule", credential_id=None, actor=owner)
        _sent(home, made.id, now)
    with clock.held_at(now - timedelta(days=1)):
        _found(house.hirer("nawaf@shadow.example", "نواف الحربي", "ar"), _SMALL)
        closing = house.hirer("amal@tales.example", "Amal Al-Otaibi", "en")
        gone = _found(closing, _CLOSING)
        with entered_org(system(), gone):
            organizations.close(actor=_member(closing, gone))


def _found(owner: UUID, words: dict[str, str]) -> UUID:
    made = admission.found_first(words["name_en"], [words["slug"]], owner=owner, actor=system())
    organizations.set_plan(made, Plan.FREE, actor=system())
    return made


def _member(user_id: UUID, org_id: UUID) -> Actor:
    return Actor("member", user_id, user_id, org_id=org_id, roles=frozenset({str(AppRole.HIRER)}),
                 org_role=OrgRole.OWNER, second_factor=True)


def _sent(org_id: UUID, endpoint_id: UUID, now: datetime) -> None:
    """What was sent to the first studio's webhook: nothing is sent while the past is played."""
    rows: list[dict[str, Any]] = []
    for number, (type_, status, hours) in enumerate(_SENT):
        at = now - timedelta(hours=hours)
        body = msgspec.json.encode({"type": type_, "timestamp": at, "data": {"organization_id": org_id}}).decode()
        arrived = status == 200
        rows.append({
            "org_id": org_id, "id": ids.uuid7(int(at.timestamp() * 1000), fraction=number, noise=number),
            "endpoint_id": endpoint_id, "message_id": ids.new_id(), "type": type_, "body": body,
            "state": DeliveryState.DELIVERED if arrived else DeliveryState.FAILED, "tries": 1 if arrived else 5,
            "next_at": None, "created_at": at, "settled_at": at + timedelta(seconds=2), "status": status,
            "outcome": "delivered" if arrived else "refused", "milliseconds": 140 + number, "answer": None,
            "replay_of": None})
    session().execute(insert(Base.metadata.tables["webhook_deliveries"]), rows)
