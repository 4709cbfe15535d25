"""What reports may say, what they do to cases and how urgent they make them (MOD-1, Mastodon #22935)."""
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.core.i18n import is_translated, translate
from castingops.moderation.errors import InvalidReport
from castingops.moderation.rules.reports import checked_report, folding, is_told, report_priority
from castingops.moderation.types.cases import REASONS
from castingops.moderation.types.reports import (
    REPORT_OUTCOMES,
    REPORT_POINTS,
    REPORT_REASONS,
    REPORT_STATES,
    SEVERAL_MOST,
    Folding,
    ReportDraft,
    ReportReason,
    Tally,
    What,
)

REASON = st.sampled_from(list(ReportReason))
WHAT = What("talent_profile", uuid4())


def draft(reason: str = "harassment", text: str = "It insults me.", *links: str) -> ReportDraft:
    return ReportDraft(WHAT, reason, text, links)


@pytest.mark.parametrize("reason", ReportReason)
def test_every_reason_has_points_and_words(reason: ReportReason) -> None:
    """Both in the list people choose from and in the explanation of a priority."""
    assert REPORT_POINTS[reason] > 0 and f"reported_{reason}" in REASONS
    assert is_translated(REPORT_REASONS[reason], "ar") and is_translated(REASONS[f"reported_{reason}"], "ar")


def test_words_of_states_and_outcomes_exist_in_both_languages() -> None:
    for message in (*REPORT_STATES.values(), *REPORT_OUTCOMES.values()):
        assert translate(message, "en") and is_translated(message, "ar")


@pytest.mark.parametrize(("wrong", "field"), [
    (draft("because"), "reason"), (draft(text="x" * 2001), "text"), (draft(text="a\u202eb"), "text"),
    (draft(text="a\x00b"), "text"), (draft("other", " "), "text"),
    (draft("hate", "", *["https://a.example"] * 6), "links"), (draft("hate", "", "x" * 301), "links"),
    (draft("hate", "", "a\nb"), "links"), (draft("hate", "", "a\u2066b"), "links"),
])
def test_what_cannot_be_kept_is_named(wrong: ReportDraft, field: str) -> None:
    with pytest.raises(InvalidReport) as refused:
        checked_report(wrong)
    assert list(refused.value.fields) == [field]


def test_markup_is_text() -> None:
    kept = checked_report(draft("hate", "<script>alert(1)</script>\r\nمرحبا", " https://a.example "))
    assert kept.text == "<script>alert(1)</script>\nمرحبا" and kept.links == ("https://a.example",)


@given(st.lists(st.tuples(st.integers(1, 4), REASON, st.booleans()), max_size=40))
def test_one_open_case_a_thing_and_none_for_what_was_decided(told: list[tuple[int, ReportReason, bool]]) -> None:
    """Whatever comes in whatever order: never two open cases, a decided revision opens only for a child, an edit opens
    anew. Each step is (revision seen, reason, whether the open case is decided right after)."""
    open_revision: int | None = None
    reviewed: int | None = None
    for revision, reason, decided in told:
        act = folding(revision=revision, open_revision=open_revision, reviewed_revision=reviewed, reason=reason)
        if act is Folding.OPEN:
            assert open_revision is None
            assert reviewed is None or revision > reviewed or reason is ReportReason.CHILD_SAFETY
            open_revision = revision
        elif act is Folding.MOVE_ON:
            assert open_revision is not None and revision > open_revision
            open_revision = revision
        elif act is Folding.JOIN:
            assert open_revision is not None and revision <= open_revision
        else:
            assert open_revision is None and reviewed is not None and revision <= reviewed
            assert reason is not ReportReason.CHILD_SAFETY
        if decided and open_revision is not None:
            reviewed, open_revision = max(reviewed or 0, open_revision), None


@given(st.dictionaries(REASON, st.integers(1, 1000), min_size=1), st.integers(1, 1000), st.booleans())
def test_a_child_comes_before_any_crowd(reasons: dict[str, int], people: int, minor: bool) -> None:
    """MOD-2: every point has its name, they add up, and nothing outweighs a child's safety."""
    named = report_priority(Tally(reasons, people), minor=minor)
    points = sum(reason.points for reason in named)
    assert all(reason.code in REASONS for reason in named)
    assert (points >= 200) == (ReportReason.CHILD_SAFETY in reasons)
    assert next((reason.points for reason in named if reason.code == "several_reports"), 0) <= SEVERAL_MOST


def test_a_flood_does_not_drown_the_timeline() -> None:
    told = [count for count in range(1, 1001) if is_told(count)]
    assert told[:12] == [*range(1, 11), 20, 30] and told[-1] == 1000 and len(told) == 28
