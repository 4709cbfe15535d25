"""What notifications hold of a person: exported and erased by label."""
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.core.privacy import erase_where, labels
from castingops.notifications.models import EmailMessage, Notification, NotificationPreference, SmsMessage


def export(subject_id: UUID, *, actor: Actor) -> list[dict[str, Any]]:
    """Every message to this person in both languages, when it was sent and read; what they chose to be told."""
    actor.entering(subject_id)
    return [row for model, plain in ((Notification, ("template", "created_at")), (NotificationPreference, ()))
            for row in _rows(model, (*plain, *labels(model)), subject_id)]


def erase(subject_id: UUID, *, actor: Actor) -> None:
    """Destroy every message to this person, sent or waiting, and their choices. Call it inside the subject.

    That an address said stop is kept, as a digest of it that leads to nobody.
    """
    actor.entering(subject_id)
    for waiting in (EmailMessage, SmsMessage):
        session().execute(delete(waiting).where(waiting.subject_id == subject_id))
    for model in (Notification, NotificationPreference):
        session().execute(erase_where(model, model.subject_id == subject_id))


def _rows(model: Any, names: tuple[str, ...], subject_id: UUID) -> list[dict[str, Any]]:
    columns = [getattr(model, name) for name in names]
    rows = session().execute(select(*columns).where(model.subject_id == subject_id).order_by(model.id))
    return [dict(row) for row in rows.mappings()]
