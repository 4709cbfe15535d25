"""The inbox for the apps of talent and hirers."""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.i18n import current_locale
from castingops.core.permissions import PUBLIC
from castingops.notifications import permissions, queries, service
from castingops.notifications.schemas import (
    InboxQuerySchema,
    NotificationSchema,
    PreferenceSchema,
    PreferencesPatchSchema,
    ReceivedSchema,
)
from castingops.notifications.types import Category, Channel
from castingops.web import webhooks
from castingops.web.blueprints import BOTH, ApiBlueprint, success

blueprint = ApiBlueprint("notifications_api", __name__, description="Messages to the signed-in person")


@blueprint.get("/me/notifications", permission=permissions.READ_OWN, audience=BOTH)
@blueprint.arguments(InboxQuerySchema(), location="query")
@blueprint.response(200, NotificationSchema(many=True))
def list_notifications(query: dict[str, Any], *, actor: Actor) -> Response:
    """List your messages, newest first, in the language of the request"""
    page = queries.list_inbox(actor=actor, locale=current_locale(), unread=query["unread"], cursor=query["cursor"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.post("/me/notifications/<uuid:notification_id>/read", permission=permissions.MARK_OWN, audience=BOTH)
@blueprint.response(200, NotificationSchema)
def mark_notification_read(*, actor: Actor, notification_id: UUID) -> Response:
    """Mark a message as read; doing it again changes nothing"""
    notification = service.mark_read(notification_id, actor=actor)
    return success(queries.row_of(notification, current_locale()))


@blueprint.get("/me/notification-preferences", permission=permissions.READ_PREFERENCES, audience=BOTH)
@blueprint.response(200, PreferenceSchema(many=True))
def list_preferences(*, actor: Actor) -> Response:
    """List which messages you get, and by which way"""
    return success(service.list_preferences(actor=actor))


@blueprint.route("/me/notification-preferences", methods=["PATCH"], permission=permissions.CHANGE_PREFERENCES,
                 audience=BOTH, limit="write")
@blueprint.arguments(PreferencesPatchSchema())
@blueprint.response(200, PreferenceSchema(many=True))
def change_preferences(sent: dict[str, Any], *, actor: Actor) -> Response:
    """Choose which messages you get; marketing needs your consent first"""
    wishes = [(Channel(one["channel"]), Category(one["category"]), one["on"]) for one in sent["changes"]]
    return success(service.change_preferences(wishes, actor=actor))


@blueprint.post("/webhooks/sms/unifonic", permission=PUBLIC, audience=BOTH, limit="webhook",
                most_bytes=webhooks.BODY_MAX)
@blueprint.response(200, ReceivedSchema)
def hear_unifonic(*, actor: Actor) -> Response:
    """Take in a delivery report or an answer to a text; for Unifonic, with the secret we share"""
    webhooks.require_secret(current_settings().unifonic_webhook_secret)
    fields = webhooks.fields_of_body()
    message = webhooks.text_of(fields, "MessageID", "messageId")
    word = webhooks.text_of(fields, "DLR", "Status", "status")
    number, text = webhooks.text_of(fields, "From", "from"), webhooks.text_of(fields, "Body", "body")
    if message and word:
        service.receive_report("unifonic", message, word)
    elif number and text:
        service.receive_reply(number, text, actor=actor)
    else:
        raise webhooks.WebhookUnreadable
    return success({"status": "received"})
