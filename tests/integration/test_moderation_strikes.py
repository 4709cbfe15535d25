"""Actions of decisions: strikes and their ladder, suspensions, bans, and how each is taken back (MOD-2)."""
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.casting import service as casting
from castingops.consent import permissions as consent_permissions
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.errors import Restricted
from castingops.identity import permissions as identity_permissions
from castingops.media import permissions as media_permissions
from castingops.moderation.errors import InvalidDecision, NotReversible, OwnDecision
from castingops.moderation.models import Case
from castingops.moderation.service import decisions, items, watching
from castingops.moderation.types import Draft, Outcome
from castingops.moderation.types.decisions import Action, ActionKind, Failure
from tests.factories import moderation as factory
from tests.factories.moderation import Person, Staff, StaffDoor

STRIKE = Action(ActionKind.STRIKE)


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
    """A talent with an account, so that there is something to restrict."""
    found = factory.person(app, superuser)
    factory.give_account(superuser, found)
    return found


@pytest.fixture
def policy(superuser: psycopg.Connection) -> UUID:
    return factory.new_policy(superuser)


@pytest.fixture
def grave(superuser: psycopg.Connection) -> UUID:
    return factory.new_policy(superuser, severity="high")


def rows(superuser: psycopg.Connection, table: str, where: str, *values: object) -> list[dict[str, Any]]:
    cursor = superuser.cursor(row_factory=psycopg.rows.dict_row)
    return cursor.execute(f"select * from {table} where {where} order by id", values).fetchall()


def account(superuser: psycopg.Connection, person: Person) -> tuple[Any, ...]:
    row = superuser.execute("select restriction, restricted_until is not null, epoch from users where id = %s",
                            [person.subject_id]).fetchone()
    assert row
    return row


def refuse(app: Flask, person: Person, staff: Staff, policy: UUID, *actions: Action, case: Case | None = None) -> UUID:
    """One more refusal of a profile of this person's."""
    found = case or person.submit(height_cm=150 + factory.turn())
    return factory.decide(app, found, staff.actor, Outcome.REJECT, policy=policy, actions=actions)


class TestLadder:
    def test_consequences_follow_the_points(
        self, app: Flask, person: Person, noura: Staff, policy: UUID, superuser: psycopg.Connection
    ) -> None:
        kinds: list[list[str]] = []
        for _ in range(5):
            made = refuse(app, person, noura, policy, STRIKE)
            kinds.append([row["kind"] for row in rows(superuser, "decision_actions", "decision_id = %s", made)])
        assert kinds == [["strike", "warn"], ["strike"], ["strike", "suspend"], ["strike"], ["strike", "suspend"]]
        sanctions = rows(superuser, "sanctions", "subject_id = %s", person.subject_id)
        assert [(row["ends_at"] - row["starts_at"]).days for row in sanctions] == [7, 30]
        assert account(superuser, person)[:2] == ("suspended", True)

    def test_preview_names_the_consequence(
        self, app: Flask, person: Person, noura: Staff, policy: UUID, grave: UUID
    ) -> None:
        refuse(app, person, noura, grave, STRIKE)
        case = person.submit(height_cm=166)
        with factory.as_actor(app, noura.actor):
            shown = decisions.preview(case.ref, Draft(Outcome.REJECT, policy, actions=(STRIKE,)), actor=noura.actor)
        told = [str(message) % message.values for message in shown.consequences]
        assert any("makes 3 of 7: suspended for" in text for text in told) and not shown.needs_second
        assert "A strike was recorded, 3 of 7 points; it expires after 180 days." in shown.statement.en
        assert "suspended for 7 days" in shown.statement.en and "You can appeal within 30 days." in shown.statement.en

    def test_ban_at_the_top_takes_a_second_person(
        self, app: Flask, person: Person, noura: Staff, salem: Staff, grave: UUID, superuser: psycopg.Connection
    ) -> None:
        for _ in range(3):
            refuse(app, person, noura, grave, STRIKE)
        made = refuse(app, person, noura, grave, STRIKE)
        assert rows(superuser, "decisions", "id = %s", made)[0]["state"] == "proposed"
        assert len(rows(superuser, "strikes", "subject_id = %s", person.subject_id)) == 3
        factory.approve(app, made, salem.actor)
        assert account(superuser, person)[0] == "banned"
        assert len(rows(superuser, "strikes", "subject_id = %s", person.subject_id)) == 4

    def test_expired_strikes_do_not_count(
        self, app: Flask, person: Person, noura: Staff, policy: UUID, superuser: psycopg.Connection
    ) -> None:
        refuse(app, person, noura, policy, STRIKE)
        superuser.execute("update strikes set expires_at = created_at + interval '1 millisecond' where subject_id = %s",
                          [person.subject_id])
        made = refuse(app, person, noura, policy, STRIKE)
        action = rows(superuser, "decision_actions", "decision_id = %s and kind = 'strike'", made)[0]
        assert action["parameters"]["points"] == 1

    def test_consequence_that_changed_meanwhile_fails(
        self, app: Flask, person: Person, noura: Staff, policy: UUID, superuser: psycopg.Connection
    ) -> None:
        """What was previewed and put into the statement is what happens, or nothing does."""
        case = person.submit()
        with factory.undo_window(app, 20):
            made = refuse(app, person, noura, policy, STRIKE, case=case)
        superuser.execute(
            "insert into strikes (subject_id, decision_id, policy_id, weight, expires_at, created_at)"
            " select subject_id, id, %s, 2, now() + interval '9 days', now() - interval '1 day' from"
            " (select c.subject_id, d.id from decisions d join cases c on c.id = d.case_id where d.id = %s) x",
            [policy, made])
        assert factory.execute(app, made) == "failed"
        assert rows(superuser, "decisions", "id = %s", made)[0]["failure"] == Failure.CONSEQUENCE_CHANGED


