"""Queues and their rules, saved views, holidays, and what a due time was computed from."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from castingops.core.messages import N_, Message
from castingops.core.roles import StaffRole

GENERAL = "general"  # the queue of whatever no rule claims
QUEUE_TITLE_MAX = 60
QUEUES_MAX = 30
VIEW_NAME_MAX = 40
SAVED_MAX = 12  # views of one person: tabs are no filing cabinet
HOLIDAY_TITLE_MAX = 80
PRIORITY_MAX = 200
WORKERS = (str(StaffRole.MODERATOR), str(StaffRole.SENIOR_MODERATOR))  # who may be named to work a queue


@dataclass(frozen=True)
class Facts:
    """What routing looks at in a case."""

    kind: str
    language: str
    minor: bool
    priority: int


@dataclass(frozen=True)
class Queue:
    """A queue with the rule of what goes there; what a rule leaves open matches everything.

    The default queue has no rule and takes what is left. `roles` says who works it; empty: every moderator.
    """

    code: str
    title_en: str
    title_ar: str
    kind: str = ""
    language: str = ""
    minor: bool | None = None
    priority_from: int = 0
    roles: tuple[str, ...] = ()
    is_default: bool = False
    id: UUID | None = None
    position: int = 0
    version: int = 0

    def title(self, locale: str) -> str:
        """Its name in `locale`."""
        return self.title_ar if locale == "ar" else self.title_en


class MatchedBy(StrEnum):
    """The parts of a rule that can be why a case goes to a queue."""

    KIND = "kind"
    LANGUAGE = "language"
    MINOR = "minor"
    PRIORITY = "priority"


@dataclass(frozen=True)
class Routed:
    """Where a case goes, and which parts of the rule say so; none where it is left for the default queue."""

    queue: Queue
    because: tuple[tuple[MatchedBy, Any], ...]


@dataclass(frozen=True)
class SavedView:
    """A filter of the queue under a name: one's own, or a colleague's that is shared."""

    id: UUID
    owner_id: UUID
    name: str
    query: Mapping[str, str]
    shared: bool


@dataclass(frozen=True)
class Holiday:
    """A day on which due times stand still. `moves`: announced by the calendar, the sighting may move it."""

    day: date
    title_en: str
    title_ar: str
    moves: bool = False
    id: UUID | None = None

    def title(self, locale: str) -> str:
        """Its name in `locale`."""
        return self.title_ar if locale == "ar" else self.title_en


@dataclass(frozen=True)
class Pause:
    """Time that does not count: the case waited for someone else."""

    start: datetime
    end: datetime
    why: str


@dataclass(frozen=True)
class DueTime:
    """When a case is due, and what that was computed from, in the order in which a page tells it."""

    at: datetime
    reasons: tuple[Mapping[str, Any], ...]


class PauseWhy(StrEnum):
    """What a case may wait for while its clock stands still."""

    REPLY = "reply"
    EVIDENCE = "evidence"


PAUSES: dict[str, Message] = {
    PauseWhy.REPLY: N_("Waiting for the person's reply"), PauseWhy.EVIDENCE: N_("Waiting for evidence")}
