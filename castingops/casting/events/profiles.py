"""What happens to talent profiles. Ids and codes only: an event outlives the erasure of a person."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class ProfileSubmitted(Event, frozen=True, kw_only=True):
    """A talent sent revision `revision` for review. `kind` is a `SubmissionKind`."""

    name: ClassVar[str] = "talent_profile.submitted"
    revision: int
    revision_id: UUID
    kind: str


class ProfileApproved(Event, frozen=True, kw_only=True):
    """Revision `revision` was approved and is what the marketplace sees."""

    name: ClassVar[str] = "talent_profile.approved"
    revision: int
    revision_id: UUID


class ProfileChangesRequested(Event, frozen=True, kw_only=True):
    """Revision `revision` went back to the talent, who may send another."""

    name: ClassVar[str] = "talent_profile.changes_requested"
    revision: int
    revision_id: UUID
    reason_code: str


class ProfileRejected(Event, frozen=True, kw_only=True):
    """Revision `revision` was refused. What was approved before stays visible."""

    name: ClassVar[str] = "talent_profile.rejected"
    revision: int
    revision_id: UUID
    reason_code: str


class MinorityStated(Event, frozen=True, kw_only=True):
    """A talent changed their birth date to one that makes them a minor."""

    name: ClassVar[str] = "talent_profile.minority_stated"


class ProfileVisibilityChosen(Event, frozen=True, kw_only=True):
    """A talent chose who may see their profile: public, applied (only where they applied) or hidden."""

    name: ClassVar[str] = "talent_profile.visibility_chosen"
    visibility: str