class TestSanctions:
    def test_ban_hides_the_profile_and_ends_every_sign_in(
        self, app: Flask, person: Person, noura: Staff, salem: Staff, policy: UUID, superuser: psycopg.Connection
    ) -> None:
        factory.decide(app, person.submit(), noura.actor)
        epoch = account(superuser, person)[2]
        made = refuse(app, person, noura, policy, Action(ActionKind.BAN))
        assert rows(superuser, "published_profiles", "subject_id = %s", person.subject_id)
        factory.approve(app, made, salem.actor)
        assert not rows(superuser, "published_profiles", "subject_id = %s", person.subject_id)
        assert account(superuser, person) == ("banned", False, epoch + 1)

    def test_unban_gives_everything_back(
        self, app: Flask, person: Person, noura: Staff, salem: Staff, policy: UUID, superuser: psycopg.Connection
    ) -> None:
        factory.decide(app, person.submit(), noura.actor)
        factory.approve(app, refuse(app, person, noura, policy, Action(ActionKind.BAN)), salem.actor)
        made = refuse(app, person, noura, policy, Action(ActionKind.UNBAN))
        factory.approve(app, made, salem.actor)
        assert account(superuser, person)[0] is None
        assert rows(superuser, "published_profiles", "subject_id = %s", person.subject_id)

    def test_suspension_ends_by_itself(
        self, app: Flask, person: Person, noura: Staff, policy: UUID
    ) -> None:
        refuse(app, person, noura, policy, Action(ActionKind.SUSPEND, None, {"days": 3}))
        assert factory.restriction_of(app, person) == "suspended"
        with clock.held_at(clock.now() + timedelta(days=3, minutes=1)):
            assert factory.restriction_of(app, person) == ""

    def test_restricted_person_reads_decisions_and_acts_no_more(self) -> None:
        banned = Actor("person", uuid4(), uuid4(), roles=frozenset({"talent"}), restriction="banned")
        banned.require(identity_permissions.READ_OWN)
        banned.require(consent_permissions.CHANGE_OWN)  # a consent can always be withdrawn
        with pytest.raises(Restricted) as refusal:
            banned.require(media_permissions.CHANGE_OWN)
        assert (refusal.value.status, refusal.value.details) == (403, {"reason": "banned"})

    def test_hidden_profile_is_shown_again_with_a_newer_approval(
        self, app: Flask, person: Person, noura: Staff, policy: UUID, superuser: psycopg.Connection
    ) -> None:
        factory.decide(app, person.submit(), noura.actor)
        refuse(app, person, noura, policy, Action(ActionKind.HIDE_PROFILE))
        assert not rows(superuser, "published_profiles", "subject_id = %s", person.subject_id)
        factory.decide(app, person.submit(height_cm=199), noura.actor)
        with factory.as_actor(app, system(person.subject_id)):
            decisions.lift_hiding(person.subject_id, actor=system(person.subject_id))  # on casting's event
        assert rows(superuser, "published_profiles", "subject_id = %s", person.subject_id)

    def test_removed_photo_is_kept_and_comes_back(
        self, app: Flask, person: Person, noura: Staff, omar: Staff, salem: Staff, policy: UUID,
        superuser: psycopg.Connection
    ) -> None:
        case = person.submit()
        photo = rows(superuser, "photos", "subject_id = %s", person.subject_id)[0]["id"]
        made = refuse(app, person, noura, policy, Action(ActionKind.REMOVE_PHOTO, photo), case=case)
        assert rows(superuser, "photos", "id = %s", photo)[0]["status"] == "removed"
        factory.reverse(app, made, omar.actor, salem.actor)
        assert rows(superuser, "photos", "id = %s", photo)[0]["status"] == "active"


