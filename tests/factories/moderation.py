"""People who submit profiles, the cases that follow, and staff who stand at identity's port with a client each."""
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from castingops.audit.service import recording
from castingops.casting import service as casting
from castingops.casting.events import ProfileSubmitted
from castingops.consent import service as consent
from castingops.consent.types import Change
from castingops.core import clock
from castingops.core.actor import Actor, Origin, system
from castingops.core.db import session, unit_of_work
from castingops.core.errors import Conflict, NotSignedIn
from castingops.core.ids import new_id
from castingops.core.roles import AppRole
from castingops.identity import queries as identity_queries
from castingops.media import service as media
from castingops.media.types import PhotoKind, Rendered, Variant
from castingops.moderation import handlers, queries
from castingops.moderation.events import CaseDecided
from castingops.moderation.models import Case, Decision
from castingops.moderation.service import decisions, leases
from castingops.moderation.service.decisions import authority
from castingops.moderation.types import Draft, Outcome
from castingops.moderation.types.decisions import Action, Seen
from castingops.web.sign_in import StaffCard

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}

PROFILE: dict[str, Any] = {
    "display_name_ar": "أحمد العنزي", "display_name_en": "Ahmed Al-Anazi", "birth_date": "1995-04-12", "gender": "male",
    "nationality": "SA", "city": "riyadh", "playing_age_min": 25, "playing_age_max": 35, "height_cm": 178,
    "languages": [{"code": "ar", "level": "native"}], "dialects": ["najdi"], "skills": ["horse riding"],
    "bio_ar": "ممثل من الرياض شارك في مسرحيتين.", "bio_en": "Actor from Riyadh with two plays.",
}


@dataclass
class StaffDoor:
    """Stands at identity's port: who asks is who the client says."""

    people: dict[UUID, tuple[str, frozenset[str]]] = field(default_factory=dict)
    asking: UUID | None = None

    def staff(self) -> Actor:
        if self.asking is None:
            raise NotSignedIn
        return self.actor(self.asking)

    def actor(self, user_id: UUID) -> Actor:
        return Actor("staff", user_id, roles=self.people[user_id][1], origin=Origin("192.0.2.1", "test", uuid4()),
                     proved_at=clock.now())

    def card(self, actor: Actor) -> StaffCard:
        name = self.people[actor.user_id][0] if actor.user_id else ""
        return StaffCard(name=name, initials=name[:1], roles=tuple(actor.roles), locale="en")

    def roles(self, ids: Any) -> dict[UUID, frozenset[str]]:
        return {user_id: self.people[user_id][1] for user_id in ids if user_id in self.people}

    def names(self, ids: Any) -> dict[UUID, str]:
        return {user_id: self.people[user_id][0] for user_id in ids if user_id in self.people}


@dataclass
class Staff:
    """One member of staff with a browser: CSRF token and language included."""

    door: StaffDoor
    user_id: UUID
    client: FlaskClient
    csrf: str

    @property
    def actor(self) -> Actor:
        return self.door.actor(self.user_id)

    def get(self, path: str, *, htmx: bool = False, **query: str) -> TestResponse:
        self.door.asking = self.user_id
        return self.client.get(path, query_string=query or None, headers=HTMX if htmx else {})

    def sees(self, case: Case) -> dict[str, str]:
        """What a page of a case that this person holds sends along: version, revision and token of the lease."""
        with suppress(Conflict), as_actor(self.client.application, self.actor):
            token = str(seen(case, self.actor).lease_token)
            return {"version": str(case.version), "revision": str(case.subject_revision), "lease_token": token}
        return {"version": str(case.version), "revision": str(case.subject_revision), "lease_token": ""}

    def post(self, path: str, *, htmx: bool = False, **form: Any) -> TestResponse:
        """Post a form with its CSRF token; `idempotency_key` is made up unless given, None leaves it out."""
        self.door.asking = self.user_id
        fields = {"csrf_token": self.csrf, "idempotency_key": str(uuid4()), **form}
        return self.client.post(path, headers=HTMX if htmx else {},
                                data={name: value for name, value in fields.items() if value is not None})


