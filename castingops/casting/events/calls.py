"""What happens to casting calls. Ids and codes only."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class CallSubmitted(Event, frozen=True, kw_only=True):
    """Revision `revision` of a call was sent for review. `kind` is first or change; `owner_id` made the call."""

    name: ClassVar[str] = "casting_call.submitted"
    call_id: UUID
    revision: int
    kind: str
    owner_id: UUID


class CallPublished(Event, frozen=True, kw_only=True):
    """Revision `revision` is what talent see."""

    name: ClassVar[str] = "casting_call.published"
    call_id: UUID
    revision: int
    kind: str


class CallChangesRequested(Event, frozen=True, kw_only=True):
    """Revision `revision` went back to its organization, which may send another."""

    name: ClassVar[str] = "casting_call.changes_requested"
    call_id: UUID
    revision: int


class CallRejected(Event, frozen=True, kw_only=True):
    """Revision `revision` was refused. What was approved before stays visible."""

    name: ClassVar[str] = "casting_call.rejected"
    call_id: UUID
    revision: int


class CallClosed(Event, frozen=True, kw_only=True):
    """Nobody can apply any more. `by` is a `ClosedBy`."""

    name: ClassVar[str] = "casting_call.closed"
    call_id: UUID
    by: str


class CallWithdrawn(Event, frozen=True, kw_only=True):
    """What waited for review does not any more: taken back, or deleted or closed with its call."""

    name: ClassVar[str] = "casting_call.withdrawn"
    call_id: UUID
