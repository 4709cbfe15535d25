"""How the attributes of a talent profile are read out of what was sent. Each reader refuses with `Wrong`."""
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from castingops.casting import types
from castingops.casting.rules import reading
from castingops.casting.rules.reading import Reader, Wrong
from castingops.casting.types import AvailabilityKind, Credit, Level, Representation, SkillLevel, Span, Training, Words
from castingops.core.arabic import fold_digits
from castingops.core.messages import N_

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,24}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{6,24}")
_RATE = re.compile(r"[0-9]{1,16}")


def yes_or_no(value: object, today: date) -> bool:
    """Errors: Wrong."""
    if not isinstance(value, bool):
        raise Wrong(N_("Answer this with yes or no."))
    return value


def measure(low: int, high: int) -> Reader:
    """A reader of a whole number from `low` to `high`, in any script's digits; feet, inches and pounds are refused."""
    limits = N_("Give this as a whole number from %(min)d to %(max)d, in centimetres, kilograms or European sizes.",
                min=low, max=high)

    def read(value: object, today: date) -> int:
        found = reading.number(value, limits)
        if not low <= found <= high:
            raise Wrong(limits)
        return found
    return read


def rate(value: object, today: date) -> int:
    """Whole halalas a day. Errors: Wrong for fractions, other currencies and what nobody earns."""
    limits = N_("Give the day rate in whole halalas of Saudi riyals, from 0 to %(max)d.", max=types.RATE_MAX)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Wrong(limits)
    if isinstance(value, str):
        digits = fold_digits(value).strip()
        if not _RATE.fullmatch(digits):
            raise Wrong(limits)
        value = int(digits)
    if not 0 <= value <= types.RATE_MAX:
        raise Wrong(limits)
    return value


def word_of(words: Mapping[str, Words]) -> Reader:
    """A reader of one word of a closed list."""
    return lambda value, today: reading.one_of(value, words)


def words_of(words: Mapping[str, Words]) -> Reader:
    """A reader of several words of a closed list, each once."""
    def read(value: object, today: date) -> tuple[str, ...]:
        chosen = [reading.one_of(each, words) for each in reading.several(value, len(words))]
        return reading.unrepeated(chosen, chosen)
    return read


def one_line(value: object, today: date) -> str:
    """A line in anybody's words. Errors: Wrong."""
    return reading.line(value, types.LINE_MAX)


def accents(value: object, today: date) -> tuple[str, ...]:
    """Accents in anybody's words, each once. Errors: Wrong."""
    chosen = [reading.line(each, types.SKILL_MAX) for each in reading.several(value, types.ACCENTS_MAX)]
    return reading.unrepeated(chosen, [accent.casefold() for accent in chosen])


def skill_levels(value: object, today: date) -> tuple[SkillLevel, ...]:
    """How well skills are mastered, each once. Errors: Wrong."""
    found = [_skill_level(each) for each in reading.several(value, types.SKILLS_MAX)]
    return reading.unrepeated(found, [each.skill.casefold() for each in found])


def credits_of(value: object, today: date) -> tuple[Credit, ...]:
    """Parts in productions. Errors: Wrong."""
    return tuple(_credit(each, today) for each in reading.several(value, types.CREDITS_MAX))


def training(value: object, today: date) -> tuple[Training, ...]:
    """Courses, schools and workshops. Errors: Wrong."""
    return tuple(_training(each, today) for each in reading.several(value, types.TRAINING_MAX))


def representation(value: object, today: date) -> Representation:
    """Who speaks for a talent; an agency has a name. Errors: Wrong."""
    sent = _parts(value, required={"kind"}, optional={"agency", "contact_name", "email", "phone"})
    kind = reading.one_of(sent["kind"], ("self", "agency"))
    named = {name: read(sent[name], today) for name, read in _CONTACT.items() if sent.get(name) not in (None, "")}
    if kind == "self" and named:
        raise Wrong(N_("Whoever represents themselves has no agency to name here."))
    if kind == "agency" and "agency" not in named:
        raise Wrong(N_("Give the name of the agency."))
    return Representation(kind=kind, **named)


