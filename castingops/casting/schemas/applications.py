"""Applications in the API: what talent send and read, and what their hirer reads and makes of them."""
import marshmallow as ma
from marshmallow.validate import Length, OneOf, Range

from castingops.casting.schemas.common import LanguageSkillSchema, Loose
from castingops.casting.schemas.profiles import PhotoLinksSchema
from castingops.casting.schemas.profiles_attributes import ShownAttributesSchema
from castingops.casting.types.applications import (
    COVER_NOTE_MAX,
    MOVES_MAX,
    NOTE_MAX,
    PHOTOS_MAX,
    PublicStatus,
    Status,
)
from castingops.web.paging import CursorSchema

_NOTE = {"example": "أجيد اللهجة النجدية وركوب الخيل.", "maxLength": COVER_NOTE_MAX}
_PHOTOS = {"minItems": 1, "maxItems": PHOTOS_MAX, "uniqueItems": True}


def _status(words: type[Status] | type[PublicStatus], example: str, **options: object) -> ma.fields.String:
    return ma.fields.String(required=True, metadata={"enum": [str(word) for word in words], "example": example,
                                                     **options})


class ApplicationEditSchema(ma.Schema):
    """What is sent with an application. The first photo is the primary one unless another is named."""

    cover_note = ma.fields.String(allow_none=True, load_default=None, metadata=_NOTE)
    photo_ids = ma.fields.List(ma.fields.String(metadata={"format": "uuid"}), required=True, metadata=_PHOTOS)
    primary_photo_id = ma.fields.String(allow_none=True, load_default=None, metadata={"format": "uuid"})


class ApplicationInSchema(ApplicationEditSchema):
    """An application to a role of a published casting call."""

    role_id = ma.fields.String(required=True, metadata={"format": "uuid"})


class ApplicationPatchSchema(ApplicationEditSchema):
    """A change of an application that was read at `version`."""

    version = ma.fields.Integer(strict=True, required=True, validate=Range(min=1, max=2**31 - 1))


class OwnApplicationSchema(ma.Schema):
    """One's own application. `status` is what the hirer has let you know."""

    id = ma.fields.UUID(required=True)
    call_id = ma.fields.UUID(required=True)
    role_id = ma.fields.UUID(required=True)
    call_title_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": "مسلسل «ليالي الرياض»"})
    call_title_en = ma.fields.String(required=True, allow_none=True, metadata={"example": "“Riyadh Nights”, a series"})
    role_name_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": "ليلى"})
    role_name_en = ma.fields.String(required=True, allow_none=True, metadata={"example": "Layla"})
    status = _status(PublicStatus, "viewed")
    status_en = ma.fields.String(required=True, metadata={"example": "Viewed"})
    status_ar = ma.fields.String(required=True, metadata={"example": "اطُّلع عليه"})
    cover_note = ma.fields.String(required=True, allow_none=True, metadata=_NOTE)
    photo_ids = ma.fields.List(ma.fields.UUID(), required=True)
    primary_photo_id = ma.fields.UUID(required=True, allow_none=True)
    submitted_at = ma.fields.DateTime(required=True)
    viewed_at = ma.fields.DateTime(required=True, allow_none=True)
    editable = ma.fields.Boolean(required=True, metadata={"example": False})
    version = ma.fields.Integer(required=True, metadata={"example": 2})


class ReceivedApplicationsQuerySchema(CursorSchema):
    """What of a role's applications is asked for."""

    status = ma.fields.String(load_default=None, validate=OneOf([str(word) for word in Status]),
                              metadata={"example": "shortlisted"})


