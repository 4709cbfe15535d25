"""What happens to cases. Ids only: an event outlives the erasure of a person."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class CaseOpened(Event, frozen=True, kw_only=True):
    name: ClassVar[str] = "moderation.case.opened"
    case_id: UUID
    kind: str


class CaseDecided(Event, frozen=True, kw_only=True):
    name: ClassVar[str] = "moderation.case.decided"
    case_id: UUID
    decision_id: UUID
    kind: str
    entity_id: UUID
    subject_revision: int
    outcome: str
