"""Pure decisions about guardians and wards: ages in both calendars, who may be a ward, what a document is."""
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from hijridate import Gregorian, Hijri

from castingops.core.arabic import fold, is_line, is_storable, tidy
from castingops.core.messages import N_
from castingops.identity.errors import (
    DocumentRefused,
    DocumentTooLarge,
    InvalidRuling,
    InvalidWard,
    WardOfAge,
)
from castingops.identity.rules.still_pdf import is_still_pdf
from castingops.identity.types.guardians import (
    EVIDENCE_BYTES,
    EVIDENCE_YEARS,
    HANDOVER_BEFORE,
    MAJORITY,
    NOTICE_DAYS,
    REASON_MAX,
    WARD_NAME_MAX,
    DocumentFormat,
    GuardianState,
    Scope,
)

_ARABIC_LETTER = re.compile("[\u0620-\u064a\u0671-\u06d3\u06fa-\u06ff]")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_REF = re.compile(r"GRD-[0-9]{6,9}")
_EARLIEST = date(1925, 1, 1)  # the official Hijri tables begin in 1924


def capacity_on(birth_date: date) -> date:
    """The day on which somebody has lived 18 Hijri years, by Umm al-Qura: the majority of the Civil Transactions Law,
    art. 12(2). Born on the 30th, they complete them on the 1st of the next month where that month has 29 days.
    """
    born = Gregorian.fromdate(birth_date).to_hijri()
    year, month, day = born.year + MAJORITY, born.month, born.day
    if day > Hijri(year, month, 1).month_length():
        year, month, day = (year + 1, 1, 1) if month == 12 else (year, month + 1, 1)
    return date(*Hijri(year, month, day).to_gregorian().datetuple())


def adult_on(birth_date: date) -> date:
    """The day on which somebody has lived 18 Gregorian years: until then they are protected as a child.

    Born on 29 February, they complete them on 1 March: 18 years later is never a leap year but in 2000's rule, where
    it has its own day.
    """
    try:
        return birth_date.replace(year=birth_date.year + MAJORITY)
    except ValueError:
        return date(birth_date.year + MAJORITY, 3, 1)


def has_capacity(capacity: date, *, today: date) -> bool:
    """Whether somebody consents for themself on `today`, the day in Riyadh."""
    return today >= capacity


def checked_ward(sent: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """Names and birth date of a ward as they are kept. `sent` may hold only some of them.

    Errors: InvalidWard with every wrong field; WardOfAge for who has 18 Hijri years behind them.
    """
    kept: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    for field, letter, otherwise in (
            ("name_ar", _ARABIC_LETTER, N_("Write this name in Arabic letters.")),
            ("name_en", _LATIN_LETTER, N_("Write this name in Latin letters."))):
        if field in sent:
            name = tidy(sent[field]) if is_line(sent[field].strip()) else ""
            kept[field] = " ".join(name.split())
            if not 1 <= len(kept[field]) <= WARD_NAME_MAX or not letter.search(name):
                wrong[field] = otherwise
    born: date | None = sent.get("birth_date")
    if born is not None and not _EARLIEST <= born <= today:
        wrong["birth_date"] = N_("Use a date in the past.")
    if wrong:
        raise InvalidWard(**wrong)
    if born is not None:
        if has_capacity(capacity_on(born), today=today):
            raise WardOfAge
        kept["birth_date"] = born
    return kept


def terms(*names: str) -> set[str]:
    """The words under which somebody is found: folded, so that every spelling of Arabic letters is one."""
    return {word for name in names for word in fold(name).split()}


def same_child(first: tuple[str, str, date], second: tuple[str, str, date]) -> bool:
    """Whether two claims seem to be about one child: the same birth date, and one of the names alike."""
    return first[2] == second[2] and (fold(first[0]) == fold(second[0]) or fold(first[1]) == fold(second[1]))


def checked_reason(text: str, *, field: str = "reason") -> str:
    """Words that explain an act, as they are kept. Errors: InvalidRuling."""
    words = tidy(text) if is_storable(text) else ""
    if not 1 <= len(words) <= REASON_MAX:
        wrong: dict[str, Any] = {field: N_("Write why, in at most %(max)d characters.", max=REASON_MAX)}
        raise InvalidRuling(**wrong)
    return words


def checked_scopes(scopes: Iterable[str]) -> list[str]:
    """What a guardian may consent to, each once, in one order. Errors: InvalidRuling for none or an unknown one."""
    chosen = set(scopes)
    if not chosen or not chosen <= set(Scope):
        raise InvalidRuling(scopes=N_("Choose what the guardian may consent to."))
    return [str(scope) for scope in Scope if scope in chosen]


def checked_expiry(day: date | None, *, capacity: date, today: date) -> date:
    """Until when the evidence is relied upon: at most five years, never past coming of age. Errors: InvalidRuling."""
    latest = latest_expiry(capacity=capacity, today=today)
    if day is None or not today < day <= latest:
        raise InvalidRuling(expires_on=N_("Choose a day after today, at the latest %(day)s.", day=latest.isoformat()))
    return day


def latest_expiry(*, capacity: date, today: date) -> date:
    """The last day on which evidence accepted today counts."""
    return min(capacity, today + timedelta(days=365 * EVIDENCE_YEARS))


def checked_ref(text: str) -> str:
    """A guardianship's reference as it is kept, "" for what is none."""
    return text if _REF.fullmatch(text) else ""


def stands(state: str, *, expires_on: date | None, capacity: date, today: date) -> bool:
    """Whether a guardian may act: verified, within the evidence's time, for a ward who is not of age yet."""
    return (state == GuardianState.VERIFIED and expires_on is not None and today <= expires_on
            and not has_capacity(capacity, today=today))


def due_notice(day: date, *, today: date, told: Iterable[int]) -> int | None:
    """Which of the notices (90, 30 or 7 days before `day`) is to be sent today; None when none is, or it was.

    Only the latest that is due: who comes late is not sent three at once.
    """
    left = (day - today).days
    due = [days for days in NOTICE_DAYS if 0 < left <= days]
    latest = min(due, default=None)
    return None if latest is None or latest in set(told) else latest


def checked_document(data: bytes) -> DocumentFormat:
    """What a document is by its own signature; its name and declared type are never asked.

    Errors: DocumentTooLarge; DocumentRefused for anything but a photo or a PDF that does nothing by itself.
    """
    if len(data) > EVIDENCE_BYTES:
        raise DocumentTooLarge
    for kind, holds in (
            (DocumentFormat.JPEG, data.startswith(b"\xff\xd8\xff")),
            (DocumentFormat.PNG, data.startswith(b"\x89PNG\r\n\x1a\n")),
            (DocumentFormat.WEBP, data.startswith(b"RIFF") and data[8:12] == b"WEBP"),
            (DocumentFormat.PDF, is_still_pdf(data))):
        if holds:
            return kind
    raise DocumentRefused


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search, folded as they are kept; at most four."""
    return tuple(fold(text.replace("\0", "")).split()[:4])


def may_be_invited(capacity: date, *, today: date) -> bool:
    """Whether a ward of this day of coming of age may be invited to take over."""
    return today >= capacity - HANDOVER_BEFORE
