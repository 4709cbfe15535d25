"""Agreement, Cohen's κ and suppression of small counts (MOD-2: blind QA; transparency report)."""
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.moderation.rules import quality
from castingops.moderation.types.quality import SMALL, Pair

LABELS = st.sampled_from(["approve", "changes", "reject"])
JUDGED = st.lists(st.tuples(LABELS, LABELS), max_size=60)
COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), max_size=8)


def test_kappa_is_cohens_own_example() -> None:
    """A textbook table: 20 and 15 agree, 5 and 10 do not; p_o 0.7, p_e 0.5, κ 0.4."""
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    found = quality.agreement(pairs)
    assert (found.pairs, found.agreed) == (50, 35)
    assert found.kappa == pytest.approx(0.4)


@pytest.mark.parametrize("pairs", [[], [("approve", "approve")] * 9])
def test_kappa_of_one_label_says_nothing(pairs: list[tuple[str, str]]) -> None:
    """Where chance alone always agrees there is nothing to measure: None, not 1 and not a division by zero."""
    assert quality.agreement(pairs).kappa is None


def test_kappa_below_chance_is_negative() -> None:
    assert quality.agreement([("a", "b"), ("b", "a")]).kappa == -1


@given(JUDGED)
def test_kappa_is_never_above_agreement(pairs: list[tuple[str, str]]) -> None:
    """κ takes chance off: it is 1 exactly when all agree, and never more than the plain rate."""
    found = quality.agreement(pairs)
    if found.kappa is None:
        return
    assert found.rate is not None
    assert found.kappa <= found.rate
    assert (found.kappa == 1) == (found.agreed == found.pairs)


@given(JUDGED)
def test_kappa_does_not_care_who_was_first(pairs: list[tuple[str, str]]) -> None:
    assert quality.agreement(pairs) == quality.agreement([(second, first) for first, second in pairs])


def test_policies_are_measured_over_all_pairs() -> None:
    """A policy that one of two cites once: agreement of 3 in 4, and the pairs that cite it are counted beside it."""
    pairs = [Pair("reject", "reject", "PR-1.1", "PR-1.1"), Pair("reject", "approve", "PR-1.1", ""),
             Pair("approve", "approve", "", ""), Pair("approve", "approve", "", "")]
    found = quality.by_policy(pairs)
    assert list(found) == ["PR-1.1"]
    assert (found["PR-1.1"].agreed, found["PR-1.1"].pairs, quality.cited_in(pairs, "PR-1.1")) == (3, 4, 2)
    assert found["PR-1.1"].kappa == pytest.approx(0.5)
    assert quality.by_outcome(pairs).agreed == 3


@given(COUNTS)
def test_a_hidden_count_cannot_be_worked_out(counts: dict[str, int]) -> None:
    """From the rows shown and the sum, no hidden row follows: two unknowns at least, or no sum."""
    table = quality.published(counts, {})
    numbers = dict(zip(counts, (row.number for row in table.rows), strict=True))
    for key, number in counts.items():
        assert not 0 < number < SMALL or numbers[key] is None
        assert numbers[key] in (None, number)
    hidden = [key for key, number in numbers.items() if number is None]
    assert len(hidden) != 1 or table.total is None


def test_no_small_count_can_be_worked_out() -> None:
    """Of all tables that are published alike, those who read one cannot tell which it was, for any small row."""
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    for counts in product(range(14), repeat=3):
        table = quality.published(dict(zip("abc", counts, strict=True)), {})
        alike.setdefault((table.total, *(row.number for row in table.rows)), []).append(counts)
    for tables in alike.values():
        for values in zip(*tables, strict=True):
            assert len(set(values)) > 1 or not 0 < values[0] < SMALL


def test_a_lonely_small_count_takes_its_neighbour_along() -> None:
    table = quality.published({"a": 2, "b": 90, "c": 7, "d": 0}, {})
    assert [row.number for row in table.rows] == [None, 90, None, 0]
    assert table.total == 99
