"""Statements of reasons made of a policy's templates."""
from collections.abc import Mapping
from string import Formatter

from castingops.core.messages import N_, Message
from castingops.moderation.errors import (
    InvalidDecision,
)
from castingops.moderation.types import (
    LOCALES,
    Outcome,
)

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
