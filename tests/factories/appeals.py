"""Decisions that somebody objects to, and the staff who decide about that."""
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
from flask import Flask

from castingops.core import clock
from castingops.core.ids import new_id
from castingops.moderation.models import Case, Decision
from castingops.moderation.service import appeals as service
from castingops.moderation.types import Outcome
from castingops.moderation.types.decisions import Action, ActionKind
from tests.factories import doors, moderation, reports
from tests.factories.doors import Someone
from tests.factories.moderation import Person, Staff, StaffDoor

STRIKE = Action(ActionKind.STRIKE)
REASONS = ("Your profile was not approved: it names a phone number.", "لم يُعتمد ملفك التعريفي، والسبب: فيه رقم جوال.")


@dataclass(frozen=True)
class House:
    """Two moderators and two seniors."""

    noura: Staff
    faisal: Staff
    huda: Staff
    omar: Staff


def house(app: Flask, door: StaffDoor) -> House:
    """Staff who stand at identity's port."""
    return House(moderation.sign_in(app, door, "Noura Al-Otaibi", "moderator"),
                 moderation.sign_in(app, door, "Faisal Al-Harbi", "moderator"),
                 moderation.sign_in(app, door, "Huda Al-Zahrani", "senior_moderator"),
                 moderation.sign_in(app, door, "Omar Al-Qahtani", "senior_moderator"))


@dataclass(frozen=True)
class Refused:
    """Somebody with an app whose profile was refused."""

    someone: Someone
    person: Person
    case: Case
    decision_id: UUID

    @property
    def path(self) -> str:
        return f"/api/v1/me/decisions/{self.decision_id}"


def refused(app: Flask, superuser: psycopg.Connection, by: Staff, *actions: Action) -> Refused:
    """A profile that this moderator rejected under PR-1.1, with these actions beside."""
    someone = doors.register(app)
    person = Person(app, someone.user_id)
    case = person.submit()
    decision = moderation.decide(app, case, by.actor, Outcome.REJECT, policy=moderation.policy_id(superuser),
                                 actions=actions)
    return Refused(someone, person, case, decision)


def sign_in_again(someone: Someone) -> None:
    """A suspension or a ban ended every sign-in; whoever is suspended may sign in to read and to appeal."""
    answer = someone.client.post("/api/v1/auth/login", json={"email": someone.email, "password": doors.PASSWORD})
    assert answer.status_code == 200 and answer.json, answer.text
    someone.token = answer.json["data"]["access_token"]


def appealed(app: Flask, superuser: psycopg.Connection, refusal: Refused, text: str = "I did not.") -> Case:
    """Appeal a refusal by the app; the case that opens."""
    answer = refusal.someone.ask("POST", f"{refusal.path}/appeals", json={"text": text})
    assert answer.status_code == 201, answer.text
    reports.arrive(app, superuser)
    return case_about(app, refusal.decision_id)


def case_about(app: Flask, decision_id: UUID) -> Case:
    """The case of a decision's appeal."""
    staff = reports.moderator()
    with moderation.as_actor(app, staff):
        case = moderation.session().query(Case).filter_by(kind="appeal", entity_id=decision_id).one()
        moderation.session().expunge(case)
        return case


def upheld(app: Flask, superuser: psycopg.Connection, case: Case, proposer: Staff, approver: Staff) -> UUID:
    """Overturn what a case's appeal is about, with two persons; the decision about the appeal."""
    decision = moderation.decide(app, case, proposer.actor, Outcome.APPROVE)
    moderation.approve(app, decision, approver.actor)
    reports.arrive(app, superuser)
    return decision


def state_of(app: Flask, decision_id: UUID) -> str:
    """Where a decision stands."""
    staff = reports.moderator()
    with moderation.as_actor(app, staff):
        return moderation.session().get_one(Decision, decision_id).state


def decided(superuser: psycopg.Connection, subject_id: UUID, *, days: float = 30, state: str = "force") -> UUID:
    """A decision about somebody as its execution writes it, with its case and policy."""
    decision_id = new_id()
    case = superuser.execute(
        "insert into cases (ref, kind, subject_id, entity_id, subject_revision, title_en, title_ar, language, minor,"
        " state, outcome, version, priority, priority_reasons, due_at, decided_at, decided_by, created_at) values"
        " (%s, 'talent_profile', %s, %s, 1, 'Sara', 'سارة', 'en', false, 'decided', 'reject', 1, 20, '[]', now(),"
        " now(), %s, now()) returning id",
        [f"CASE-{int(decision_id) % 10**9:09d}", subject_id, subject_id, uuid4()]).fetchone()
    assert case
    superuser.execute(
        "insert into decisions (id, case_id, subject_revision, outcome, policy_id, facts_en, facts_ar, statement_en,"
        " statement_ar, private_note, decided_by, created_at, execute_after, executed_at, state, needs_second,"
        " payload_hash, case_version) select %s, %s, 1, 'reject', id, '', '', %s, %s, 'for staff only', %s, now(),"
        " now(), now(), 'executed', false, '', 1 from policies where code = 'PR-1.1'",
        [decision_id, case[0], *REASONS, uuid4()])
    superuser.execute(
        "insert into statements (subject_id, id, kind, entity_id, outcome, policy_code, policy_version, statement_en,"
        " statement_ar, actions, executed_at, appeal_until, state) values (%s, %s, 'talent_profile', %s, 'reject',"
        " 'PR-1.1', 1, %s, %s, '[]', now(), %s, %s)",
        [subject_id, decision_id, subject_id, *REASONS, clock.now() + timedelta(days=days), state])
    return decision_id


def link(app: Flask, subject_id: UUID, decision_id: UUID, *, days: float = 30) -> str:
    """The path of the page where this decision can be appealed."""
    with app.app_context():
        url = service.link(subject_id, decision_id, clock.now() + timedelta(days=days))
    return url[url.index("/appeals/"):]
