"""What the API of mobile numbers takes and documents."""
import marshmallow as ma
from marshmallow.validate import Length


class PhoneSchema(ma.Schema):
    """One's own number, and the one being proved. Numbers are in E.164; `shown` is how people write it."""

    number = ma.fields.String(required=True, allow_none=True, metadata={"example": "+966512345678"})
    shown = ma.fields.String(required=True, allow_none=True, metadata={"example": "051 234 5678"})
    verified_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    pending_number = ma.fields.String(required=True, allow_none=True, metadata={"example": "+966512345679"})
    pending_until = ma.fields.AwareDateTime(required=True, allow_none=True)


class PhonePutSchema(ma.Schema):
    """A mobile number as people write it; digits of any script."""

    number = ma.fields.String(required=True, validate=Length(max=100), metadata={"example": "0512345678"})


class PhoneCodeSchema(ma.Schema):
    """The code that was sent to the number."""

    code = ma.fields.String(required=True, validate=Length(max=100), metadata={"example": "483920"})
