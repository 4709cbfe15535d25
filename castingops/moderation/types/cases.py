"""Names, bounds and value objects that the whole feature shares."""
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from castingops.core.messages import N_, NP_, Message
from castingops.moderation.types.decisions import Action

FACTS_MAX = 1000  # characters, per language: the person reads them
NOTE_MAX = 4000  # characters: staff only
PAGE_SIZE = 50
COUNT_CAP = 100  # queues are counted up to here; beyond it pages say "more than"
EXPORT_MAX = 10_000  # cases in one file
EXPORT_NAMED = 100  # files longer than this carry no names: that would be an export of persons
LOCALES = ("en", "ar")


class CaseState(StrEnum):
    OPEN = "open"
    PENDING = "pending"  # a decision waits for a second person or for the end of its undo window
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    APPROVE = "approve"
    CHANGES = "changes"
    REJECT = "reject"


class Language(StrEnum):
    """Languages a submission is written in."""

    ARABIC = "ar"
    ENGLISH = "en"
    BOTH = "both"


class View(StrEnum):
    """The queue's tabs. Each has one order, which the page states."""

    OPEN = "open"
    MINE = "mine"
    FREE = "free"
    OVERDUE = "overdue"
    MINORS = "minors"
    PENDING = "pending"
    DECIDED = "decided"


