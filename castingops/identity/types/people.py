"""Staff accounts and the reviews of their access; accounts of the apps as support sees them."""
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from castingops.core.messages import N_, Message
from castingops.core.roles import StaffRole

STAFF_PAGE = 50
STAFF_EXPORT_MAX = 20_000  # accounts in one file
WORDS_MAX = 5  # of a search
SHOWN_FOR = timedelta(hours=1)  # how long a contact can be read after its showing was approved
INVITE_LIVES = timedelta(days=3)  # the link by which a new colleague chooses a password

# Who holds these answers for people's data, moves money or lets others in: compliance agrees to each (matrix, "Grant").
TRUSTED = frozenset({StaffRole.COMPLIANCE_OFFICER, StaffRole.FINANCE, StaffRole.ADMIN})


class StaffAct(StrEnum):
    """What is proposed about a staff account: the names of the kinds of proposal."""

    CREATE = "identity.staff.create"
    CREATE_TRUSTED = "identity.staff.create_trusted"
    GRANT = "identity.staff.grant"
    GRANT_TRUSTED = "identity.staff.grant_trusted"
    REVOKE = "identity.staff.revoke"
    DISABLE = "identity.staff.disable"
    ENABLE = "identity.staff.enable"
    RESET_MFA = "identity.staff.reset_mfa"


UNMASK = "identity.person.unmask"


class StaffState(StrEnum):
    """The staff list's filter."""

    ACTIVE = "active"
    DISABLED = "disabled"
    ALL = "all"


STAFF_STATES: Mapping[str, Message] = {StaffState.ACTIVE: N_("Active"), StaffState.DISABLED: N_("Disabled")}


class StaffFilter(Struct, frozen=True):
    """Which staff accounts are listed; words are folded."""

    state: StaffState = StaffState.ACTIVE
    role: str = ""
    words: tuple[str, ...] = ()


class StaffRow(Struct, frozen=True):
    """A staff account as lists show it, in the order of the select."""

    user_id: UUID
    email: str | None
    display_name: str
    sort_name: str
    status: str
    locale: str
    created_at: datetime
    version: int
    roles: list[str]
    last_seen: datetime | None
    has_factor: bool


class GrantRow(Struct, frozen=True):
    """A role that someone holds, by whom and since when."""

    role: str
    granted_at: datetime
    granted_by: UUID | None  # None: an operator's command or the house's directory
    approved_by: UUID | None
    proposal_id: UUID | None


class Verdict(StrEnum):
    """What a review of someone's access came to."""

    KEEP = "keep"  # they still need what they have
    CHANGE = "change"  # they do not: it was proposed to take a role away or to disable the account


VERDICTS: Mapping[str, Message] = {Verdict.KEEP: N_("Access confirmed"), Verdict.CHANGE: N_("Change proposed")}


class MarkRow(Struct, frozen=True):
    """A mark of this quarter's review. `roles` are those that were looked at: another role asks for a new look."""

    user_id: UUID
    verdict: str
    roles: list[str]
    marked_by: UUID
    marked_at: datetime
    note: str | None


class ReviewProgress(Struct, frozen=True):
    """How far a quarter's review is."""

    quarter: str
    done: int
    total: int


class PersonRow(Struct, frozen=True):
    """An account of an app as support sees it; what identifies is masked by the page."""

    user_id: UUID
    email: str | None
    display_name: str
    status: str
    locale: str
    restriction: str | None
    restricted_until: datetime | None
    created_at: datetime
    roles: list[str]
    sign_ins: int
    last_used: datetime | None
    has_factor: bool
