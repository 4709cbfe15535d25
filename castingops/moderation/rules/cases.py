"""What may happen to a case, and words about it."""
import re
from datetime import date
from typing import Any

from castingops.casting.types import ADULT_AT
from castingops.core.arabic import fold, is_storable, tidy
from castingops.core.errors import Invalid
from castingops.core.messages import N_, Message
from castingops.moderation.errors import (
    CaseAlreadyDecided,
    CaseChanged,
    CaseNotFound,
    CaseWithdrawn,
    InvalidDecision,
    InvalidNote,
)
from castingops.moderation.types import (
    FACTS_MAX,
    NOTE_MAX,
    CaseState,
    Draft,
    Outcome,
)

_REF = re.compile(r"CASE-\d{6,12}")


def checked_ref(ref: str) -> str:
    """A case reference as it is kept. Errors: CaseNotFound for what cannot be one."""
    if not _REF.fullmatch(ref) or not ref.isascii():
        raise CaseNotFound
    return ref


def check_decidable(state: CaseState, *, version: int, seen_version: int) -> None:
    """Whether a case can be decided as it was seen. Errors: CaseAlreadyDecided, CaseWithdrawn, CaseChanged."""
    if state is CaseState.DECIDED:
        raise CaseAlreadyDecided
    if state is CaseState.WITHDRAWN:
        raise CaseWithdrawn
    if version != seen_version:
        raise CaseChanged


def search_words(text: str, *, most: int = 5) -> tuple[str, ...]:
    """The folded words of a search, each to be found as the beginning of a word. Unstorable text finds nothing."""
    if not is_storable(text):
        return ("\N{NO-BREAK SPACE}",)  # no term begins with a space: an empty answer, not an error
    return tuple(dict.fromkeys(_WORDS.findall(fold(text))))[:most]


def terms(*texts: str) -> set[str]:
    """The folded words under which a case is found."""
    return {word for text in texts for word in _WORDS.findall(fold(text))}


_WORDS = re.compile(r"[\w-]+")


def is_minor(birth_date: date | None, today: date) -> bool:
    """Whether a person is under age on this day; without a birth date nobody says so."""
    if birth_date is None:
        return False
    before_birthday = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - before_birthday < ADULT_AT


# Notes and drafts ----------------------------------------------------------------------------------------------

NOT_STORABLE = N_("This holds a character that cannot be stored.")


def checked_note(text: str) -> str:
    """The note as it is kept. Errors: InvalidNote when empty, too long or not storable."""
    return checked_text(text, NOTE_MAX, InvalidNote, "note")


def checked_text(text: str, most: int, error: type[Invalid], field: str) -> str:
    """Words that are kept, without loose spaces. Errors: `error` names the field when empty, too long or unstorable."""
    body = tidy(text)
    problem = _text_problem(body, most) if body else N_("Write something.")
    if problem:
        wrong: dict[str, Any] = {field: problem}
        raise error(**wrong)
    return body


def check_draft(draft: Draft) -> None:
    """Errors: InvalidDecision names each field that cannot be sent."""
    problems: dict[str, Any] = {}
    for name, text, most in (("facts_en", draft.facts_en, FACTS_MAX), ("facts_ar", draft.facts_ar, FACTS_MAX),
                             ("note", draft.note, NOTE_MAX)):
        problem = _text_problem(text, most)
        if problem:
            problems[name] = problem
    if draft.policy_id is None and draft.outcome is not Outcome.APPROVE:
        problems["policy"] = N_("Choose the policy that this decision rests on.")
    if draft.facts_en and not draft.facts_ar:
        problems.setdefault("facts_ar", N_("Say it in Arabic too: the person gets both."))
    if draft.facts_ar and not draft.facts_en:
        problems.setdefault("facts_en", N_("Say it in English too: the person gets both."))
    if problems:
        raise InvalidDecision(**problems)


def _text_problem(text: str, most: int) -> Message | None:
    if len(text) > most:
        return N_("Use at most %(max)d characters.", max=most)
    return None if is_storable(text) else NOT_STORABLE
