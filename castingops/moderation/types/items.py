"""Compliance items: what blocks a person until somebody has looked into it (MOD-3)."""
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from castingops.core.messages import N_, NP_, Message
from castingops.core.roles import StaffRole

REASON_MAX = 2000  # characters
ITEMS_PAGE = 50
ITEMS_EXPORT_MAX = 10_000  # items in one file


class ItemState(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"  # for the person or somebody outside: its clock stands still
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


LIVE = (ItemState.OPEN, ItemState.IN_PROGRESS, ItemState.WAITING)
CLOSED = (ItemState.RESOLVED, ItemState.DISMISSED)


class ItemEventKind(StrEnum):
    """What stands in an item's history."""

    OPENED = "opened"
    TAKEN = "taken"
    MOVED = "moved"  # from one state to another
    NOTED = "noted"
    REOPENED = "reopened"
    OVERDUE = "overdue"


class ItemView(StrEnum):
    """The tabs of the list."""

    OPEN = "open"
    MINE = "mine"
    OVERDUE = "overdue"
    CLOSED = "closed"


class ItemDue(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"


NOBODY = "nobody"  # in the filter: without an owner

ITEM_STATES: dict[str, Message] = {
    ItemState.OPEN: NP_("item", "Open"), ItemState.IN_PROGRESS: NP_("item", "In progress"),
    ItemState.WAITING: NP_("item", "Waiting"), ItemState.RESOLVED: NP_("item", "Resolved"),
    ItemState.DISMISSED: NP_("item", "Dismissed")}
ITEM_TONES: dict[str, tuple[str, str]] = {  # tone and icon
    ItemState.OPEN: ("warn", "alert-circle"), ItemState.IN_PROGRESS: ("accent", "refresh"),
    ItemState.WAITING: ("quiet", "clock"), ItemState.RESOLVED: ("good", "check"), ItemState.DISMISSED: ("quiet", "x")}
ITEM_ACTS: dict[str, Message] = {
    ItemState.IN_PROGRESS: N_("Work on it"), ItemState.WAITING: N_("Wait for an answer"),
    ItemState.RESOLVED: N_("Resolve"), ItemState.DISMISSED: N_("Dismiss")}
ITEM_VIEWS: dict[ItemView, Message] = {
    ItemView.OPEN: NP_("items", "All open"), ItemView.MINE: NP_("items", "Mine"),
    ItemView.OVERDUE: NP_("items", "Overdue"), ItemView.CLOSED: NP_("items", "Closed")}
ITEM_DUES: dict[str, Message] = {
    ItemDue.OVERDUE: NP_("item", "Overdue"), ItemDue.TODAY: NP_("item", "Due today"),
    ItemDue.WEEK: NP_("item", "Due within a week")}

# Why an item was opened or closed when no colleague typed it. A reason that is none of these is somebody's own words.
ITEM_REASONS: dict[str, Message] = {
    "minority_stated": N_("The person gave a birth date that makes them a minor, and no guardian is on record."),
    "guardian_lacking": N_("A minor is published or wants to be, and no verified guardian stands behind them."),
    "guardian_verified": N_("A guardian is verified."),
    "guardian_disputed": N_("Somebody disputes who may act for this minor. Both sides are frozen."),
    "guardian_settled": N_("The dispute was resolved."),
    "handed_over": N_("The person came of age and took over the profile by an invitation to an e-mail address."),
    "consent_withdrawn": N_("The person withdrew the consent that publication rests on."),
    "consent_given": N_("The person gave the consent again."),
    "high_strike": N_("A decision recorded a strike under a policy of high severity."),
    "decision_overturned": N_("The decision was overturned and its strike is void."),
    "identity_verified": N_("A provider confirmed who the person is."),
    "birth_date_differs": N_("The birth date that Nafath confirmed is another one than the profile states."),
    "birth_date_agrees": N_("The birth date that Nafath confirmed is the one that the profile states."),
    "subject_erased": N_("The person's data was destroyed. Nothing is left to look into.")}
ITEM_ENTITIES: dict[str, Message] = {
    "talent_profile": N_("Talent profile"), "consent": N_("Consent"),
    "guardian_dispute": N_("Dispute about a guardian"), "decision": N_("Decision"), "case": N_("Case"),
    "person": N_("Person"), "subject": N_("Person")}


@dataclass(frozen=True)
class ItemKind:
    """One kind of compliance item.

    `closers`: roles that may resolve or dismiss it. `due_days`: working days until it is late. `blocks`: whether
    nothing of the person's may be published while it is open.
    """

    code: str
    title: Message
    asks: Message  # what has to be done about it
    closers: frozenset[str]
    due_days: int
    blocks: bool = True


@dataclass(frozen=True)
class ItemFilter:
    """What of the list is asked for. `words` are folded; `owner` is an id, NOBODY or empty."""

    view: ItemView = ItemView.OPEN
    kind: str = ""
    state: ItemState | None = None
    owner: str = ""
    due: ItemDue | None = None
    words: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether anything beyond the view itself is asked for."""
        return bool(self.kind or self.state or self.owner or self.due or self.words)

    @property
    def owner_id(self) -> UUID | None:
        """The owner asked for, when it is a person."""
        return UUID(self.owner) if self.owner and self.owner != NOBODY else None


_COMPLIANCE = frozenset({str(StaffRole.COMPLIANCE_OFFICER)})
_BOTH = _COMPLIANCE | {str(StaffRole.SENIOR_MODERATOR)}

# Guardians, identity and consent are compliance's to judge (reliability.md §3, rows "Guardian link", "Unmask …").
ITEM_KINDS = (
    ItemKind("missing_guardian_evidence", N_("Guardian evidence missing"),
             N_("Obtain evidence of the legal guardian, or have the birth date put right."), _COMPLIANCE, due_days=3),
    ItemKind("guardian_dispute", N_("Guardianship disputed"),
             N_("Hear both sides and resolve the dispute with a second person. Nothing about the child is published."),
             _COMPLIANCE, due_days=2),
    ItemKind("expired_consent", N_("Consent no longer in force"),
             N_("See that nothing is published and that recipients were told; it closes when consent is given again."),
             _COMPLIANCE, due_days=5),
    ItemKind("unverified_identity", N_("Identity not verified"),
             N_("Have the person's identity checked before anything is published."), _COMPLIANCE, due_days=5),
    ItemKind("birth_date_mismatch", N_("Birth date differs"),
             N_("Find out which birth date is right, and have the profile or the verification put right."),
             _COMPLIANCE, due_days=3),
    ItemKind("policy_breach", N_("Policy breach"),
             N_("Judge whether the breach has further consequences before the person is published again."), _BOTH,
             due_days=2),
    ItemKind("missing_evidence", N_("Evidence missing"),
             N_("Obtain the evidence that was asked for."), _BOTH, due_days=5),
)
