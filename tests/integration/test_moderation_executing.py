"""Between proposal and effect: the undo window, the second person, what is checked again (MOD-2; moderation.md §5)."""
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.app import create_app
from castingops.casting import service as casting
from castingops.core import clock
from castingops.core.actor import system
from castingops.core.config import Settings
from castingops.core.db import unit_of_work
from castingops.core.errors import DomainError, Forbidden
from castingops.moderation.errors import (
    CaseAlreadyDecided,
    CaseChanged,
    CasePending,
    DecisionChanged,
    DecisionNotDue,
    DecisionNotFound,
    DecisionSettled,
    LeaseLost,
    NotYours,
    SecondPersonNeeded,
    UndoOver,
)
from castingops.moderation.models import Case
from castingops.moderation.service import decisions
from castingops.moderation.service.decisions import authority
from castingops.moderation.tasks.decisions import execute_decision, execute_due
from castingops.moderation.types import Draft, Outcome
from castingops.moderation.types.decisions import DecisionState, Failure, Seen
from tests.factories import moderation as factory
from tests.factories.moderation import Person, Staff, StaffDoor

APPROVE = Draft(Outcome.APPROVE, None)


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    return factory.at_the_door(app, monkeypatch)


@pytest.fixture
def noura(app: Flask, door: StaffDoor) -> Staff:
    return factory.sign_in(app, door, "Noura Al-Otaibi", "moderator")


@pytest.fixture
def omar(app: Flask, door: StaffDoor) -> Staff:
    return factory.sign_in(app, door, "Omar Harbi", "moderator")


@pytest.fixture
def salem(app: Flask, door: StaffDoor) -> Staff:
    return factory.sign_in(app, door, "Salem Qahtani", "senior_moderator")


@pytest.fixture
def person(app: Flask, superuser: psycopg.Connection) -> Person:
    return factory.person(app, superuser)


@pytest.fixture
def case(person: Person) -> Case:
    return person.submit()


@pytest.fixture
def window(app: Flask) -> Iterator[None]:
    """An undo window as the house has it."""
    with factory.undo_window(app, 20):
        yield


def decision(superuser: psycopg.Connection, decision_id: UUID) -> dict[str, Any]:
    cursor = superuser.cursor(row_factory=psycopg.rows.dict_row)
    row = cursor.execute("select * from decisions where id = %s", [decision_id]).fetchone()
    assert row
    return row


def state_of(superuser: psycopg.Connection, case: Case) -> tuple[str, str | None]:
    row = superuser.execute("select state, outcome from cases where id = %s", [case.id]).fetchone()
    assert row
    return row[0], row[1]


def propose(app: Flask, case: Case, staff: Staff, draft: Draft = APPROVE) -> UUID:
    with factory.as_actor(app, staff.actor):
        return factory.propose(case, draft, staff.actor).id


def execute(app: Flask, decision_id: UUID, *, later: timedelta = timedelta(seconds=30)) -> str:
    """The job, after the undo window."""
    with clock.held_at(clock.now() + later), factory.as_actor(app, system()):
        return decisions.execute(decision_id, actor=system()).state


def status(app: Flask, person: Person, number: int = 1) -> str:
    with factory.as_actor(app, person.actor):
        return str(casting.get_revision(person.subject_id, number).status)


