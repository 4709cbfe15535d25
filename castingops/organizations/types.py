"""Names, bounds and values that the whole feature shares."""
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from castingops.core.messages import N_, Message
from castingops.core.roles import OrgRole

NAME_MAX = 120  # characters, after trimming
SLUG_MIN, SLUG_MAX = 3, 40  # characters
SEATS_DEFAULT = 5  # ORG-1
SEATS_MAX = 100_000
PAGE_MAX = 100  # rows
PAGE_SIZE = 50
EXPORT_MAX = 10_000  # rows
TRANSFER_OPEN = timedelta(days=7)
RESENDS_MAX = 5  # letters for one invitation
INVITATIONS_KEPT = timedelta(days=90)  # after they were made, once they are answered or over

ROLE_TITLES: Mapping[str, Message] = {
    OrgRole.OWNER: N_("Owner"), OrgRole.ADMIN: N_("Administrator"), OrgRole.MEMBER: N_("Member"),
    OrgRole.VIEWER: N_("Viewer")}


class Plan(StrEnum):
    """What an organization pays for. Changed by billing."""

    FREE = "free"
    STARTER = "starter"
    PRO = "pro"
    ENTERPRISE = "enterprise"


PLAN_TITLES: Mapping[str, Message] = {
    Plan.FREE: N_("Free"), Plan.STARTER: N_("Starter"), Plan.PRO: N_("Pro"), Plan.ENTERPRISE: N_("Enterprise")}


class OrgState(StrEnum):
    """closing: its owner has asked for deletion, and may take that back until the grace period is over."""

    ACTIVE = "active"
    CLOSING = "closing"
    CLOSED = "closed"


STATE_TITLES: Mapping[str, Message] = {
    OrgState.ACTIVE: N_("Active"), OrgState.CLOSING: N_("Being deleted"), OrgState.CLOSED: N_("Deleted")}


class InvitationState(StrEnum):
    """`open` counts until `expires_at`; the sweep then calls it `expired`."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"
    EXPIRED = "expired"


INVITATION_TITLES: Mapping[str, Message] = {
    InvitationState.OPEN: N_("Open"), InvitationState.ACCEPTED: N_("Accepted"),
    InvitationState.DECLINED: N_("Declined"), InvitationState.REVOKED: N_("Taken back"),
    InvitationState.EXPIRED: N_("Expired")}


class TransferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Membership(Struct, frozen=True):
    """What the guard needs of a membership, in the order of the look-up. `stamp` names the state it was read from."""

    role: str
    stamp: UUID
    state: str


class MyOrganization(Struct, frozen=True):
    """One's own membership as a list shows it, in the order of the look-up."""

    id: UUID
    membership_id: UUID
    name_ar: str
    name_en: str
    slug: str
    plan: str
    state: str
    closes_at: datetime | None
    role: str
    accepted_at: datetime
    is_current: bool


class OrganizationView(Struct, frozen=True, kw_only=True):
    """An organization as its members see it."""

    id: UUID
    name_ar: str
    name_en: str
    slug: str
    plan: str
    seats: int
    settings: dict[str, Any]
    legal_name: str | None
    vat_number: str | None
    state: str
    closes_at: datetime | None
    created_at: datetime
    version: int
    role: str  # the reader's own


class OrganizationDraft(Struct, frozen=True, kw_only=True):
    """What somebody wants an organization to be called, checked."""

    name_ar: str
    name_en: str
    slug: str
    slug_key: str

    @property
    def words(self) -> dict[str, str]:
        """For the trail."""
        return {"name_ar": self.name_ar, "name_en": self.name_en, "slug": self.slug}