class Due(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    PAUSED = "paused"


class Waiting(StrEnum):
    """How long a case has waited at least."""

    DAY = "1d"
    THREE_DAYS = "3d"
    WEEK = "7d"


class Held(StrEnum):
    """Whether somebody has the case in hand."""

    FREE = "free"
    HELD = "held"


class CaseEventKind(StrEnum):
    """What stands in a case's timeline."""

    OPENED = "opened"
    RESUBMITTED = "resubmitted"
    WITHDRAWN = "withdrawn"
    TAKEN = "taken"
    RETURNED = "returned"
    QUEUED = "queued"
    TAKEN_OVER = "taken_over"
    PAUSED = "paused"
    RESUMED = "resumed"
    NOTED = "noted"
    REPORTED = "reported"
    REVEALED = "revealed"
    MATCHED = "matched"
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DECIDED = "decided"
    OVERTURNED = "overturned"


CASE_STATES: dict[str, Message] = {
    CaseState.OPEN: NP_("case", "Open"), CaseState.PENDING: NP_("case", "Waiting for a decision to take effect"),
    CaseState.DECIDED: NP_("case", "Decided"), CaseState.WITHDRAWN: NP_("case", "Withdrawn")}
OUTCOME_ACTS: dict[str, Message] = {
    Outcome.APPROVE: N_("Approve"), Outcome.CHANGES: N_("Ask for changes"), Outcome.REJECT: N_("Reject")}
OUTCOME_STATES: dict[str, Message] = {
    Outcome.APPROVE: NP_("case", "Approved"), Outcome.CHANGES: NP_("case", "Changes requested"),
    Outcome.REJECT: NP_("case", "Rejected")}
OUTCOME_TONES: dict[str, str] = {Outcome.APPROVE: "good", Outcome.CHANGES: "warn", Outcome.REJECT: "bad"}
VIEWS: dict[View, Message] = {
    View.OPEN: N_("All open"), View.MINE: N_("Mine"), View.FREE: N_("Unclaimed"), View.OVERDUE: N_("Overdue"),
    View.MINORS: N_("Minors"), View.PENDING: N_("Awaiting approval"), View.DECIDED: N_("Decided")}
ORDERS: dict[str, Message] = {
    "priority": N_("by priority, then by due time"), "due": N_("by due time, oldest first"),
    "waiting": N_("by waiting time, longest first"), "decision": N_("by decision, newest first")}
LANGUAGES: dict[str, Message] = {
    Language.ARABIC: N_("Arabic"), Language.ENGLISH: N_("English"), Language.BOTH: N_("Arabic and English")}
DUES: dict[str, Message] = {
    Due.OVERDUE: N_("Overdue"), Due.TODAY: N_("Due today"), Due.WEEK: N_("Due within a week"),
    Due.PAUSED: N_("Clock stopped")}
HELDS: dict[str, Message] = {Held.FREE: N_("Unclaimed"), Held.HELD: N_("In somebody's hands")}
MINORS: dict[str, Message] = {"yes": N_("Minors"), "no": N_("Adults")}
WAITINGS: dict[str, Message] = {
    Waiting.DAY: N_("Waiting over 1 day"), Waiting.THREE_DAYS: N_("Waiting over 3 days"),
    Waiting.WEEK: N_("Waiting over 7 days")}
REASONS: dict[str, Message] = {
    "new_profile": N_("First submission"), "edit": N_("Change to what is published"),
    "resubmitted": N_("Sent again after changes"), "earlier_rejection": N_("Rejected earlier"),
    "contact_details": N_("May hold contact details"), "minor": N_("A minor"),
    "reported_child_safety": N_("Reported: the safety of a child"), "reported_harassment": N_("Reported: harassment"),
    "reported_hate": N_("Reported: hatred"), "reported_nudity_or_sexual": N_("Reported: sexual content"),
    "reported_impersonation": N_("Reported: impersonation"), "reported_scam_or_fee": N_("Reported: fraud or a fee"),
    "reported_privacy": N_("Reported: private data"), "reported_contact_details": N_("Reported: contact details"),
    "reported_other": N_("Reported: something else"), "several_reports": N_("Several people reported it"),
    "appeal": N_("An appeal"), "removed_before": N_("Looks like a photo removed before")}
SEVERITIES: dict[str, tuple[Message, str]] = {
    "high": (NP_("severity", "High"), "bad"), "medium": (NP_("severity", "Medium"), "warn"),
    "low": (NP_("severity", "Low"), "quiet")}


@dataclass(frozen=True)
class Reason:
    """One named part of a priority; the points of all reasons add up to it."""

    code: str
    points: int


@dataclass(frozen=True)
class QueueFilter:
    """What of the queue is asked for. `words` are folded."""

    view: View = View.OPEN
    kind: str = ""
    language: Language | None = None
    due: Due | None = None
    waiting: Waiting | None = None
    outcome: Outcome | None = None
    words: tuple[str, ...] = ()
    queue: str = ""
    minor: bool | None = None
    held: Held | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything beyond the view itself is asked for."""
        return bool(self.kind or self.language or self.due or self.waiting or self.outcome or self.words or self.queue
                    or self.minor is not None or self.held)


@dataclass(frozen=True)
class Draft:
    """A decision as its moderator typed it."""

    outcome: Outcome
    policy_id: UUID | None
    facts_en: str = ""
    facts_ar: str = ""
    note: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Statement:
    """What the person will read, whole, in each language."""

    en: str
    ar: str
    facts_en: str
    facts_ar: str


@dataclass(frozen=True)
class Field:
    """One field of a submission as its reader sees it. `language` of running text; empty where the text says."""

    name: str
    label: Message
    text: str
    language: str = ""
    group: Message | None = None  # what it is read together with


@dataclass(frozen=True)
class Submission:
    """One revision of a thing as moderation reads it, whatever kind it is of."""

    entity_id: UUID
    subject_id: UUID
    revision: int
    title_en: str
    title_ar: str
    language: Language
    minor: bool
    fields: tuple[Field, ...]
    photo_ids: tuple[UUID, ...] = ()
    photo_labels: tuple[Message, ...] = ()  # of each photo, where it is more than its number


@dataclass(frozen=True)
class Segment:
    """A run of text in a comparison: `same`, `del` (only before) or `ins` (only after)."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    """One field in two revisions; segments are empty where there is no text. `inline` holds both in one reading."""

    label: Message
    language: str
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]
    changed: bool
    inline: tuple[Segment, ...] = ()
    group: Message | None = None
