"""Pure decisions about cases: no database, no framework."""
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from string import Formatter
from typing import Any

from castingops.core.arabic import fold, is_storable, tidy
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
    LOCALES,
    NOTE_MAX,
    CaseState,
    Draft,
    Field,
    FieldChange,
    Outcome,
    Reason,
    Segment,
    Submission,
)

# Priority ------------------------------------------------------------------------------------------------------

POINTS = {"new_profile": 20, "edit": 10, "resubmitted": 15, "earlier_rejection": 15, "contact_details": 25,
          "minor": 40}

_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|@\w{3,}|\+?\d[\d \-]{7,}\d|https?://|www\.|"
    r"\b(?:snap(?:chat)?|insta(?:gram)?|whats ?app|telegram|tiktok)\b|"
    r"(?:سناب|انستا|واتس|تلقرام|تليجرام|تيك توك)")


def names_contact(texts: Iterable[str]) -> bool:
    """Whether any text seems to hold contact details: it only raises the priority, a person judges."""
    return any(_CONTACT.search(fold(text)) for text in texts)


def priority(*, is_first: bool, resubmitted: bool, rejected_before: bool, minor: bool, contact: bool) -> list[Reason]:
    """The named reasons of a case's priority, greatest first."""
    holds = {"new_profile": is_first, "edit": not is_first, "resubmitted": resubmitted,
             "earlier_rejection": rejected_before, "contact_details": contact, "minor": minor}
    reasons = [Reason(code, points) for code, points in POINTS.items() if holds[code]]
    return sorted(reasons, key=lambda reason: -reason.points)


def due_at(opened: datetime, points: int) -> datetime:
    """When a case of this priority is to be decided: 8 hours from 60 points on, 24 from 40, else 48."""
    hours = 8 if points >= 60 else 24 if points >= 40 else 48
    return opened + timedelta(hours=hours)


# State ---------------------------------------------------------------------------------------------------------

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


def check_outcome(outcome: Outcome, *, minor: bool) -> None:
    """Errors: InvalidDecision for publishing a minor's profile, which no single person may do (reliability.md §3)."""
    if minor and outcome is Outcome.APPROVE:
        raise InvalidDecision(outcome=N_("Publishing a minor's profile takes a guardian and two persons, never one."))


def search_words(text: str, *, most: int = 5) -> tuple[str, ...]:
    """The folded words of a search, each to be found as the beginning of a word. Unstorable text finds nothing."""
    if not is_storable(text):
        return ("\N{NO-BREAK SPACE}",)  # no term begins with a space: an empty answer, not an error
    return tuple(dict.fromkeys(_WORDS.findall(fold(text))))[:most]


def terms(*texts: str) -> set[str]:
    """The folded words under which a case is found."""
    return {word for text in texts for word in _WORDS.findall(fold(text))}


_WORDS = re.compile(r"[\w-]+")


# Notes and drafts ----------------------------------------------------------------------------------------------

NOT_STORABLE = N_("This holds a character that cannot be stored.")


def checked_note(text: str) -> str:
    """The note as it is kept. Errors: InvalidNote when empty, too long or not storable."""
    body = tidy(text)
    if not body:
        raise InvalidNote(note=N_("Write something."))
    problem = _text_problem(body, NOTE_MAX)
    if problem:
        raise InvalidNote(note=problem)
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


# Statements ----------------------------------------------------------------------------------------------------

PLACEHOLDERS = frozenset({"revision", "facts", "policy", "code", "effect", "ref"})
REQUIRED = {
    Outcome.APPROVE: frozenset({"ref"}),
    Outcome.CHANGES: frozenset({"facts", "policy", "code", "ref"}),
    Outcome.REJECT: frozenset({"facts", "policy", "code", "ref"}),
}
Templates = Mapping[str, Mapping[str, str]]  # by outcome, then by language


def statement_gaps(templates: Templates, outcome: Outcome) -> list[Message]:
    """Why these templates cannot state `outcome` in both languages; empty when they can."""
    texts = templates.get(outcome)
    if texts is None:
        return [N_("This policy has no statement for that decision.")]
    return [gap for locale in LOCALES for gap in _gaps_of(texts.get(locale, ""), locale, outcome)]


