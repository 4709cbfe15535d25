"""What a decided case is called, in the words of its kind, wherever it is named (ui of MOD-2 and MOD-5)."""
import psycopg
import pytest
from flask import Flask

from castingops.core.i18n import translate
from castingops.moderation import service
from castingops.moderation.models import Case
from castingops.moderation.types import OUTCOME_STATES, Outcome
from castingops.moderation.types.cases import OUTCOME_ACTS
from tests.factories import appeals, moderation, reports
from tests.factories.appeals import House
from tests.factories.moderation import Staff, StaffDoor

QUEUE = "/console/moderation/"


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    bearer = app.extensions["sign_in"].bearer
    made = moderation.at_the_door(app, monkeypatch)
    made.bearer = bearer  # type: ignore[attr-defined]
    return made


@pytest.fixture
def house(app: Flask, door: StaffDoor) -> House:
    return appeals.house(app, door)


def harmless(app: Flask, superuser: psycopg.Connection, by: Staff) -> Case:
    """A report that was found to be about nothing."""
    _someone, shown = reports.published(app, superuser)
    sara = reports.reporter(app)
    case = reports.case_of(app, sara, reports.reported(app, superuser, sara, shown))
    moderation.decide(app, case, by.actor, Outcome.APPROVE)
    return case


@pytest.mark.parametrize("kind", service.all_kinds(), ids=lambda kind: kind.name)
def test_every_outcome_of_a_kind_has_its_own_words_in_both_languages(
    app: Flask, kind: service.SubjectKind
) -> None:
    assert set(kind.outcome_states) == set(kind.outcomes)
    with app.app_context():
        for outcome in kind.outcomes:
            said = service.outcome_state(kind.name, outcome)
            assert said is kind.outcome_states[outcome]
            assert translate(said, "en") != translate(said, "ar")


def test_an_unknown_kind_speaks_the_common_words() -> None:
    for outcome in Outcome:
        assert service.outcome_state("gone", outcome) == OUTCOME_STATES[outcome]
        assert service.outcome_act("gone", outcome) == OUTCOME_ACTS[outcome]
    assert service.outcome_state("report", Outcome.CHANGES) == OUTCOME_STATES[Outcome.CHANGES]


def test_a_report_without_breach_is_nowhere_approved(app: Flask, superuser: psycopg.Connection, house: House) -> None:
    """The case, the queue's decided view, the person's history, the file."""
    case = harmless(app, superuser, house.noura)
    page = f"{QUEUE}cases/{case.ref}"
    shown = [house.faisal.get(page).text, house.faisal.get(page + "/timeline", htmx=True).text,
             house.faisal.get(QUEUE, htmx=True, view="decided", q=case.ref).text,
             house.faisal.get(f"{QUEUE}people/{case.subject_id}").text,
             house.huda.get(f"{QUEUE}export.csv", view="decided", q=case.ref).text]
    assert [number for number, text in enumerate(shown) if "No breach" not in text] == []
    assert [number for number, text in enumerate(shown) if ">Approved<" in text or ",Approved," in text] == []


def test_who_comes_second_reads_the_outcome_in_its_words(app: Flask, superuser: psycopg.Connection,
                                                         house: House) -> None:
    case = harmless(app, superuser, house.noura)
    answer = house.faisal.post(f"{QUEUE}cases/{case.ref}/decide", htmx=True, outcome="approve", policy="", note="",
                               facts_en="", facts_ar="", version=str(case.version), revision="1", lease_token="")
    assert answer.status_code == 409 and "already decided this case" in answer.text
    assert ": No breach." in answer.text


def test_an_appeal_is_dismissed_or_overturns(app: Flask, superuser: psycopg.Connection, house: House) -> None:
    case = appeals.appealed(app, superuser, appeals.refused(app, superuser, house.noura))
    moderation.decide(app, case, house.faisal.actor, Outcome.REJECT, policy=moderation.policy_id(superuser, "AP-1"))
    assert "Appeal dismissed" in house.huda.get(f"{QUEUE}cases/{case.ref}").text
    about = appeals.refused(app, superuser, house.noura)
    other = appeals.appealed(app, superuser, about)
    proposed = moderation.decide(app, other, house.faisal.actor, Outcome.APPROVE)
    listed = house.huda.get(f"{QUEUE}approvals", kind="appeal").text
    assert "Uphold the appeal: overturn the decision" in listed
    moderation.approve(app, proposed, house.huda.actor)
    reports.arrive(app, superuser)
    assert "Decision overturned" in house.huda.get(f"{QUEUE}cases/{other.ref}").text
    assert "Decision overturned" in house.huda.get(f"{QUEUE}cases/{about.case.ref}").text  # its line on the appeal


def test_the_filter_offers_the_outcomes_of_the_kind(house: House) -> None:
    offered = house.noura.get(QUEUE, view="decided", kind="photo", outcome="approve").text
    assert ">Kept</option>" in offered and ">Changes requested</option>" not in offered
    assert ">Changes requested</option>" in house.noura.get(QUEUE, view="decided").text