class TestWindow:
    def test_nothing_happens_before_its_end(
        self, app: Flask, noura: Staff, person: Person, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, case, noura)
        assert decision(superuser, made)["state"] == "scheduled" and state_of(superuser, case) == ("pending", None)
        assert status(app, person) == "pending"
        with pytest.raises(DecisionNotDue), factory.as_actor(app, system()):
            decisions.execute(made, actor=system())

    def test_job_makes_it_so_once(
        self, app: Flask, noura: Staff, person: Person, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, case, noura)
        with clock.held_at(clock.now() + timedelta(seconds=21)):
            for _ in range(2):
                with factory.as_actor(app, system()):
                    execute_decision(actor=system(), decision_id=str(made))
        assert status(app, person) == "approved" and state_of(superuser, case) == ("decided", "approve")
        told = superuser.execute("select count(*) from outbox where name = 'moderation.case.decided'"
                                 " and payload->>'decision_id' = %s", [str(made)]).fetchone()
        assert told == (1,)

    def test_due_ones_get_a_job_each(
        self, app: Flask, noura: Staff, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, case, noura)
        for later, jobs in ((0, 0), (30, 1)):
            with clock.held_at(clock.now() + timedelta(seconds=later)), factory.as_actor(app, system()):
                execute_due(actor=system())
            row = superuser.execute("select count(*) from outbox where name = 'job.moderation.execute_decision'"
                                    " and payload->>'decision_id' = %s", [str(made)]).fetchone()
            assert row == (jobs,)

    @pytest.mark.parametrize("who", ["noura", "salem"])
    def test_undo_leaves_no_trace_on_the_thing(
        self, app: Flask, noura: Staff, salem: Staff, person: Person, case: Case, superuser: psycopg.Connection,
        window: None, who: str
    ) -> None:
        made, staff = propose(app, case, noura), {"noura": noura, "salem": salem}[who]
        with factory.as_actor(app, staff.actor):
            decisions.cancel(made, actor=staff.actor)
        assert execute(app, made) == DecisionState.CANCELLED
        assert status(app, person) == "pending" and state_of(superuser, case) == ("open", None)
        left = superuser.execute("select (select count(*) from statements where id = %(id)s),"
                                 " (select count(*) from notifications where subject_id = %(who)s)",
                                 {"id": made, "who": person.subject_id}).fetchone()
        assert left == (0, 0)

    def test_colleague_cannot_undo(self, app: Flask, noura: Staff, omar: Staff, case: Case, window: None) -> None:
        made = propose(app, case, noura)
        with pytest.raises(NotYours), factory.as_actor(app, omar.actor):
            decisions.cancel(made, actor=omar.actor)

    def test_undo_is_over_at_its_end(self, app: Flask, noura: Staff, case: Case, window: None) -> None:
        made = propose(app, case, noura)
        with pytest.raises(UndoOver), clock.held_at(clock.now() + timedelta(seconds=21)):  # noqa: SIM117
            with factory.as_actor(app, noura.actor):
                decisions.cancel(made, actor=noura.actor)

    def test_undone_case_can_be_decided_again(
        self, app: Flask, noura: Staff, salem: Staff, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, case, noura)
        with factory.as_actor(app, noura.actor):
            decisions.cancel(made, actor=noura.actor)
        case.version = factory.version_of(superuser, case)
        again = propose(app, case, salem)
        assert execute(app, again) == DecisionState.EXECUTED

    def test_second_moderator_meets_the_one_on_its_way(
        self, app: Flask, noura: Staff, salem: Staff, case: Case, window: None
    ) -> None:
        propose(app, case, noura)
        with pytest.raises(CasePending) as refusal, factory.as_actor(app, salem.actor):
            decisions.propose(case.ref, APPROVE, actor=salem.actor, seen=Seen(case.version, 1, uuid4()))
        assert refusal.value.details["decided_by"] == noura.user_id
        assert isinstance(refusal.value, CaseAlreadyDecided)


def carry_out_and_die(settings: Settings, decision_id: UUID, roles: dict[UUID, frozenset[str]]) -> None:
    """The job in a process of its own, killed when everything is written and nothing is committed."""
    authority.identity.roles_of = lambda ids: roles
    app = create_app(settings)
    with clock.held_at(clock.now() + timedelta(seconds=30)), app.app_context(), unit_of_work(system()):
        decisions.execute(decision_id, actor=system())
        os.kill(os.getpid(), signal.SIGKILL)


