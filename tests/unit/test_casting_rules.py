"""What may stand in a talent profile, and who is a minor (CAST-1). No database."""
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from castingops.casting import rules, types
from castingops.casting.errors import GuardianRequired, InvalidFilter, InvalidProfile
from castingops.casting.types import LanguageSkill, Level, ProfileFields, ProfileStatus
from castingops.core.errors import Conflict
from tests.factories.casting import document

TODAY = date(2026, 11, 20)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6)


def read(**changes: Any) -> ProfileFields:
    return rules.checked_fields(document(**changes), today=TODAY)


def complaint(name: str, value: Any) -> str:
    """What is said of `value` at the field `name`; nothing else may be wrong."""
    with pytest.raises(InvalidProfile) as refusal:
        read(**{name: value})
    assert list(refusal.value.fields) == [name]
    message: Any = refusal.value.fields[name]
    return str(message.english)


def test_complete_profile_is_read_whole() -> None:
    fields = read()
    assert fields.birth_date == date(1998, 4, 12)
    assert fields.languages == (LanguageSkill("ar", Level.NATIVE), LanguageSkill("en", Level.FLUENT))
    assert rules.missing(fields, has_primary_photo=True) == {}


def test_empty_document_is_an_empty_profile() -> None:
    assert rules.checked_fields({}, today=TODAY) == ProfileFields()
    assert rules.checked_fields(dict.fromkeys(document(), None), today=TODAY) == ProfileFields()
    assert rules.checked_fields(dict.fromkeys(document(), ""), today=TODAY) == ProfileFields()


@given(st.dictionaries(st.sampled_from(sorted(document())), ANY_JSON, max_size=5))
def test_any_document_is_read_or_refused_by_field(sent: dict[str, Any]) -> None:
    """No JSON value is a 500, and what is kept fits the columns."""
    try:
        fields = rules.checked_fields(sent, today=TODAY)
    except InvalidProfile as refusal:
        assert set(refusal.fields) <= {*sent, "playing_age_max"}
        return
    for text in (fields.display_name_ar, fields.bio_en):
        assert text is None or (text.encode() and "\x00" not in text)
    assert (fields.playing_age_min or 0) <= (100 if fields.playing_age_max is None else fields.playing_age_max)


@given(st.text(min_size=1, max_size=200))
def test_reading_a_bio_twice_changes_nothing(text: str) -> None:
    try:
        once = read(bio_en=text).bio_en
    except InvalidProfile:
        return
    assert read(bio_en=once).bio_en == once


@pytest.mark.parametrize(("sent", "kept"), [
    (172, 172), ("172", 172), ("١٧٢", 172), ("۱۷۲", 172), (" 172 ", 172)])
def test_height_is_read_in_any_digits(sent: Any, kept: int) -> None:
    assert read(height_cm=sent).height_cm == kept


@pytest.mark.parametrize("sent", ["6 ft", "6'2", "1.72", 1.72, "172 cm", 39, 251, -172, True, "²", [172], 10**30])
def test_height_in_anything_but_centimetres_is_told_how(sent: Any) -> None:
    assert "centimetres" in complaint("height_cm", sent)


@pytest.mark.parametrize(("low", "high", "wrong"), [
    (40, 20, ["playing_age_max"]), (-1, 20, ["playing_age_min"]), (20, 101, ["playing_age_max"]), ("x", "y", [
        "playing_age_max", "playing_age_min"]), (20.5, 30, ["playing_age_min"])])
def test_playing_age_out_of_order_or_bounds_is_refused(low: Any, high: Any, wrong: list[str]) -> None:
    with pytest.raises(InvalidProfile) as refusal:
        read(playing_age_min=low, playing_age_max=high)
    assert sorted(refusal.value.fields) == wrong


def test_playing_age_may_be_one_year_and_in_arabic_digits() -> None:
    fields = read(playing_age_min="٢٥", playing_age_max="٢٥")
    assert (fields.playing_age_min, fields.playing_age_max) == (25, 25)


