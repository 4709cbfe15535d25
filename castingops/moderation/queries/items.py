"""Compliance items: the list with its counts, one item with its history, and what blocks a person."""
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, bindparam, func, literal_column, select, tuple_

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.clock import RIYADH
from castingops.core.cursor import Page, decode, page_of
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.moderation.models import Case, CaseTerm, ComplianceItem, ComplianceItemEvent, Decision, Policy, Strike
from castingops.moderation.types import COUNT_CAP
from castingops.moderation.types.items import (
    ITEMS_EXPORT_MAX,
    ITEMS_PAGE,
    LIVE,
    NOBODY,
    ItemDue,
    ItemFilter,
    ItemView,
)

_LAST = "\U0010ffff"  # sorts after every letter: the end of a word's range
_LONG_AGO = datetime(2000, 1, 1, tzinfo=RIYADH)
_RARE = "2000"  # people that a word may lead to


class ItemRow(Struct):
    """An item as lists show it, in the order of `_COLUMNS`, with what its person was last called in a case."""

    id: UUID
    ref: str
    kind: str
    subject_id: UUID | None
    entity: str
    entity_id: UUID
    state: str
    owner: UUID | None
    reason: str
    evidence: dict[str, str]
    opened_by: str
    due_at: datetime
    paused_at: datetime | None
    closed_at: datetime | None
    closed_by: UUID | None
    created_at: datetime
    version: int
    case_ref: str | None
    title_en: str | None
    title_ar: str | None
    case_minor: bool | None

    @property
    def minor(self) -> bool:
        """Whether it is about a minor, as far as the house knows."""
        return bool(self.case_minor) or self.kind in ("missing_guardian_evidence", "guardian_dispute")

    def title(self, locale: str) -> str:
        """What the person is called in `locale`, else in the other language; "" for who never had a case."""
        first, second = (self.title_ar, self.title_en) if locale == "ar" else (self.title_en, self.title_ar)
        return first or second or ""


class ItemEventRow(Struct):
    """A line of an item's history."""

    id: UUID
    kind: str
    actor_id: UUID | None
    before: str | None
    after: str | None
    reason: str
    created_at: datetime


class ItemCounts(Struct):
    """Items of each tab, counted to the cap."""

    open: int
    mine: int
    overdue: int


_newest = (select(Case.ref, Case.title_en, Case.title_ar, Case.minor)
           .where(Case.subject_id == ComplianceItem.subject_id).order_by(Case.id.desc()).limit(literal_column("1"))
           .lateral("newest"))
_COLUMNS = (
    ComplianceItem.id, ComplianceItem.ref, ComplianceItem.kind, ComplianceItem.subject_id, ComplianceItem.entity,
    ComplianceItem.entity_id, ComplianceItem.state, ComplianceItem.owner, ComplianceItem.reason,
    ComplianceItem.evidence, ComplianceItem.opened_by, ComplianceItem.due_at, ComplianceItem.paused_at,
    ComplianceItem.closed_at, ComplianceItem.closed_by, ComplianceItem.created_at, ComplianceItem.version,
    _newest.c.ref, _newest.c.title_en, _newest.c.title_ar, _newest.c.minor)
_SELECT = select(*_COLUMNS).outerjoin(_newest, literal_column("true"))
_IS_LIVE = ComplianceItem.state.in_([literal_column(f"'{state}'") for state in LIVE])
_LIVE_KEY, _CLOSED_KEY = (ComplianceItem.due_at, ComplianceItem.id), (ComplianceItem.closed_at, ComplianceItem.id)


class _Shape(NamedTuple):
    """Which conditions a statement has; the values are bound when it runs."""

    view: ItemView
    kind: bool
    state: bool
    owner: str  # "", "nobody" or "somebody"
    due: bool
    words: int
    after: bool
    limit: int


def list_items(wanted: ItemFilter, *, actor: Actor, cursor: str | None = None) -> Page[ItemRow]:
    """A page of items: open ones by due time, closed ones newest first. Errors: Invalid for a foreign cursor."""
    rows = _run(wanted, actor, after=decode(cursor, datetime, UUID), limit=ITEMS_PAGE + 1)
    closed = wanted.view is ItemView.CLOSED
    return page_of(rows, size=ITEMS_PAGE, key=lambda row: (row.closed_at if closed else row.due_at, row.id))


