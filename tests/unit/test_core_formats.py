"""Numbers, money, dates and durations in both languages, by the rules of arabic.md §1."""
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.core import formats as f

DAY = date(2026, 11, 20)
MOMENT = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)  # 15:30 in Riyadh
HIDDEN = set("\u200b\u200c\u200d\u200e\u200f\u061c")


@pytest.mark.parametrize(("style", "english", "arabic"), [
    ("medium", "20 Nov 2026", "20 نوفمبر 2026"),
    ("long", "Friday, 20 November 2026", "الجمعة، 20 نوفمبر 2026"),
    ("iso", "2026-11-20", "2026-11-20"),
])
def test_date(style: f.Style, english: str, arabic: str) -> None:
    assert (f.format_date(DAY, "en", style=style), f.format_date(DAY, "ar", style=style)) == (english, arabic)


def test_moment_near_midnight_is_of_the_day_in_riyadh() -> None:
    assert f.format_date(datetime(2026, 11, 20, 21, 30, tzinfo=UTC), "en") == "21 Nov 2026"


def test_datetime_in_three_styles() -> None:
    assert f.format_datetime(MOMENT, "en") == "20 Nov 2026, 15:30"
    assert f.format_datetime(MOMENT, "ar") == "20 نوفمبر 2026، 15:30"
    assert f.format_datetime(MOMENT, style="iso") == "2026-11-20T15:30:00+03:00"
    assert f.format_datetime(MOMENT, "ar", style="long") == (
        "20 نوفمبر 2026م (10 جمادى الآخرة 1448هـ)، 3:30 مساءً بتوقيت الرياض")
    assert f.format_time(time(0, 5), "ar", style="long") == "12:05 صباحًا بتوقيت الرياض"


@pytest.mark.parametrize(("day", "english", "arabic"), [
    (date(2026, 11, 20), "10 Jumada al-Akhirah 1448 AH", "10 جمادى الآخرة 1448هـ"),
    (date(2026, 9, 20), "9 Rabi al-Akhir 1448 AH", "9 ربيع الآخر 1448هـ"),
    (date(2026, 2, 18), "1 Ramadan 1447 AH", "1 رمضان 1447هـ"),
    (date(1900, 1, 1), "", ""), (date(2100, 1, 1), "", ""),
])
def test_hijri_by_umm_al_qura(day: date, english: str, arabic: str) -> None:
    assert (f.format_hijri(day, "en"), f.format_hijri(day, "ar")) == (english, arabic)


def test_official_date_states_both_calendars() -> None:
    assert f.format_official(DAY, "ar") == "20 نوفمبر 2026م (10 جمادى الآخرة 1448هـ)"
    assert f.format_official(DAY, "en") == "20 November 2026 (10 Jumada al-Akhirah 1448 AH)"
    assert f.format_official(date(2100, 1, 1), "ar") == "1 يناير 2100م"


@pytest.mark.parametrize(("halalas", "table", "text", "english"), [
    (115000, "1,150.00 ر.س", "1,150.00 ريال", "SAR 1,150.00"), (5, "0.05 ر.س", "0.05 ريال", "SAR 0.05"),
    (-199, "-1.99 ر.س", "-1.99 ريال", "SAR -1.99"), (0, "0.00 ر.س", "0.00 ريال", "SAR 0.00"),
])
def test_money_from_whole_halalas(halalas: int, table: str, text: str, english: str) -> None:
    shown = f.format_money(halalas, "ar"), f.format_money(halalas, "ar", style="text"), f.format_money(halalas, "en")
    assert shown == tuple(part.replace(" ", f.NO_BREAK) for part in (table, text, english))


@given(halalas=st.integers(-10**15, 10**15), locale=st.sampled_from(["en", "ar"]))
def test_money_loses_nothing_and_hides_nothing(halalas: int, locale: str) -> None:
    text = f.format_money(halalas, locale)
    digits = "".join(character for character in text if character in "-0123456789")
    assert int(digits) == halalas and not HIDDEN & set(text)


