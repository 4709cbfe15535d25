"""Acts that take two people, in service and database (ID-9; reliability.md §3, rules below the matrix)."""
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from castingops.core import clock
from castingops.core.actor import Actor, anonymous, system
from castingops.core.db import unit_of_work
from castingops.core.errors import Conflict, DomainError, Forbidden
from castingops.identity import privacy, tasks
from castingops.identity.errors import (
    AboutOneself,
    ApproversLacking,
    InvalidReason,
    NobodyElse,
    OwnProposal,
    ProposalChanged,
    ProposalClosed,
    ProposalNotFound,
    ProposalOpen,
    ProposerLostRight,
)
from castingops.identity.service import proposals as service
from castingops.identity.types import PROPOSAL_LIFE, ProposalState, ProposalView
from tests.factories.identity import make_staff
from tests.factories.proposals import (
    PROBE,
    Probe,
    acting,
    approve,
    disabled,
    only_holders,
    probe_kind,
    propose,
    refuse,
)


@pytest.fixture
def probe(app: Flask) -> Iterator[Probe]:
    with probe_kind() as known:
        yield known


@pytest.fixture(scope="module")
def support(app: Flask, admins: tuple[Actor, Actor]) -> Actor:
    """Beside two admins: what support proposes is theirs to approve."""
    return acting(make_staff(app, "support").user_id, "support")


@pytest.fixture(scope="module")
def admins(app: Flask) -> tuple[Actor, Actor]:
    first, second = (acting(make_staff(app, "admin").user_id, "admin") for _ in range(2))
    return first, second


def state_of(superuser: psycopg.Connection, proposal_id: UUID) -> str:
    row = superuser.execute("select state from proposals where id = %s", [proposal_id]).fetchone()
    assert row
    return str(row[0])


def acts_on(superuser: psycopg.Connection, proposal_id: UUID) -> list[str]:
    rows = superuser.execute("select action from audit_entries where entity_id = %s order by id", [proposal_id])
    return [row[0].rpartition(".")[2] for row in rows]