def at_the_door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    """Take identity's place for one test: who asks, and what colleagues are called."""
    door = StaffDoor()
    monkeypatch.setitem(app.extensions, "sign_in", door)
    monkeypatch.setattr(recording, "_NAMES", [door.names])
    monkeypatch.setattr(authority.identity, "roles_of", door.roles)
    return door


def sign_in(app: Flask, door: StaffDoor, name: str, *roles: str, locale: str = "en") -> Staff:
    """Someone of the house who holds these roles."""
    user_id, client = new_id(), app.test_client()
    door.people[user_id] = (name, frozenset(roles))
    with client.session_transaction() as cookie:
        cookie.update(csrf_token="raw", locale=locale)
    csrf = str(URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps("raw"))
    return Staff(door, user_id, client, csrf)


@contextmanager
def as_actor(app: Flask, actor: Actor) -> Iterator[None]:
    """A unit of work of this actor's."""
    with app.app_context(), unit_of_work(actor):
        yield


@dataclass(frozen=True)
class Person:
    """A talent with an account of nobody's: their subject is all that matters here."""

    app: Flask
    subject_id: UUID

    @property
    def actor(self) -> Actor:
        return Actor("person", self.subject_id, self.subject_id, roles=frozenset({AppRole.TALENT}))

    def submit(self, **changes: Any) -> Case:
        """Send a profile for review, as the app would, and let the event arrive."""
        with as_actor(self.app, self.actor):
            if not media.list_photos(self.subject_id):
                add_photo(self.actor)
            casting.write({**PROFILE, **changes}, actor=self.actor)
            number = casting.submit(actor=self.actor).number
        return self.deliver(number)

    def deliver(self, number: int) -> Case:
        """The submission's event reaches moderation; the case it ends in."""
        event = ProfileSubmitted(subject_id=self.subject_id, revision=number, revision_id=new_id(), kind="first")
        with as_actor(self.app, system(self.subject_id)):
            handlers.open_profile_case(event, actor=system(self.subject_id))
        with as_actor(self.app, system(self.subject_id)):
            case = queries.lock_open("talent_profile", self.subject_id)
            assert case is not None
            session().expunge(case)
            return case


def add_photo(actor: Actor) -> UUID:
    """A photo of plain bytes: nothing here looks at its pixels."""
    pixels = uuid4().bytes
    files = dict.fromkeys(Variant, b"\xff\xd8\xff" + pixels)
    rendered = Rendered(width=800, height=1000, variants=files, grey=bytes(4096))
    return media.keep_photo(rendered, actor=actor, kind=PhotoKind.HEADSHOT, size=2000, digest=pixels.hex() * 2).id


def person(app: Flask, superuser: psycopg.Connection) -> Person:
    """A new data subject."""
    subject_id = new_id()
    superuser.execute("insert into subjects (id, created_at) values (%s, clock_timestamp())", [subject_id])
    return Person(app, subject_id)


def policy_id(superuser: psycopg.Connection, code: str = "PR-1.1") -> UUID:
    """The newest version of a seeded policy."""
    row = superuser.execute("select id from policies where code = %s order by version desc limit 1", [code]).fetchone()
    assert row
    return UUID(str(row[0]))


def seen(case: Case, actor: Actor) -> Seen:
    """What a page shows that holds the case as it is, taken into this actor's hands."""
    lease = leases.acquire(case.ref, actor=actor)
    return Seen(case.version, case.subject_revision, lease.token)


def propose(case: Case, draft: Draft, actor: Actor) -> Decision:
    """Propose a draft on a case as it is, in the open unit of work."""
    return decisions.propose(case.ref, draft, actor=actor, seen=seen(case, actor))


def decide(app: Flask, case: Case, actor: Actor, outcome: Outcome = Outcome.APPROVE, *,
           policy: UUID | None = None, actions: tuple[Action, ...] = ()) -> UUID:
    """Decide a case by the service, as it is; without an undo window, which is how tests run, it is made so at once."""
    with as_actor(app, actor):
        draft = Draft(outcome=outcome, policy_id=policy, actions=actions)
        return propose(case, draft, actor).id


def approve(app: Flask, decision_id: UUID, actor: Actor) -> None:
    """Agree to a decision as the second person, as it stands."""
    with as_actor(app, actor):
        row = session().get_one(Decision, decision_id)
        decisions.approve(decision_id, actor=actor, seen_hash=row.payload_hash)


