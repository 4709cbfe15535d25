"""Pure decisions about talent profiles: what may be written, what a submission needs."""
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from castingops.casting import types
from castingops.casting.errors import (
    GuardianRequired,
    InvalidFilter,
    InvalidProfile,
    NothingToSubmit,
    SubmissionPending,
)
from castingops.casting.rules import profiles_reading, reading
from castingops.casting.rules.ages import age_on, is_minor
from castingops.casting.rules.reading import Wrong
from castingops.casting.types import LanguageSkill, Level, ProfileFields, ProfileStatus
from castingops.core.arabic import fold_digits
from castingops.core.messages import N_

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


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
    wrong = {**_disagreements(values, today), **wrong}
    if wrong:
        raise InvalidProfile(**wrong)
    return ProfileFields(**values)


def _disagreements(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Fields that are fine for themselves and do not go together."""
    wrong: dict[str, Any] = {}
    low, high = values.get("playing_age_min"), values.get("playing_age_max")
    if low is not None and high is not None and low > high:
        wrong["playing_age_max"] = N_("The playing age ends before it begins: %(low)d to %(high)d.", low=low, high=high)
    least, most = values.get("day_rate_min_halalas"), values.get("day_rate_max_halalas")
    if least is not None and most is not None and least > most:
        wrong["day_rate_max_halalas"] = N_("The highest day rate is below the lowest.")
    known = {skill.casefold() for skill in values.get("skills", ())}
    if any(each.skill.casefold() not in known for each in values.get("skill_levels", ())):
        wrong["skill_levels"] = N_("Give levels for skills that are in your list of skills.")
    born = values.get("birth_date")
    if born is not None and is_minor(born, today=today):
        wrong |= {name: _NOT_OF_CHILDREN for name in types.NEVER_OF_MINORS if name in values}
    return wrong


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
        "city": reading.city, "gender": reading.gender, "language": reading.language_code,
        "playing_age": reading.playing_age}
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
_NOT_OF_CHILDREN = N_("This is not kept of anybody under 18.")
_NEEDED = N_("This is still missing.")


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


def _nationality(value: object, today: date) -> str:
    if not isinstance(value, str) or value not in types.COUNTRIES:
        raise Wrong(N_("Give the nationality as a two-letter country code, for example SA."))
    return value


def _languages(value: object, today: date) -> tuple[LanguageSkill, ...]:
    skills = [_language(each) for each in reading.several(value, types.LANGUAGES_MAX)]
    return reading.unrepeated(skills, [skill.code for skill in skills])


def _language(value: object) -> LanguageSkill:
    if not isinstance(value, dict) or value.keys() != {"code", "level"}:
        raise Wrong(N_("Give each language as a code and a level."))
    code = reading.language_code(value["code"], date.min)
    if value["level"] not in list(Level):
        raise Wrong(N_("The level of a language is native, fluent, intermediate or basic."))
    return LanguageSkill(code, Level(value["level"]))


_BIO = reading.prose(types.BIO_MAX)

_READERS: dict[str, Callable[[Any, date], Any]] = {
    "display_name_ar": reading.name_in_arabic, "display_name_en": reading.name_in_latin,
    "stage_name_ar": reading.name_in_arabic, "stage_name_en": reading.name_in_latin,
    "birth_date": _birth_date, "gender": reading.gender, "nationality": _nationality, "city": reading.city,
    "playing_age_min": reading.playing_age, "playing_age_max": reading.playing_age, "height_cm": reading.height,
    "languages": _languages, "dialects": reading.dialects, "skills": reading.skills, "bio_ar": _BIO, "bio_en": _BIO,
    **profiles_reading.READERS,
}
