"""Pure decisions about cases: no database, no framework."""
from castingops.moderation.rules.cases import (
    NOT_STORABLE,
    check_decidable,
    check_draft,
    checked_note,
    checked_ref,
    checked_text,
    search_words,
    terms,
)
from castingops.moderation.rules.comparison import (
    Opcode,
    compare,
    word_diff,
)
from castingops.moderation.rules.priority import (
    POINTS,
    hours_for,
    names_contact,
    priority,
)
from castingops.moderation.rules.statements import (
    PLACEHOLDERS,
    REQUIRED,
    Templates,
    placeholders,
    render,
    sentence,
    statement_gaps,
)

__all__ = [
    "NOT_STORABLE", "PLACEHOLDERS", "POINTS", "REQUIRED", "Opcode", "Templates", "check_decidable", "check_draft",
    "checked_note", "checked_ref", "checked_text", "compare", "hours_for", "names_contact",
    "placeholders", "priority", "render", "search_words", "sentence", "statement_gaps", "terms", "word_diff",
]
