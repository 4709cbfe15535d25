"""What the API of accounts takes and documents. Bounds of meaning live in rules; here only shapes and sizes."""
import marshmallow as ma
from marshmallow.validate import Length, OneOf

from castingops.core.i18n import LOCALES
from castingops.core.roles import APPS
from castingops.identity.types import Transport
from castingops.web.fields import AcceptsSchema

_TEXT = Length(max=1_000)  # characters: more is no e-mail, name or password


class OwnOrganizationSchema(ma.Schema):
    """What a hirer's organization is to be called; it is made together with the account."""

    name_ar = ma.fields.String(required=True, validate=_TEXT)
    name_en = ma.fields.String(required=True, validate=_TEXT)
    slug = ma.fields.String(required=True, validate=_TEXT)


class RegisterSchema(ma.Schema):
    email = ma.fields.String(required=True, validate=_TEXT, metadata={"format": "email"})
    password = ma.fields.String(required=True, validate=_TEXT)
    display_name = ma.fields.String(required=True, validate=_TEXT)
    locale = ma.fields.String(required=True, validate=OneOf(LOCALES))
    role = ma.fields.String(required=True, validate=OneOf(sorted(APPS)))
    birth_date = ma.fields.Date(load_default=None, allow_none=True,
                                metadata={"description": "needed for the role talent"})
    accepts = ma.fields.Nested(AcceptsSchema, required=True)
    organization = ma.fields.Nested(OwnOrganizationSchema, load_default=None, allow_none=True)


class RegisteredSchema(ma.Schema):
    """The same for a known e-mail: only its owner learns, by letter. There is an account once it is confirmed."""

    email = ma.fields.String(required=True)
    status = ma.fields.String(required=True, metadata={"enum": ["confirmation_sent"]})


class LoginSchema(ma.Schema):
    email = ma.fields.String(required=True, validate=_TEXT)
    password = ma.fields.String(required=True, validate=_TEXT)
    transport = ma.fields.String(load_default=str(Transport.BEARER), validate=OneOf([str(way) for way in Transport]))
    device_token = ma.fields.String(load_default="", validate=_TEXT, metadata={
        "description": "what an earlier sign-in on this device answered: gets the owner in while strangers guess"})


class RefreshSchema(ma.Schema):
    """Native apps send the token; browsers leave it out and send their cookie."""

    refresh_token = ma.fields.String(load_default=None, allow_none=True, validate=_TEXT)


class TokensSchema(ma.Schema):
    """Tokens of a sign-in. With cookie transport both lie in cookies that no script reads, and `csrf_token` comes
    instead: send it back in X-CSRF-Token with every request that changes something."""

    token_type = ma.fields.String(required=True, metadata={"enum": ["Bearer", "Cookie"]})
    access_token = ma.fields.String(required=True, allow_none=True)
    refresh_token = ma.fields.String(required=True, allow_none=True)
    csrf_token = ma.fields.String(required=True, allow_none=True)
    expires_in = ma.fields.Integer(required=True, metadata={"description": "seconds that the access token lives"})
    device_token = ma.fields.String(required=True, allow_none=True, metadata={
        "description": "after a new sign-in: keep it, and send it with the next; it opens nothing by itself"})


class SignedOutSchema(ma.Schema):
    status = ma.fields.String(required=True, metadata={"enum": ["signed_out"]})


class MeSchema(ma.Schema):
    """One's own account."""

    id = ma.fields.UUID(required=True)
    email = ma.fields.String(required=True)
    display_name = ma.fields.String(required=True)
    locale = ma.fields.String(required=True, metadata={"enum": list(LOCALES)})
    roles = ma.fields.List(ma.fields.String(metadata={"enum": sorted(APPS)}), required=True)
    created_at = ma.fields.AwareDateTime(required=True)


class MePatchSchema(ma.Schema):
    """What is left out stays as it is."""

    display_name = ma.fields.String(validate=_TEXT)
    locale = ma.fields.String(validate=OneOf(LOCALES))


class PasswordChangeSchema(ma.Schema):
    current_password = ma.fields.String(required=True, validate=_TEXT)
    new_password = ma.fields.String(required=True, validate=_TEXT)
