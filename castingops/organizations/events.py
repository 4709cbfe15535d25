"""What happens to organizations and their members. Ids and ranks only: an event outlives the erasure of a person."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class OrganizationCreated(Event, frozen=True, kw_only=True):
    """`org_id` is the new organization, `user_id` its first owner."""

    name: ClassVar[str] = "organization.created"
    user_id: UUID


class OrganizationClosing(Event, frozen=True, kw_only=True):
    """Its deletion was asked for; it ends when the grace period does."""

    name: ClassVar[str] = "organization.closing"


class OrganizationRestored(Event, frozen=True, kw_only=True):
    """Its deletion was taken back."""

    name: ClassVar[str] = "organization.restored"


class OrganizationClosed(Event, frozen=True, kw_only=True):
    """It is over; nobody is a member any more."""

    name: ClassVar[str] = "organization.closed"


class MembershipCreated(Event, frozen=True, kw_only=True):
    name: ClassVar[str] = "membership.created"
    user_id: UUID
    role: str


class MembershipRoleChanged(Event, frozen=True, kw_only=True):
    name: ClassVar[str] = "membership.role_changed"
    user_id: UUID
    role: str
    before: str


class MembershipRemoved(Event, frozen=True, kw_only=True):
    """`left`: by the member themselves."""

    name: ClassVar[str] = "membership.removed"
    user_id: UUID
    role: str
    left: bool


class TransferOffered(Event, frozen=True, kw_only=True):
    """An owner offers the organization to the member `user_id`."""

    name: ClassVar[str] = "organization.transfer_offered"
    user_id: UUID