class TestTwoPeople:
    def test_approve_does_it_in_the_approvers_name(
        self, app: Flask, probe: Probe, support: Actor, admins: tuple[Actor, Actor], superuser: psycopg.Connection
    ) -> None:
        """Checked when it is proposed and again before it is done; each step is on record."""
        subject = make_staff(app).user_id
        proposal = propose(app, support, subject_id=subject, name="x")
        approve(app, proposal, admins[0])
        assert probe.checked == [proposal, proposal]
        [(asked, by)] = probe.done
        assert (asked.subject_id, asked.arguments, by) == (subject, {"name": "x"}, admins[0].user_id)
        assert acts_on(superuser, proposal) == ["propose", "approve"]
        assert state_of(superuser, proposal) == "approved"

    def test_refuse_needs_a_reason_and_does_nothing(
        self, app: Flask, probe: Probe, support: Actor, admins: tuple[Actor, Actor], superuser: psycopg.Connection
    ) -> None:
        proposal = propose(app, support)
        with pytest.raises(InvalidReason):
            refuse(app, proposal, admins[0], reason="  ")
        refuse(app, proposal, admins[0], reason="Ask her first.")
        assert probe.done == [] and acts_on(superuser, proposal) == ["propose", "refuse"]
        with pytest.raises(ProposalClosed):
            approve(app, proposal, admins[1], version=2)

    def test_withdraw_is_the_proposers_alone(
        self, app: Flask, probe: Probe, support: Actor, admins: tuple[Actor, Actor], superuser: psycopg.Connection
    ) -> None:
        proposal = propose(app, support)
        for actor, seen, error in ((admins[0], 1, ProposalNotFound), (support, 2, ProposalChanged)):
            with pytest.raises(error), app.app_context(), unit_of_work(actor):
                service.withdraw(proposal, actor=actor, seen_version=seen)
        with app.app_context(), unit_of_work(support):
            service.withdraw(proposal, actor=support, seen_version=1)
        assert state_of(superuser, proposal) == ProposalState.CANCELLED
        with pytest.raises(ProposalNotFound), app.app_context(), unit_of_work(support):
            service.withdraw(uuid4(), actor=support, seen_version=1)

    def test_who_may_not_propose_is_refused(self, app: Flask, probe: Probe, support: Actor) -> None:
        for actor in (acting(uuid4(), "moderator"), anonymous(), system()):
            with pytest.raises(Forbidden), app.app_context(), unit_of_work(actor):
                service.propose(PROBE, actor=actor, arguments={}, reason="why")
        with pytest.raises(AboutOneself):
            propose(app, support, subject_id=support.user_id)
        with pytest.raises(ProposalNotFound):
            propose(app, support, kind="identity.nothing.known")

    def test_who_may_not_approve_is_refused(self, app: Flask, admins: tuple[Actor, Actor]) -> None:
        """Proposer, approver and the person concerned are three people: also when one of them holds every role."""
        make_staff(app, "admin")  # somebody who could
        with probe_kind(proposes="admin") as probe:
            own = propose(app, admins[0], subject_id=admins[1].user_id)
            outsider = acting(make_staff(app, "moderator").user_id, "moderator")
            former = acting(make_staff(app, "support").user_id, "admin")  # a session that is older than the change
            third = acting(make_staff(app, "auditor").user_id, "auditor")
            for actor, error in ((admins[0], OwnProposal), (admins[1], AboutOneself), (outsider, ProposalNotFound),
                                 (third, Forbidden), (former, Forbidden)):
                with pytest.raises(error):
                    approve(app, own, actor)
                if actor is not former:
                    with pytest.raises(error):
                        refuse(app, own, actor)
            for stranger in (uuid4(), UUID(int=0)):
                with pytest.raises(ProposalNotFound):
                    approve(app, stranger, admins[0])
            assert probe.done == []

    @pytest.mark.parametrize("change", ["revoked", "disabled"])
    def test_a_proposer_who_lost_the_right_is_refused(
        self, app: Flask, probe: Probe, admins: tuple[Actor, Actor], superuser: psycopg.Connection, change: str
    ) -> None:
        proposer = acting(make_staff(app, "support").user_id, "support")
        proposal = propose(app, proposer)
        superuser.execute("delete from role_grants where user_id = %s" if change == "revoked" else
                          "update users set status = 'disabled' where id = %s", [proposer.user_id])
        with pytest.raises(ProposerLostRight):
            approve(app, proposal, admins[0])
        assert state_of(superuser, proposal) == "proposed" and probe.done == []

    def test_stale_version_and_a_second_look_of_the_kind_are_refused(
        self, app: Flask, probe: Probe, support: Actor, admins: tuple[Actor, Actor], superuser: psycopg.Connection
    ) -> None:
        proposal = propose(app, support)
        for seen in (0, 2, -1):
            with pytest.raises(ProposalChanged):
                approve(app, proposal, admins[0], version=seen)
        probe.refuses = Conflict
        with pytest.raises(Conflict):
            approve(app, proposal, admins[0])
        assert state_of(superuser, proposal) == "proposed"

    def test_time_runs_out_before_and_after_the_sweep(
        self, app: Flask, probe: Probe, support: Actor, admins: tuple[Actor, Actor], superuser: psycopg.Connection
    ) -> None:
        proposal = propose(app, support)
        with clock.held_at(clock.now() + PROPOSAL_LIFE + timedelta(seconds=1)):
            with pytest.raises(ProposalClosed):
                approve(app, proposal, admins[0])
            for _ in range(2):
                with app.app_context(), unit_of_work(system()):
                    tasks.expire_proposals(actor=system())
        assert state_of(superuser, proposal) == "expired" and acts_on(superuser, proposal) == ["propose", "expire"]

    def test_two_approvals_at_once_do_it_once(
        self, app: Flask, probe: Probe, support: Actor, admins: tuple[Actor, Actor]
    ) -> None:
        proposal, answers, ready = propose(app, support), [], Barrier(2)

        def answer(actor: Actor) -> None:
            ready.wait()
            try:
                approve(app, proposal, actor)
                answers.append("done")
            except DomainError as refusal:
                answers.append(refusal.code)

        threads = [Thread(target=answer, args=[actor]) for actor in admins]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert sorted(answers) == ["done", "proposal_closed"] and len(probe.done) == 1

    def test_the_same_is_proposed_once(self, app: Flask, probe: Probe, support: Actor) -> None:
        subject = make_staff(app).user_id
        propose(app, support, subject_id=subject)
        with pytest.raises(ProposalOpen):
            propose(app, support, subject_id=subject)

    @pytest.mark.parametrize("reason", ["", " \n ", "x" * 1_001, "a\u202eb", "a\x00b", "a\ud800b"])
    def test_reasons_that_cannot_be_kept_are_refused(self, app: Flask, probe: Probe, support: Actor,
                                                     reason: str) -> None:
        with pytest.raises(InvalidReason):
            propose(app, support, reason=reason)


