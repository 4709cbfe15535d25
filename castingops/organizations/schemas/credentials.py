"""The vault in the API. A secret goes in; no schema has a field in which one comes out."""
import marshmallow as ma
from marshmallow.validate import Length

from castingops.organizations.schemas.organizations import TEXT
from castingops.organizations.types import SECRET_MAX

_SECRET = Length(max=SECRET_MAX)


class NewCredentialSchema(ma.Schema):
    """`provider` is a short word for whose system it opens."""

    name = ma.fields.String(required=True, validate=TEXT, metadata={"example": "Payroll export"})
    provider = ma.fields.String(required=True, validate=TEXT, metadata={"example": "payroll"})
    secret = ma.fields.String(required=True, validate=_SECRET, load_only=True, metadata={
        "example": "sk_live_6f1c2b9a4e", "description": "8 to 4096 characters. It is never shown again."})


class CredentialSecretSchema(ma.Schema):
    """A new secret in the place of the old one."""

    secret = ma.fields.String(required=True, validate=_SECRET, load_only=True, metadata={
        "example": "sk_live_0d83e7f55a", "description": "8 to 4096 characters. It is never shown again."})


class CredentialSchema(ma.Schema):
    """A credential as members see it: of its secret only the last four characters, of a short one none."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True, metadata={"example": "Payroll export"})
    provider = ma.fields.String(required=True, metadata={"example": "payroll"})
    masked = ma.fields.String(required=True, metadata={"example": "••••••••9a4e"})
    version = ma.fields.Integer(required=True, metadata={"description": "rises with each new secret"})
    created_at = ma.fields.AwareDateTime(required=True)
    rotated_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    last_used_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class DeletedCredentialSchema(ma.Schema):
    """Which secret is gone."""

    id = ma.fields.UUID(required=True)
