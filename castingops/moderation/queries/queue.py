"""The queue as its page and its export read it: one statement per shape of filter, compiled once.

Every condition compares a column with its own type by a leakproof operator, and each order has an index
(performance.md §2c, §3). A search starts from its rare words, whose few cases are fetched first; a word that many
cases have is looked up case by case along the queue instead, where the next match is never far.
"""
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal_column, or_, select, tuple_

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.clock import RIYADH
from castingops.core.cursor import Page, decode, page_of
from castingops.core.reads import Asked, Read, read_together
from castingops.moderation.models import Case, CaseTerm
from castingops.moderation.rules.names import listed
from castingops.moderation.types import COUNT_CAP, EXPORT_MAX, PAGE_SIZE, Due, Held, QueueFilter, View, Waiting

_LAST = "\U0010ffff"  # sorts after every letter: the end of a word's range
_WAITED = {Waiting.DAY: timedelta(days=1), Waiting.THREE_DAYS: timedelta(days=3), Waiting.WEEK: timedelta(days=7)}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=RIYADH)


class CaseRow(Struct):
    """A case as lists show it, in the order of `COLUMNS`."""

    id: UUID
    ref: str
    kind: str
    title_en: str
    title_ar: str
    language: str
    minor: bool
    state: str
    outcome: str | None
    priority: int
    priority_reasons: list[dict[str, Any]]
    due_at: datetime
    assigned_to: UUID | None
    decided_by: UUID | None
    decided_at: datetime | None
    created_at: datetime
    subject_revision: int
    queue: str
    lease_until: datetime | None
    paused_at: datetime | None

    def title(self, locale: str) -> str:
        """The name to show in `locale`: its own, else the other; a minor's by first letters."""
        return listed(self.title_en, self.title_ar, locale, minor=self.minor)


COLUMNS = (
    Case.id, Case.ref, Case.kind, Case.title_en, Case.title_ar, Case.language, Case.minor, Case.state, Case.outcome,
    Case.priority, Case.priority_reasons, Case.due_at, Case.assigned_to, Case.decided_by, Case.decided_at,
    Case.created_at, Case.subject_revision, Case.queue, Case.lease_until, Case.paused_at,
)


class _Order(NamedTuple):
    """A total order over cases. `newest` turns it round; the columns are compared as one row."""

    columns: tuple[Any, ...]
    types: tuple[type, ...]
    newest: bool = False

    def clauses(self) -> list[ColumnElement[Any]]:
        return [column.desc() if self.newest else column.asc() for column in self.columns]

    def after(self) -> ColumnElement[bool]:
        last = tuple_(*(bindparam(f"after_{n}", type_=column.type) for n, column in enumerate(self.columns)))
        return tuple_(*self.columns) < last if self.newest else tuple_(*self.columns) > last


_BY_PRIORITY = _Order((Case.queue_rank, Case.due_at, Case.id), (int, datetime, UUID))
_BY_DUE = _Order((Case.due_at, Case.id), (datetime, UUID))
_BY_WAITING = _Order((Case.created_at, Case.id), (datetime, UUID))
_BY_DECISION = _Order((Case.decided_at, Case.id), (datetime, UUID), newest=True)
_KEYS = {_BY_PRIORITY: lambda row: (-row.priority, row.due_at, row.id), _BY_DUE: lambda row: (row.due_at, row.id),
         _BY_WAITING: lambda row: (row.created_at, row.id), _BY_DECISION: lambda row: (row.decided_at, row.id)}
_ORDER_NAMES = {_BY_PRIORITY: "priority", _BY_DUE: "due", _BY_WAITING: "waiting", _BY_DECISION: "decision"}
NOW = bindparam("now", type_=Case.due_at.type)
ALIVE: ColumnElement[bool] = Case.lease_until > NOW
FREE: ColumnElement[bool] = or_(Case.assigned_to.is_(None), Case.lease_until <= NOW)
_RARE = 2000  # cases: a word that no more have is where a search begins


class _Shape(NamedTuple):
    """Which conditions a statement has; the values are bound when it runs."""

    view: View
    kind: bool
    language: bool
    due: str  # "", "range" or "paused"
    waiting: bool
    outcome: bool
    queue: bool
    minor: bool | None
    held: Held | None
    rare: tuple[bool, ...]  # of each word
    after: bool
    limit: int


