"""An organization's part of the audit trail in the API."""
import marshmallow as ma
from marshmallow.validate import Length, OneOf

from castingops.organizations.schemas.organizations import PageSchema

_KINDS = ["anonymous", "person", "member", "staff", "system"]


class TrailQuerySchema(PageSchema):
    """Which acts; days are Riyadh's, both included. `format=csv` gives a file of all of them."""

    action = ma.fields.String(load_default=None, validate=Length(max=100),
                              metadata={"example": "organizations.member.rank"})
    actor_id = ma.fields.UUID(load_default=None)
    since = ma.fields.Date(load_default=None)
    until = ma.fields.Date(load_default=None)
    format = ma.fields.String(load_default="json", validate=OneOf(["json", "csv"]))


class TrailEntrySchema(ma.Schema):
    """An act in the organization."""

    id = ma.fields.UUID(required=True)
    occurred_at = ma.fields.AwareDateTime(required=True)
    action = ma.fields.String(required=True, metadata={"example": "organizations.member.rank"})
    title = ma.fields.String(required=True, metadata={"example": "Role of a member changed"})
    entity = ma.fields.String(required=True, metadata={"example": "membership"})
    entity_id = ma.fields.UUID(required=True, allow_none=True)
    actor_kind = ma.fields.String(required=True, metadata={"enum": _KINDS})
    actor_id = ma.fields.UUID(required=True, allow_none=True)
    actor_name = ma.fields.String(required=True, metadata={"example": "Reem Al-Dosari"})
    details = ma.fields.Dict(keys=ma.fields.String(), required=True, allow_none=True,
                             metadata={"example": {"role": "member"}})
    request_id = ma.fields.UUID(required=True, allow_none=True)
