"""What the API takes and documents."""
import marshmallow as ma

from castingops.web.paging import CursorSchema


class NotificationSchema(ma.Schema):
    """A message in the language of the request. Documents lists, which msgspec writes."""

    id = ma.fields.UUID(required=True)
    template = ma.fields.String(required=True, metadata={
        "description": "What kind of message it is; stable.", "example": "moderation.decision.approved"})
    subject = ma.fields.String(required=True)
    body = ma.fields.String(required=True, metadata={"description": "Paragraphs are parted by empty lines."})
    created_at = ma.fields.AwareDateTime(required=True)
    read_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class InboxQuerySchema(CursorSchema):
    """Which part of the inbox."""

    unread = ma.fields.Boolean(load_default=False, metadata={"description": "Only what was not read yet."})
