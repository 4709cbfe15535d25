"""The queue's page and its beat: what stands there, whose it is, how much of everything there is."""
from collections.abc import Sequence

from castingops.core.actor import Actor
from castingops.moderation import queries
from castingops.moderation.queries.board import Beat, Board
from castingops.moderation.types import QueueFilter


def show(wanted: QueueFilter, *, actor: Actor, cursor: str | None = None) -> Board:
    """A page of the queue with the counts of the views, one's own cases and saved views, in one round trip.

    Counts above COUNT_CAP mean "more than COUNT_CAP". Errors: Invalid for a cursor this view never gave.
    """
    return queries.read_board(wanted, actor=actor, cursor=cursor)


def beat(*, actor: Actor) -> Beat:
    """The same without the rows, for a page that is being looked at."""
    return queries.read_beat(actor=actor)


def counts(filters: Sequence[QueueFilter], *, actor: Actor) -> list[int | None]:
    """Cases of each saved filter, counted as the tabs are; None for one that searches."""
    return queries.read_counts(filters, actor=actor)