def list_queue(wanted: QueueFilter, *, actor: Actor, cursor: str | None = None) -> Page[CaseRow]:
    """A page of the queue in the order that `order_of` names. Errors: Invalid for a cursor of another order."""
    (rows,) = read_together(actor, _page(wanted, actor, cursor))
    return page_of(rows, size=PAGE_SIZE, key=_KEYS[_wanted_order(wanted)])


def list_queue_with(asked: Sequence[Asked], wanted: QueueFilter, *, actor: Actor, cursor: str | None = None
                    ) -> tuple[Page[CaseRow], list[list[Any]]]:
    """The same, and what else is asked, in one round trip. Errors: Invalid."""
    rows, *others = read_together(actor, _page(wanted, actor, cursor), *asked)
    return page_of(rows, size=PAGE_SIZE, key=_KEYS[_wanted_order(wanted)]), others


def ask_count(wanted: QueueFilter, actor: Actor) -> Asked:
    """How many cases a filter without words has, up to COUNT_CAP + 1."""
    shape = _shape_of(wanted, (), after=False, limit=COUNT_CAP + 1)
    return _count(shape).asking(**_values(wanted, actor, None))


def list_export(wanted: QueueFilter, *, actor: Actor) -> list[CaseRow]:
    """Every case of the filter in its order, at most EXPORT_MAX + 1: the one too many says there are more."""
    (rows,) = read_together(actor, _ask(wanted, actor, after=None, limit=EXPORT_MAX + 1))
    return rows


def _page(wanted: QueueFilter, actor: Actor, cursor: str | None) -> Asked:
    return _ask(wanted, actor, after=decode(cursor, *_wanted_order(wanted).types), limit=PAGE_SIZE + 1)


def _ask(wanted: QueueFilter, actor: Actor, *, after: tuple[Any, ...] | None, limit: int) -> Asked:
    shape = _shape_of(wanted, _rarities(wanted.words, actor), after=after is not None, limit=limit)
    return _read(shape).asking(**_values(wanted, actor, after))


def _shape_of(wanted: QueueFilter, rare: tuple[bool, ...], *, after: bool, limit: int) -> _Shape:
    due = "" if wanted.due is None else "paused" if wanted.due is Due.PAUSED else "range"
    return _Shape(wanted.view, bool(wanted.kind), bool(wanted.language), due, bool(wanted.waiting),
                  bool(wanted.outcome), bool(wanted.queue), wanted.minor, wanted.held, rare, after, limit)


def _values(wanted: QueueFilter, actor: Actor, after: tuple[Any, ...] | None) -> dict[str, Any]:
    now = clock.now()
    values: dict[str, Any] = {"now": now, "me": actor.user_id, "kind": wanted.kind, "language": wanted.language,
                              "outcome": wanted.outcome, "queue": wanted.queue}
    if wanted.due and wanted.due is not Due.PAUSED:
        values["due_from"], values["due_before"] = _due_range(wanted.due, now)
    if wanted.waiting:
        values["waited_before"] = now - _WAITED[wanted.waiting]
    for position, word in enumerate(wanted.words):
        values |= _range(position, word)
    return values | {f"after_{position}": value for position, value in enumerate(after or ())}


def _due_range(due: Due, now: datetime) -> tuple[datetime, datetime]:
    midnight = clock.midnight(now.astimezone(RIYADH).date()) + timedelta(days=1)
    week = midnight + timedelta(days=6)
    return {Due.OVERDUE: (_LONG_AGO, now), Due.TODAY: (now, midnight), Due.WEEK: (now, week)}[due]


def _order_of(view: View, *, due: bool, waiting: bool) -> _Order:
    """Whoever asks by a time is shown the list by that time."""
    if view is View.DECIDED:
        return _BY_DECISION
    if view is View.OVERDUE or due:
        return _BY_DUE
    return _BY_WAITING if waiting else _BY_PRIORITY


def _rarities(words: tuple[str, ...], actor: Actor) -> tuple[bool, ...]:
    """Of each word, whether few cases have it; counting stops where it is many."""
    if not words:
        return ()
    values = {name: value for position, word in enumerate(words) for name, value in _range(position, word).items()}
    return tuple(count <= _RARE for count in _rarity_read(len(words))(actor, **values)[0])


@lru_cache(maxsize=8)
def _rarity_read(words: int) -> Read[tuple[int, ...]]:
    counts = (select(literal_column("1")).where(*_of_word(position)).limit(literal_column(str(_RARE + 1))).subquery()
              for position in range(words))
    columns = [select(func.count()).select_from(each).scalar_subquery() for each in counts]
    return Read(select(*columns), cast(type[tuple[int, ...]], _row))


