"""The directory in the API."""
import marshmallow as ma
from marshmallow.validate import Length, OneOf

from castingops.core.i18n import LOCALES
from castingops.web.fields import AcceptsSchema

_TEXT = Length(max=1_000)
_CODE = {"example": "Zk9xS2hYb1d1d0VvQmVfUTNuYzJzYQ"}


class DirectoryHeardSchema(ma.Schema):
    """The message is stored; what it says is done afterwards."""

    status = ma.fields.String(required=True, metadata={"enum": ["received"]})


class DirectoryJoinSchema(ma.Schema):
    """The code of the letter, and what an account takes. Without a name it is the one that the directory has."""

    code = ma.fields.String(required=True, validate=_TEXT, metadata=_CODE)
    password = ma.fields.String(required=True, validate=_TEXT)
    display_name = ma.fields.String(load_default="", validate=_TEXT)
    locale = ma.fields.String(required=True, validate=OneOf(LOCALES), metadata={"example": "ar"})
    accepts = ma.fields.Nested(AcceptsSchema, required=True)


class DirectoryJoinedSchema(ma.Schema):
    """The account is there: sign in with this e-mail."""

    email = ma.fields.String(required=True)
    status = ma.fields.String(required=True, metadata={"enum": ["joined"]})


class DirectoryLinkSchema(ma.Schema):
    """The code of the letter, which went to the address of this account."""

    code = ma.fields.String(required=True, validate=_TEXT, metadata=_CODE)


class DirectoryLinkedSchema(ma.Schema):
    """From now on one's memberships follow the company's directory."""

    status = ma.fields.String(required=True, metadata={"enum": ["joined"]})
