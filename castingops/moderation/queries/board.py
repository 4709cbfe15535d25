"""What the queue's page shows round its rows, and what its beat renews: one round trip each."""
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ScalarSelect, Select, bindparam, func, literal_column, or_, select

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.reads import Asked, Read, read_together
from castingops.moderation.models import SavedViewRow
from castingops.moderation.queries import figures, work
from castingops.moderation.queries.queue import CaseRow, ask_count, list_queue_with
from castingops.moderation.queries.work import Held
from castingops.moderation.types import QueueFilter, View
from castingops.moderation.types.leases import LostLease
from castingops.moderation.types.queues import Queue, SavedView

_VIEWS = (
    select(SavedViewRow.id, SavedViewRow.owner_id, SavedViewRow.name, SavedViewRow.query, SavedViewRow.shared)
    .where(or_(SavedViewRow.owner_id == bindparam("me"), SavedViewRow.shared))
    .order_by(SavedViewRow.owner_id != bindparam("me"), SavedViewRow.name, SavedViewRow.id)
    .limit(literal_column("24")))


class Round(Struct):
    """What stands round the rows: saved views, queues, one's own cases, what was taken over from one."""

    views: list[SavedView]
    queues: list[Queue]
    held: list[Held]
    lost: list[LostLease]


def _of_json(*parts: Any) -> Round:
    return msgspec.convert(dict(zip(Round.__struct_fields__, parts, strict=True)), Round)


def _many(statement: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    """The rows of a statement as one value: four small lists are one statement to plan and to send."""
    rows = statement.subquery()
    return select(func.coalesce(func.jsonb_agg(rows.table_valued()), literal_column("'[]'::jsonb"))).scalar_subquery()


_ROUND: Read[Round] = Read(
    select(_many(_VIEWS), _many(work.QUEUES), _many(work.HELD), _many(work.UNTOLD)), _of_json)  # type: ignore[arg-type]


class Beat(Struct):
    """What changes while somebody looks at the queue: counts by view, and what stands round the rows."""

    counts: dict[View, int]
    round: Round


class Board(Struct):
    """The queue's page: the rows of one filter, and the same."""

    page: Page[CaseRow]
    beat: Beat


def read_board(wanted: QueueFilter, *, actor: Actor, cursor: str | None = None) -> Board:
    """A page of the queue with its surroundings. Errors: Invalid for a cursor this view never gave."""
    page, others = list_queue_with(_ask(actor), wanted, actor=actor, cursor=cursor)
    return Board(page, _beat_of(others))


def read_beat(*, actor: Actor) -> Beat:
    """The surroundings alone."""
    return _beat_of(read_together(actor, *_ask(actor)))


def read_counts(filters: Sequence[QueueFilter], *, actor: Actor) -> list[int | None]:
    """Cases of each filter up to COUNT_CAP + 1; None for one that searches: it would not be told in time."""
    plain = [wanted for wanted in filters if not wanted.words]
    counts = iter(read_together(actor, *(ask_count(wanted, actor) for wanted in plain)) if plain else [])
    return [None if wanted.words else next(counts)[0] for wanted in filters]


def _ask(actor: Actor) -> list[Asked]:
    return [figures.ask_views(actor), _ROUND.asking(me=actor.user_id, now=clock.now())]


def _beat_of(rows: list[list[Any]]) -> Beat:
    counts, surroundings = rows
    return Beat(figures.by_view(counts[0]), surroundings[0])
