"""Shapes of what a talent profile says beyond a name and a face."""
from typing import Any

import marshmallow as ma

from castingops.casting import types
from castingops.casting.schemas.common import loose, text
from castingops.casting.types import AvailabilityKind, Level, Visibility
from castingops.casting.types.words import Words


def _word(words: dict[str, Words], **metadata: Any) -> ma.fields.String:
    return ma.fields.String(allow_none=True, metadata={"enum": [*words, None], **metadata})


def _words(words: dict[str, Words]) -> ma.fields.Field[Any]:
    return ma.fields.List(ma.fields.String(metadata={"enum": list(words)}), allow_none=True)


def _measure(name: str, example: int) -> ma.fields.Field[Any]:
    low, high = types.BOUNDS[name]
    unit = {"kg": "kilograms", "cm": "centimetres", "eu": "European size"}[name.rpartition("_")[2]]
    return loose(["integer", "string"], example=example, description=f"{unit}, {low} to {high}")


class SkillLevelSchema(ma.Schema):
    """How well one of the skills is mastered."""

    skill = ma.fields.String(required=True, metadata={"example": "Horse riding", "maxLength": types.SKILL_MAX})
    level = ma.fields.String(required=True, metadata={"enum": list(Level)})


class CreditSchema(ma.Schema):
    """A part in a production."""

    role = ma.fields.String(required=True, metadata={"example": "Noura", "maxLength": types.LINE_MAX})
    production = ma.fields.String(required=True, metadata={"example": "The Old Souq", "maxLength": types.LINE_MAX})
    year = ma.fields.Integer(required=True, metadata={"example": 2024})
    company = text("Nakhla Productions", types.LINE_MAX)
    director = text("Hala Al-Otaibi", types.LINE_MAX)


class TrainingSchema(ma.Schema):
    """What was learnt where."""

    course = ma.fields.String(required=True, metadata={"example": "Acting for camera", "maxLength": types.LINE_MAX})
    place = text("Riyadh", types.LINE_MAX)
    year = ma.fields.Integer(allow_none=True, metadata={"example": 2023})


class RepresentationSchema(ma.Schema):
    """Who speaks for a talent. How to reach an agency is never published."""

    kind = ma.fields.String(required=True, metadata={"enum": ["self", "agency"]})
    agency = text("Wajh Agency", types.LINE_MAX)
    contact_name = text("Faisal Al-Harbi", types.LINE_MAX)
    email = text("desk@example.com", types.LINE_MAX)
    phone = text("+966501234567", types.LINE_MAX)


class SpanSchema(ma.Schema):
    """Days on which a talent is free or is not, both ends included."""

    kind = ma.fields.String(required=True, metadata={"enum": list(AvailabilityKind)})
    starts = ma.fields.String(required=True, metadata={"format": "date", "example": "2027-01-10"})
    ends = ma.fields.String(required=True, metadata={"format": "date", "example": "2027-01-24"})


def _list(schema: type[ma.Schema], most: int) -> ma.fields.Field[Any]:
    return ma.fields.List(ma.fields.Nested(schema), allow_none=True, metadata={"maxItems": most})


class ShownAttributesSchema(ma.Schema):
    """What of the attributes may be shown where a profile is."""

    travels = loose(["boolean"], example=True, description="willing to travel")
    relocates = loose(["boolean"], example=False, description="willing to move for a production")
    weight_kg = _measure("weight_kg", 58)
    build = _word(types.BUILDS)
    hair_color = _word(types.HAIR_COLORS)
    hair_length = _word(types.HAIR_LENGTHS)
    eye_color = _word(types.EYE_COLORS)
    facial_hair = _word(types.FACIAL_HAIR)
    tattoos = _word(types.TATTOOS)
    scars = ma.fields.String(allow_none=True, metadata={
        "example": "A small scar above the left eyebrow", "maxLength": types.SCARS_MAX,
        "description": "Needs consent to the purpose sensitive; null without it and for minors"})
    hijab = _word(types.HIJAB, description="Needs consent to the purpose sensitive; null without it and for minors")
    accents = ma.fields.List(ma.fields.String(metadata={"maxLength": types.SKILL_MAX, "example": "British English"}),
                             allow_none=True)
    skill_levels = _list(SkillLevelSchema, types.SKILLS_MAX)
    driving = _words(types.DRIVING)
    credits = _list(CreditSchema, types.CREDITS_MAX)
    training = _list(TrainingSchema, types.TRAINING_MAX)
    availability = _list(SpanSchema, types.AVAILABILITY_MAX)
    day_rate_min_halalas = loose(["integer", "string"], example=150_000, description="whole halalas a day")
    day_rate_max_halalas = loose(["integer", "string"], example=300_000, description="whole halalas a day")
    union_status = text("Member of the Saudi film society", types.LINE_MAX)


class AttributesSchema(ShownAttributesSchema):
    """All attributes: sizes and how to reach an agency are for the talent and the house."""

    chest_cm = _measure("chest_cm", 86)
    waist_cm = _measure("waist_cm", 66)
    hips_cm = _measure("hips_cm", 92)
    inseam_cm = _measure("inseam_cm", 78)
    shoe_eu = _measure("shoe_eu", 38)
    representation = ma.fields.Nested(RepresentationSchema, allow_none=True)


class GapSchema(ma.Schema):
    """Something that a profile does not say yet."""

    field = ma.fields.String(required=True, metadata={"example": "credits"})
    title = ma.fields.String(required=True, metadata={
        "example": "Productions that you took part in", "x-example-ar": "الأعمال التي شاركت فيها"})
    points = ma.fields.Integer(required=True, metadata={"example": 6})


class CompletenessSchema(ma.Schema):
    """How much of a profile is there, and what is missing, the weightiest first, in the reader's language."""

    score = ma.fields.Integer(required=True, metadata={"example": 94, "minimum": 0, "maximum": 100})
    missing = ma.fields.List(ma.fields.Nested(GapSchema), required=True)


class VisibilitySchema(ma.Schema):
    """Who may see an approved profile: hirers who may search, only those applied to, nobody."""

    visibility = ma.fields.String(required=True, validate=ma.validate.OneOf(list(Visibility)))
