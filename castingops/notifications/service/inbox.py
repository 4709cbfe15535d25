"""The inbox of the apps."""
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save
from castingops.notifications import queries
from castingops.notifications.errors import NotificationNotFound
from castingops.notifications.models import Notification


def mark_read(notification_id: UUID, *, actor: Actor) -> Notification:
    """Mark one message of the actor's inbox as read; a second time keeps the first moment.

    Errors: NotificationNotFound, also for a message that was sent by mail alone.
    """
    notification = queries.find_notification(notification_id, actor=actor)
    if notification is None or not notification.in_inbox:
        raise NotificationNotFound
    if notification.read_at is None:
        notification.read_at = clock.now()
        save(notification)
    return notification