class TestApproversLacking:
    """Two holders of each approving role, or the act is shut: at the proposal and when it is done."""

    def test_with_one_holder_it_is_shut(self, app: Flask, superuser: psycopg.Connection) -> None:
        first, second = (make_staff(app, "finance").user_id for _ in range(2))
        actor, other = acting(first, "finance"), acting(second, "finance")
        with (probe_kind(proposes="finance", approves="finance") as probe,
              only_holders(superuser, "finance", first, second)):
            waiting = propose(app, actor)
            with pytest.raises(NobodyElse):  # of two holders one proposes and one is concerned
                propose(app, actor, subject_id=second)
            for gone, asking in ((second, actor), (first, other)):
                with disabled(superuser, gone), pytest.raises(ApproversLacking) as refusal:
                    propose(app, asking)
            assert refusal.value.details == {"role": "finance"}
            with disabled(superuser, first):
                with pytest.raises(ProposerLostRight):
                    approve(app, waiting, other)
                with app.app_context(), unit_of_work(system()):
                    assert "finance" in service.roles_lacking()
            assert probe.done == []

    def test_an_approver_too_few_is_found_when_it_is_done_too(self, app: Flask,
                                                             superuser: psycopg.Connection) -> None:
        proposer = acting(make_staff(app, "support").user_id, "support")
        people = [make_staff(app, "finance").user_id for _ in range(2)]
        with probe_kind(approves="finance") as probe:
            waiting = propose(app, proposer)
            with only_holders(superuser, "finance", people[0]), pytest.raises(ApproversLacking):
                approve(app, waiting, acting(people[0], "finance"))
            assert probe.done == []


class TestSeeing:
    def test_lists_show_what_the_role_may_see(
        self, app: Flask, probe: Probe, support: Actor, admins: tuple[Actor, Actor]
    ) -> None:
        subject = make_staff(app, "admin")
        proposal = propose(app, support, subject_id=subject.user_id)
        concerned = acting(subject.user_id, "admin")
        outsider, auditor = acting(uuid4(), "moderator"), acting(uuid4(), "auditor")

        def sees(actor: Actor, view: ProposalView) -> bool:
            with app.app_context(), unit_of_work(actor, read_only=True):
                return proposal in {row.id for row in service.list_proposals(view, actor=actor).rows}

        assert sees(admins[0], ProposalView.WAITING) and not sees(concerned, ProposalView.WAITING)
        assert sees(support, ProposalView.MINE) and sees(auditor, ProposalView.OPEN)
        assert not sees(outsider, ProposalView.OPEN) and not sees(support, ProposalView.CLOSED)
        with app.app_context(), unit_of_work(admins[0], read_only=True):
            assert service.may_answer(service.get_proposal(proposal, actor=admins[0]), admins[0])
            assert service.count_proposals(admins[0]) and service.count_proposals(outsider) is None
        for actor in (outsider, acting(uuid4(), "finance")):
            with pytest.raises(ProposalNotFound), app.app_context(), unit_of_work(actor, read_only=True):
                service.get_proposal(proposal, actor=actor)
        with pytest.raises(Forbidden), app.app_context(), unit_of_work(system()):
            service.list_proposals(ProposalView.OPEN, actor=system())

    def test_erasing_a_person_closes_and_empties_what_is_proposed_about_them(
        self, app: Flask, probe: Probe, support: Actor, superuser: psycopg.Connection
    ) -> None:
        subject = make_staff(app).user_id
        proposal = propose(app, support, subject_id=subject, name="Sara")
        with app.app_context(), unit_of_work(system()):
            [told] = privacy.export(subject, actor=system())["proposals"]
            assert told["arguments"] == {"name": "Sara"}
            privacy.erase(subject, actor=system())
        row = superuser.execute("select state, arguments, reason from proposals where id = %s", [proposal]).fetchone()
        assert row == ("expired", None, "[erased]")