def list_items_export(wanted: ItemFilter, *, actor: Actor) -> list[ItemRow]:
    """Every item of the filter, at most ITEMS_EXPORT_MAX + 1: the one too many says there are more."""
    return _run(wanted, actor, after=None, limit=ITEMS_EXPORT_MAX + 1)


def _run(wanted: ItemFilter, actor: Actor, *, after: tuple[Any, ...] | None, limit: int) -> list[ItemRow]:
    owner = "" if not wanted.owner else NOBODY if wanted.owner == NOBODY else "somebody"
    shape = _Shape(wanted.view, bool(wanted.kind), bool(wanted.state), owner, bool(wanted.due), len(wanted.words),
                   after is not None, limit)
    return _read(shape)(actor, **_values(wanted, actor, after))


def _values(wanted: ItemFilter, actor: Actor, after: tuple[Any, ...] | None) -> dict[str, Any]:
    now = clock.now()
    values: dict[str, Any] = {"now": now, "me": actor.user_id, "kind": wanted.kind, "state": wanted.state,
                              "owner": wanted.owner_id}
    if wanted.due:
        midnight = clock.midnight(now.astimezone(RIYADH).date()) + timedelta(days=1)
        values["due_from"], values["due_before"] = {
            ItemDue.OVERDUE: (_LONG_AGO, now), ItemDue.TODAY: (now, midnight),
            ItemDue.WEEK: (now, midnight + timedelta(days=6))}[wanted.due]
    for position, word in enumerate(wanted.words):
        values |= {f"word_{position}": word, f"word_{position}_end": word + _LAST, f"ref_{position}": word.upper()}
    return values | {f"after_{position}": value for position, value in enumerate(after or ())}


@lru_cache(maxsize=256)
def _read(shape: _Shape) -> Read[ItemRow]:
    """The compiled statement of one shape: built when first asked for, then kept."""
    closed = shape.view is ItemView.CLOSED
    key = _CLOSED_KEY if closed else _LIVE_KEY
    statement = _SELECT.where(*_of_view(shape.view), *_of_filters(shape))
    if shape.after:
        last = tuple_(*(bindparam(f"after_{n}", type_=column.type) for n, column in enumerate(key)))
        statement = statement.where(tuple_(*key) < last if closed else tuple_(*key) > last)
    order = [column.desc() if closed else column.asc() for column in key]
    return Read(statement.order_by(*order).limit(literal_column(str(shape.limit))), ItemRow)


def _of_view(view: ItemView) -> list[ColumnElement[bool]]:
    if view is ItemView.CLOSED:
        return [ComplianceItem.closed_at.is_not(None), ~_IS_LIVE]
    narrower: dict[ItemView, list[ColumnElement[bool]]] = {
        ItemView.MINE: [ComplianceItem.owner == bindparam("me")], ItemView.OVERDUE: _late()}
    return [_IS_LIVE, *narrower.get(view, [])]


def _late() -> list[ColumnElement[bool]]:
    """Past its due time, and its clock runs."""
    return [ComplianceItem.due_at < bindparam("now"), ComplianceItem.paused_at.is_(None)]


def _of_filters(shape: _Shape) -> list[ColumnElement[bool]]:
    conditions: list[tuple[bool, ColumnElement[bool]]] = [
        (shape.kind, ComplianceItem.kind == bindparam("kind")),
        (shape.state, ComplianceItem.state == bindparam("state")),
        (shape.owner == NOBODY, ComplianceItem.owner.is_(None)),
        (shape.owner == "somebody", ComplianceItem.owner == bindparam("owner")),
        (shape.due, ComplianceItem.due_at >= bindparam("due_from")),
        (shape.due, ComplianceItem.due_at < bindparam("due_before")),
        (shape.due, ComplianceItem.paused_at.is_(None)),
    ]
    return [*(condition for wanted, condition in conditions if wanted), *map(_has_word, range(shape.words))]


def _has_word(position: int) -> ColumnElement[bool]:
    """The item's own reference, or a person whom the queue finds under this word."""
    begins = [CaseTerm.term >= bindparam(f"word_{position}"), CaseTerm.term < bindparam(f"word_{position}_end")]
    people = (select(Case.subject_id).join(CaseTerm, CaseTerm.case_id == Case.id).where(*begins)
              .limit(literal_column(_RARE)).cte(f"people_{position}").prefix_with("materialized"))
    return ((ComplianceItem.ref == bindparam(f"ref_{position}"))
            | ComplianceItem.subject_id.in_(select(people.c.subject_id)))


