"""The inbox for the apps of talent and hirers."""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.core.i18n import current_locale
from castingops.notifications import permissions, queries, service
from castingops.notifications.schemas import InboxQuerySchema, NotificationSchema
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