class TestOverturning:
    def test_lifts_what_its_own_decision_caused_and_nothing_else(
        self, app: Flask, person: Person, noura: Staff, omar: Staff, salem: Staff, policy: UUID,
        superuser: psycopg.Connection
    ) -> None:
        """Discourse #43191: lifting one penalty lifted an unrelated one."""
        first = refuse(app, person, noura, policy, STRIKE, Action(ActionKind.SUSPEND, None, {"days": 30}))
        second = refuse(app, person, noura, policy, STRIKE, Action(ActionKind.SUSPEND, None, {"days": 5}))
        factory.reverse(app, second, omar.actor, salem.actor)
        strikes = rows(superuser, "strikes", "subject_id = %s", person.subject_id)
        assert [(row["decision_id"], row["voided_at"] is None) for row in strikes] == [(first, True), (second, False)]
        sanctions = rows(superuser, "sanctions", "subject_id = %s", person.subject_id)
        assert [(row["decision_id"], row["lifted_at"] is None) for row in sanctions] == [(first, True), (second, False)]
        assert account(superuser, person)[0] == "suspended"

    def test_refusal_is_approved_and_its_person_told(
        self, app: Flask, person: Person, noura: Staff, omar: Staff, salem: Staff, policy: UUID,
        superuser: psycopg.Connection
    ) -> None:
        made = refuse(app, person, noura, policy, STRIKE)
        override = factory.reverse(app, made, omar.actor, salem.actor)
        with factory.as_actor(app, person.actor):
            assert casting.list_revisions(person.subject_id)[0].status == "approved"
        told = rows(superuser, "statements", "subject_id = %s", person.subject_id)
        assert [(row["id"], row["state"]) for row in told] == [(made, "overturned"), (override, "force")]
        factory.deliver_decided(app, override, person)
        letters = rows(superuser, "notifications", "subject_id = %s", person.subject_id)
        assert "moderation.decision.overturned" in [row["template"] for row in letters]

    def test_is_a_chain_and_never_a_fork(
        self, app: Flask, person: Person, noura: Staff, omar: Staff, salem: Staff, policy: UUID
    ) -> None:
        made = refuse(app, person, noura, policy)
        factory.reverse(app, made, omar.actor, salem.actor)
        with pytest.raises(NotReversible):
            factory.propose_reversal(app, made, omar.actor)

    def test_nobody_reverses_their_own(self, app: Flask, person: Person, noura: Staff, policy: UUID) -> None:
        made = refuse(app, person, noura, policy)
        with pytest.raises(OwnDecision):
            factory.propose_reversal(app, made, noura.actor)

    def test_its_decider_does_not_stop_the_reversal(
        self, app: Flask, person: Person, noura: Staff, salem: Staff, policy: UUID
    ) -> None:
        """reliability.md §3, "reverse decision (not own)": nor refuse or withdraw what a colleague proposed."""
        made = refuse(app, person, salem, policy)
        waiting = factory.propose_reversal(app, made, noura.actor)
        with pytest.raises(OwnDecision), factory.as_actor(app, salem.actor):
            decisions.decline(waiting, actor=salem.actor, reason="It was right.")
        with pytest.raises(OwnDecision), factory.as_actor(app, salem.actor):
            decisions.cancel(waiting, actor=salem.actor)
        with factory.as_actor(app, noura.actor):
            assert decisions.cancel(waiting, actor=noura.actor).state == "cancelled"

    def test_the_breach_it_voids_keeps_nobody_from_being_published(
        self, app: Flask, person: Person, noura: Staff, omar: Staff, salem: Staff, grave: UUID,
        superuser: psycopg.Connection
    ) -> None:
        made = refuse(app, person, noura, grave, STRIKE)
        inside = system(person.subject_id)
        with factory.as_actor(app, inside):
            watching.settle_breach(made, override_of=None, actor=inside)
            assert items.blocking(person.subject_id)
        factory.reverse(app, made, omar.actor, salem.actor)
        assert rows(superuser, "published_profiles", "subject_id = %s", person.subject_id)

    def test_harsher_one_is_told_with_its_reasons_and_no_apology(
        self, app: Flask, person: Person, noura: Staff, omar: Staff, salem: Staff, policy: UUID,
        superuser: psycopg.Connection
    ) -> None:
        made = factory.decide(app, person.submit(), noura.actor)
        override = factory.reverse(app, made, omar.actor, salem.actor, Draft(Outcome.REJECT, policy))
        factory.deliver_decided(app, override, person)
        letters = [row["template"] for row in rows(superuser, "notifications", "subject_id = %s", person.subject_id)]
        assert "moderation.decision.stated" in letters and "moderation.decision.overturned" not in letters

    def test_approval_that_is_taken_back_shows_what_was_before(
        self, app: Flask, person: Person, noura: Staff, omar: Staff, salem: Staff, policy: UUID,
        superuser: psycopg.Connection
    ) -> None:
        factory.decide(app, person.submit(height_cm=171), noura.actor)
        second = factory.decide(app, person.submit(height_cm=172), noura.actor)
        factory.reverse(app, second, omar.actor, salem.actor, Draft(Outcome.REJECT, policy))
        shown = rows(superuser, "published_profiles", "subject_id = %s", person.subject_id)
        assert [row["revision"] for row in shown] == [1]


