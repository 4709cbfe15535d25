"""Names, bounds and values that the whole feature shares."""
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from castingops.core.messages import N_, NP_, Message
from castingops.core.roles import OrgRole

NAME_MAX = 120  # characters, after trimming
SLUG_MIN, SLUG_MAX = 3, 40  # characters
SEATS_DEFAULT = 5  # ORG-1
SEATS_MAX = 100_000
PAGE_MAX = 100  # rows
PAGE_SIZE = 50
MINE_MAX = 1_000  # organizations of one person, where all are looked through
EXPORT_MAX = 10_000  # rows
TRANSFER_OPEN = timedelta(days=7)
RESENDS_MAX = 5  # letters for one invitation
SECRET_MIN, SECRET_MAX = 8, 4_096  # characters of a credential
ENDPOINTS_MAX = 10  # of one organization
SECRET_OVERLAP = timedelta(hours=24)  # in which the secret before still signs beside the new one
AT_ONCE = 3  # deliveries of one organization under way: a slow receiver keeps nobody else waiting
SEND_LEASE = timedelta(minutes=2)  # then a delivery that nobody finished is anybody's again
ANSWER_KEPT = 1_024  # characters of a receiver's answer
FAILURES_MAX = 5  # deliveries given up in a row: then the address is switched off
DELIVERIES_KEPT = timedelta(days=30)
REASON_MAX = 500  # characters of why staff do something with an organization
SHOWN = 4  # last characters that a list shows
SHOWN_OF_MIN = 16  # characters: of a shorter secret four would give too much away
INVITATIONS_KEPT = timedelta(days=90)  # after they were made, once they are answered or over

ROLE_TITLES: Mapping[str, Message] = {
    OrgRole.OWNER: NP_("organization role", "Owner"), OrgRole.ADMIN: NP_("organization role", "Administrator"),
    OrgRole.MEMBER: NP_("organization role", "Member"), OrgRole.VIEWER: NP_("organization role", "Viewer")}


class Plan(StrEnum):
    """What an organization pays for. Changed by billing."""

    FREE = "free"
    STARTER = "starter"
    PRO = "pro"
    ENTERPRISE = "enterprise"


PLAN_TITLES: Mapping[str, Message] = {
    Plan.FREE: NP_("plan", "Free"), Plan.STARTER: NP_("plan", "Starter"), Plan.PRO: NP_("plan", "Pro"),
    Plan.ENTERPRISE: NP_("plan", "Enterprise")}


class OrgState(StrEnum):
    """closing: its owner has asked for deletion, and may take that back until the grace period is over."""

    ACTIVE = "active"
    CLOSING = "closing"
    CLOSED = "closed"


STATE_TITLES: Mapping[str, Message] = {
    OrgState.ACTIVE: NP_("organization", "Active"), OrgState.CLOSING: NP_("organization", "Being deleted"),
    OrgState.CLOSED: NP_("organization", "Deleted")}

STATE_TONES: Mapping[str, tuple[str, str]] = {
    OrgState.ACTIVE: ("good", "check"), OrgState.CLOSING: ("warn", "clock"), OrgState.CLOSED: ("quiet", "x")}
EVENT_TITLES: Mapping[str, Message] = {
    "state": N_("State"), "plan": N_("Plan"), "seats": N_("Seats"), "owner": NP_("organization role", "Owner")}


def step(kind: str, after: str) -> Message | str:
    """What a step of an organization's life led to, in words; of an owner only that there is another."""
    known = {"state": STATE_TITLES, "plan": PLAN_TITLES}.get(kind, {})
    return known.get(after, N_("Another member") if kind == "owner" else after)


class InvitationState(StrEnum):
    """`open` counts until `expires_at`; the sweep then calls it `expired`."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"
    EXPIRED = "expired"


INVITATION_TITLES: Mapping[str, Message] = {
    InvitationState.OPEN: NP_("invitation", "Open"), InvitationState.ACCEPTED: NP_("invitation", "Accepted"),
    InvitationState.DECLINED: NP_("invitation", "Declined"),
    InvitationState.REVOKED: NP_("invitation", "Taken back"),
    InvitationState.EXPIRED: NP_("invitation", "Expired")}


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


class MemberView(Struct, frozen=True, kw_only=True):
    """A member as others see one; the e-mail is for who manages members."""

    user_id: UUID
    membership_id: UUID
    name: str
    email: str | None
    role: str
    invited_by: UUID | None
    invited_at: datetime
    accepted_at: datetime


class TransferView(Struct, frozen=True, kw_only=True):
    """An offer that waits for an answer."""

    from_user: UUID
    to_user: UUID
    created_at: datetime
    expires_at: datetime


class CredentialRow(Struct, frozen=True):
    """A credential as lists show it, in the order of the select. `masked` is all of the secret that anybody sees."""

    id: UUID
    name: str
    provider: str
    masked: str
    version: int
    created_at: datetime
    rotated_at: datetime | None
    last_used_at: datetime | None


class Resealed(Struct, frozen=True):
    """One organization's secrets after a change of the master key: how many are under the new one, how many open under
    none."""

    org_id: UUID
    done: int
    broken: int


class EndpointState(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


class DisabledFor(StrEnum):
    """Why nothing is sent to an address: asked for, or the receiver says 410, or keeps failing, or staff said so."""

    ASKED = "asked"
    GONE = "gone"
    FAILING = "failing"
    HOUSE = "house"


DISABLED_TITLES: Mapping[str, Message] = {
    DisabledFor.ASKED: N_("Switched off by the organization"), DisabledFor.GONE: N_("The receiver said it is gone"),
    DisabledFor.FAILING: N_("Failed again and again"), DisabledFor.HOUSE: N_("Switched off by us")}


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


DELIVERY_TITLES: Mapping[str, Message] = {
    DeliveryState.PENDING: NP_("delivery", "On its way"), DeliveryState.DELIVERED: NP_("delivery", "Delivered"),
    DeliveryState.FAILED: NP_("delivery", "Failed")}


class EndpointRow(Struct, frozen=True):
    """An address that events are sent to, in the order of the select. Its secret is not among it."""

    id: UUID
    url: str
    description: str
    types: list[str]
    state: str
    disabled_for: str | None
    credential_id: UUID | None
    failures: int
    last_delivered_at: datetime | None
    created_at: datetime
    version: int


class DeliveryRow(Struct, frozen=True):
    """One event on its way to one address, in the order of the select."""

    id: UUID
    message_id: UUID
    type: str
    state: str
    tries: int
    next_at: datetime | None
    created_at: datetime
    settled_at: datetime | None
    status: int | None  # HTTP, of the last try
    outcome: str | None
    milliseconds: int | None
    answer: str | None
    replay_of: UUID | None
