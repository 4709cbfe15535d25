"""What consent holds of a person. It is proof: exported like anything else, kept after an erasure."""
from typing import Any
from uuid import UUID

from sqlalchemy import select

from castingops.consent.models import ConsentEvent
from castingops.core.actor import Actor
from castingops.core.db import entered, session
from castingops.core.privacy import labels


def export(person_id: UUID, *, actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """Every consent event of this person, oldest first."""
    columns = [getattr(ConsentEvent, name) for name in labels(ConsentEvent)]
    with entered(actor, person_id):
        mine = select(*columns).where(ConsentEvent.subject_id == person_id).order_by(ConsentEvent.id)
        return {"consent_events": [dict(row) for row in session().execute(mine).mappings()]}


def erase(person_id: UUID, *, actor: Actor) -> None:
    """Nothing goes: who must be able to prove a consent may keep its proof (PDPL art. 18, retention label)."""
