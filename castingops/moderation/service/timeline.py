"""The timeline of a case, and what a conflict tells: the base that the other services stand on."""
from datetime import datetime
from typing import Any
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import add_row, save
from castingops.core.ids import new_id
from castingops.moderation.models import Case, CaseEvent
from castingops.moderation.types import CaseEventKind


def add_event(case: Case, kind: CaseEventKind, *, actor: Actor, **data: Any) -> None:
    """Append a line to the case's timeline; `data` holds codes and ids."""
    line = {"case_id": case.id, "kind": kind, "actor_id": actor.user_id, "data": data, "created_at": clock.now()}
    if not add_row("case_events", {"id": new_id(), **line}):
        save(CaseEvent(**line))


def verdict_details(by: UUID | None, at: datetime | None, outcome: str | None) -> dict[str, Any]:
    """Who decided, when and how: what a conflict tells."""
    return {"decided_by": by, "decided_at": at, "outcome": outcome}