class ReceivedApplicationSchema(ma.Schema):
    """An application as its hirer reads it. `status` is the hirer's own; `public_status` what the talent reads."""

    id = ma.fields.UUID(required=True)
    call_id = ma.fields.UUID(required=True)
    role_id = ma.fields.UUID(required=True)
    profile_id = ma.fields.UUID(required=True, allow_none=True, metadata={
        "description": "of the published talent profile, while there is one"})
    name_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": "ريم الدوسري"})
    name_en = ma.fields.String(required=True, allow_none=True, metadata={
        "example": "Reem Al-Dosari", "description": "of a minor the stage name, else first letters"})
    minor = ma.fields.Boolean(required=True, metadata={"example": False})
    city = ma.fields.String(required=True, allow_none=True, metadata={"example": "riyadh"})
    playing_age_min = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 22})
    playing_age_max = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 32})
    status = _status(Status, "pinned")
    public_status = _status(PublicStatus, "under_consideration")
    cover_note = ma.fields.String(required=True, allow_none=True, metadata=_NOTE)
    rating = ma.fields.Float(required=True, allow_none=True, metadata={"example": 4.5, "description": "the team's"})
    own_rating = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 5})
    submitted_at = ma.fields.DateTime(required=True)
    viewed_at = ma.fields.DateTime(required=True, allow_none=True)
    version = ma.fields.Integer(required=True, metadata={"example": 2})


class ApplicantProfileSchema(ShownAttributesSchema):
    """The profile behind an application as it was approved then, with the photos that came with it."""

    application_id = ma.fields.UUID(required=True)
    minor = ma.fields.Boolean(required=True, metadata={"example": False})
    name_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": "ريم الدوسري"})
    name_en = ma.fields.String(required=True, allow_none=True, metadata={"example": "Reem Al-Dosari"})
    city = ma.fields.String(required=True, allow_none=True, metadata={"example": "riyadh"})
    playing_age_min = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 22})
    playing_age_max = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 32})
    language_levels = ma.fields.List(ma.fields.Nested(LanguageSkillSchema), required=True)
    dialects = ma.fields.List(ma.fields.String(), required=True)
    skills = ma.fields.List(ma.fields.String(), required=True)
    bio_ar = ma.fields.String(required=True, allow_none=True)
    bio_en = ma.fields.String(required=True, allow_none=True)
    photos = ma.fields.List(ma.fields.Nested(PhotoLinksSchema), required=True)
    agency = ma.fields.String(required=True, allow_none=True, metadata={
        "example": "Wajh Agency", "description": "Who represents the talent, by name alone"})


class ApplicationMoveSchema(ma.Schema):
    """Where an application is moved to."""

    status = _status(Status, "shortlisted")


class ApplicationMovesSchema(ApplicationMoveSchema):
    """The same for many at once, each for itself."""

    application_ids = ma.fields.List(ma.fields.UUID(), required=True, validate=Length(min=1, max=MOVES_MAX),
                                     metadata={"minItems": 1, "maxItems": MOVES_MAX, "uniqueItems": True})


class MovedApplicationSchema(ma.Schema):
    """What became of one of many."""

    application_id = ma.fields.UUID(required=True)
    moved = ma.fields.Boolean(required=True, metadata={"example": True})
    code = ma.fields.String(required=True, allow_none=True, metadata={
        "example": None, "description": "why not, as a refusal of its own would say"})


class ApplicationRatingSchema(ma.Schema):
    """What one gives an application."""

    rating = Loose(required=True, metadata={"type": "integer", "minimum": 1, "maximum": 5, "example": 4})


class ApplicationNoteInSchema(ma.Schema):
    """A note for colleagues."""

    text = ma.fields.String(required=True, metadata={
        "maxLength": NOTE_MAX, "example": "Strong read; ask for a self-tape."})


class ApplicationNoteSchema(ma.Schema):
    """What a colleague wrote about an application."""

    id = ma.fields.UUID(required=True)
    author_id = ma.fields.UUID(required=True)
    author = ma.fields.String(required=True, metadata={"example": "Huda"})
    text = ma.fields.String(required=True, metadata={"example": "Strong read; ask for a self-tape."})
    created_at = ma.fields.DateTime(required=True)
