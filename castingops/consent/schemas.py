"""What the API of consents takes and documents."""
import marshmallow as ma
from marshmallow.validate import Length, OneOf

from castingops.consent.types import AgeBand, Basis, Change, NoticeKind
from castingops.core.i18n import LOCALES
from castingops.core.privacy import Purpose

_PURPOSES = [str(purpose) for purpose in Purpose]


class NoticeQuerySchema(ma.Schema):
    """Which notices; by default those for adults, in the language of the request."""

    locale = ma.fields.String(load_default=None, validate=OneOf(LOCALES))
    age_band = ma.fields.String(load_default=str(AgeBand.ADULT), validate=OneOf([str(band) for band in AgeBand]))


class NoticeSchema(ma.Schema):
    """A text that people are shown. Plain paragraphs; `text_hash` is SHA-256 of title, line feed and body."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": [str(kind) for kind in NoticeKind]})
    version = ma.fields.String(required=True, metadata={"example": "2025-10"})
    locale = ma.fields.String(required=True)
    age_band = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    body = ma.fields.String(required=True)
    text_hash = ma.fields.String(required=True)
    published_at = ma.fields.AwareDateTime(required=True)


class ConsentSchema(ma.Schema):
    """How things stand with one purpose. Only what rests on consent can be given and withdrawn."""

    purpose = ma.fields.String(required=True, metadata={"enum": _PURPOSES})
    title = ma.fields.String(required=True)
    basis = ma.fields.String(required=True, metadata={"enum": [str(basis) for basis in Basis]})
    withdrawable = ma.fields.Boolean(required=True)
    given = ma.fields.Boolean(required=True)
    since = ma.fields.AwareDateTime(required=True, allow_none=True)
    notice_version = ma.fields.String(required=True, allow_none=True)


class ConsentChangeSchema(ma.Schema):
    """Giving names the notice that was shown (for marketing the one of that kind); withdrawing needs nothing more."""

    purpose = ma.fields.String(required=True, validate=OneOf(_PURPOSES))
    change = ma.fields.String(required=True, validate=OneOf([str(change) for change in Change]))
    privacy_notice_version = ma.fields.String(load_default=None, allow_none=True, validate=Length(max=100))
