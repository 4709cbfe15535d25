"""What the shapes of several use cases are made of."""
from typing import Any

import marshmallow as ma

from castingops.casting import types
from castingops.casting.types import Level


class Loose(ma.fields.Field[Any]):
    """A value that rules read, in more spellings than one JSON type: a number as 172, "172" or "١٧٢"."""


def loose(kind: list[str], **metadata: Any) -> Loose:
    """A loose field that may be null, of these JSON types."""
    return Loose(allow_none=True, metadata={"type": kind, **metadata})


def text(example: str, longest: int) -> ma.fields.String:
    """Text that may be null, of at most `longest` characters."""
    return ma.fields.String(allow_none=True, metadata={"example": example, "maxLength": longest})


class LanguageSkillSchema(ma.Schema):
    """A language and how well it is spoken."""

    code = ma.fields.String(required=True, metadata={"enum": list(types.LANGUAGES), "example": "ar"})
    level = ma.fields.String(required=True, metadata={"enum": list(Level)})
