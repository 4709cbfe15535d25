"""One review at a time: a decision under appeal is not reversed, and the other way round nothing gets stuck (MOD-2)."""
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from castingops.moderation.errors import AppealOpen
from castingops.moderation.types import Outcome
from castingops.moderation.types.decisions import Failure
from tests.factories import appeals, moderation, reports
from tests.factories.appeals import House, Refused
from tests.factories.moderation import StaffDoor

DECISIONS = "/console/moderation/decisions"


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    bearer = app.extensions["sign_in"].bearer
    made = moderation.at_the_door(app, monkeypatch)
    made.bearer = bearer  # type: ignore[attr-defined]
    return made


@pytest.fixture
def house(app: Flask, door: StaffDoor) -> House:
    return appeals.house(app, door)


@pytest.fixture
def refusal(app: Flask, superuser: psycopg.Connection, house: House) -> Refused:
    return appeals.refused(app, superuser, house.noura, appeals.STRIKE)


def told(superuser: psycopg.Connection, decision_id: UUID) -> tuple[str, str, str]:
    """The state of a decision's appeal, of its case, and of what the person reads of the decision."""
    row = superuser.execute(
        "select a.state, c.state, s.state from appeals a join cases c on c.id = a.case_id"
        " join statements s on s.id = a.decision_id where a.decision_id = %s", [decision_id]).fetchone()
    assert row
    return row[0], row[1], row[2]


def failure_of(superuser: psycopg.Connection, decision_id: UUID) -> tuple[str, str | None]:
    row = superuser.execute("select state, failure from decisions where id = %s", [decision_id]).fetchone()
    assert row
    return row[0], row[1]


def uphold(app: Flask, superuser: psycopg.Connection, refusal: Refused, house: House) -> UUID:
    return appeals.upheld(app, superuser, appeals.case_about(app, refusal.decision_id), house.faisal, house.huda)


class TestRefused:
    def test_the_service_names_the_appeal(self, app: Flask, superuser: psycopg.Connection, refusal: Refused,
                                          house: House) -> None:
        case = appeals.appealed(app, superuser, refusal)
        with pytest.raises(AppealOpen) as refused:
            moderation.propose_reversal(app, refusal.decision_id, house.faisal.actor)
        assert refused.value.status == 409 and refused.value.details["case"] == case.ref

    def test_also_before_the_appeal_has_a_case(self, app: Flask, refusal: Refused, house: House) -> None:
        sent = refusal.someone.ask("POST", f"{refusal.path}/appeals", json={"text": "x"}).json
        assert sent
        with pytest.raises(AppealOpen) as refused:
            moderation.propose_reversal(app, refusal.decision_id, house.faisal.actor)
        assert refused.value.details == {"appeal": sent["data"]["reference"], "case": None}
        shown = house.faisal.get(f"{DECISIONS}/{refusal.decision_id}/reverse")
        assert shown.status_code == 200 and sent["data"]["reference"] in shown.text

    def test_the_pages_say_so_and_link_it(self, app: Flask, superuser: psycopg.Connection, refusal: Refused,
                                          house: House) -> None:
        page, form = f"/console/moderation/cases/{refusal.case.ref}", f"{DECISIONS}/{refusal.decision_id}/reverse"
        assert "Reverse this decision" in house.faisal.get(page).text
        case = appeals.appealed(app, superuser, refusal)
        link = f'href="/console/moderation/cases/{case.ref}"'
        shown = house.faisal.get(page).text
        assert "Reverse this decision" not in shown and "Nobody reverses it" in shown and link in shown
        asked = house.faisal.get(form).text
        assert "Propose the reversal" not in asked and link in asked
        answer = house.faisal.post(form, outcome="approve", policy="", note="kept words", facts_en="", facts_ar="")
        assert answer.status_code == 409 and "their appeal decides about it" in answer.text
        assert "kept words" in answer.text and link in answer.text

    def test_once_the_appeal_is_dismissed_it_can_be_reversed(self, app: Flask, superuser: psycopg.Connection,
                                                             refusal: Refused, house: House) -> None:
        case = appeals.appealed(app, superuser, refusal)
        moderation.decide(app, case, house.faisal.actor, Outcome.REJECT, policy=moderation.policy_id(superuser, "AP-1"))
        made = moderation.reverse(app, refusal.decision_id, house.faisal.actor, house.huda.actor)
        assert appeals.state_of(app, made) == "executed"


