"""Ages in both calendars, documents by their own bytes, and when a guardian is told what (compliance.md §1, LAW 28)."""
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.consent.errors import NotForMinors
from castingops.consent.rules import require_consentable
from castingops.identity.errors import (
    DocumentRefused,
    DocumentTooLarge,
    InvalidRuling,
    InvalidWard,
    WardOfAge,
)
from castingops.identity.rules import guardians as rules
from castingops.identity.types.guardians import EVIDENCE_BYTES, DocumentFormat
from tests.factories.guardians import PDF

TODAY = date(2026, 12, 1)
WARD = {"name_ar": "سارة", "name_en": "Sara", "birth_date": date(2016, 1, 1)}


@pytest.mark.parametrize(("born", "hijri", "gregorian"), [
    (date(2008, 2, 29), date(2025, 8, 15), date(2026, 3, 1)),  # a leap day: on 1 March where there is none
    (date(2010, 1, 1), date(2027, 6, 21), date(2028, 1, 1)),
])
def test_both_days_of_coming_of_age(born: date, hijri: date, gregorian: date) -> None:
    assert rules.adult_on(born) == gregorian
    assert abs((rules.capacity_on(born) - hijri).days) <= 2


@given(st.dates(date(1926, 1, 1), date(2055, 12, 31)))
def test_hijri_majority_comes_about_half_a_year_earlier(born: date) -> None:
    """Civil Transactions Law art. 12(2): about 17.46 Gregorian years, every day of the calendar has its own."""
    capacity = rules.capacity_on(born)
    assert timedelta(days=6_376) <= capacity - born <= timedelta(days=6_382)
    assert born < capacity < rules.adult_on(born)


def test_the_thirtieth_of_a_short_month_is_completed_a_day_later() -> None:
    days = [date(2000, 1, 1) + timedelta(days=number) for number in range(1_500)]
    capacities = [rules.capacity_on(day) for day in days]
    assert capacities == sorted(capacities)
    shared = [one for one, two in pairwise(capacities) if one == two]
    assert shared, "a 30th whose month has 29 days eighteen years on shares its day with the 1st after it"
    rules.capacity_on(date(2000, 4, 5))  # 30 Dhu al-Hijjah 1420: the next year begins


def test_a_ward_is_a_minor_with_a_name_in_both_scripts() -> None:
    assert rules.checked_ward({**WARD, "name_en": "  Sara   Ali "}, today=TODAY)["name_en"] == "Sara Ali"
    assert rules.checked_ward({}, today=TODAY) == {}
    with pytest.raises(InvalidWard) as wrong:
        rules.checked_ward({"name_ar": "Sara", "name_en": "سارة", "birth_date": TODAY + timedelta(days=1)}, today=TODAY)
    assert set(wrong.value.fields) == {"name_ar", "name_en", "birth_date"}
    for bad in ("", "a\u202eb", "x" * 81, "line\nline"):
        with pytest.raises(InvalidWard):
            rules.checked_ward({**WARD, "name_en": bad}, today=TODAY)
    capacity = rules.capacity_on(date(2009, 5, 1))
    rules.checked_ward({"birth_date": date(2009, 5, 1)}, today=capacity - timedelta(days=1))
    with pytest.raises(WardOfAge):
        rules.checked_ward({"birth_date": date(2009, 5, 1)}, today=capacity)


@pytest.mark.parametrize(("data", "kind"), [
    (b"\xff\xd8\xff rest", DocumentFormat.JPEG), (b"\x89PNG\r\n\x1a\n rest", DocumentFormat.PNG),
    (b"RIFF0000WEBP", DocumentFormat.WEBP), (PDF, DocumentFormat.PDF)])
def test_a_document_is_what_its_bytes_say(data: bytes, kind: DocumentFormat) -> None:
    assert rules.checked_document(data) == kind


@pytest.mark.parametrize("data", [
    b"", b"<html>", b"PK\x03\x04", b"%PDF-1.4 no end", PDF.replace(b"/Type", b"/OpenAction"),
    PDF.replace(b"/Type", b"/J#61vaScript"), PDF.replace(b"/Type", b"/AA"), b"GIF89a", b"RIFF0000AVI "])
def test_what_acts_by_itself_is_no_document(data: bytes) -> None:
    with pytest.raises(DocumentRefused):
        rules.checked_document(data)


def test_a_document_has_a_size() -> None:
    with pytest.raises(DocumentTooLarge):
        rules.checked_document(b"\xff\xd8\xff" + bytes(EVIDENCE_BYTES))


def test_marketing_is_never_asked_of_a_minor() -> None:
    """LAW 26, IR 28: no guardian gives it either."""
    with pytest.raises(NotForMinors):
        require_consentable("consent", "minor", code="marketing", guarded=True)
    require_consentable("consent", "minor", code="profile", guarded=True)


def test_notices_come_once_each_and_only_the_latest() -> None:
    day = TODAY + timedelta(days=100)
    told: list[int] = []
    for passed in range(101):
        due = rules.due_notice(day, today=TODAY + timedelta(days=passed), told=told)
        if due is not None:
            told.append(due)
    assert told == [90, 30, 7]
    assert rules.due_notice(TODAY + timedelta(days=5), today=TODAY, told=[]) == 7
    assert rules.due_notice(TODAY, today=TODAY, told=[]) is None


def test_evidence_counts_for_a_time() -> None:
    capacity = TODAY + timedelta(days=10_000)
    assert rules.latest_expiry(capacity=capacity, today=TODAY) == TODAY + timedelta(days=5 * 365)
    assert rules.checked_expiry(TODAY + timedelta(days=1), capacity=capacity, today=TODAY)
    for day in (None, TODAY, TODAY + timedelta(days=5 * 365 + 1)):
        with pytest.raises(InvalidRuling):
            rules.checked_expiry(day, capacity=capacity, today=TODAY)
    with pytest.raises(InvalidRuling):
        rules.checked_reason("\0")
    with pytest.raises(InvalidRuling):
        rules.checked_scopes(["marketing"])
    assert rules.stands("verified", expires_on=TODAY, capacity=capacity, today=TODAY)
    assert not rules.stands("verified", expires_on=TODAY, capacity=TODAY, today=TODAY)
