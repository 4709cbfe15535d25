"""Pure decisions about talent profiles: what may be written, what a submission needs, who is a minor."""
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from castingops.casting import types
from castingops.casting.errors import (
    GuardianRequired,
    InvalidFilter,
    InvalidProfile,
    NothingToSubmit,
    SubmissionPending,
)
from castingops.casting.types import Gender, LanguageSkill, Level, ProfileFields, ProfileStatus
from castingops.core.arabic import fold_digits, is_line, is_storable, tidy
from castingops.core.messages import N_, Message

T = TypeVar("T")

_NUMBER = re.compile(r"[0-9]{1,4}")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SPACES = re.compile(r"\s+")
_ARABIC_LETTER = re.compile("[\u0620-\u064a\u0671-\u06d3\u06fa-\u06ff]")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")

_UNSTORABLE = N_("This contains characters that cannot be kept. Please type it again without formatting.")
_TOO_LONG = N_("Use at most %(max)d characters.", max=0)


class Wrong(ValueError):
    """One field cannot be used; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def checked_fields(document: Mapping[str, Any], *, today: date) -> ProfileFields:
    """The whole profile as it is kept, out of what was sent. What is absent or null is empty.

    Digits of any script are read, names are composed and trimmed. Errors: InvalidProfile with every wrong field.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    for name, read in _READERS.items():
        if document.get(name) in (None, ""):
            continue
        try:
            values[name] = read(document[name], today)
        except Wrong as refusal:
            wrong[name] = refusal.message
    low, high = values.get("playing_age_min"), values.get("playing_age_max")
    if low is not None and high is not None and low > high:
        wrong["playing_age_max"] = N_("The playing age ends before it begins: %(low)d to %(high)d.", low=low, high=high)
    if wrong:
        raise InvalidProfile(**wrong)
    return ProfileFields(**values)


def missing(fields: ProfileFields, *, has_primary_photo: bool) -> dict[str, Any]:
    """What a submission still lacks, by field name, with what to do about it."""
    lacks: dict[str, Any] = {
        name: _NEEDED for name in _REQUIRED if getattr(fields, name) in (None, ())
    }
    if fields.bio_ar is None and fields.bio_en is None:
        lacks["bio_ar"] = N_("Write a few sentences about yourself, in Arabic or in English.")
    if not has_primary_photo:
        lacks["photos"] = N_("Add a photo and make it the primary one.")
    return lacks


def checked_filters(query: Mapping[str, str]) -> dict[str, str | int]:
    """What a list of published profiles is narrowed by; empty values narrow nothing.

    Errors: InvalidFilter with every filter that names nothing.
    """
    readers: dict[str, Callable[[Any, date], str | int]] = {
        "city": _city, "gender": _gender, "language": _language_code, "playing_age": _playing_age}
    values: dict[str, str | int] = {}
    wrong: dict[str, Any] = {}
    for name in readers.keys() & {name for name, text in query.items() if text}:
        try:
            values[name] = readers[name](query[name], date.min)
        except Wrong as refusal:
            wrong[name] = refusal.message
    if wrong:
        raise InvalidFilter(**wrong)
    return values


def age_on(birth_date: date, day: date) -> int:
    """Full years on `day`. Who was born on 29 February completes a year on 1 March where there is no such day."""
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday


def is_minor(birth_date: date, *, today: date) -> bool:
    """Whether a person is protected as a child on `today` (the day in Riyadh)."""
    return age_on(birth_date, today) < types.ADULT_AT


def check_guardian(birth_date: date, *, today: date) -> None:
    """Errors: GuardianRequired for a minor, whom nothing goes out for without a verified guardian."""
    if is_minor(birth_date, today=today):
        raise GuardianRequired


def check_birth_date_kept(before: date | None, after: date | None, *, today: date) -> None:
    """For who registered as a minor: a birth date that makes one a minor stays until it no longer does.

    Errors: GuardianRequired. Else one new date would make an adult of any child.
    """
    if before is not None and after != before:
        check_guardian(before, today=today)


def check_submittable(status: ProfileStatus, *, changed: bool) -> None:
    """Whether a profile may be sent for review; `changed` says that it differs from what was sent last.

    Errors: SubmissionPending when it is under review as it is, NothingToSubmit when it was decided as it is.
    """
    if not changed:
        raise SubmissionPending if status is ProfileStatus.SUBMITTED else NothingToSubmit


_REQUIRED = ("display_name_ar", "display_name_en", "birth_date", "gender", "nationality", "city", "playing_age_min",
             "playing_age_max", "languages")
_NEEDED = N_("This is still missing.")


def _name_in(letter: re.Pattern[str], otherwise: Message) -> Callable[[object, date], str]:
    def read(value: object, today: date) -> str:
        name = _line(value, types.NAME_MAX)
        if not letter.search(name):
            raise Wrong(otherwise)
        return name
    return read


def _line(value: object, longest: int) -> str:
    text = _text(value)
    if not is_line(text):
        raise Wrong(_UNSTORABLE)
    return _bounded(_SPACES.sub(" ", tidy(text)), longest)


