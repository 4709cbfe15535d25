"""What the API takes and tells of share links. Shapes only: what may be asked for is decided by rules."""
import marshmallow as ma

from castingops.casting import types
from castingops.casting.schemas.common import LanguageSkillSchema, loose
from castingops.casting.schemas.profiles import PhotoLinksSchema
from castingops.casting.schemas.profiles_attributes import ShownAttributesSchema
from castingops.casting.types import Gender
from castingops.casting.types.share_links import (
    DAYS_MAX,
    DAYS_MIN,
    DAYS_USUAL,
    LABEL_MAX,
    VIEWS_MAX,
    ShareEnd,
    ShareState,
)


class NewShareLinkSchema(ma.Schema):
    """A link as it is asked for."""

    label = ma.fields.String(allow_none=True, metadata={
        "example": "For the theatre in Jeddah", "x-example-ar": "لمسرح جدة", "maxLength": LABEL_MAX,
        "description": "For yourself: whoever opens the link does not see it"})
    expires_in_days = loose(["integer", "string"], example=DAYS_USUAL, minimum=DAYS_MIN, maximum=DAYS_MAX,
                            default=DAYS_USUAL)
    max_views = loose(["integer", "string"], example=10, minimum=1, maximum=VIEWS_MAX,
                      description="After so many views it is used up; null: as many as you like")


class ShareLinkSchema(ma.Schema):
    """A link as its owner sees it. Its token is never told again."""

    id = ma.fields.UUID(required=True)
    label = ma.fields.String(required=True, metadata={
        "example": "For the theatre in Jeddah", "x-example-ar": "لمسرح جدة"})
    state = ma.fields.String(required=True, metadata={"enum": list(ShareState)})
    created_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    max_views = ma.fields.Integer(required=True, allow_none=True)
    views = ma.fields.Integer(required=True)
    last_viewed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    paused_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": None})
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": None})
    ended_by = ma.fields.String(required=True, allow_none=True, metadata={"enum": [*ShareEnd, None]})


class ShareLinkSecretSchema(ma.Schema):
    """A new link with its token, told this once."""

    link = ma.fields.Nested(ShareLinkSchema, required=True)
    token = ma.fields.String(required=True, metadata={
        "example": "q8Zp3V0sX1nH7cT5bWkYr2LdGfJmEoAuQiS4vNxPz6I", "description": "Opens the profile"})
    url = ma.fields.String(required=True, metadata={
        "example": "https://castingops.example/share/q8Zp3V0sX1nH7cT5bWkYr2LdGfJmEoAuQiS4vNxPz6I",
        "description": "The page to give away"})


class ShareViewSchema(ma.Schema):
    """One time that a link was opened. No address and no place is kept."""

    id = ma.fields.UUID(required=True)
    viewed_at = ma.fields.AwareDateTime(required=True)
    program = ma.fields.String(required=True, metadata={"example": "Safari", "description": "Empty: not known"})
    system = ma.fields.String(required=True, metadata={"example": "iPhone", "description": "Empty: not known"})
    network = ma.fields.String(required=True, allow_none=True, metadata={
        "example": "3fa9c1d2b7e0", "description": "The same mark is the same network, of this link alone"})


class SharedProfileSchema(ShownAttributesSchema):
    """What a link shows of a published profile. Of a child neither name, town nor anything in prose."""

    class Meta:
        exclude = ("hijab", "scars")  # of belief and health no link tells

    minor = ma.fields.Boolean(required=True, metadata={"example": False})
    display_name_ar = ma.fields.String(required=True, allow_none=True)
    display_name_en = ma.fields.String(required=True, allow_none=True)
    stage_name_ar = ma.fields.String(required=True, allow_none=True)
    stage_name_en = ma.fields.String(required=True, allow_none=True)
    gender = ma.fields.String(required=True, metadata={"enum": list(Gender)})
    nationality = ma.fields.String(required=True, allow_none=True)
    city = ma.fields.String(required=True, allow_none=True)
    playing_age_min = ma.fields.Integer(required=True)
    playing_age_max = ma.fields.Integer(required=True)
    height_cm = ma.fields.Integer(required=True, allow_none=True)
    languages = ma.fields.List(ma.fields.Nested(LanguageSkillSchema), required=True)
    dialects = ma.fields.List(ma.fields.String(metadata={"enum": list(types.DIALECTS)}), required=True)
    skills = ma.fields.List(ma.fields.String(), required=True)
    bio_ar = ma.fields.String(required=True, allow_none=True)
    bio_en = ma.fields.String(required=True, allow_none=True)
    agency = ma.fields.String(required=True, allow_none=True, metadata={
        "example": "Wajh Agency", "description": "Who represents the talent, by name alone"})
    photos = ma.fields.List(ma.fields.Nested(PhotoLinksSchema), required=True)
