"""Values that the whole feature shares."""
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

PAGE_SIZE = 25
COUNT_CAP = 1000  # waiting messages are counted up to here
TWO_PERSONS = frozenset({"billing"})  # queues whose messages no single person sends again (reliability.md §3)


class LetterView(StrEnum):
    """The tabs of the list of dead letters."""

    OPEN = "open"
    REPLAYED = "replayed"


class Letter(Struct):
    """What a handler failed to do, in the order of the select."""

    id: UUID
    event_id: UUID
    name: str
    queue: str
    handler: str
    reason: str
    attempts: int
    failed_at: datetime
    replayed_at: datetime | None
    replayed_by: UUID | None

    @property
    def takes_two(self) -> bool:
        """Whether sending it again moves money."""
        return self.queue in TWO_PERSONS


class Health(Struct):
    """How the outbox stands: what waits, since when, and what was given up."""

    pending: int
    oldest: datetime | None
    dead: int