def _capped(*conditions: ColumnElement[bool]) -> Any:
    rows = select(literal_column("1")).where(*conditions).limit(literal_column(str(COUNT_CAP + 1))).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


_COUNTS = Read(select(_capped(_IS_LIVE), _capped(_IS_LIVE, ComplianceItem.owner == bindparam("me")),
                      _capped(_IS_LIVE, *_late())), ItemCounts)


def count_items(*, actor: Actor) -> ItemCounts:
    """How many items wait, of whom, and how many are late."""
    return _COUNTS(actor, me=actor.user_id, now=clock.now())[0]


def list_owners() -> list[UUID]:
    """Who owns an open item."""
    owners = select(ComplianceItem.owner).where(_IS_LIVE, ComplianceItem.owner.is_not(None)).distinct().limit(100)
    return [owner for owner in session().scalars(owners) if owner is not None]


def find_item_row(ref: str) -> ItemRow | None:
    """One item as lists show it, as this unit of work sees it."""
    row = session().execute(_SELECT.where(ComplianceItem.ref == ref)).one_or_none()
    return ItemRow(*tuple(row)) if row else None


def lock_item(ref: str) -> ComplianceItem | None:
    """The item to change."""
    return session().scalar(select(ComplianceItem).where(ComplianceItem.ref == ref).with_for_update()
                            .execution_options(populate_existing=True))


def lock_live(kind: str, entity: str, entity_id: UUID) -> ComplianceItem | None:
    """The open item of a thing, to change."""
    return session().scalar(
        select(ComplianceItem).where(ComplianceItem.kind == kind, ComplianceItem.entity == entity,
                                     ComplianceItem.entity_id == entity_id, _IS_LIVE)
        .with_for_update().execution_options(populate_existing=True))


def list_live(subject_id: UUID) -> list[ComplianceItem]:
    """A person's open items, the oldest first."""
    return list(session().scalars(
        select(ComplianceItem).where(ComplianceItem.subject_id == subject_id, _IS_LIVE).order_by(ComplianceItem.id)))


def list_of_person(subject_id: UUID, *, besides: UUID, limit: int = 20) -> list[ItemRow]:
    """A person's other items, newest first."""
    rows = session().execute(_SELECT.where(ComplianceItem.subject_id == subject_id, ComplianceItem.id != besides)
                             .order_by(ComplianceItem.id.desc()).limit(limit))
    return [ItemRow(*tuple(row)) for row in rows]


def list_item_events(item_id: UUID) -> list[ItemEventRow]:
    """The history of an item, newest first."""
    columns = (ComplianceItemEvent.id, ComplianceItemEvent.kind, ComplianceItemEvent.actor_id,
               ComplianceItemEvent.before, ComplianceItemEvent.after, ComplianceItemEvent.reason,
               ComplianceItemEvent.created_at)
    rows = session().execute(select(*columns).where(ComplianceItemEvent.item_id == item_id)
                             .order_by(ComplianceItemEvent.id.desc()).limit(200))
    return [ItemEventRow(*row) for row in rows]


def lock_untold_overdue(*, most: int = 200) -> list[ComplianceItem]:
    """Items past their due time of which nobody was told yet, to tell of."""
    return list(session().scalars(
        select(ComplianceItem).where(_IS_LIVE, ComplianceItem.due_at < clock.now(), ComplianceItem.paused_at.is_(None),
                                     ComplianceItem.overdue_at.is_(None))
        .order_by(ComplianceItem.due_at, ComplianceItem.id).limit(most).with_for_update(skip_locked=True)))


def find_grave_strike(decision_id: UUID) -> tuple[UUID, str, str] | None:
    """Whose strike a decision recorded under a policy of high severity and still stands; its case and its policy."""
    found = session().execute(
        select(Strike.subject_id, Case.ref, Policy.code).join(Policy, Policy.id == Strike.policy_id)
        .join(Decision, Decision.id == Strike.decision_id).join(Case, Case.id == Decision.case_id)
        .where(Strike.decision_id == decision_id, Strike.voided_at.is_(None), Policy.severity == "high")
    ).one_or_none()
    return (found[0], found[1], found[2]) if found else None
