"""The planned year: moderators keep office hours, nothing happens twice or too early (issue 2 §3)."""
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from castingops.core.clock import RIYADH
from castingops.demo.history import Act, plan, working_time

NOW = datetime(2026, 11, 18, 11, 30, tzinfo=UTC)  # a Wednesday


@pytest.fixture(scope="module", params=[NOW, datetime(2026, 11, 20, 6, 0, tzinfo=UTC)], ids=["wednesday", "friday"])
def acts(request: pytest.FixtureRequest) -> list[Act]:
    return plan(Random(1), adults=296, minors=4, queue=40, now=request.param, moderators=5)


def of_each(acts: list[Act]) -> dict[int, list[Act]]:
    lives: dict[int, list[Act]] = defaultdict(list)
    for act in acts:
        lives[act.number].append(act)
    return lives


def test_plan_is_in_order_within_the_year_and_repeatable(acts: list[Act]) -> None:
    assert acts == sorted(acts)
    assert acts[-1].at - acts[0].at < timedelta(days=366)
    again = plan(Random(1), adults=296, minors=4, queue=40, now=NOW, moderators=5)
    assert again == plan(Random(1), adults=296, minors=4, queue=40, now=NOW, moderators=5)


def test_decisions_keep_office_hours(acts: list[Act]) -> None:
    for act in acts:
        if act.verb == "decide":
            local = act.at.astimezone(RIYADH)
            assert local.weekday() not in (4, 5)
            assert 9 <= local.hour < 17


def test_every_life_is_told_in_order(acts: list[Act]) -> None:
    for life in of_each(acts).values():
        verbs = [act.verb for act in life if act.verb != "note"]
        assert verbs[0] == "register"
        if "draft" in verbs:
            assert verbs == ["register", "draft"]
            continue
        rounds = [verb for verb in verbs[1:] if verb != "take"]
        assert rounds == (["submit", "decide"] * len(rounds))[:len(rounds)]


def test_forty_wait_and_most_are_live(acts: list[Act]) -> None:
    last = {number: life[-1].verb for number, life in of_each(acts).items()}
    waiting = [number for number, verb in last.items() if verb in ("submit", "take")]
    approved = {act.number for act in acts if act.verb == "decide" and act.outcome == "approve"}
    assert len(waiting) == 40
    assert 190 < len(approved) < 260
    assert 10 < sum(verb == "draft" for verb in last.values()) < 30


def test_the_queue_is_of_varied_age(acts: list[Act]) -> None:
    now = acts[-1].at
    ages = [(now - life[-1].at) / timedelta(hours=1) for life in of_each(acts).values() if life[-1].verb == "submit"]
    assert sum(age < 6 for age in ages) >= 5
    assert sum(age > 24 for age in ages) >= 5


def test_refusals_name_a_policy_and_approvals_none(acts: list[Act]) -> None:
    outcomes = Counter((act.outcome, act.policy is not None) for act in acts if act.verb == "decide")
    assert set(outcomes) == {("approve", False), ("changes", True), ("reject", True)}
    assert len({act.moderator for act in acts if act.verb == "decide"}) == 5


def test_the_first_talent_is_live_with_a_change_sent_back(acts: list[Act]) -> None:
    outcomes = [act.outcome for act in of_each(acts)[1] if act.verb == "decide"]
    assert outcomes == ["approve", "changes"]


@pytest.mark.parametrize(("given", "expected_day"), [
    ("2026-11-19T13:59:00+00:00", 19),  # Thursday 16:59 in Riyadh: still open
    ("2026-11-19T14:00:00+00:00", 22),  # closed: Sunday
    ("2026-11-20T08:00:00+00:00", 22), ("2026-11-21T20:00:00+00:00", 22), ("2026-11-22T03:00:00+00:00", 22),
])
def test_working_time_waits_for_the_office_to_open(given: str, expected_day: int) -> None:
    moment = working_time(Random(1), datetime.fromisoformat(given))
    assert moment.astimezone(RIYADH).day == expected_day
    assert moment >= datetime.fromisoformat(given)