class TestAppealedMeanwhile:
    def test_a_waiting_reversal_is_not_approved(self, app: Flask, superuser: psycopg.Connection, refusal: Refused,
                                                house: House) -> None:
        waiting = moderation.propose_reversal(app, refusal.decision_id, house.faisal.actor)
        case = appeals.appealed(app, superuser, refusal)
        with pytest.raises(AppealOpen):
            moderation.approve(app, waiting, house.huda.actor)
        shown = house.huda.get(f"/console/moderation/approvals/{waiting}").text
        assert case.ref in shown and f"{waiting}/approve" not in shown

    def test_an_approved_one_fails_at_the_end_of_its_undo_window(self, app: Flask, superuser: psycopg.Connection,
                                                                 refusal: Refused, house: House) -> None:
        with moderation.undo_window(app, 20):
            made = moderation.reverse(app, refusal.decision_id, house.faisal.actor, house.huda.actor)
        appeals.appealed(app, superuser, refusal)
        assert moderation.execute(app, made) == "failed"
        assert failure_of(superuser, made) == ("failed", Failure.APPEALED)
        assert told(superuser, refusal.decision_id) == ("in_review", "open", "force")

    def test_upholding_ends_the_waiting_reversal(self, app: Flask, superuser: psycopg.Connection, refusal: Refused,
                                                 house: House) -> None:
        waiting = moderation.propose_reversal(app, refusal.decision_id, house.omar.actor)
        appeals.appealed(app, superuser, refusal)
        assert appeals.state_of(app, uphold(app, superuser, refusal, house)) == "executed"
        assert failure_of(superuser, waiting) == ("failed", Failure.APPEALED)
        assert told(superuser, refusal.decision_id) == ("upheld", "decided", "overturned")

    def test_what_is_reversed_is_not_appealed_any_more(self, app: Flask, refusal: Refused, house: House) -> None:
        moderation.reverse(app, refusal.decision_id, house.faisal.actor, house.huda.actor)
        answer = refusal.someone.ask("POST", f"{refusal.path}/appeals", json={"text": "x"})
        assert answer.status_code == 409 and answer.json and answer.json["error"]["code"] == "decision_overturned"


class TestReversedMeanwhile:
    """As in a house where both happened before one shut out the other."""

    @pytest.fixture
    def reversed_too(self, app: Flask, superuser: psycopg.Connection, refusal: Refused, house: House) -> Refused:
        appeals.appealed(app, superuser, refusal)
        change = "update appeals set state = %s, closed_at = %s where decision_id = %s"
        superuser.execute(change, ["dismissed", "2026-01-01", refusal.decision_id])
        moderation.reverse(app, refusal.decision_id, house.omar.actor, house.huda.actor)
        superuser.execute(change, ["in_review", None, refusal.decision_id])
        reports.arrive(app, superuser)
        return refusal

    def test_upholding_settles_it(self, app: Flask, superuser: psycopg.Connection, reversed_too: Refused,
                                  house: House) -> None:
        made = uphold(app, superuser, reversed_too, house)
        assert appeals.state_of(app, made) == "executed"
        assert told(superuser, reversed_too.decision_id) == ("upheld", "decided", "overturned")
        overrides = superuser.execute("select count(*) from decisions where override_of = %s",
                                      [reversed_too.decision_id]).fetchone()
        assert overrides == (1,)
        answer = reversed_too.someone.ask("GET", f"{reversed_too.path}/appeal").json
        assert answer and answer["data"]["status"] == "upheld" and answer["data"]["answer_en"]

    def test_dismissing_would_be_untrue(self, app: Flask, superuser: psycopg.Connection, reversed_too: Refused,
                                        house: House) -> None:
        case = appeals.case_about(app, reversed_too.decision_id)
        with moderation.undo_window(app, 20):
            made = moderation.decide(app, case, house.faisal.actor, Outcome.REJECT,
                                     policy=moderation.policy_id(superuser, "AP-1"))
        assert moderation.execute(app, made) == "failed"
        assert failure_of(superuser, made) == ("failed", Failure.OVERTURNED)
        assert told(superuser, reversed_too.decision_id) == ("in_review", "open", "overturned")


def test_sent_at_once_only_one_of_both_comes_through(app: Flask, superuser: psycopg.Connection, refusal: Refused,
                                                     house: House) -> None:
    """The appeal and the end of the undo window meet: either the reversal fails or the appeal is told to be late."""
    with moderation.undo_window(app, 20):
        made = moderation.reverse(app, refusal.decision_id, house.faisal.actor, house.huda.actor)
    with ThreadPoolExecutor(2) as pool:
        sent = pool.submit(refusal.someone.ask, "POST", f"{refusal.path}/appeals", json={"text": "x"})
        executed = pool.submit(moderation.execute, app, made)
        pair = (sent.result().status_code, executed.result())
    assert pair in {(201, "failed"), (409, "executed")}
