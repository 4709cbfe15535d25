"""What media holds of a person: exported with addresses of the pictures, erased with their files."""
from typing import Any
from uuid import UUID

from sqlalchemy import select

from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.core.outbox import publish
from castingops.core.privacy import erase_where
from castingops.media.events import PhotosErased
from castingops.media.models import PhotoRow


def export(subject_id: UUID, *, actor: Actor) -> list[dict[str, Any]]:
    """Every photo of this person, removed ones too: facts of each, and its key in storage."""
    actor.entering(subject_id)
    rows = session().scalars(select(PhotoRow).where(PhotoRow.subject_id == subject_id).order_by(PhotoRow.id))
    return [{"id": row.id, "kind": row.kind, "status": row.status, "width": row.width, "height": row.height,
             "sha256": row.sha256, "created_at": row.created_at,
             "removed_at": row.removed_at, "taken_down_at": row.taken_down_at} for row in rows]


def erase(subject_id: UUID, *, actor: Actor) -> None:
    """Destroy this person's photos; the files go right after the commit. Call it inside the subject."""
    actor.entering(subject_id)
    gone = list(session().scalars(select(PhotoRow.id).where(PhotoRow.subject_id == subject_id)))
    session().execute(erase_where(PhotoRow, PhotoRow.subject_id == subject_id))
    if gone:
        publish(PhotosErased(subject_id=subject_id, photo_ids=gone))
