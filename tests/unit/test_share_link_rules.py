"""Pure decisions about share links: where one stands, what of a child it tells, what is a burst (CAST-6)."""
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.casting import types
from castingops.casting.rules import share_links as rules
from castingops.casting.types import ProfileFields
from castingops.casting.types.share_links import Burst, ShareFacts, ShareState

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
FULL: dict[str, Any] = {
    "display_name_ar": "سارة القحطاني", "display_name_en": "Sarah Al-Qahtani", "gender": "female", "city": "riyadh",
    "nationality": "SA", "playing_age_min": 8, "playing_age_max": 12, "height_cm": 130, "bio_en": "A pupil.",
    "skills": ("Chess at school",), "hijab": "never", "scars": "one", "union_status": "none", "weight_kg": 30}


def facts(**changes: Any) -> ShareFacts:
    known = {"expires_at": NOW + timedelta(days=1), "max_views": None, "views": 0, "paused_at": None,
             "ended_by": None, **changes}
    return ShareFacts(**known)


@pytest.mark.parametrize(("changes", "state"), [
    ({}, "active"), ({"max_views": 3, "views": 2}, "active"), ({"max_views": 3, "views": 3}, "used_up"),
    ({"expires_at": NOW}, "expired"), ({"expires_at": NOW, "max_views": 1, "views": 1}, "expired"),
    ({"paused_at": NOW}, "paused"), ({"paused_at": NOW, "ended_by": "owner"}, "revoked"),
    ({"ended_by": "staff"}, "ended"), ({"ended_by": "hidden"}, "ended"), ({"ended_by": "guardian"}, "ended")])
def test_state_follows_from_what_happened(changes: dict[str, Any], state: str) -> None:
    assert rules.state_of(facts(**changes), now=NOW) == state


def test_a_used_up_link_is_open_to_who_returns_alone() -> None:
    opened = [state for state in ShareState if rules.is_open(state, returning=False)]
    returning = [state for state in ShareState if rules.is_open(state, returning=True)]
    assert (opened, returning) == ([ShareState.ACTIVE], [ShareState.ACTIVE, ShareState.USED_UP])


@given(st.text())
def test_only_tokens_of_ours_are_looked_up(text: str) -> None:
    assert not rules.is_token(text) or (text.isascii() and len(text) == 43)


@given(st.integers(0, 50), st.integers(0, 50))
def test_a_burst_is_more_views_from_enough_networks(views: int, networks: int) -> None:
    assert rules.is_burst(Burst(views, networks), views=30, networks=10) == (views > 30 and networks >= 10)


def test_of_a_child_is_told_what_is_listed_and_nothing_else() -> None:
    told = rules.shown_fields(ProfileFields(**FULL), minor=True)
    empty = ProfileFields()
    said = {name for name in told.__struct_fields__ if getattr(told, name) != getattr(empty, name)}
    assert said == {"stage_name_ar", "stage_name_en", "gender", "playing_age_min", "playing_age_max", "height_cm"}
    assert (told.stage_name_ar, told.stage_name_en) == ("س. ا.", "S. A.")
    named = rules.shown_fields(ProfileFields(**FULL, stage_name_en="Sasa"), minor=True)
    assert (named.stage_name_ar, named.stage_name_en) == (None, "Sasa")


def test_of_an_adult_all_but_belief_and_health_is_told() -> None:
    fields = ProfileFields(**FULL)
    expected = msgspec.structs.replace(fields, **dict.fromkeys(types.SENSITIVE))
    assert rules.shown_fields(fields, minor=False) == expected
