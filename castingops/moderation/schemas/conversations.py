"""What the API of messages on a case takes and documents."""
import marshmallow as ma

from castingops.moderation.types.conversations import MESSAGE_MAX


class NewMessageSchema(ma.Schema):
    """An answer to us."""

    text = ma.fields.String(required=True, metadata={"maxLength": MESSAGE_MAX})


class CaseMessageSchema(ma.Schema):
    """One message on your case. Ours never say who wrote them."""

    id = ma.fields.UUID(required=True)
    sender = ma.fields.String(required=True, metadata={"enum": ["staff", "person"]})
    body = ma.fields.String(required=True, metadata={"description": "Paragraphs are parted by empty lines."})
    created_at = ma.fields.AwareDateTime(required=True)
