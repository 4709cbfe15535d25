"""What the API of open sign-ins and of one's address takes and documents."""
import marshmallow as ma
from marshmallow.validate import Length


class DeviceSchema(ma.Schema):
    """As their makers call them; empty for what is not known."""

    program = ma.fields.String(required=True)
    system = ma.fields.String(required=True)


class OpenSessionSchema(ma.Schema):
    """A sign-in that is open. `network` is the neighbourhood of its address; null when that says nothing."""

    id = ma.fields.UUID(required=True)
    device = ma.fields.Nested(DeviceSchema, required=True)
    network = ma.fields.String(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    last_used_at = ma.fields.AwareDateTime(required=True)
    current = ma.fields.Boolean(required=True, metadata={"description": "the sign-in that asks"})


class SessionsEndedSchema(ma.Schema):
    ended = ma.fields.Integer(required=True, metadata={"description": "how many sign-ins ended"})


class EmailChangeSchema(ma.Schema):
    email = ma.fields.String(required=True, validate=Length(max=1_000), metadata={"format": "email"})


class EmailTokenSchema(ma.Schema):
    """The token is the last part of the link in the letter."""

    token = ma.fields.String(required=True, validate=Length(max=1_000))


class EmailChangedSchema(ma.Schema):
    status = ma.fields.String(required=True, metadata={"enum": ["email_changed", "email_restored"]})
