"""What the API of signing in elsewhere takes and documents."""
import marshmallow as ma
from marshmallow.validate import Length, OneOf

from castingops.core.i18n import LOCALES
from castingops.core.roles import APPS
from castingops.identity.schemas.accounts import TokensSchema
from castingops.identity.types import APP_PROVIDERS, Transport
from castingops.web.fields import AcceptsSchema, Flag

_TEXT = Length(max=1_000)
_SEALED = Length(max=8_000)
_TRANSPORTS = [str(way) for way in Transport]
_PROVIDERS = [str(provider) for provider in APP_PROVIDERS]


class ProviderSchema(ma.Schema):
    """Where one may sign in, by name and as people call it."""

    provider = ma.fields.String(required=True, metadata={"enum": _PROVIDERS})
    title = ma.fields.String(required=True)


class StartSchema(ma.Schema):
    """`redirect_uri` is one of our apps' own addresses, to the letter. With bearer transport the provider calls the app
    back there; with cookie transport it calls us, and we lead the browser on to it.

    A native app draws a secret, keeps it to itself and sends its S256 (RFC 7636); a browser gets a cookie instead.
    """

    redirect_uri = ma.fields.String(required=True, validate=_TEXT)
    transport = ma.fields.String(load_default=str(Transport.BEARER), validate=OneOf(_TRANSPORTS))
    fresh = Flag(load_default=False, metadata={
        "description": "have them sign in anew there: a proof of who they are, for acts that ask for one"})
    code_challenge = ma.fields.String(load_default="", validate=_TEXT)
    code_challenge_method = ma.fields.String(load_default="S256", validate=OneOf(["S256"]))


class StartedSchema(ma.Schema):
    """Open `authorize_url` in a browser. It is good once, for ten minutes."""

    authorize_url = ma.fields.String(required=True, metadata={"format": "uri"})
    state = ma.fields.String(required=True)
    expires_in = ma.fields.Integer(required=True, metadata={"description": "seconds"})


class CompleteSchema(ma.Schema):
    """What came back to a native app, with the secret whose S256 it sent at the start."""

    state = ma.fields.String(required=True, validate=_TEXT)
    code = ma.fields.String(load_default="", validate=Length(max=4_000))
    iss = ma.fields.String(load_default="", validate=_TEXT)
    error = ma.fields.String(load_default="", validate=_TEXT)
    code_verifier = ma.fields.String(required=True, validate=_TEXT)


class OutcomeSchema(ma.Schema):
    """`signed_in` with tokens; or `registration_needed` with a `continuation` for `…/complete-registration`, good for
    ten minutes, and what the provider says of the person."""

    status = ma.fields.String(required=True, metadata={"enum": ["signed_in", "registration_needed"]})
    tokens = ma.fields.Nested(TokensSchema, required=True, allow_none=True)
    continuation = ma.fields.String(required=True, allow_none=True)
    email = ma.fields.String(required=True, allow_none=True)
    display_name = ma.fields.String(required=True, allow_none=True)


class CompleteRegistrationSchema(ma.Schema):
    """What an account takes beside a provider's word. A browser leaves the continuation out: its cookie holds it."""

    continuation = ma.fields.String(load_default=None, allow_none=True, validate=_SEALED)
    display_name = ma.fields.String(required=True, validate=_TEXT)
    locale = ma.fields.String(required=True, validate=OneOf(LOCALES))
    role = ma.fields.String(required=True, validate=OneOf(sorted(APPS)))
    birth_date = ma.fields.Date(load_default=None, allow_none=True)
    accepts = ma.fields.Nested(AcceptsSchema, required=True)
    transport = ma.fields.String(load_default=str(Transport.BEARER), validate=OneOf(_TRANSPORTS))


class LinkSchema(ma.Schema):
    """The continuation of a sign-in there that ended in `account_exists` or `registration_needed`."""

    continuation = ma.fields.String(load_default=None, allow_none=True, validate=_SEALED)


class IdentitySchema(ma.Schema):
    """An account elsewhere that signs you in."""

    provider = ma.fields.String(required=True, metadata={"enum": _PROVIDERS})
    email = ma.fields.String(required=True, allow_none=True)
    linked_at = ma.fields.AwareDateTime(required=True)
    last_used_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class UnlinkedSchema(ma.Schema):
    status = ma.fields.String(required=True, metadata={"enum": ["unlinked"]})
