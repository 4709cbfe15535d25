"""What the API takes and documents."""
import marshmallow as ma
from marshmallow.validate import Length, OneOf

from castingops.notifications.types import Category, Channel
from castingops.web.fields import Flag
from castingops.web.paging import CursorSchema

_CHANNELS = [str(channel) for channel in Channel]
_CATEGORIES = [str(category) for category in Category]



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


class PreferenceSchema(ma.Schema):
    """Whether messages of a category come by a channel. Where `changeable` is false it is always so."""

    channel = ma.fields.String(required=True, metadata={"enum": _CHANNELS})
    category = ma.fields.String(required=True, metadata={"enum": _CATEGORIES})
    on = ma.fields.Boolean(required=True)
    changeable = ma.fields.Boolean(required=True)


class PreferenceWishSchema(ma.Schema):
    """One choice."""

    channel = ma.fields.String(required=True, validate=OneOf(_CHANNELS))
    category = ma.fields.String(required=True, validate=OneOf(_CATEGORIES))
    on = Flag(required=True)


class PreferencesPatchSchema(ma.Schema):
    """What is to change; the rest stays as it is."""

    changes = ma.fields.List(ma.fields.Nested(PreferenceWishSchema), required=True,
                             validate=Length(min=1, max=len(Channel) * len(Category)), metadata={
                                 "example": [{"channel": "email", "category": "reminder", "on": False}]})


class ReceivedSchema(ma.Schema):
    """That a provider's message was stored; what comes of it follows."""

    status = ma.fields.String(required=True, metadata={"enum": ["received"]})