def _gaps_of(template: str, locale: str, outcome: Outcome) -> list[Message]:
    if not template.strip():
        return [N_("This policy has no text in one of the languages (%(locale)s).", locale=locale)]
    used = placeholders(template)
    gaps = [N_("Its text (%(locale)s) names {%(name)s}, which nothing fills.", locale=locale, name=name)
            for name in sorted(used - PLACEHOLDERS)]
    return gaps + [N_("Its text (%(locale)s) leaves out {%(name)s}.", locale=locale, name=name)
                   for name in sorted(REQUIRED[outcome] - used)]


def placeholders(template: str) -> set[str]:
    """The names in braces; a broken template names its own text, which nothing fills."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return {template}
    return {name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            for _, name, spec, conversion in parts if name is not None}


def render(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders filled; braces inside a value stay text. Errors: InvalidDecision.

    A value that is missing or blank blocks: half a statement is never sent.
    """
    missing = sorted(name for name in placeholders(template) if not values.get(name))
    if missing:
        raise InvalidDecision(policy=N_("The statement cannot be filled in: %(names)s is missing.",
                                        names=", ".join(missing)))
    return "".join(text + (values[name] if name else "") for text, name, _, _ in Formatter().parse(template))


def sentence(text: str) -> str:
    """`text` ended as a sentence, so that the next one can follow."""
    text = text.strip()
    return text if not text or text[-1] in ".!?؟…" else f"{text}."


# Comparison ----------------------------------------------------------------------------------------------------

_TOKENS = re.compile(r"\s+|[\w\u064b-\u065f\u0670]+|[^\w\s]")
_MOST_TOKENS = 4000


def word_diff(before: str, after: str) -> list[Segment]:
    """What changed, word by word (letters of a word stay joined), as segments in reading order.

    Space between two changed words belongs to the change, so that a rewritten phrase reads as one. In long texts
    words that come again and again anchor nothing (difflib's own rule): 1,000 times the same word, against as many,
    would take minutes, and nobody could open the case.
    """
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(old) + len(new) > _MOST_TOKENS:
        return _whole(before, after)
    segments: list[Segment] = []
    for kind, a, b, c, d in _bridged(SequenceMatcher(None, old, new).get_opcodes(), old):
        if kind == "equal":
            segments.append(Segment("same", "".join(old[a:b])))
            continue
        segments += [Segment(name, text) for name, text in (("del", "".join(old[a:b])), ("ins", "".join(new[c:d])))
                     if text]
    return segments


Opcode = tuple[str, int, int, int, int]


def _bridged(opcodes: Sequence[Opcode], old: list[str]) -> list[Opcode]:
    """Opcodes with neighbouring changes made one where only space stands between them."""
    joined: list[Opcode] = []
    for position, (kind, a, b, c, d) in enumerate(opcodes):
        inner = 0 < position < len(opcodes) - 1
        is_change = kind != "equal" or (inner and all(token.isspace() for token in old[a:b]))
        if is_change and joined and joined[-1][0] == "change":
            _, a, _, c, _ = joined.pop()
        joined.append(("change" if is_change else "equal", a, b, c, d))
    return joined


def compare(before: Submission | None, after: Submission) -> list[FieldChange]:
    """Every field of two revisions, in the order of the newer; without an older one all of it is new."""
    old = {field.name: field for field in before.fields} if before else {}
    rows = [_compared(old.get(field.name), field) for field in after.fields]
    kept = {field.name for field in after.fields}
    return rows + [_compared(field, None) for name, field in old.items() if name not in kept]


def _compared(before: Field | None, after: Field | None) -> FieldChange:
    field = after or before
    assert field is not None
    old, new = before.text if before else "", after.text if after else ""
    segments = word_diff(old, new)
    return FieldChange(
        label=field.label, language=field.language, changed=old != new,
        before=tuple(segment for segment in segments if segment.kind != "ins"),
        after=tuple(segment for segment in segments if segment.kind != "del"))


def _whole(before: str, after: str) -> list[Segment]:
    if before == after:
        return [Segment("same", before)] if before else []
    return [segment for segment in (Segment("del", before), Segment("ins", after)) if segment.text]
