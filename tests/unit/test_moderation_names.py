"""What lists call people: minors are protected by default (reliability.md §3, row "View person")."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.core.masking import initials
from castingops.moderation.rules.names import listed


@pytest.mark.parametrize(("locale", "minor", "shown"), [
    ("en", False, "Reem Al-Dosari"), ("ar", False, "ريم الدوسري"), ("en", True, "R. A."), ("ar", True, "ر. ا.")])
def test_a_minor_is_listed_by_first_letters(locale: str, minor: bool, shown: str) -> None:
    assert listed("Reem Al-Dosari", "ريم الدوسري", locale, minor=minor) == shown


def test_the_other_language_stands_in() -> None:
    assert listed("", "ريم", "en", minor=False) == "ريم"
    assert listed("", "", "ar", minor=True) == ""


@given(st.text())
def test_a_masked_name_keeps_one_letter_of_each_word(name: str) -> None:
    assert [len(word) for word in initials(name).split()] == [2] * len(name.split())
