"""What notifications hold of a person: exported and erased by label."""
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.core.privacy import erase_where, labels
from castingops.notifications.models import EmailMessage, Notification


def export(subject_id: UUID, *, actor: Actor) -> list[dict[str, Any]]:
    """Every message to this person in both languages, when it was sent and read."""
    actor.entering(subject_id)
    names = ("template", "created_at", *labels(Notification))
    columns = [getattr(Notification, name) for name in names]
    rows = session().execute(select(*columns).where(Notification.subject_id == subject_id).order_by(Notification.id))
    return [dict(row) for row in rows.mappings()]


def erase(subject_id: UUID, *, actor: Actor) -> None:
    """Destroy every message to this person, sent or waiting. Call it inside the subject."""
    actor.entering(subject_id)
    session().execute(delete(EmailMessage).where(EmailMessage.subject_id == subject_id))
    session().execute(erase_where(Notification, Notification.subject_id == subject_id))
