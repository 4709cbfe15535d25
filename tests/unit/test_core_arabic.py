"""Arabic text: search folding, typed digits, and what may be stored (API-6)."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.core.arabic import fold, fold_digits, is_line, is_storable, stays_on_line, tidy


@pytest.mark.parametrize(("typed", "stored"), [
    ("أحمد", "احمد"), ("إيمان", "ايمان"), ("آمنة", "امنه"), ("ٱلله", "الله"), ("فاطمة", "فاطمه"), ("ليلى", "ليلي"),
    ("مُؤَمَّن", "مومن"), ("هانئ", "هاني"), ("الزّهـــراني", "الزهراني"), ("عبد  الله", "عبد الله"), ("ﷲ", "الله"),
    ("١٢٣", "123"), ("۴۵", "45"), ("كيان", "کیان"), ("Café NOËL", "cafe noel"),
    ("ﺳﻠﻤﻰ", "سلمي"), ("سلمى\u200f", "سلمي"),
])
def test_fold_makes_spellings_meet(typed: str, stored: str) -> None:
    assert fold(typed) == fold(stored)


def test_fold_keeps_different_names_apart() -> None:
    assert len({fold(name) for name in ("علا", "علاء", "علي", "عالية", "عائشة")}) == 5


@given(text=st.text())
def test_fold_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(number=st.integers(min_value=0), zero=st.sampled_from("٠۰"))
def test_fold_digits_reads_both_eastern_forms(number: int, zero: str) -> None:
    typed = "".join(chr(ord(zero) + int(digit)) for digit in str(number))
    assert int(fold_digits(typed)) == number


def test_fold_digits_reads_separators() -> None:
    assert fold_digits("١٬٢٣٤٫٥٠٪") == "1,234.50%"


@pytest.mark.parametrize("text", ["سلام", "a\nb\tc", "a\r\nb", "سلمى\u200f", "👩\u200d🎤", "", "\u2028"])
def test_ordinary_text_is_storable(text: str) -> None:
    assert is_storable(text)


@pytest.mark.parametrize("text", [
    "\x00", "a\x07", "\x1b[31m", "\x7f", "\x85", "\ud800", "x\udfff", "a\rb", "\u202egnp.exe", "\u202a",
    "\u2066", "\u2069",
])
def test_hostile_text_is_not_storable(text: str) -> None:
    assert not is_storable(f"سلام {text}")


@given(text=st.text(st.characters()))
def test_what_is_storable_encodes(text: str) -> None:
    if is_storable(text):
        assert b"\x00" not in text.encode()


@pytest.mark.parametrize("text", ["a\nb", "a\r\nBcc: x@example.com", "a\tb", "a\u2028b"])
def test_several_lines_are_not_a_line(text: str) -> None:
    assert not is_line(text)
    assert is_line("مواهب الرياض")


@pytest.mark.parametrize("text", [
    "Reem\u200b", "\u00adReem", "ريم\u200f", "Re\u200dem", "ريم\u200c", "\u200cريم",
    "ريم\u200c \u200dنورة", "ر\u200c\u200cم", "Reem\u2060",
    "\ufeffReem", "Reem\ue000", "Reem\U000e0041", "Reem\u0378", "👩\u200d🎤", "ر\u200ca",
])
def test_what_nobody_sees_is_in_no_name(text: str) -> None:
    """ASVS 1.2: two names that look alike are alike. A longer text may hold it."""
    assert not is_line(text)
    assert stays_on_line(text) and is_storable(text)


@pytest.mark.parametrize("text", [
    "علی\u200cرضا", "می\u200cخواهم", "ه\u200dـ", "سَ\u200cمر", "ڤ\u200cپ", "Zoë O’Neil-Ángel", "王小明", "🎭",
])
def test_spelling_is_in_names(text: str) -> None:
    """Persian writes a non-joiner between letters, Arabic now and then a joiner."""
    assert is_line(text)


def test_tidy_ends_lines_alike_and_composes() -> None:
    assert tidy("  e\u0301\r\nسطر  ") == "é\nسطر"
