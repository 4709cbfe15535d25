"""What the directory has said of a person: exported and erased by label."""
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.core.privacy import erase_where, labels
from castingops.directory.models import DirectoryMembership, DirectoryMessage, DirectoryPerson
from castingops.directory.types import Standing

_UNTOLD = {"credential", "registration"}  # sealed, hashed: what they say stands in the other columns


def export(subject_id: UUID, *, actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """What was kept of what the directory said of this person, by table; for staff and system."""
    actor.entering(subject_id)
    found: dict[str, list[dict[str, Any]]] = {}
    for model in (DirectoryPerson, DirectoryMessage):
        names = [name for name, label in labels(model).items() if label.category not in _UNTOLD]
        rows = session().execute(select(*(getattr(model, name) for name in names))
                                 .where(model.subject_id == subject_id).order_by(model.id))
        found[model.__tablename__] = [dict(row) for row in rows.mappings()]
    return found


def erase(subject_id: UUID, *, actor: Actor) -> None:
    """Forget what the directory said of this person. Their id over there stays, and that they are gone: else the next
    message about them would make them anew. Runs as staff or system."""
    actor.entering(subject_id)
    refs = select(DirectoryPerson.ref).where(DirectoryPerson.subject_id == subject_id).scalar_subquery()
    session().execute(delete(DirectoryMembership).where(DirectoryMembership.user_ref.in_(refs)))
    session().execute(erase_where(DirectoryMessage, DirectoryMessage.subject_id == subject_id))
    session().execute(update(DirectoryPerson).where(DirectoryPerson.subject_id == subject_id).values(
        standing=Standing.GONE, reason=None, email=None, name=None, token_hash=None, expires_at=None))
