"""Names, bounds and values that the whole feature shares."""
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from castingops.core.messages import N_, NP_, Message
from castingops.core.roles import OrgRole

PAGE_SIZE = 50
EXPORT_MAX = 10_000  # rows
CODE_LIVES = timedelta(days=14)
REF_MAX = 120  # characters of an id over there
LETTERS_MAX = 5  # to one address
STAMP_END = 2**53  # milliseconds, as JSON's numbers end

USER_TYPES = ("user.created", "user.updated", "user.deleted")
MEMBERSHIP_TYPES = ("organizationMembership.created", "organizationMembership.updated",
                    "organizationMembership.deleted")
ORGANIZATION_TYPES = ("organization.created",)
KNOWN_TYPES = (*USER_TYPES, *ORGANIZATION_TYPES, *MEMBERSHIP_TYPES)

ROLES: Mapping[str, OrgRole] = {  # what a role over there is here; whoever made an organization there owns it here
    "org:admin": OrgRole.ADMIN, "admin": OrgRole.ADMIN, "org:member": OrgRole.MEMBER, "basic_member": OrgRole.MEMBER}


class MessageState(StrEnum):
    """Where a message stands. `parked`: nobody but a person can say what is to become of it."""

    WAITING = "waiting"
    APPLIED = "applied"
    PARKED = "parked"
    DISMISSED = "dismissed"


MESSAGE_TITLES: Mapping[str, Message] = {
    MessageState.WAITING: NP_("directory", "Waiting"), MessageState.APPLIED: NP_("directory", "Done"),
    MessageState.PARKED: NP_("directory", "Needs a look"), MessageState.DISMISSED: NP_("directory", "Set aside")}
MESSAGE_TONES: Mapping[str, tuple[str, str]] = {
    MessageState.WAITING: ("accent", "clock"), MessageState.APPLIED: ("good", "check"),
    MessageState.PARKED: ("warn", "alert-circle"), MessageState.DISMISSED: ("quiet", "x")}


class Standing(StrEnum):
    """How far a person, an organization or a membership over there has become one here."""

    HELD = "held"  # a reason says why
    INVITED = "invited"
    JOINED = "joined"
    GONE = "gone"


STANDING_TITLES: Mapping[str, Message] = {
    Standing.HELD: NP_("directory", "Not yet"), Standing.INVITED: NP_("directory", "Invited"),
    Standing.JOINED: NP_("directory", "Here"), Standing.GONE: NP_("directory", "Gone over there")}


class Why(StrEnum):
    """Why something is parked or held."""

    UNKNOWN_TYPE = "unknown_type"
    OTHER_INSTANCE = "other_instance"
    UNREADABLE = "unreadable"
    EMAIL_UNVERIFIED = "email_unverified"
    EMAIL_UNFIT = "email_unfit"
    LAPSED = "lapsed"
    WAITS_FOR_PERSON = "waits_for_person"
    WAITS_FOR_ORGANIZATION = "waits_for_organization"
    WAITS_FOR_OWNER = "waits_for_owner"
    ROLE_UNKNOWN = "role_unknown"
    NAME_UNFIT = "name_unfit"
    SEATS = "seats"
    CLOSING = "closing"
    LAST_OWNER = "last_owner"


REASONS: Mapping[str, Message] = {
    Why.UNKNOWN_TYPE: N_("Nothing here follows from messages of this type."),
    Why.OTHER_INSTANCE: N_("It is from another instance of the directory than the one we follow."),
    Why.UNREADABLE: N_("It lacks something that messages of its type have."),
    Why.EMAIL_UNVERIFIED: N_("The directory has not verified an e-mail address of theirs."),
    Why.EMAIL_UNFIT: N_("Their e-mail address cannot be used here."),
    Why.LAPSED: N_("They did not join in time. The next change over there invites them anew."),
    Why.WAITS_FOR_PERSON: N_("The person has not joined yet."),
    Why.WAITS_FOR_ORGANIZATION: N_("The organization is not here yet."),
    Why.WAITS_FOR_OWNER: N_("Whoever made it over there has not joined yet, and nobody else can own it."),
    Why.ROLE_UNKNOWN: N_("Their role over there is none that we know."),
    Why.NAME_UNFIT: N_("Its name cannot be used here."),
    Why.SEATS: N_("All seats of the organization are taken."),
    Why.CLOSING: N_("The organization is being deleted here."),
    Why.LAST_OWNER: N_("They are the only owner here. Somebody else has to own it first.")}


class Claimed(Struct, frozen=True, kw_only=True):
    """What a person over there is, as one message says it. `stamp` is in milliseconds since 1970, over there."""

    ref: str
    stamp: int
    deleted: bool = False
    email: str | None = None  # the primary one
    verified: bool = False
    name: str = ""


class Founded(Struct, frozen=True, kw_only=True):
    """What an organization over there is, as one message says it."""

    ref: str
    stamp: int
    name: str
    slug: str | None
    creator: str


class Belonging(Struct, frozen=True, kw_only=True):
    """That a person over there belongs to an organization, as one message says it."""

    user: str
    organization: str
    stamp: int
    role: str
    deleted: bool = False


Change = Claimed | Founded | Belonging


class MessageRow(Struct, frozen=True):
    """A message as lists show it, in the order of the columns."""

    id: UUID
    message_id: str
    type: str
    user_ref: str | None
    org_ref: str | None
    state: str
    reason: str | None
    received_at: datetime
    settled_at: datetime | None
    settled_by: UUID | None


class MessageFilter(Struct, frozen=True):
    """Which messages: `state` empty for all, `about` an id over there or of a message."""

    state: str = ""
    type: str = ""
    about: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether more than a tab was chosen."""
        return bool(self.type or self.about)
