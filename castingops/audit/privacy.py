"""What the trail holds of a person. Payloads go with an erasure; that there was an act, and an erasure, stays."""
from typing import Any
from uuid import UUID

from castingops.audit import queries
from castingops.audit.service import record
from castingops.audit.verifier import ERASE
from castingops.core.actor import Actor
from castingops.core.db import entered
from castingops.core.privacy import Purpose


def export(subject_id: UUID) -> list[dict[str, Any]]:
    """Every entry about the person or by them, oldest first, with what is left of its payload.

    Of acts by others about the person, who acted and from where is the other's and stays out (PDPL art. 9).
    """
    return [_exported(row._mapping, subject_id) for row in queries.list_of_person(subject_id)]


def _exported(row: Any, subject_id: UUID) -> dict[str, Any]:
    own, payload = row["actor_id"] == subject_id, row["payload"] or {}
    shown = payload if own else {"details": payload.get("details")}
    kept = ("id", "occurred_at", "action", "entity_kind", "purpose", "actor_kind")
    return {**{name: row[name] for name in kept}, **{name: shown.get(name) for name in ("ip", "user_agent", "details")}}


def erase(subject_id: UUID, *, actor: Actor) -> int:
    """Delete the payloads about the person, and of what they did themselves; returns how many.

    The erasure is an entry of its own that lists them, so that the trail goes on to verify without them. Once they are
    gone nothing of them can be read from the trail, nor guessed from a commitment: the salt went too. What the person
    did as staff stays: others may ask who decided. Errors: NotFound unless staff or system.
    """
    with entered(actor, subject_id) as inside:
        listed = queries.list_entries_to_erase(subject_id)
        if not listed:
            return 0
        erasure = record(ERASE, actor=inside, entity="subject", entity_id=subject_id, subject_id=subject_id,
                         purpose=Purpose.LEGAL, details={"entries": listed})
        return queries.erase_payloads(erasure)