def availability(value: object, today: date) -> tuple[Span, ...]:
    """Days free and days not, in order, none of them twice. Errors: Wrong."""
    spans = sorted((_span(each, today) for each in reading.several(value, types.AVAILABILITY_MAX)),
                   key=lambda span: span.starts)
    if any(after.starts <= before.ends for before, after in pairwise(spans)):
        raise Wrong(N_("Two of these periods overlap."))
    return tuple(spans)


def day(value: object) -> date:
    """A day of the calendar, as year-month-day in any script's digits. Errors: Wrong."""
    parts = _DAY.fullmatch(fold_digits(value).strip()) if isinstance(value, str) else None
    try:
        if parts is not None:
            return date(*map(int, parts.groups()))
    except ValueError:
        pass  # 30 February
    raise Wrong(N_("Write each day as year-month-day, for example 2026-12-31."))


def _parts(value: object, *, required: set[str], optional: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or not required <= value.keys() <= required | optional:
        raise Wrong(N_("Each entry of this list needs its own fields and no others."))
    return value


def _skill_level(value: object) -> SkillLevel:
    sent = _parts(value, required={"skill", "level"}, optional=set())
    level = Level(reading.one_of(sent["level"], list(Level)))
    return SkillLevel(reading.line(sent["skill"], types.SKILL_MAX), level)


def _credit(value: object, today: date) -> Credit:
    sent = _parts(value, required={"role", "production", "year"}, optional={"company", "director"})
    more = {name: one_line(sent[name], today) for name in ("company", "director") if sent.get(name) not in (None, "")}
    return Credit(role=one_line(sent["role"], today), production=one_line(sent["production"], today),
                  year=_year(sent["year"], today), **more)


def _training(value: object, today: date) -> Training:
    sent = _parts(value, required={"course"}, optional={"place", "year"})
    place, year = sent.get("place"), sent.get("year")
    return Training(course=one_line(sent["course"], today),
                    place=one_line(place, today) if place not in (None, "") else None,
                    year=_year(year, today) if year not in (None, "") else None)


def _year(value: object, today: date) -> int:
    limits = N_("Give a year from %(min)d to %(max)d.", min=types.YEAR_MIN, max=today.year + 1)
    year = reading.number(value, limits)
    if not types.YEAR_MIN <= year <= today.year + 1:
        raise Wrong(limits)
    return year


def _span(value: object, today: date) -> Span:
    sent = _parts(value, required={"kind", "starts", "ends"}, optional=set())
    kind = AvailabilityKind(reading.one_of(sent["kind"], list(AvailabilityKind)))
    starts, ends = day(sent["starts"]), day(sent["ends"])
    if ends < starts:
        raise Wrong(N_("A period ends before it begins."))
    if ends > today + timedelta(days=366 * types.AVAILABLE_YEARS):
        raise Wrong(N_("Give periods of the next %(years)d years.", years=types.AVAILABLE_YEARS))
    return Span(kind=kind, starts=starts, ends=ends)


def _matching(form: re.Pattern[str]) -> Reader:
    def read(value: object, today: date) -> str:
        written = fold_digits(reading.line(value, types.LINE_MAX))
        if not form.fullmatch(written):
            raise Wrong(N_("This is not a way to reach anybody. Please check how it is written."))
        return written
    return read


_CONTACT: dict[str, Reader] = {
    "agency": one_line, "contact_name": one_line, "email": _matching(_MAIL), "phone": _matching(_PHONE)}
READERS: dict[str, Callable[[Any, date], Any]] = {
    "travels": yes_or_no, "relocates": yes_or_no,
    **{name: measure(*bounds) for name, bounds in types.BOUNDS.items()},
    "build": word_of(types.BUILDS), "hair_color": word_of(types.HAIR_COLORS),
    "hair_length": word_of(types.HAIR_LENGTHS), "eye_color": word_of(types.EYE_COLORS),
    "facial_hair": word_of(types.FACIAL_HAIR), "tattoos": word_of(types.TATTOOS), "hijab": word_of(types.HIJAB),
    "scars": reading.prose(types.SCARS_MAX), "accents": accents, "skill_levels": skill_levels,
    "driving": words_of(types.DRIVING), "credits": credits_of, "training": training,
    "representation": representation, "availability": availability, "day_rate_min_halalas": rate,
    "day_rate_max_halalas": rate, "union_status": one_line,
}