def _bio(value: object, today: date) -> str:
    text = _text(value)
    if not is_storable(text):
        raise Wrong(_UNSTORABLE)
    return _bounded(tidy(text), types.BIO_MAX)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(N_("Write this as text."))
    return value


def _bounded(text: str, longest: int) -> str:
    if not text:
        raise Wrong(N_("Write something here or leave it out."))
    if len(text) > longest:
        raise Wrong(_TOO_LONG.but(max=longest))
    return text


def _number(value: object, otherwise: Message) -> int:
    """A whole number, also as text in any script's digits. Errors: Wrong with `otherwise`."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Wrong(otherwise)
    if isinstance(value, int):
        return value
    digits = fold_digits(value).strip()
    if not _NUMBER.fullmatch(digits):
        raise Wrong(otherwise)
    return int(digits)


def _playing_age(value: object, today: date) -> int:
    limits = N_("A playing age is a whole number of years from 0 to %(max)d.", max=types.PLAYING_AGE_MAX)
    age = _number(value, limits)
    if not 0 <= age <= types.PLAYING_AGE_MAX:
        raise Wrong(limits)
    return age


def _height(value: object, today: date) -> int:
    limits = N_("Give the height as a whole number of centimetres from %(min)d to %(max)d, for example 172.",
                min=types.HEIGHT_MIN, max=types.HEIGHT_MAX)
    height = _number(value, limits)
    if not types.HEIGHT_MIN <= height <= types.HEIGHT_MAX:
        raise Wrong(limits)
    return height


def _birth_date(value: object, today: date) -> date:
    parts = _DAY.fullmatch(fold_digits(value).strip()) if isinstance(value, str) else None
    if parts is None:
        raise Wrong(N_("Write the birth date as year-month-day, for example 1998-04-12."))
    try:
        day = date(*map(int, parts.groups()))
    except ValueError:
        raise Wrong(N_("There is no such day in the calendar.")) from None
    if day > today:
        raise Wrong(N_("The birth date lies in the future."))
    if age_on(day, today) >= types.LIFETIME:
        raise Wrong(N_("The birth date lies more than %(years)d years back.", years=types.LIFETIME))
    return day


def _gender(value: object, today: date) -> Gender:
    return Gender(_one_of(value, list(Gender)))


def _city(value: object, today: date) -> str:
    return _one_of(value, types.CITIES)


def _nationality(value: object, today: date) -> str:
    if not isinstance(value, str) or value not in types.COUNTRIES:
        raise Wrong(N_("Give the nationality as a two-letter country code, for example SA."))
    return value


def _one_of(value: object, choices: Any) -> str:
    if not isinstance(value, str) or value not in choices:
        raise Wrong(N_("Choose one from the list."))
    return value


def _several(value: object, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise Wrong(N_("Give this as a list."))
    if len(value) > most:
        raise Wrong(N_("Give at most %(max)d.", max=most))
    return value


def _unrepeated(values: list[T], keys: list[str]) -> tuple[T, ...]:
    if len(set(keys)) < len(keys):
        raise Wrong(N_("Each may be given once."))
    return tuple(values)


def _languages(value: object, today: date) -> tuple[LanguageSkill, ...]:
    skills = [_language(each) for each in _several(value, types.LANGUAGES_MAX)]
    return _unrepeated(skills, [skill.code for skill in skills])


def _language(value: object) -> LanguageSkill:
    if not isinstance(value, dict) or value.keys() != {"code", "level"}:
        raise Wrong(N_("Give each language as a code and a level."))
    code = _language_code(value["code"], date.min)
    if value["level"] not in list(Level):
        raise Wrong(N_("The level of a language is native, fluent, intermediate or basic."))
    return LanguageSkill(code, Level(value["level"]))


def _language_code(value: object, today: date) -> str:
    if not isinstance(value, str) or value not in types.LANGUAGES:
        raise Wrong(N_("Give a language by its two-letter code from the list, for example ar."))
    return value


def _dialects(value: object, today: date) -> tuple[str, ...]:
    dialects = [_one_of(each, types.DIALECTS) for each in _several(value, len(types.DIALECTS))]
    return _unrepeated(dialects, dialects)


def _skills(value: object, today: date) -> tuple[str, ...]:
    skills = [_line(each, types.SKILL_MAX) for each in _several(value, types.SKILLS_MAX)]
    return _unrepeated(skills, [skill.casefold() for skill in skills])


_IN_ARABIC = _name_in(_ARABIC_LETTER, N_("Write this name in Arabic letters."))
_IN_LATIN = _name_in(_LATIN_LETTER, N_("Write this name in Latin letters."))

_READERS: dict[str, Callable[[Any, date], Any]] = {
    "display_name_ar": _IN_ARABIC, "display_name_en": _IN_LATIN,
    "stage_name_ar": _IN_ARABIC, "stage_name_en": _IN_LATIN,
    "birth_date": _birth_date, "gender": _gender, "nationality": _nationality, "city": _city,
    "playing_age_min": _playing_age, "playing_age_max": _playing_age, "height_cm": _height,
    "languages": _languages, "dialects": _dialects, "skills": _skills, "bio_ar": _bio, "bio_en": _bio,
}
