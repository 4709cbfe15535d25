"""Names, bounds and value objects that the whole feature shares."""
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from castingops.core.messages import Message

FACTS_MAX = 1000  # characters, per language: the person reads them
NOTE_MAX = 4000  # characters: staff only
PAGE_SIZE = 25
COUNT_CAP = 100  # queues are counted up to here; beyond it pages say "more than"
EXPORT_MAX = 10_000  # cases in one file
EXPORT_NAMED = 100  # files longer than this carry no names: that would be an export of persons
LOCALES = ("en", "ar")


class CaseState(StrEnum):
    OPEN = "open"
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
    DECIDED = "decided"


class Due(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"


class Waiting(StrEnum):
    """How long a case has waited at least."""

    DAY = "1d"
    THREE_DAYS = "3d"
    WEEK = "7d"


class CaseEventKind(StrEnum):
    """What stands in a case's timeline."""

    OPENED = "opened"
    RESUBMITTED = "resubmitted"
    WITHDRAWN = "withdrawn"
    TAKEN = "taken"
    RETURNED = "returned"
    NOTED = "noted"
    REVEALED = "revealed"
    DECIDED = "decided"


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

    @property
    def narrowed(self) -> bool:
        """Whether anything beyond the view itself is asked for."""
        return bool(self.kind or self.language or self.due or self.waiting or self.outcome or self.words)


@dataclass(frozen=True)
class Draft:
    """A decision as its moderator typed it."""

    outcome: Outcome
    policy_id: UUID | None
    facts_en: str = ""
    facts_ar: str = ""
    note: str = ""


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


@dataclass(frozen=True)
class Segment:
    """A run of text in a comparison: `same`, `del` (only before) or `ins` (only after)."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    """One field in two revisions; segments are empty where there is no text."""

    label: Message
    language: str
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]
    changed: bool


@dataclass(frozen=True)
class Verdict:
    """Who decided a case, when and how: what the second moderator is told."""

    by: UUID | None
    at: datetime
    outcome: Outcome