def _row(*counts: int) -> tuple[int, ...]:
    return counts


@lru_cache(maxsize=512)
def _read(shape: _Shape) -> Read[CaseRow]:
    """The compiled statement of one shape: built when first asked for, then kept."""
    order = _order_of(shape.view, due=bool(shape.due), waiting=shape.waiting)
    statement = select(*COLUMNS).where(*_of_view(shape.view), *_of_filters(shape))
    for position, rare in enumerate(shape.rare):
        statement = statement.where(_has_rare_word(position) if rare else _has_common_word(position))
    if shape.after:
        statement = statement.where(order.after())
    return Read(statement.order_by(*order.clauses()).limit(literal_column(str(shape.limit))), CaseRow)


@lru_cache(maxsize=128)
def _count(shape: _Shape) -> Read[int]:
    rows = (select(literal_column("1")).where(*_of_view(shape.view), *_of_filters(shape))
            .limit(literal_column(str(shape.limit))).subquery())
    return Read(select(func.count()).select_from(rows), int)


def _of_view(view: View) -> list[ColumnElement[bool]]:
    if view in (View.DECIDED, View.PENDING):
        return [Case.state == literal_column(f"'{view.value}'")]
    is_open: ColumnElement[bool] = Case.state == literal_column("'open'")
    narrower: dict[View, list[ColumnElement[bool]]] = {
        View.MINE: [Case.assigned_to == bindparam("me"), ALIVE],
        View.FREE: [FREE],
        View.OVERDUE: [Case.due_at < NOW, Case.paused_at.is_(None)],
        View.MINORS: [Case.minor == literal_column("true")],
    }
    return [is_open, *narrower.get(view, [])]


def _of_filters(shape: _Shape) -> list[ColumnElement[bool]]:
    conditions: list[tuple[bool, ColumnElement[bool]]] = [
        (shape.kind, Case.kind == bindparam("kind")),
        (shape.language, Case.language == bindparam("language")),
        (shape.due == "range", Case.due_at >= bindparam("due_from")),
        (shape.due == "range", Case.due_at < bindparam("due_before")),
        (shape.due == "range", Case.paused_at.is_(None)),
        (shape.due == "paused", Case.paused_at.is_not(None)),
        (shape.waiting, Case.created_at < bindparam("waited_before")),
        (shape.outcome, Case.outcome == bindparam("outcome")),
        (shape.queue, Case.queue == bindparam("queue")),
        (shape.minor is not None, Case.minor == literal_column("true" if shape.minor else "false")),
        (shape.held is Held.FREE, FREE),
        (shape.held is Held.HELD, and_(Case.lease_token.is_not(None), ALIVE)),
    ]
    return [condition for wanted, condition in conditions if wanted]


def _range(position: int, word: str) -> dict[str, str]:
    return {f"word_{position}": word, f"word_{position}_end": word + _LAST}


def _of_word(position: int) -> list[ColumnElement[bool]]:
    """Terms that begin with the word: a range of the index, where LIKE could not use it under row level security."""
    return [CaseTerm.term >= bindparam(f"word_{position}"), CaseTerm.term < bindparam(f"word_{position}_end")]


def _has_rare_word(position: int) -> ColumnElement[bool]:
    hits = (select(CaseTerm.case_id).where(*_of_word(position)).limit(literal_column(str(_RARE + 1)))
            .cte(f"hits_{position}").prefix_with("materialized"))
    return Case.id.in_(select(hits.c.case_id))


def _has_common_word(position: int) -> ColumnElement[bool]:
    """A scalar look-up, not EXISTS: the planner would turn that into a join over every case that has the word."""
    found: Select[tuple[Any]] = select(literal_column("1")).where(CaseTerm.case_id == Case.id, *_of_word(position))
    found = found.limit(literal_column("1")).correlate(Case)
    return found.scalar_subquery().is_not(None)


def order_of(wanted: QueueFilter) -> str:
    """The order of a list by name: priority, due, waiting or decision."""
    return _ORDER_NAMES[_wanted_order(wanted)]


def _wanted_order(wanted: QueueFilter) -> _Order:
    return _order_of(wanted.view, due=bool(wanted.due), waiting=bool(wanted.waiting))