class TestDatabase:
    """The same rules with the service out of the way, as the app's own role."""

    def run(self, app: Flask, actor: Actor, statement: str, **values: Any) -> None:
        with app.app_context(), unit_of_work(actor) as session:
            session.execute(text(statement), values)

    INSERT = ("insert into proposals (kind, topic, subject_id, reason, proposer_id, state, created_at, expires_at,"
              " version, settled_by, settled_at) values ('a.b.c', '', :subject, 'why', :proposer,"
              " cast(:state as text), now(),"
              " now() + interval '1 day', 1, :by, case when cast(:state as text) <> 'proposed' then now() end)")

    @pytest.mark.parametrize(("proposer", "subject", "state", "by", "constraint"), [
        ("other", None, "proposed", None, "own_name"), ("me", None, "approved", "other", "own_name"),
        ("me", "me", "proposed", None, "not_about_oneself")])
    def test_insert_in_anothers_name_or_about_oneself_is_refused(
        self, app: Flask, support: Actor, admins: tuple[Actor, Actor], proposer: str, subject: str | None, state: str,
        by: str | None, constraint: str
    ) -> None:
        ids = {"me": support.user_id, "other": admins[0].user_id, None: None}
        with pytest.raises(Exception, match=f"{constraint}|about you|by its proposer"):
            self.run(app, support, self.INSERT, proposer=ids[proposer], subject=ids[subject], state=state, by=ids[by])

    APPROVE = ("update proposals set state = 'approved', settled_by = :by, settled_at = now(), version = 2"
               " where id = :id")

    def test_settling_is_for_a_second_person_in_their_own_name_once(
        self, app: Flask, probe: Probe, support: Actor, admins: tuple[Actor, Actor], superuser: psycopg.Connection
    ) -> None:
        superuser.execute("delete from proposals where subject_id = %s", [admins[1].user_id])  # other tests'
        proposal = propose(app, support, subject_id=admins[1].user_id)
        tries = [(support, support.user_id), (admins[0], support.user_id), (system(), admins[0].user_id),
                 (admins[1], admins[1].user_id), (support, admins[0].user_id)]
        for actor, by in tries:
            with pytest.raises(Exception, match=r"violates check|another's name|cannot answer it|about you"):
                self.run(app, actor, self.APPROVE, id=proposal, by=by)
        for change in ("arguments = '[1]'", "reason = 'another'", "reason = '[erased]', state = 'cancelled',"
                       f" settled_at = now(), settled_by = '{admins[0].user_id}'"):
            with pytest.raises(Exception, match=r"not edited|another's name"):
                self.run(app, admins[0], f"update proposals set {change} where id = :id", id=proposal)
        self.run(app, admins[0], self.APPROVE, id=proposal, by=admins[0].user_id)
        with pytest.raises(Exception, match="settled once"):
            self.run(app, admins[0], "update proposals set state = 'proposed', settled_at = null, settled_by = null"
                                     " where id = :id", id=proposal)
        row = superuser.execute("select approved_in is not null from proposals where id = %s", [proposal]).fetchone()
        assert row == (True,)

    @pytest.mark.parametrize("column", ["kind", "subject_id", "proposer_id", "expires_at", "approved_in", "created_at"])
    def test_what_was_proposed_is_out_of_reach(self, app: Flask, support: Actor, column: str) -> None:
        with pytest.raises(Exception, match="permission denied"):
            self.run(app, support, f"update proposals set {column} = {column}")
        with pytest.raises(Exception, match="permission denied"):
            self.run(app, support, "delete from proposals")