@pytest.mark.parametrize(("sent", "said"), [
    ("2026-11-21", "future"), ("1900-01-01", "more than 110 years"), ("1900-02-29", "no such day"),
    ("2023-02-29", "no such day"), ("1998-4-12", "year-month-day"), ("12/04/1998", "year-month-day"),
    ("1998-13-01", "no such day"), ("0000-01-01", "no such day"), (19980412, "year-month-day"),
    ("1998-04-12T00:00", "year-month-day")])
def test_birth_date_that_cannot_be_is_told_why(sent: Any, said: str) -> None:
    assert said in complaint("birth_date", sent)


@pytest.mark.parametrize(("sent", "kept"), [
    ("2024-02-29", date(2024, 2, 29)), ("١٩٩٨-٠٤-١٢", date(1998, 4, 12)), ("2026-11-20", TODAY),
    ("1916-11-21", date(1916, 11, 21))])
def test_birth_date_is_read(sent: str, kept: date) -> None:
    assert read(birth_date=sent).birth_date == kept


@pytest.mark.parametrize(("day", "age"), [
    (date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2028, 2, 28), 19), (date(2028, 2, 29), 20)])
def test_a_leap_day_child_comes_of_age_on_the_first_of_march(day: date, age: int) -> None:
    assert rules.age_on(date(2008, 2, 29), day) == age


@given(st.dates(date(1916, 1, 1), TODAY), st.dates(date(1916, 1, 1), TODAY))
def test_age_never_falls_and_grows_by_one_a_year(born: date, day: date) -> None:
    assume(born <= day)
    assert 0 <= rules.age_on(born, day) <= day.year - born.year
    assert rules.age_on(born, day.replace(year=day.year + 1, day=min(day.day, 28))) >= rules.age_on(born, day)


def test_minors_need_a_guardian_until_the_day_itself() -> None:
    rules.check_guardian(date(2008, 11, 20), today=TODAY)
    with pytest.raises(GuardianRequired) as refusal:
        rules.check_guardian(date(2008, 11, 21), today=TODAY)
    assert (refusal.value.code, refusal.value.status) == ("guardian_required", 409)


@pytest.mark.parametrize("text", ["سا\x00رة", "سا\u202eرة", "سارة\u2066", "سا\ud800رة", "سارة\nالقحطاني", "سارة\u2028"])
def test_names_that_cannot_be_kept_or_shown_are_refused(text: str) -> None:
    assert "characters" in complaint("display_name_ar", text)


def test_names_are_composed_trimmed_and_squeezed() -> None:
    assert read(display_name_en="  Zoe\u0301   Haddad ").display_name_en == "Zoé Haddad"


def test_names_stand_in_their_own_script() -> None:
    assert "Arabic letters" in complaint("display_name_ar", "Sarah")
    assert "Latin letters" in complaint("stage_name_en", "سارة")
    assert "Latin letters" in complaint("display_name_en", "🙂")


def test_lengths_are_told() -> None:
    assert "2000" in complaint("bio_en", "x" * 50_000)
    assert "80" in complaint("display_name_en", "x" * 81)
    assert "40" in complaint("skills", ["x" * 41])
    assert "30" in complaint("skills", [str(number) for number in range(31)])


@pytest.mark.parametrize(("name", "value"), [
    ("gender", "x"), ("city", "atlantis"), ("city", ["riyadh"]), ("nationality", "sa"), ("nationality", "XX"),
    ("languages", [{"code": "xx", "level": "native"}]), ("languages", [{"code": "ar", "level": "good"}]),
    ("languages", [{"code": "ar"}]), ("languages", ["ar"]), ("languages", {"ar": "native"}),
    ("languages", [{"code": ["ar"], "level": {}}]), ("languages", [{"code": "ar", "level": "native"}] * 2),
    ("dialects", ["klingon"]), ("dialects", ["najdi", "najdi"]), ("skills", ["Oud", "oud"]), ("skills", "Oud"),
    ("bio_ar", 5), ("display_name_en", ["x"])])
