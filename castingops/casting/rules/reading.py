"""How the single values of casting are read out of what was sent. Each reader refuses with `Wrong`, which says why."""
import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from castingops.casting import types
from castingops.casting.types import Gender
from castingops.core.arabic import fold, fold_digits, is_line, is_storable, tidy
from castingops.core.messages import N_, Message

T = TypeVar("T")
Reader = Callable[[object, date], Any]  # what was sent, and the day in Riyadh

_NUMBER = re.compile(r"[0-9]{1,4}")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WORDS = re.compile(r"\w+")
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


def text(value: object) -> str:
    """Text of any length. Errors: Wrong."""
    if not isinstance(value, str):
        raise Wrong(N_("Write this as text."))
    return value


def line(value: object, longest: int) -> str:
    """One line of at most `longest` characters, single spaces between words. Errors: Wrong."""
    written = text(value)
    if not is_line(written):
        raise Wrong(_UNSTORABLE)
    return _bounded(_SPACES.sub(" ", tidy(written)), longest)


def prose(longest: int) -> Callable[[object, date], str]:
    """A reader of text of several lines and at most `longest` characters."""
    def read(value: object, today: date) -> str:
        written = text(value)
        if not is_storable(written):
            raise Wrong(_UNSTORABLE)
        return _bounded(tidy(written), longest)
    return read


def number(value: object, otherwise: Message) -> int:
    """A whole number, also as text in any script's digits. Errors: Wrong with `otherwise`."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Wrong(otherwise)
    if isinstance(value, int):
        return value
    digits = fold_digits(value).strip()
    if not _NUMBER.fullmatch(digits):
        raise Wrong(otherwise)
    return int(digits)


def flag(value: object, today: date) -> bool:
    """Yes or no. Errors: Wrong."""
    if not isinstance(value, bool):
        raise Wrong(N_("Say true or false."))
    return value


def day(value: object) -> date:
    """A day as year-month-day, in any script's digits. Errors: Wrong."""
    parts = _DAY.fullmatch(fold_digits(value).strip()) if isinstance(value, str) else None
    if parts is None:
        raise Wrong(N_("Write the day as year-month-day, for example 2027-01-31."))
    try:
        return date(*map(int, parts.groups()))
    except ValueError:
        raise Wrong(N_("There is no such day in the calendar.")) from None


def says_the_same(before: str | None, after: str | None) -> bool:
    """Whether two texts differ in spelling, punctuation and spacing alone: no word came, went or became another."""
    return _WORDS.findall(fold(before or "")) == _WORDS.findall(fold(after or ""))


def one_of(value: object, choices: Any) -> str:
    """One word of a closed list. Errors: Wrong."""
    if not isinstance(value, str) or value not in choices:
        raise Wrong(N_("Choose one from the list."))
    return value


def several(value: object, most: int) -> list[Any]:
    """A list of at most `most`. Errors: Wrong."""
    if not isinstance(value, list):
        raise Wrong(N_("Give this as a list."))
    if len(value) > most:
        raise Wrong(N_("Give at most %(max)d.", max=most))
    return value


def unrepeated(values: list[T], keys: list[str]) -> tuple[T, ...]:
    """The values, whose keys are all different. Errors: Wrong."""
    if len(set(keys)) < len(keys):
        raise Wrong(N_("Each may be given once."))
    return tuple(values)


def playing_age(value: object, today: date) -> int:
    """Years that a face can play. Errors: Wrong."""
    limits = N_("A playing age is a whole number of years from 0 to %(max)d.", max=types.PLAYING_AGE_MAX)
    age = number(value, limits)
    if not 0 <= age <= types.PLAYING_AGE_MAX:
        raise Wrong(limits)
    return age


def height(value: object, today: date) -> int:
    """Centimetres. Errors: Wrong."""
    limits = N_("Give the height as a whole number of centimetres from %(min)d to %(max)d, for example 172.",
                min=types.HEIGHT_MIN, max=types.HEIGHT_MAX)
    centimetres = number(value, limits)
    if not types.HEIGHT_MIN <= centimetres <= types.HEIGHT_MAX:
        raise Wrong(limits)
    return centimetres


def gender(value: object, today: date) -> Gender:
    """Errors: Wrong."""
    return Gender(one_of(value, list(Gender)))


def city(value: object, today: date) -> str:
    """A key of CITIES. Errors: Wrong."""
    return one_of(value, types.CITIES)


def language_code(value: object, today: date) -> str:
    """A key of LANGUAGES. Errors: Wrong."""
    if not isinstance(value, str) or value not in types.LANGUAGES:
        raise Wrong(N_("Give a language by its two-letter code from the list, for example ar."))
    return value


def dialects(value: object, today: date) -> tuple[str, ...]:
    """Keys of DIALECTS, each once. Errors: Wrong."""
    chosen = [one_of(each, types.DIALECTS) for each in several(value, len(types.DIALECTS))]
    return unrepeated(chosen, chosen)


def skills(value: object, today: date) -> tuple[str, ...]:
    """Skills in anybody's words, each once. Errors: Wrong."""
    chosen = [line(each, types.SKILL_MAX) for each in several(value, types.SKILLS_MAX)]
    return unrepeated(chosen, [skill.casefold() for skill in chosen])


def _name_in(letter: re.Pattern[str], otherwise: Message) -> Callable[[object, date], str]:
    def read(value: object, today: date) -> str:
        name = line(value, types.NAME_MAX)
        if not letter.search(name):
            raise Wrong(otherwise)
        return name
    return read


def _bounded(written: str, longest: int) -> str:
    if not written:
        raise Wrong(N_("Write something here or leave it out."))
    if len(written) > longest:
        raise Wrong(_TOO_LONG.but(max=longest))
    return written


name_in_arabic = _name_in(_ARABIC_LETTER, N_("Write this name in Arabic letters."))
name_in_latin = _name_in(_LATIN_LETTER, N_("Write this name in Latin letters."))