@pytest.mark.parametrize(("value", "places", "text"), [
    (1234567, None, "1,234,567"), (-5, None, "-5"), (0.1, None, "0.1"), (2.675, 2, "2.68"), (3, 2, "3.00"),
    (Decimal("0.125"), 2, "0.13"), (1e21, None, "1,000,000,000,000,000,000,000"),
])
def test_number(value: f.Number, places: int | None, text: str) -> None:
    assert f.format_number(value, places=places) == text


def test_percent_puts_the_sign_last() -> None:
    assert (f.format_percent(0.15, "ar"), f.format_percent(Decimal("0.1234"), places=1)) == ("15%", "12.3%")


@pytest.mark.parametrize(("minutes", "english", "arabic"), [
    (0, "under 1 min", "أقل من دقيقة"), (6, "6 min", "6 د"), (60, "1 h", "1 س"), (102, "1 h 42 min", "1 س 42 د"),
    (1440, "1 d", "1 ي"), (3120, "2 d 4 h", "2 ي 4 س"),
])
def test_time_left_names_two_units(minutes: int, english: str, arabic: str) -> None:
    due = MOMENT + timedelta(minutes=minutes, seconds=30)
    assert f.format_time_left(due, "en", now=MOMENT) == english
    assert f.format_time_left(due, "ar", now=MOMENT) == arabic
    assert f.format_time_left(MOMENT - (due - MOMENT), "en", now=MOMENT) == f"overdue {english}"
    assert not f.is_overdue(due, MOMENT) and f.is_overdue(MOMENT, due) and not f.is_overdue(None)


@pytest.mark.parametrize(("ago", "english", "arabic"), [
    (20, "just now", "الآن"), (60, "1 minute ago", "قبل دقيقة واحدة"), (120, "2 minutes ago", "قبل دقيقتين"),
    (180, "3 minutes ago", "قبل 3 دقائق"), (660, "11 minutes ago", "قبل 11 دقيقة"),
    (7200, "2 hours ago", "قبل ساعتين"),
    (-90, "just now", "الآن"),
])
def test_ago(ago: int, english: str, arabic: str) -> None:
    then = MOMENT - timedelta(seconds=ago)
    assert (f.format_ago(then, "en", now=MOMENT), f.format_ago(then, "ar", now=MOMENT)) == (english, arabic)


def test_moment_says_today_and_yesterday() -> None:
    assert f.format_moment(MOMENT, "ar", now=MOMENT) == "اليوم 15:30"
    assert f.format_moment(MOMENT, "en", now=MOMENT + timedelta(days=1)) == "Yesterday 15:30"
    assert f.format_moment(MOMENT, "en", now=MOMENT + timedelta(days=2)) == "20 Nov 2026, 15:30"


@pytest.mark.parametrize(("count", "english", "arabic"), [
    (0, "0 bytes", "0 بايت"), (999, "999 bytes", "999 بايت"), (1000, "1 KB", "1 كيلوبايت"),
    (3_400_000, "3.4 MB", "3.4 ميجابايت"), (999_960, "1 MB", "1 ميجابايت"), (250_000_000, "250 MB", "250 ميجابايت"),
])
def test_size(count: int, english: str, arabic: str) -> None:
    assert f.format_size(count, "en") == english.replace(" ", f.NO_BREAK)
    assert f.format_size(count, "ar") == arabic.replace(" ", f.NO_BREAK)


def test_list_joins_as_each_language_does() -> None:
    assert [f.format_list("abc"[:n], "en") for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert f.format_list(["أحمد", "منى", "سعد"], "ar") == "أحمد ومنى وسعد"
    assert f.format_list(["مدير اختيار", "وكيل"], "ar") == "مدير اختيار، ووكيل"
    assert f.format_list(["Dubbing", "ركوب الخيل"], "ar") == "Dubbing، ركوب الخيل"


def test_isolated_text_cannot_turn_its_neighbours() -> None:
    assert f.isolate("CO-1\u202e\u2069") == "\u2068CO-1\u2069"
    assert f.bdi("<b>", "ltr") == '<bdi dir="ltr">&lt;b&gt;</bdi>'


def test_nothing_formats_as_nothing() -> None:
    formatting = f.FILTERS.keys() - {"joined", "isolate", "bdi", "duration"}
    assert {f.FILTERS[name](None) for name in formatting} == {""}
