"""Pure rules of decisions: the ladder of strikes, the state machine, who must agree (MOD-2)."""
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.moderation.rules import decisions, strikes
from castingops.moderation.rules.strikes import LADDERS, Standing, consequence, ladder_at, points
from castingops.moderation.types import CaseState, Outcome
from castingops.moderation.types.decisions import (
    LIVE,
    SECOND_PERSON,
    Action,
    ActionKind,
    DecisionState,
    Failure,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LADDER = LADDERS[-1]
SEVERITIES = sorted(LADDER.weights)
HARDNESS = {None: 0, ActionKind.WARN: 1, ActionKind.SUSPEND: 2, ActionKind.BAN: 3}
kinds = st.lists(st.sampled_from(list(ActionKind)), max_size=5).map(
    lambda chosen: tuple(Action(kind, None, {"days": 3} if kind is ActionKind.SUSPEND else {}) for kind in chosen))


def hard(step: strikes.Step | None) -> tuple[int, int]:
    return (HARDNESS[step.consequence if step else None], step.days if step else 0)


class TestLadder:
    @pytest.mark.parametrize(("before", "weight", "follows", "days"), [
        (0, 1, "warn", 0), (1, 1, None, 0), (2, 1, "suspend", 7), (1, 2, "suspend", 7), (3, 1, None, 0),
        (4, 1, "suspend", 30), (5, 1, None, 0), (6, 1, "ban", 0), (7, 1, "ban", 0), (20, 2, "ban", 0),
        (0, 2, "warn", 0), (0, 9, "ban", 0)])
    def test_names_the_highest_step_reached(self, before: int, weight: int, follows: str | None, days: int) -> None:
        step = consequence(before, weight, LADDER)
        assert (step.consequence if step else None, step.days if step else 0) == (follows, days)

    @given(before=st.integers(0, 30), weight=st.integers(1, 10), more=st.integers(0, 5))
    def test_heavier_strikes_never_lead_to_less(self, before: int, weight: int, more: int) -> None:
        assert hard(consequence(before, weight + more, LADDER)) >= hard(consequence(before, weight, LADDER))

    @given(st.lists(st.tuples(st.integers(1, 10), st.integers(-400, 400), st.integers(1, 400), st.booleans()),
                    max_size=20))
    def test_points_are_those_in_force(self, rows: list[tuple[int, int, int, bool]]) -> None:
        standing = [Standing(weight, NOW + timedelta(days=begun), NOW + timedelta(days=begun + lasts), voided)
                    for weight, begun, lasts, voided in rows]
        counted = points(standing, NOW)
        assert counted == sum(weight for weight, begun, lasts, voided in rows
                              if not voided and begun <= 0 < begun + lasts)
        assert points(standing[1:], NOW) <= counted

    def test_ladders_are_dated_and_climb(self) -> None:
        assert list(LADDERS) == sorted(LADDERS, key=lambda ladder: ladder.since) and ladder_at(NOW) is LADDER
        for ladder in LADDERS:
            assert [step.points for step in ladder.steps] == sorted({step.points for step in ladder.steps})
            assert set(ladder.weights) == set(ladder.lasts) == {"low", "medium", "high"}


class TestConsequence:
    @given(chosen=kinds, severity=st.sampled_from(SEVERITIES), before=st.integers(0, 12))
    def test_is_at_least_as_hard_as_the_ladder_says(
        self, chosen: tuple[Action, ...], severity: str, before: int
    ) -> None:
        step = consequence(before, LADDER.weights[severity], LADDER)
        made = decisions.with_consequence(chosen, severity, before, step, LADDER)
        hardest = max((HARDNESS.get(action.kind, 0) for action in made), default=0)
        assert hardest >= HARDNESS[step.consequence if step else None]
        assert sum(action.automatic for action in made) <= 1

    @given(chosen=kinds, severity=st.sampled_from(SEVERITIES), before=st.integers(0, 12))
    def test_worked_out_again_is_the_same(self, chosen: tuple[Action, ...], severity: str, before: int) -> None:
        """What execution compares with what was approved."""
        step = consequence(before, LADDER.weights[severity], LADDER)
        made = decisions.with_consequence(chosen, severity, before, step, LADDER)
        chosen_before = [each for each in made if not each.automatic]
        again = decisions.with_consequence(chosen_before, severity, before, step, LADDER)
        assert list(map(decisions.plain, again)) == list(map(decisions.plain, made))


class TestSecondPerson:
    @given(outcome=st.sampled_from(list(Outcome)), actions=kinds, minor=st.booleans(), override=st.booleans(),
           kind=st.sampled_from(["talent_profile", "photo", "report", "appeal"]))
    def test_is_needed_exactly_for_these(
        self, outcome: Outcome, actions: tuple[Action, ...], minor: bool, override: bool, kind: str
    ) -> None:
        wanted = (override or any(action.kind in SECOND_PERSON for action in actions)
                  or (outcome is Outcome.APPROVE and (minor or kind == "appeal")))
        assert decisions.needs_second(outcome, actions, kind=kind, minor=minor, is_override=override) is wanted

    def test_approval_by_the_proposer_counts_for_nothing(self) -> None:
        who = uuid4()
        assert decisions.approval_failure(
            needs=True, approver=who, proposer=who, approved_at=NOW, now=NOW) is Failure.SECOND_MISSING

    @pytest.mark.parametrize(("hours", "failure"), [(0, None), (24, None), (24.01, Failure.APPROVAL_EXPIRED)])
    def test_approval_lasts_a_day(self, hours: float, failure: Failure | None) -> None:
        assert decisions.approval_failure(needs=True, approver=uuid4(), proposer=uuid4(), approved_at=NOW,
                                          now=NOW + timedelta(hours=hours)) is failure


class TestStates:
    def test_final_states_stay(self) -> None:
        final = set(DecisionState) - {DecisionState.PROPOSED, DecisionState.SCHEDULED}
        assert not any(decisions.may_become(state, other) for state in final for other in DecisionState)

    @given(st.lists(st.sampled_from(list(DecisionState)), max_size=12))
    def test_no_way_leads_back(self, wished: list[DecisionState]) -> None:
        state, seen = DecisionState.PROPOSED, [DecisionState.PROPOSED]
        for following in wished:
            if decisions.may_become(state, following):
                state = following
                seen.append(state)
        assert len(seen) == len(set(seen)) <= 3 and DecisionState.EXECUTED in LIVE

    @pytest.mark.parametrize(("state", "revision", "version", "held", "failure"), [
        (CaseState.PENDING, 2, 5, False, None), (CaseState.WITHDRAWN, 2, 5, False, Failure.WITHDRAWN),
        (CaseState.PENDING, 3, 5, False, Failure.REVISION_CHANGED),
        (CaseState.PENDING, 2, 6, False, Failure.CASE_CHANGED),
        (CaseState.PENDING, 2, 5, True, Failure.HELD)])
    def test_case_is_the_one_that_was_decided_on(
        self, state: CaseState, revision: int, version: int, held: bool, failure: Failure | None
    ) -> None:
        assert decisions.case_failure(state, revision=revision, made_for=2, version=version, waits_since=5,
                                      held=held) is failure


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=5), st.text(min_size=1, max_size=8))
def test_payload_hash_changes_with_any_of_it(payload: dict[str, str], more: str) -> None:
    changed = payload | {more: payload.get(more, "") + "!"}
    assert decisions.payload_hash(payload) == decisions.payload_hash(dict(reversed(payload.items())))
    assert decisions.payload_hash(changed) != decisions.payload_hash(payload)