class TestHostileActions:
    @pytest.mark.parametrize("actions", [
        (STRIKE, STRIKE),
        (Action(ActionKind.SUSPEND, None, {"days": 0}),), (Action(ActionKind.SUSPEND, None, {"days": 10**9}),),
        (Action(ActionKind.SUSPEND, None, {"days": "7"}),), (Action(ActionKind.SUSPEND, None, {"days": True}),),
        (Action(ActionKind.SUSPEND),), (Action(ActionKind.REMOVE_PHOTO, uuid4()),), (Action(ActionKind.REMOVE_PHOTO),),
        (Action(ActionKind.BAN), Action(ActionKind.UNBAN)),
        (Action(ActionKind.SUSPEND, None, {"days": 2}), Action(ActionKind.BAN)),
        tuple(Action(ActionKind.REMOVE_PHOTO, uuid4()) for _ in range(50)),
    ])
    def test_are_refused(
        self, app: Flask, person: Person, noura: Staff, policy: UUID, actions: tuple[Action, ...]
    ) -> None:
        case = person.submit()
        with pytest.raises(InvalidDecision) as refusal:
            factory.decide(app, case, noura.actor, Outcome.REJECT, policy=policy, actions=actions)
        assert "actions" in refusal.value.fields

    def test_against_a_person_need_a_policy(self, app: Flask, person: Person, noura: Staff) -> None:
        with pytest.raises(InvalidDecision):
            factory.decide(app, person.submit(), noura.actor, actions=(STRIKE,))

    def test_stand_beside_no_approval(self, app: Flask, person: Person, noura: Staff, superuser: psycopg.Connection
                                      ) -> None:
        """What breaks no rule is punished for nothing, even under the policy that states approvals."""
        meets = factory.policy_id(superuser, "PR-0")
        with pytest.raises(InvalidDecision) as refusal:
            factory.decide(app, person.submit(), noura.actor, policy=meets, actions=(STRIKE,))
        assert "actions" in refusal.value.fields

    def test_weights_are_not_the_clients(
        self, app: Flask, person: Person, noura: Staff, policy: UUID, superuser: psycopg.Connection
    ) -> None:
        forged = Action(ActionKind.STRIKE, uuid4(), {"weight": 9, "automatic": True, "days": 1, "points": 0})
        refuse(app, person, noura, policy, forged)
        assert rows(superuser, "strikes", "subject_id = %s", person.subject_id)[0]["weight"] == 1
