"""What changed between two revisions."""
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from castingops.moderation.types import (
    Field,
    FieldChange,
    Segment,
    Submission,
)

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
        label=field.label, language=field.language, changed=old != new, group=field.group,
        before=tuple(segment for segment in segments if segment.kind != "ins"),
        after=tuple(segment for segment in segments if segment.kind != "del"), inline=tuple(segments))


def _whole(before: str, after: str) -> list[Segment]:
    if before == after:
        return [Segment("same", before)] if before else []
    return [segment for segment in (Segment("del", before), Segment("ins", after)) if segment.text]
