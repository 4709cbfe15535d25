"""What organizations look for in the demo: a dozen casting calls, some of which wait in moderation's queue."""
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from castingops.casting.service import calls
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.db import Base, entered, entered_org, session
from castingops.core.roles import AppRole, OrgRole
from castingops.demo.call_texts import CALLS, STUDIOS, Told
from castingops.demo.history import working_time
from castingops.demo.staging import House
from castingops.moderation import service as moderation
from castingops.moderation.service import decisions, leases
from castingops.moderation.service.casting_calls import KIND
from castingops.moderation.types import Draft, Outcome
from castingops.moderation.types.decisions import DecisionState, Seen
from castingops.organizations import service as organizations
from castingops.organizations.types import Plan

_HIRER = f"{AppRole.HIRER}@castingops.example"
_OUTCOMES = {"published": Outcome.APPROVE, "changed": Outcome.APPROVE, "closed": Outcome.APPROVE,
             "sent_back": Outcome.CHANGES, "rejected": Outcome.REJECT}
_AFTERWARDS = ("changed", "closed")


@dataclass(frozen=True)
class Step:
    """Something that happens with a call: its number in CALLS, and what."""

    at: datetime
    verb: str
    number: int = 0


def plan(rng: Random, *, now: datetime) -> list[Step]:
    """What happens with every call, and when: written at any hour, decided when somebody works."""
    steps = [Step(now - timedelta(days=40), "found")]
    for number, told in enumerate(CALLS):
        written = now - timedelta(days=told.days, hours=4 - number % 4)
        steps.append(Step(written, "write", number))
        if told.fate in _OUTCOMES:
            decided = working_time(rng, written + timedelta(hours=2))
            steps.append(Step(decided, "decide", number))
            if told.fate in _AFTERWARDS:
                steps.append(Step(max(decided, now - timedelta(days=3)) + timedelta(hours=1), told.fate, number))
    return [step for step in steps if step.at < now]


class Calls:
    """The hirer's organizations and their calls while their past is played."""

    def __init__(self, house: House, now: datetime) -> None:
        self._house, self._now = house, now
        self._members: list[Actor] = []
        self._ids: dict[int, UUID] = {}

    def perform(self, step: Step) -> None:
        """Have `step` happen now."""
        getattr(self, f"_{step.verb}")(step.number)

    def _found(self, number: int) -> None:
        users = Base.metadata.tables["users"]
        hirer = session().execute(select(users.c.id).where(users.c.email == _HIRER)).scalar_one()
        self._members = [_member(hirer, _found(hirer, *names)) for names in STUDIOS]

    def _write(self, number: int) -> None:
        told, member = CALLS[number], self._members[CALLS[number].studio]
        with entered_org(system(), member.home):
            call = calls.create_call(_document(told, self._now), actor=member)
            self._ids[number] = call.id
            if told.fate == "draft":
                return
            calls.submit_call(call.id, actor=member)
        _receive(call.id, 1, member)

    def _decide(self, number: int) -> None:
        told, actor = CALLS[number], self._house.moderator(number % self._house.moderators)
        ref = moderation.open_ref(KIND, self._ids[number])
        lease, case = leases.acquire(ref, actor=actor), moderation.get_case(ref)
        draft = Draft(outcome=_OUTCOMES[told.fate],
                      policy_id=self._house.policy(told.policy) if told.policy else None)
        decision = decisions.propose(ref, draft, actor=actor,
                                     seen=Seen(case.version, case.subject_revision, lease.token))
        if decision.state == DecisionState.SCHEDULED:
            with clock.held_at(decision.execute_after):
                decisions.execute(decision.id, actor=actor)

    def _changed(self, number: int) -> None:
        member, call_id = self._members[CALLS[number].studio], self._ids[number]
        with entered_org(system(), member.home):
            version = calls.get_call(call_id, actor=member).version
            calls.change_call(call_id, {"pay_amount": 380_000}, actor=member, seen_version=version)
        _receive(call_id, 2, member)

    def _closed(self, number: int) -> None:
        member = self._members[CALLS[number].studio]
        with entered_org(system(), member.home):
            calls.close(self._ids[number], actor=member)


def _found(hirer: UUID, name_ar: str, name_en: str, slug: str) -> UUID:
    person = Actor("person", hirer, hirer, roles=frozenset({str(AppRole.HIRER)}))
    with entered(system(), hirer):
        made = organizations.create({"name_ar": name_ar, "name_en": name_en, "slug": slug}, actor=person)
    organizations.set_plan(made.id, Plan.PRO, actor=system())
    return made.id


def _member(hirer: UUID, org_id: UUID) -> Actor:
    return Actor("member", hirer, hirer, org_id=org_id, roles=frozenset({str(AppRole.HIRER)}), org_role=OrgRole.OWNER)


def _receive(call_id: UUID, number: int, member: Actor) -> None:
    with entered(system(), member.subject) as inside:
        moderation.receive(KIND, call_id, number, actor=inside)


def _document(told: Told, now: datetime) -> dict[str, Any]:
    """A call as it is sent: its dates lie ahead of today, whenever it was written."""
    fields = dict(told.fields)
    if not told.roles:
        return fields
    name_ar, name_en, _ = STUDIOS[told.studio]
    first = (now + timedelta(days=45 + told.days)).date()
    last = first + timedelta(days=20)
    if fields.pop("permit", False):
        fields["permit_until"] = last.isoformat()
    return fields | {
        "company": name_ar if told.studio else name_en, "shoot_from": first.isoformat(), "shoot_to": last.isoformat(),
        "deadline": (now + timedelta(days=2 + 2 * told.days)).isoformat(), "roles": list(told.roles)}
