"""What is said about a case, the timeline it stands in, and the texts moderators keep at hand."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from castingops.core.messages import N_, Message

MESSAGE_MAX = 2000  # characters
QUICK_TITLE_MAX = 80
QUICK_BODY_MAX = 1000  # per language: it has to fit into facts
QUICK_MAX = 50  # replies of one person: a list to choose from, no filing cabinet
REPLIES_IN_A_ROW = 5  # messages of a person that nobody answered yet
TIMELINE_PAGE = 20
MESSAGES_SHOWN = 50
QUICK_PLACEHOLDERS = ("name", "ref", "revision")


class TimelineSort(StrEnum):
    """The sorts of lines that a timeline can be narrowed to."""

    EVENTS = "events"
    DECISIONS = "decisions"
    NOTES = "notes"
    MESSAGES = "messages"
    LEASES = "leases"
    APPEALS = "appeals"
    STRIKES = "strikes"


SORTS: dict[str, Message] = {
    TimelineSort.EVENTS: N_("Events"), TimelineSort.DECISIONS: N_("Decisions"), TimelineSort.NOTES: N_("Notes"),
    TimelineSort.MESSAGES: N_("Messages"), TimelineSort.LEASES: N_("Taken over"), TimelineSort.APPEALS: N_("Appeals"),
    TimelineSort.STRIKES: N_("Strikes")}


@dataclass(frozen=True)
class TimelineLine:
    """One thing that happened on a case. `kind` says which sentence tells it; `data` holds codes and ids."""

    id: UUID
    sort: str
    kind: str
    actor_id: UUID | None
    data: Mapping[str, Any]
    body: str
    created_at: datetime


@dataclass(frozen=True)
class CaseWord:
    """A message as the house reads it: who wrote for us, and whether a reply has been read."""

    id: UUID
    sender: str
    author_id: UUID | None
    body: str
    created_at: datetime
    read_at: datetime | None

    @property
    def unread(self) -> bool:
        """Whether it came from the person and nobody has read it."""
        return self.sender == "person" and self.read_at is None


@dataclass(frozen=True)
class QuickReply:
    """A text kept at hand, in both languages; without an owner it is everybody's."""

    id: UUID
    owner_id: UUID | None
    title_en: str
    title_ar: str
    body_en: str
    body_ar: str
    version: int = 1

    def title(self, locale: str) -> str:
        """Its name in `locale`."""
        return self.title_ar if locale == "ar" else self.title_en
