"""What the API takes and documents. Shapes only: what may be written is decided by rules, for every caller alike."""
import marshmallow as ma

from castingops.casting import types
from castingops.casting.schemas.common import LanguageSkillSchema, loose, text
from castingops.casting.schemas.profiles_attributes import (
    AttributesSchema,
    CompletenessSchema,
    ShownAttributesSchema,
)
from castingops.casting.types import Gender, ProfileStatus, RevisionStatus, SubmissionKind, Visibility
from castingops.web.paging import CursorSchema


class TalentProfileSchema(AttributesSchema):
    """The whole profile: what is absent or null becomes empty."""

    display_name_ar = text("سارة القحطاني", types.NAME_MAX)
    display_name_en = text("Sarah Al-Qahtani", types.NAME_MAX)
    stage_name_ar = text("سارة", types.NAME_MAX)
    stage_name_en = text("Sarah Q", types.NAME_MAX)
    birth_date = loose(["string"], format="date", example="1998-04-12")
    gender = ma.fields.String(allow_none=True, metadata={"enum": [*Gender, None]})
    nationality = ma.fields.String(allow_none=True, metadata={"example": "SA", "description": "ISO 3166-1 alpha-2"})
    city = ma.fields.String(allow_none=True, metadata={"enum": [*types.CITIES, None], "example": "riyadh"})
    playing_age_min = loose(["integer", "string"], example=20)
    playing_age_max = loose(["integer", "string"], example=30)
    height_cm = loose(["integer", "string"], example=168, description="centimetres")
    languages = ma.fields.List(ma.fields.Nested(LanguageSkillSchema), allow_none=True)
    dialects = ma.fields.List(ma.fields.String(metadata={"enum": list(types.DIALECTS)}), allow_none=True)
    skills = ma.fields.List(ma.fields.String(metadata={"maxLength": types.SKILL_MAX}), allow_none=True)
    bio_ar = text("ممثلة مسرح وتلفزيون.", types.BIO_MAX)
    bio_en = text("Stage and television actor.", types.BIO_MAX)
    version = ma.fields.Integer(load_default=None, allow_none=True, strict=True, metadata={
        "description": "The version you saw; If-Match says the same. Another one by now is answered with 409."})


class SubmissionSchema(ma.Schema):
    """How one submission stands and, once decided, its statement of reasons in both languages."""

    number = ma.fields.Integer(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": list(SubmissionKind)})
    status = ma.fields.String(required=True, metadata={"enum": list(RevisionStatus)})
    submitted_at = ma.fields.AwareDateTime(required=True)
    decided_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    reason_code = ma.fields.String(required=True, allow_none=True)
    statement_en = ma.fields.String(required=True, allow_none=True)
    statement_ar = ma.fields.String(required=True, allow_none=True)


class OwnTalentProfileSchema(AttributesSchema):
    """One's own profile as it stands."""

    display_name_ar = ma.fields.String(required=True, allow_none=True)
    display_name_en = ma.fields.String(required=True, allow_none=True)
    stage_name_ar = ma.fields.String(required=True, allow_none=True)
    stage_name_en = ma.fields.String(required=True, allow_none=True)
    birth_date = ma.fields.Date(required=True, allow_none=True)
    gender = ma.fields.String(required=True, allow_none=True, metadata={"enum": [*Gender, None]})
    nationality = ma.fields.String(required=True, allow_none=True)
    city = ma.fields.String(required=True, allow_none=True)
    playing_age_min = ma.fields.Integer(required=True, allow_none=True)
    playing_age_max = ma.fields.Integer(required=True, allow_none=True)
    height_cm = ma.fields.Integer(required=True, allow_none=True)
    languages = ma.fields.List(ma.fields.Nested(LanguageSkillSchema), required=True)
    dialects = ma.fields.List(ma.fields.String(), required=True)
    skills = ma.fields.List(ma.fields.String(), required=True)
    bio_ar = ma.fields.String(required=True, allow_none=True)
    bio_en = ma.fields.String(required=True, allow_none=True)
    status = ma.fields.String(required=True, metadata={"enum": list(ProfileStatus)})
    version = ma.fields.Integer(required=True)
    updated_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    published_id = ma.fields.UUID(required=True, allow_none=True)
    submission = ma.fields.Nested(SubmissionSchema, required=True, allow_none=True)
    has_unsubmitted_changes = ma.fields.Boolean(required=True)
    missing = ma.fields.List(ma.fields.String(), required=True, metadata={
        "description": "Names of what a submission still lacks"})
    visibility = ma.fields.String(required=True, metadata={"enum": list(Visibility)})
    completeness = ma.fields.Nested(CompletenessSchema, required=True)


class PublishedQuerySchema(CursorSchema):
    """Narrows the list of published profiles."""

    city = ma.fields.String(metadata={"enum": list(types.CITIES)})
    gender = ma.fields.String(metadata={"enum": list(Gender)})
    playing_age = ma.fields.String(metadata={"type": "integer", "minimum": 0, "maximum": types.PLAYING_AGE_MAX})
    language = ma.fields.String(metadata={"enum": list(types.LANGUAGES)})


class PublishedProfileSchema(ma.Schema):
    """A published profile as lists show it. msgspec writes it; a test holds the two together."""

    id = ma.fields.UUID(required=True)
    display_name_ar = ma.fields.String(required=True)
    display_name_en = ma.fields.String(required=True)
    stage_name_ar = ma.fields.String(required=True, allow_none=True)
    stage_name_en = ma.fields.String(required=True, allow_none=True)
    gender = ma.fields.String(required=True, metadata={"enum": list(Gender)})
    nationality = ma.fields.String(required=True)
    city = ma.fields.String(required=True)
    playing_age_min = ma.fields.Integer(required=True)
    playing_age_max = ma.fields.Integer(required=True)
    languages = ma.fields.List(ma.fields.String(), required=True)
    photo_id = ma.fields.UUID(required=True, allow_none=True, metadata={
        "description": "Changes when the primary photo does; /talent-profiles/{id}/photo gives its addresses"})
    published_at = ma.fields.AwareDateTime(required=True)


class PhotoLinksSchema(ma.Schema):
    """Addresses of one photo; they work for a few minutes."""

    id = ma.fields.UUID(required=True)
    large_url = ma.fields.String(required=True)
    thumb_url = ma.fields.String(required=True)


class PublishedProfileDetailSchema(ShownAttributesSchema, PublishedProfileSchema):
    """A published profile with all that it says."""

    height_cm = ma.fields.Integer(required=True, allow_none=True)
    language_levels = ma.fields.List(ma.fields.Nested(LanguageSkillSchema), required=True)
    dialects = ma.fields.List(ma.fields.String(), required=True)
    skills = ma.fields.List(ma.fields.String(), required=True)
    bio_ar = ma.fields.String(required=True, allow_none=True)
    bio_en = ma.fields.String(required=True, allow_none=True)
    photos = ma.fields.List(ma.fields.Nested(PhotoLinksSchema), required=True)
    agency = ma.fields.String(required=True, allow_none=True, metadata={
        "example": "Wajh Agency", "description": "Who represents the talent, by name alone"})