def test_values_outside_their_lists_are_refused(name: str, value: Any) -> None:
    assert complaint(name, value)


def test_all_wrong_fields_are_told_at_once() -> None:
    with pytest.raises(InvalidProfile) as refusal:
        read(height_cm="6 ft", gender="x", birth_date="1900-01-01")
    assert sorted(refusal.value.fields) == ["birth_date", "gender", "height_cm"]


def test_what_a_submission_lacks_is_named() -> None:
    assert sorted(rules.missing(ProfileFields(), has_primary_photo=False)) == [
        "bio_ar", "birth_date", "city", "display_name_ar", "display_name_en", "gender", "languages", "nationality",
        "photos", "playing_age_max", "playing_age_min"]


@pytest.mark.parametrize(("status", "changed", "code"), [
    ("draft", True, None), ("changes_requested", True, None), ("published", True, None), ("submitted", True, None),
    ("submitted", False, "submission_pending"), ("published", False, "nothing_to_submit"),
    ("rejected", False, "nothing_to_submit")])
def test_only_what_changed_is_sent_again(status: str, changed: bool, code: str | None) -> None:
    try:
        rules.check_submittable(ProfileStatus(status), changed=changed)
    except Conflict as refusal:
        assert refusal.code == code
    else:
        assert code is None


def test_filters_are_checked_and_empty_ones_left_out() -> None:
    sent = {"city": "riyadh", "gender": "", "playing_age": "٢٥", "language": "ar"}
    assert rules.checked_filters(sent) == {"city": "riyadh", "playing_age": 25, "language": "ar"}
    with pytest.raises(InvalidFilter) as refusal:
        rules.checked_filters({"city": "x", "gender": "x", "playing_age": "-1", "language": "x"})
    assert sorted(refusal.value.fields) == ["city", "gender", "language", "playing_age"]


def test_closed_lists_carry_both_languages() -> None:
    for words in (types.CITIES, types.LANGUAGES, types.DIALECTS):
        for code, (english, arabic) in words.items():
            assert code == code.lower() and english.isascii() and not arabic.isascii()
        assert len({arabic for _, arabic in words.values()}) == len(words)
    assert len(types.COUNTRIES) == 249


@given(st.dates(date(1990, 1, 1), date(2026, 12, 1)), st.dates(date(2010, 1, 1), date(2100, 1, 1)))
def test_selects_draw_the_line_of_childhood_where_the_rule_does(born: date, today: date) -> None:
    """CAST-1: also for who was born on 29 February, and on a 29 February."""
    assume(born <= today)
    assert rules.is_minor(born, today=today) == (born > rules.youngest_adult(today))


@pytest.mark.parametrize(("born", "today"), [
    (date(2008, 2, 29), date(2026, 2, 28)), (date(2008, 2, 29), date(2026, 3, 1)),
    (date(2010, 2, 28), date(2028, 2, 29)), (date(2010, 3, 1), date(2028, 2, 29))])
def test_leap_days_fall_on_the_same_side(born: date, today: date) -> None:
    assert rules.is_minor(born, today=today) == (born > rules.youngest_adult(today))


@given(st.text(max_size=60))
def test_names_are_searched_as_they_are_kept(name: str) -> None:
    """casting.md §4: normalising twice changes nothing, so a kept term is found by what it was made of."""
    assert rules.ar_norm(rules.ar_norm(name)) == rules.ar_norm(name)


@pytest.mark.parametrize(("kept", "asked"), [
    ("مصطفى", "مصطفي"), ("فاطمة", "فاطمه"), ("أحمد", "احمد"), ("ڤيصل", "فيصل"), ("پاسم", "باسم"), ("گلثم", "كلثم"),
    ("عبد الله", "عبدالله"), ("العلي", "علي"), ("ﷲ", "الله"), ("مُحمّـد", "محمد"), ("کریم", "كريم")])
def test_spellings_find_each_other(kept: str, asked: str) -> None:
    assert set(rules.search_words(asked)) <= rules.search_terms(kept)
