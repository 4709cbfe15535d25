"""The lifecycle of a casting call as laws, over at least 100 histories of up to seven acts each (CAST-2)."""
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from castingops.bootstrap.servers import Postgres
from castingops.casting.models import CallRevisionRow, CastingCall, PublishedCall, PublishedRole
from castingops.casting.service import calls as service
from castingops.casting.types.calls import ClosedBy
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.db import entered_org, session, unit_of_work
from castingops.core.errors import DomainError
from castingops.core.roles import AppRole, OrgRole
from tests.factories import calls
from tests.factories.organizations import House

FINAL = {"rejected", "closed"}
WAYS = {  # where each state may lead in one act
    "draft": {"draft", "under_review", "gone"},
    "under_review": {"under_review", "changes_requested", "rejected", "published", "gone"},
    "changes_requested": {"changes_requested", "under_review", "gone"},
    "rejected": {"rejected", "under_review", "gone"},  # under review again: the decision was taken back
    "published": {"published", "closed", "under_review"},
    "closed": {"closed"}, "gone": {"gone"}}


class Undone(Exception):
    """Ends an example without a trace."""


@pytest.fixture(scope="module")
def house(app: Flask, postgres_server: Postgres) -> House:
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        return calls.paying_house(app, superuser)


class History:
    """One call and what is done with it."""

    def __init__(self, owner: Actor) -> None:
        self.owner = owner
        self.id = service.create_call(calls.document(), actor=owner).id

    def row(self) -> CastingCall:
        session().expire_all()
        return session().scalars(select(CastingCall).where(CastingCall.id == self.id)).one()

    def state(self) -> str:
        row = self.row()
        return "gone" if row.deleted_at else row.status

    def act(self, name: str) -> None:
        with suppress(DomainError):
            getattr(self, f"do_{name}")()

    def do_submit(self) -> None:
        service.submit_call(self.id, actor=self.owner)

    def change(self, **fields: object) -> None:
        service.change_call(self.id, fields, actor=self.owner, seen_version=self.row().version)

    def do_raise_pay(self) -> None:
        self.change(pay_amount=(self.row().pay_amount or 0) + 100)

    def do_restore_pay(self) -> None:
        self.change(pay_amount=150_000)

    def do_respell(self) -> None:
        title = self.row().title_en or ""
        self.change(title_en=title.removesuffix("!") if title.endswith("!") else f"{title}!")

    def decide(self, act: Callable[..., object], **more: str) -> None:
        act(actor=system(), call_id=self.id, number=self.row().last_revision, **more)

    def do_approve(self) -> None:
        self.decide(service.approve_call)

    def do_send_back(self) -> None:
        self.decide(service.request_call_changes, **calls.REASONS)

    def do_reject(self) -> None:
        self.decide(service.reject_call, **calls.REASONS)

    def do_reopen(self) -> None:
        service.reopen_call(self.id, self.row().last_revision, actor=system())

    def do_close(self) -> None:
        service.close(self.id, actor=self.owner)

    def do_expire(self) -> None:
        with clock.held_at(clock.now() + timedelta(days=40)), entered_org(system(), self.owner.home):
            row = self.row()
            if row.status == "published":
                service.end(row, ClosedBy.DEADLINE, actor=system(org_id=row.org_id))

    def do_delete(self) -> None:
        service.delete_call(self.id, actor=self.owner)

    def check(self) -> None:
        """What holds after every act, whatever it was."""
        row = self.row()
        sent = {each.number: each for each in session().scalars(
            select(CallRevisionRow).where(CallRevisionRow.call_id == self.id))}
        pending = [each.number for each in sent.values() if each.status == "pending"]
        waits = row.status == "under_review" or row.change_status == "under_review"
        assert len(pending) == (1 if waits and not row.deleted_at else 0)
        assert pending in ([], [row.last_revision])
        shown = session().get(PublishedCall, self.id)
        if row.approved_revision is None:
            assert shown is None
            return
        if shown is None:  # an approval of what was closed meanwhile was taken back
            assert row.status == "closed"
            return
        approved = sent[row.approved_revision].snapshot
        assert (shown.revision, shown.pay_amount, shown.title_en) == (
            row.approved_revision, approved["pay_amount"], approved["title_en"])
        assert (shown.closed_at is not None) == (row.status == "closed")
        roles = session().scalars(select(PublishedRole.id).where(PublishedRole.call_id == self.id)).all()
        assert {str(each) for each in roles} == {role["id"] for role in approved["roles"]}


ACTS = sorted(name.removeprefix("do_") for name in vars(History) if name.startswith("do_"))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), max_size=6), first=st.booleans())
def test_every_history_keeps_to_the_lifecycle(app: Flask, house: House, acts: list[str], first: bool) -> None:
    owner_id: UUID = house["owner"].user_id
    owner = Actor("member", owner_id, owner_id, org_id=house.org_id, roles=frozenset({AppRole.HIRER}),
                  org_role=OrgRole.OWNER, second_factor=True)
    with app.app_context(), pytest.raises(Undone), unit_of_work(owner):
        history = History(owner)
        for act in [*(["submit", "approve"] if first else []), *acts]:
            before = history.state()
            history.act(act)
            after = history.state()
            assert after in WAYS[before], (act, before, after)
            assert before not in FINAL or act == "reopen" or after in {before, "gone"}
            history.check()
        raise Undone
