"""What the API of Nafath takes and documents."""
import marshmallow as ma
from marshmallow.validate import Length

from castingops.identity.types.nafath import Attempt, Failure


class NafathStartSchema(ma.Schema):
    """A national ID or iqama number, digits of any script. Kept for as long as the request lives, sealed."""

    national_id = ma.fields.String(required=True, validate=Length(max=64), metadata={"example": "1000000008"})


class NafathAttemptSchema(ma.Schema):
    """A request to the person's Nafath app. While `pending`, show `number`: they compare it and approve."""

    state = ma.fields.String(required=True, metadata={"enum": [str(state) for state in Attempt]})
    reason = ma.fields.String(required=True, allow_none=True, metadata={
        "enum": [*(str(reason) for reason in Failure), None], "description": "Why it failed; null otherwise."})
    number = ma.fields.String(required=True, allow_none=True, metadata={"example": "42"})
    expires_at = ma.fields.AwareDateTime(required=True)


class NafathSchema(ma.Schema):
    """Whether one's identity is verified, and the latest attempt. Ask again while `ask_again_seconds` is there."""

    verified = ma.fields.Boolean(required=True)
    verified_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    verified_until = ma.fields.AwareDateTime(required=True, allow_none=True)
    attempt = ma.fields.Nested(NafathAttemptSchema, required=True, allow_none=True)
    ask_again_seconds = ma.fields.Integer(required=True, allow_none=True)


class NafathHeardSchema(ma.Schema):
    """That a provider's message was taken in, whatever it comes to."""

    status = ma.fields.String(required=True, metadata={"enum": ["received"]})
