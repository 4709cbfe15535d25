"""What happens to applications, as both sides may know it. Ids and what talent read; never what only a hirer thinks."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class ApplicationCreated(Event, frozen=True, kw_only=True):
    """Somebody applied to a role; `minor` on that day."""

    name: ClassVar[str] = "application.created"
    application_id: UUID
    call_id: UUID
    role_id: UUID
    minor: bool


class ApplicationViewed(Event, frozen=True, kw_only=True):
    """Its hirer looked at it for the first time."""

    name: ClassVar[str] = "application.viewed"
    application_id: UUID
    call_id: UUID
    role_id: UUID
    applicant_id: UUID


class ApplicationMoved(Event, frozen=True, kw_only=True):
    """What talent read of it changed. `status` and `before` are `PublicStatus`es."""

    name: ClassVar[str] = "application.status_changed"
    application_id: UUID
    call_id: UUID
    role_id: UUID
    applicant_id: UUID
    status: str
    before: str
