"""What may be said on a case, and texts with placeholders that are filled from it."""
from collections.abc import Mapping
from string import Formatter
from typing import Any

from castingops.core.arabic import is_line, is_storable, tidy
from castingops.core.messages import N_, Message
from castingops.moderation.errors import InvalidMessage, InvalidNote, InvalidQuickReply
from castingops.moderation.rules.cases import NOT_STORABLE
from castingops.moderation.rules.statements import placeholders
from castingops.moderation.types import NOTE_MAX
from castingops.moderation.types.conversations import (
    MESSAGE_MAX,
    QUICK_BODY_MAX,
    QUICK_PLACEHOLDERS,
    QUICK_TITLE_MAX,
)


def checked_message(text: str) -> str:
    """The message as it is kept. Errors: InvalidMessage (field text)."""
    body = tidy(text)
    problem = _problem(body, MESSAGE_MAX)
    if problem:
        raise InvalidMessage(text=problem)
    return body


def checked_person_note(text: str) -> str:
    """The note about a person as it is kept. Errors: InvalidNote (field person_note)."""
    body = tidy(text)
    problem = _problem(body, NOTE_MAX)
    if problem:
        raise InvalidNote(person_note=problem)
    return body


def checked_quick_reply(typed: Mapping[str, str]) -> dict[str, str]:
    """Title and body in both languages as they are kept. Errors: InvalidQuickReply names each part that cannot be."""
    kept = {name: tidy(typed.get(name, "")) for name in ("title_en", "title_ar", "body_en", "body_ar")}
    problems: dict[str, Any] = {}
    for name, text in kept.items():
        is_title = name.startswith("title")
        problem = _problem(text, QUICK_TITLE_MAX if is_title else QUICK_BODY_MAX)
        if problem is None and is_title and not is_line(text):
            problem = N_("Use one line.")
        if problem is None and not is_title:
            problem = _unknown_placeholder(text)
        if problem:
            problems[name] = problem
    if problems:
        raise InvalidQuickReply(**problems)
    return kept


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled; braces inside a value stay text."""
    return "".join(part + (values.get(name, "") if name else "") for part, name, _, _ in Formatter().parse(text))


def appended(typed: str, text: str) -> str:
    """What stands in a field with a text put after it, in a paragraph of its own."""
    return f"{typed.rstrip()}\n\n{text}" if typed.strip() else text


def _problem(text: str, most: int) -> Message | None:
    if not text:
        return N_("Write something.")
    if len(text) > most:
        return N_("Use at most %(max)d characters.", max=most)
    return None if is_storable(text) else NOT_STORABLE


def _unknown_placeholder(text: str) -> Message | None:
    unknown = sorted(placeholders(text) - set(QUICK_PLACEHOLDERS))
    return N_("Nothing fills {%(name)s}.", name=unknown[0]) if unknown else None