class TestKilled:
    def test_mid_execution_is_executed_once(
        self, app: Flask, settings: Settings, door: StaffDoor, noura: Staff, person: Person, case: Case,
        superuser: psycopg.Connection, window: None
    ) -> None:
        """reliability.md, faults: a worker dies between the effect and its commit; the job comes again."""
        made = propose(app, case, noura)
        roles = {noura.user_id: frozenset({"moderator"})}
        victim = get_context("spawn").Process(target=carry_out_and_die, args=(settings, made, roles))
        victim.start()
        victim.join(60)
        assert victim.exitcode == -signal.SIGKILL
        assert decision(superuser, made)["state"] == "scheduled" and status(app, person) == "pending"
        assert execute(app, made) == execute(app, made) == DecisionState.EXECUTED
        traces = superuser.execute(
            "select (select count(*) from statements where id = %(id)s), (select count(*) from case_events where"
            " case_id = %(case)s and kind = 'decided'), (select count(*) from outbox where name ="
            " 'moderation.case.decided' and payload->>'decision_id' = %(text)s)",
            {"id": made, "text": str(made), "case": case.id}).fetchone()
        assert traces == (1, 1, 1)

    def test_two_jobs_at_once_execute_once(
        self, app: Flask, noura: Staff, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made, together = propose(app, case, noura), Barrier(2)

        def job(_: int) -> str:
            together.wait()
            return execute(app, made)

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(job, range(2))) == [DecisionState.EXECUTED] * 2
        told = superuser.execute("select count(*) from case_events where case_id = %s and kind = 'decided'",
                                 [case.id]).fetchone()
        assert told == (1,)


