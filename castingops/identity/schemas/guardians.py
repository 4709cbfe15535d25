"""What the API of wards takes and documents. Bounds of meaning live in rules; here only shapes and sizes."""
import marshmallow as ma
from flask_smorest.fields import Upload
from marshmallow.validate import Length, OneOf

from castingops.core.i18n import LOCALES
from castingops.identity.types.guardians import REASON_MAX, EvidenceKind, GuardianState, Relation, Scope
from castingops.web.fields import AcceptsSchema

_TEXT = Length(max=1_000)  # characters
_RELATIONS, _KINDS = [str(one) for one in Relation], [str(one) for one in EvidenceKind]


class NewWardSchema(ma.Schema):
    """A minor whose legal guardian you are: their names in both scripts, as in the documents that prove it."""

    name_ar = ma.fields.String(required=True, validate=_TEXT, metadata={"example": "سارة الدوسري"})
    name_en = ma.fields.String(required=True, validate=_TEXT, metadata={"example": "Sara Al-Dosari"})
    birth_date = ma.fields.Date(required=True, metadata={"example": "2016-05-04"})
    relation = ma.fields.String(required=True, validate=OneOf(_RELATIONS), metadata={"example": "mother"})


class WardPatchSchema(ma.Schema):
    """What is left out stays as it is. Once verified, nothing of it can be changed here."""

    name_ar = ma.fields.String(validate=_TEXT, metadata={"example": "سارة الدوسري"})
    name_en = ma.fields.String(validate=_TEXT, metadata={"example": "Sara Al-Dosari"})
    birth_date = ma.fields.Date(metadata={"example": "2016-05-04"})
    relation = ma.fields.String(validate=OneOf(_RELATIONS), metadata={"example": "mother"})


class WardDocumentSchema(ma.Schema):
    """A document that was sent. It is destroyed as soon as the guardianship is settled."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": _KINDS})
    added_at = ma.fields.AwareDateTime(required=True)


class WardSchema(ma.Schema):
    """One of your wards. `of_age_on` is the day on which 18 Hijri years are over and your guardianship ends by itself,
    `adult_on` the day on which 18 Gregorian years are. `may_act`: you can act for the ward now."""

    id = ma.fields.UUID(required=True)
    guardianship = ma.fields.String(required=True, metadata={"example": "GRD-000001"})
    name_ar = ma.fields.String(required=True, metadata={"example": "سارة الدوسري"})
    name_en = ma.fields.String(required=True, metadata={"example": "Sara Al-Dosari"})
    birth_date = ma.fields.Date(required=True)
    relation = ma.fields.String(required=True, metadata={"enum": _RELATIONS})
    state = ma.fields.String(required=True, metadata={"enum": [str(state) for state in GuardianState]})
    state_en = ma.fields.String(required=True, metadata={"example": "Verified"})
    state_ar = ma.fields.String(required=True, metadata={"example": "موثّقة"})
    may_act = ma.fields.Boolean(required=True)
    scopes = ma.fields.List(ma.fields.String(metadata={"enum": [str(scope) for scope in Scope]}), required=True)
    expires_on = ma.fields.Date(required=True, allow_none=True)
    of_age_on = ma.fields.Date(required=True)
    adult_on = ma.fields.Date(required=True)
    documents = ma.fields.List(ma.fields.Nested(WardDocumentSchema), required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    version = ma.fields.Integer(required=True)


class DocumentFileSchema(ma.Schema):
    """The file part of an upload."""

    document = Upload(metadata={"description": (
        "JPEG, PNG or WebP photo, or a PDF without scripts, forms or attachments, at most 8 MB. Do not send a copy of"
        " an official identity document: the law does not let us keep one (PDPL art. 28).")})


class DocumentFormSchema(ma.Schema):
    """The text part of an upload."""

    class Meta:
        unknown = ma.EXCLUDE  # the file is a part as well

    kind = ma.fields.String(required=True, validate=OneOf(_KINDS), metadata={"example": "custody_order"})


class DisputeSchema(ma.Schema):
    """Why another guardian must not act for this ward. Both sides are frozen until our staff have resolved it."""

    reason = ma.fields.String(required=True, validate=Length(min=1, max=REASON_MAX),
                              metadata={"example": "A court gave me the custody on 4 May."})


class ActTokenSchema(ma.Schema):
    """A token of its own for one ward. Nobody but us can read whom it names. It lives as long as the access token that
    asked for it, and ends with it. With cookie transport it takes the access cookie's place until the next refresh."""

    token_type = ma.fields.String(required=True, metadata={"enum": ["Bearer", "Cookie"]})
    access_token = ma.fields.String(required=True, allow_none=True)
    csrf_token = ma.fields.String(required=True, allow_none=True)
    expires_in = ma.fields.Integer(required=True, metadata={"description": "seconds that the token lives"})


class HandOverInvitationSchema(ma.Schema):
    """The ward's own e-mail, and the language to write in."""

    email = ma.fields.String(required=True, validate=_TEXT, metadata={"format": "email", "example": "sara@example.com"})
    locale = ma.fields.String(required=True, validate=OneOf(LOCALES), metadata={"example": "ar"})


class InvitedSchema(ma.Schema):
    """Until when the invitation works. Sending another ends it."""

    status = ma.fields.String(required=True, metadata={"enum": ["invited"]})
    expires_at = ma.fields.AwareDateTime(required=True)


class ClaimSchema(ma.Schema):
    """The code of the invitation, and what an account takes. The birth date is the one that your guardian stated."""

    code = ma.fields.String(required=True, validate=_TEXT, metadata={"example": "Zk9xS2hYb1d1d0VvQmVfUTNuYzJzYQ"})
    birth_date = ma.fields.Date(required=True, metadata={"example": "2008-05-04"})
    password = ma.fields.String(required=True, validate=_TEXT)
    display_name = ma.fields.String(required=True, validate=_TEXT, metadata={"example": "Sara"})
    locale = ma.fields.String(required=True, validate=OneOf(LOCALES), metadata={"example": "ar"})
    accepts = ma.fields.Nested(AcceptsSchema, required=True)


class ClaimedSchema(ma.Schema):
    email = ma.fields.String(required=True, metadata={"example": "sara@example.com"})
    status = ma.fields.String(required=True, metadata={"enum": ["handed_over"]})
