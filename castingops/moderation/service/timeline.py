"""The timeline of a case, and what a conflict tells: the base that the other services stand on."""
from datetime import datetime
from typing import Any
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save
from castingops.moderation.models import Case, CaseEvent
from castingops.moderation.types import CaseEventKind


def add_event(case: Case, kind: CaseEventKind, *, actor: Actor, **data: Any) -> None:
    """Append a line to the case's timeline; `data` holds codes and ids."""
    save(CaseEvent(case_id=case.id, kind=kind, actor_id=actor.user_id, data=data, created_at=clock.now()))


def verdict_details(by: UUID | None, at: datetime | None, outcome: str | None) -> dict[str, Any]:
    """Who decided, when and how: what a conflict tells."""
    return {"decided_by": by, "decided_at": at, "outcome": outcome}
