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
    override_of: UUID | None = None


class DecisionProposed(Event, frozen=True, kw_only=True):
    """A decision waits: for a second person (`needs_second`), else for the end of its undo window."""

    name: ClassVar[str] = "moderation.decision.proposed"
    case_id: UUID
    decision_id: UUID
    needs_second: bool


class DecisionCancelled(Event, frozen=True, kw_only=True):
    """A decision was undone or not approved before it had any effect; `state` says which."""

    name: ClassVar[str] = "moderation.decision.cancelled"
    case_id: UUID
    decision_id: UUID
    state: str


class DecisionFailed(Event, frozen=True, kw_only=True):
    """A decision could not take effect, and its case is open again. `failure` is a code."""

    name: ClassVar[str] = "moderation.decision.failed"
    case_id: UUID
    decision_id: UUID
    failure: str


class RoutingChanged(Event, frozen=True, kw_only=True):
    """A queue or its rule changed: undecided cases follow."""

    name: ClassVar[str] = "moderation.routing.changed"
    queue_id: UUID


class HolidaysChanged(Event, frozen=True, kw_only=True):
    """Days between these two are off or no longer; ISO dates. Due times follow."""

    name: ClassVar[str] = "moderation.holidays.changed"
    first: str
    last: str


class ReportReceived(Event, frozen=True, kw_only=True):
    """Somebody reported something; the event's subject is the reporter."""

    name: ClassVar[str] = "moderation.report.received"
    report_id: UUID


class ReportDecided(Event, frozen=True, kw_only=True):
    """What a report was about is decided; the event's subject is the reporter."""

    name: ClassVar[str] = "moderation.report.decided"
    report_id: UUID
    outcome: str
    overturned: bool = False


class AppealReceived(Event, frozen=True, kw_only=True):
    """Somebody appealed a decision about them; the event's subject is who did."""

    name: ClassVar[str] = "moderation.appeal.received"
    appeal_id: UUID


class PhotoRemovalDecided(Event, frozen=True, kw_only=True):
    """A decision that is in effect removed this photo."""

    name: ClassVar[str] = "moderation.photo.removal_decided"
    queue: ClassVar[str] = "media"
    decision_id: UUID
    photo_id: UUID


class CaseReplied(Event, frozen=True, kw_only=True):
    """The person wrote about their case."""

    name: ClassVar[str] = "moderation.case.replied"
    case_id: UUID
    message_id: UUID