class TestCheckedAgain:
    """At execution everything is asked once more; what does not hold fails, and the case is open again."""

    def fails(self, app: Flask, superuser: psycopg.Connection, case: Case, made: UUID, failure: Failure,
              later: timedelta = timedelta(seconds=30)) -> None:
        assert execute(app, made, later=later) == DecisionState.FAILED
        assert decision(superuser, made)["failure"] == failure and state_of(superuser, case) == ("open", None)
        told = superuser.execute("select data->>'failure' from case_events where case_id = %s and kind = 'failed'",
                                 [case.id]).fetchall()
        assert told == [(failure,)]

    def test_policy_retired_meanwhile(
        self, app: Flask, noura: Staff, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        policy = factory.new_policy(superuser)
        made = propose(app, case, noura, Draft(Outcome.REJECT, policy))
        superuser.execute("update policies set retired_at = now() where id = %s", [policy])
        self.fails(app, superuser, case, made, Failure.POLICY_RETIRED)

    def test_person_who_decided_lost_the_right(
        self, app: Flask, door: StaffDoor, noura: Staff, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, case, noura)
        door.people[noura.user_id] = ("Noura Al-Otaibi", frozenset({"support"}))
        self.fails(app, superuser, case, made, Failure.AUTHORITY_LOST)

    def test_case_on_hold(
        self, app: Flask, noura: Staff, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, case, noura)
        superuser.execute("update cases set paused_at = now() where id = %s", [case.id])
        self.fails(app, superuser, case, made, Failure.HELD)

    def test_case_changed(
        self, app: Flask, noura: Staff, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, case, noura)
        superuser.execute("update cases set version = version + 1 where id = %s", [case.id])
        self.fails(app, superuser, case, made, Failure.CASE_CHANGED)

    def test_what_was_proposed_was_altered(
        self, app: Flask, noura: Staff, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, case, noura)
        superuser.execute("update decisions set outcome = 'reject' where id = %s", [made])
        self.fails(app, superuser, case, made, Failure.PAYLOAD_CHANGED)

    def test_newer_revision_on_its_way(
        self, app: Flask, noura: Staff, person: Person, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        """Committed, its event not arrived: the profile itself refuses."""
        made = propose(app, case, noura)
        with factory.as_actor(app, person.actor):
            casting.write({**factory.PROFILE, "height_cm": 190}, actor=person.actor)
            casting.submit(actor=person.actor)
        self.fails(app, superuser, case, made, Failure.REVISION_CHANGED)

    def test_newer_revision_arrived(
        self, app: Flask, noura: Staff, person: Person, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, case, noura)
        newer = person.submit(height_cm=181)
        assert newer.id == case.id and decision(superuser, made)["failure"] == Failure.REVISION_CHANGED
        assert execute(app, made) == DecisionState.FAILED and status(app, person, 2) == "pending"

    def test_consent_withdrawn_meanwhile(
        self, app: Flask, noura: Staff, person: Person, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, case, noura)
        factory.withdraw_consent(app, person)
        self.fails(app, superuser, case, made, Failure.REFUSED)

    def test_thing_that_is_gone(
        self, app: Flask, noura: Staff, person: Person, case: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        """Whatever a thing answers, the case does not stay between open and decided."""
        made = propose(app, case, noura)
        superuser.execute("delete from profile_revisions where subject_id = %s", [person.subject_id])
        self.fails(app, superuser, case, made, Failure.REFUSED)


class TestPropose:
    def test_lease_of_nobody_is_refused(self, app: Flask, noura: Staff, case: Case) -> None:
        for token in (None, uuid4()):
            with pytest.raises(LeaseLost), factory.as_actor(app, noura.actor):
                decisions.propose(case.ref, APPROVE, actor=noura.actor, seen=Seen(case.version, 1, token))

    def test_lease_of_a_colleague_is_refused(self, app: Flask, noura: Staff, omar: Staff, case: Case) -> None:
        with factory.as_actor(app, noura.actor):
            seen = factory.seen(case, noura.actor)
        with pytest.raises(LeaseLost), factory.as_actor(app, omar.actor):
            decisions.propose(case.ref, APPROVE, actor=omar.actor, seen=seen)

    def test_lease_that_ran_out_is_refused(self, app: Flask, noura: Staff, case: Case) -> None:
        with factory.as_actor(app, noura.actor):
            seen = factory.seen(case, noura.actor)
        with pytest.raises(LeaseLost), clock.held_at(clock.now() + timedelta(hours=1)):  # noqa: SIM117
            with factory.as_actor(app, noura.actor):
                decisions.propose(case.ref, APPROVE, actor=noura.actor, seen=seen)

    @pytest.mark.parametrize(("version", "revision"), [(1, 2), (99, 1), (0, 0)])
    def test_another_version_or_revision_is_refused(
        self, app: Flask, noura: Staff, case: Case, version: int, revision: int
    ) -> None:
        with factory.as_actor(app, noura.actor):
            token = factory.seen(case, noura.actor).lease_token
        with pytest.raises(CaseChanged), factory.as_actor(app, noura.actor):
            decisions.propose(case.ref, APPROVE, actor=noura.actor, seen=Seen(version, revision, token))

    @pytest.mark.parametrize("role", ["support", "auditor", "finance", "compliance_officer"])
    def test_role_without_the_right_is_refused(self, app: Flask, door: StaffDoor, case: Case, role: str) -> None:
        other = factory.sign_in(app, door, "Other", role)
        with pytest.raises(Forbidden), factory.as_actor(app, other.actor):
            decisions.propose(case.ref, APPROVE, actor=other.actor, seen=Seen(case.version, 1, uuid4()))

    def test_forged_ids_are_not_found(self, app: Flask, salem: Staff) -> None:
        acts = (lambda: decisions.cancel(uuid4(), actor=salem.actor),
                lambda: decisions.approve(uuid4(), actor=salem.actor, seen_hash=""),
                lambda: decisions.decline(uuid4(), actor=salem.actor, reason="no"),
                lambda: decisions.execute(uuid4(), actor=salem.actor),
                lambda: decisions.reverse(uuid4(), APPROVE, actor=salem.actor))
        for act in acts:
            with pytest.raises(DecisionNotFound), factory.as_actor(app, salem.actor):
                act()


class TestSecondPerson:
    @pytest.fixture
    def minor(self, case: Case, superuser: psycopg.Connection) -> Case:
        superuser.execute("update cases set minor = true where id = %s", [case.id])
        return case

    def test_minors_publication_waits_for_a_second(
        self, app: Flask, noura: Staff, salem: Staff, minor: Case, person: Person, superuser: psycopg.Connection
    ) -> None:
        made = propose(app, minor, noura)
        assert decision(superuser, made)["state"] == "proposed" and status(app, person) == "pending"
        with pytest.raises(DecisionNotDue):
            execute(app, made)
        factory.approve(app, made, salem.actor)
        assert decision(superuser, made)["state"] == "executed" and status(app, person) == "approved"

    def test_approval_starts_an_undo_window_of_its_own(
        self, app: Flask, noura: Staff, salem: Staff, minor: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, minor, noura)
        factory.approve(app, made, salem.actor)
        assert decision(superuser, made)["state"] == "scheduled" and execute(app, made) == DecisionState.EXECUTED

    def test_nobody_approves_their_own(
        self, app: Flask, salem: Staff, minor: Case, superuser: psycopg.Connection
    ) -> None:
        made = propose(app, minor, salem)
        with pytest.raises(SecondPersonNeeded):
            factory.approve(app, made, salem.actor)
        with pytest.raises(SecondPersonNeeded), factory.as_actor(app, salem.actor):
            decisions.decline(made, actor=salem.actor, reason="my own")

    def test_moderator_cannot_approve(self, app: Flask, noura: Staff, omar: Staff, minor: Case) -> None:
        made = propose(app, minor, noura)
        with pytest.raises(Forbidden):
            factory.approve(app, made, omar.actor)

    def test_approval_of_something_else_is_refused(
        self, app: Flask, noura: Staff, salem: Staff, minor: Case, superuser: psycopg.Connection
    ) -> None:
        made = propose(app, minor, noura)
        with pytest.raises(DecisionChanged), factory.as_actor(app, salem.actor):
            decisions.approve(made, actor=salem.actor, seen_hash="0" * 64)
        superuser.execute("update decisions set statement_en = 'edited' where id = %s", [made])
        with pytest.raises(DecisionChanged):
            factory.approve(app, made, salem.actor)

    def test_approval_lasts_a_day(
        self, app: Flask, noura: Staff, salem: Staff, minor: Case, superuser: psycopg.Connection, window: None
    ) -> None:
        made = propose(app, minor, noura)
        factory.approve(app, made, salem.actor)
        assert execute(app, made, later=timedelta(hours=24, minutes=1)) == DecisionState.FAILED
        assert decision(superuser, made)["failure"] == Failure.APPROVAL_EXPIRED

    def test_approver_lost_the_right(
        self, app: Flask, door: StaffDoor, noura: Staff, salem: Staff, minor: Case, superuser: psycopg.Connection,
        window: None
    ) -> None:
        made = propose(app, minor, noura)
        factory.approve(app, made, salem.actor)
        door.people[salem.user_id] = ("Salem Qahtani", frozenset({"moderator"}))
        assert execute(app, made) == DecisionState.FAILED
        assert decision(superuser, made)["failure"] == Failure.AUTHORITY_LOST

    def test_declined_case_is_open_again(
        self, app: Flask, noura: Staff, salem: Staff, minor: Case, superuser: psycopg.Connection
    ) -> None:
        made = propose(app, minor, noura)
        with factory.as_actor(app, salem.actor):
            decisions.decline(made, actor=salem.actor, reason="The guardian has not agreed.")
        assert decision(superuser, made)["state"] == "declined" and state_of(superuser, minor) == ("open", None)
        with pytest.raises(DecisionSettled):
            factory.approve(app, made, salem.actor)

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 5000, "a\x00b", "a\u202eb"])
    def test_decline_needs_a_reason(
        self, app: Flask, noura: Staff, salem: Staff, minor: Case, reason: str
    ) -> None:
        made = propose(app, minor, noura)
        with pytest.raises(DomainError), factory.as_actor(app, salem.actor):
            decisions.decline(made, actor=salem.actor, reason=reason)