@contextmanager
def undo_window(app: Flask, seconds: int) -> Iterator[None]:
    """The house with an undo window: tests run without one."""
    before = app.extensions["settings"]
    app.extensions["settings"] = before.model_copy(update={"undo_seconds": seconds})
    try:
        yield
    finally:
        app.extensions["settings"] = before


def version_of(superuser: psycopg.Connection, case: Case) -> int:
    """The version a case has by now."""
    row = superuser.execute("select version from cases where id = %s", [case.id]).fetchone()
    assert row
    return int(row[0])


def new_policy(superuser: psycopg.Connection, *, severity: str = "medium", kind: str = "talent_profile") -> UUID:
    """A policy of a test's own, with the words of a seeded one."""
    row = superuser.execute(
        "insert into policies (code, version, kind, severity, title_en, title_ar, fact_en, fact_ar, statements,"
        " created_at) select 'T-' || gen_random_uuid(), 1, %s, %s, title_en, title_ar, fact_en, fact_ar, statements,"
        " created_at from policies where code = 'PR-1.1' returning id", [kind, severity]).fetchone()
    assert row
    return UUID(str(row[0]))


def withdraw_consent(app: Flask, person: Person) -> None:
    """The person no longer agrees to be shown."""
    with as_actor(app, person.actor):
        consent.change("profile", Change.WITHDRAWN, actor=person.actor, notice_version=None)


_TURNS = count(1)


def turn() -> int:
    """Another number each time, so that each submission differs from the one before."""
    return next(_TURNS) % 60


def give_account(superuser: psycopg.Connection, person: Person) -> None:
    """An app account for a data subject. Nobody knows its password."""
    superuser.execute(
        "insert into users (subject_id, id, kind, status, email, display_name, sort_name, locale, password_hash,"
        " password_set_at, epoch, created_at, version) values (%(id)s, %(id)s, 'app', 'active',"
        " %(id)s || '@example.com', 'Someone', 'someone', 'en', 'x', now(), 1, now(), 1)", {"id": person.subject_id})
    superuser.execute("insert into role_grants (user_id, kind, role, granted_at) values (%s, 'app', 'talent', now())",
                      [person.subject_id])


def restriction_of(app: Flask, person: Person) -> str:
    """What moderation restricts this person's account to at the clock's moment."""
    with app.app_context():
        account = identity_queries.find_account(person.subject_id)
    assert account
    return account.restricted_at(clock.now())


def execute(app: Flask, decision_id: UUID, *, seconds: int = 30) -> str:
    """The clock's job for one decision, so many seconds from now; the state it ends in."""
    with clock.held_at(clock.now() + timedelta(seconds=seconds)), as_actor(app, system()):
        return decisions.execute(decision_id, actor=system()).state


def propose_reversal(app: Flask, decision_id: UUID, actor: Actor,
                     draft: Draft = Draft(Outcome.APPROVE, None)) -> UUID:  # noqa: B008  # frozen
    """Propose another decision in place of one in force."""
    with as_actor(app, actor):
        return decisions.reverse(decision_id, draft, actor=actor).id


def reverse(app: Flask, decision_id: UUID, proposer: Actor, approver: Actor,
            draft: Draft = Draft(Outcome.APPROVE, None)) -> UUID:  # noqa: B008  # frozen
    """Reverse a decision in force, by two people."""
    made = propose_reversal(app, decision_id, proposer, draft)
    approve(app, made, approver)
    return made


def deliver_decided(app: Flask, decision_id: UUID, person: Person) -> None:
    """The event of a decision in effect reaches moderation's own handler."""
    with as_actor(app, system(person.subject_id)):
        made = session().get_one(Decision, decision_id)
        case = session().get_one(Case, made.case_id)
        event = CaseDecided(subject_id=person.subject_id, case_id=case.id, decision_id=decision_id, kind=case.kind,
                            entity_id=case.entity_id, subject_revision=made.subject_revision, outcome=made.outcome,
                            override_of=made.override_of)
        handlers.tell_decision(event, actor=system(person.subject_id))
