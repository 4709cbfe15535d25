"""Compliance items: opened and closed by whoever notices, owned and judged by compliance and seniors (MOD-3).

Other features open and close them by `open_item` and `close_item`; features below moderation by their events.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Sequence as DatabaseSequence

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.cursor import Page
from castingops.core.db import hold, save, session
from castingops.core.errors import Forbidden
from castingops.core.messages import N_, Message
from castingops.core.privacy import Purpose
from castingops.moderation.errors import (
    InvalidItem,
    ItemChanged,
    ItemClosed,
    ItemNotFound,
    ItemTaken,
    ItemUndoOver,
    PublicationBlocked,
)
from castingops.moderation.models import ComplianceItem, ComplianceItemEvent
from castingops.moderation.queries import items as queries
from castingops.moderation.queries.items import ItemCounts, ItemEventRow, ItemRow
from castingops.moderation.rules import items as rules
from castingops.moderation.service.cases import get_case
from castingops.moderation.service.work import holidays_since
from castingops.moderation.types.items import (
    CLOSED,
    ITEM_KINDS,
    ITEM_REASONS,
    ItemEventKind,
    ItemFilter,
    ItemKind,
    ItemState,
)

_NUMBERS = DatabaseSequence("item_numbers")
_KINDS: dict[str, ItemKind] = {}


@dataclass(frozen=True)
class Blocking:
    """An open item that keeps a person from being published."""

    ref: str
    title: Message


def register_item_kind(kind: ItemKind) -> None:
    """Make a kind known. Registering the same code again replaces it."""
    _KINDS[kind.code] = kind


for _kind in ITEM_KINDS:
    register_item_kind(_kind)


def item_kinds() -> list[ItemKind]:
    """Every kind, in the order they were made known."""
    return list(_KINDS.values())


def item_kind(code: str) -> ItemKind:
    """A kind by its code. Errors: InvalidItem for one that nobody made known."""
    if code not in _KINDS:
        raise InvalidItem(kind=N_("Choose a kind."))
    return _KINDS[code]


def title_of(code: str) -> Message:
    """What a kind is called; one that a feature no longer makes known keeps its code."""
    return _KINDS[code].title if code in _KINDS else Message(code)


# Opening and closing by features ---------------------------------------------------------------------------------

def open_item(kind: str, *, subject_id: UUID | None, entity: str, entity_id: UUID, reason: str, actor: Actor,
              evidence: Mapping[str, str] | None = None) -> ComplianceItem:
    """Open an item about a thing, or return the one that is open; safe to call twice.

    The actor is staff or the system. `reason`: a code of `ITEM_REASONS` or words; `evidence`: references only.
    Errors: InvalidItem for an unknown kind.
    """
    found = item_kind(kind)
    in_turn(kind, entity, entity_id)
    live = queries.lock_live(kind, entity, entity_id)
    if live is not None:
        return live
    now = clock.now()
    due = rules.due_at(now, found.due_days, holidays_since(now))
    item = ComplianceItem(
        ref=f"ITEM-{session().scalar(_NUMBERS):06d}", kind=kind, subject_id=subject_id, entity=entity,
        entity_id=entity_id, state=ItemState.OPEN, reason=reason, evidence=dict(evidence or {}),
        opened_by="staff" if actor.kind == "staff" else "system", due_at=due, created_at=now, version=1)
    save(item)
    _add_event(item, ItemEventKind.OPENED, actor=actor, after=item.state, reason=reason)
    _record("moderation.item.open", item, actor, after=item.state)
    return item


def close_item(kind: str, *, entity: str, entity_id: UUID, reason: str, actor: Actor,
               state: ItemState = ItemState.RESOLVED) -> ComplianceItem | None:
    """Close the open item of a thing, or do nothing when none is open. Errors: InvalidItem for an unknown kind."""
    item_kind(kind)
    in_turn(kind, entity, entity_id)
    live = queries.lock_live(kind, entity, entity_id)
    if live is not None:
        _move(live, state, reason, actor=actor)
    return live


def blocking(subject_id: UUID, *, besides: UUID | None = None) -> list[Blocking]:
    """The open items that keep this person from being published, the oldest first. `besides`: a thing whose items do
    not count, such as the decision that is taken back.
    """
    live = queries.list_live(subject_id)
    return [Blocking(item.ref, _KINDS[item.kind].title) for item in live
            if item.kind in _KINDS and _KINDS[item.kind].blocks and item.entity_id != besides]


def check_publishable(subject_id: UUID, *, besides: UUID | None = None) -> None:
    """Errors: PublicationBlocked (field outcome) naming the item that keeps this person from being published."""
    blocked = blocking(subject_id, besides=besides)
    if blocked:
        raise PublicationBlocked(outcome=N_(
            "Not to be published: compliance item %(ref)s is open (%(title)s).", ref=blocked[0].ref,
            title=blocked[0].title))


def mark_overdue(item: ComplianceItem, *, actor: Actor) -> None:
    """Write down that somebody was told that an item is late: once."""
    item.overdue_at = clock.now()
    save(item)
    _add_event(item, ItemEventKind.OVERDUE, actor=actor)


def in_turn(kind: str, entity: str, entity_id: UUID) -> None:
    """Whoever opens or closes an item of the same thing at the same time goes one after the other."""
    hold(f"{kind}/{entity}/{entity_id}")


# Staff -----------------------------------------------------------------------------------------------------------

def open_about_case(kind: str, case_ref: str, *, actor: Actor, reason: str) -> ComplianceItem:
    """Open an item about the person of a case, by hand. Errors: CaseNotFound, InvalidItem."""
    words, case = rules.checked_reason(reason), get_case(case_ref)
    return open_item(kind, subject_id=case.subject_id, entity="person", entity_id=case.subject_id, reason=words,
                     actor=actor, evidence={"case": case.ref})


def list_items(wanted: ItemFilter, *, actor: Actor, cursor: str | None = None) -> Page[ItemRow]:
    """A page of items. Errors: Invalid for a cursor we never gave."""
    return queries.list_items(wanted, actor=actor, cursor=cursor)


def item_counts(*, actor: Actor) -> ItemCounts:
    """What waits, of whom, and what is late."""
    return queries.count_items(actor=actor)


def export_items(wanted: ItemFilter, *, actor: Actor) -> list[ItemRow]:
    """The items of a filter for a file, recorded before the first row leaves the house (COMP-8)."""
    rows = queries.list_items_export(wanted, actor=actor)
    audit.record("moderation.item.export", actor=actor, entity="item_list", entity_id=None,
                 purpose=Purpose.MODERATION, details={
                     "view": wanted.view, "kind": wanted.kind, "state": wanted.state, "owner": wanted.owner,
                     "due": wanted.due, "searched": bool(wanted.words), "items": len(rows)})
    return rows


def get_item(ref: str) -> ItemRow:
    """The item with this reference. Errors: ItemNotFound, also for what is no reference."""
    row = queries.find_item_row(rules.checked_item_ref(ref))
    if row is None:
        raise ItemNotFound
    return row


def item_history(item_id: UUID) -> list[ItemEventRow]:
    """What happened to an item, newest first."""
    return queries.list_item_events(item_id)


def others_of(item: ItemRow) -> list[ItemRow]:
    """The person's other items, newest first."""
    return queries.list_of_person(item.subject_id, besides=item.id) if item.subject_id else []


def item_owners() -> list[UUID]:
    """Who owns an open item."""
    return queries.list_owners()


def own_item(ref: str, *, actor: Actor, seen_version: int, reason: str = "") -> None:
    """Take an item on; from a colleague only with a reason.

    Errors: ItemNotFound, ItemClosed, ItemChanged, InvalidItem.
    """
    item = _locked(ref, seen_version)
    if item.state in CLOSED:
        raise ItemClosed
    if item.owner == actor.user_id:
        return
    words = rules.checked_reason(reason) if item.owner is not None else ""
    before = item.owner
    item.owner = actor.user_id
    save(item)
    _add_event(item, ItemEventKind.TAKEN, actor=actor, reason=words)
    audit.record("moderation.item.own", actor=actor, entity="compliance_item", entity_id=item.id,
                 subject_id=item.subject_id, purpose=Purpose.MODERATION, details={"ref": item.ref, "from": before})
    if item.state == ItemState.OPEN:
        _move(item, ItemState.IN_PROGRESS, "", actor=actor)


def move_item(ref: str, state: ItemState, *, actor: Actor, seen_version: int, reason: str) -> None:
    """Move an item on, with the reason; whoever moves what nobody owns owns it.

    Errors: ItemNotFound, ItemClosed, ItemChanged, ItemTaken, InvalidItem, Forbidden for who may not close its kind.
    """
    words, item = rules.checked_reason(reason), _locked(ref, seen_version)
    rules.check_way(item.state, state)
    if item.owner not in (None, actor.user_id):
        raise ItemTaken(details={"owner": item.owner})
    if state in CLOSED and not may_close(item.kind, actor):
        raise Forbidden
    item.owner = actor.user_id
    _move(item, state, words, actor=actor)


def may_close(kind: str, actor: Actor) -> bool:
    """Whether one of the actor's roles may resolve or dismiss items of this kind."""
    return kind not in _KINDS or bool(_KINDS[kind].closers & actor.roles)


def note_item(ref: str, *, actor: Actor, reason: str) -> None:
    """Write a note into an item's history. Errors: ItemNotFound, InvalidItem."""
    words, item = rules.checked_reason(reason), get_item(ref)
    event = ComplianceItemEvent(item_id=item.id, kind=ItemEventKind.NOTED, actor_id=actor.user_id, reason=words,
                                created_at=clock.now())
    save(event)
    audit.record("moderation.item.note", actor=actor, entity="compliance_item", entity_id=item.id,
                 subject_id=item.subject_id, purpose=Purpose.MODERATION,
                 details={"ref": item.ref, "event_id": event.id})


def may_reopen(item: ItemRow, actor: Actor) -> bool:
    """Whether the actor closed it, and so lately that it can be taken back."""
    return item.closed_by == actor.user_id and rules.may_undo(
        item.closed_at, clock.now(), current_settings().undo_seconds)


def reopen_item(ref: str, *, actor: Actor) -> None:
    """Take one's own closing back, within the undo window. Errors: ItemNotFound, ItemUndoOver, ItemChanged."""
    item = queries.lock_item(rules.checked_item_ref(ref))
    if item is None:
        raise ItemNotFound
    if item.closed_by != actor.user_id or not rules.may_undo(
            item.closed_at, clock.now(), current_settings().undo_seconds):
        raise ItemUndoOver
    before = item.state
    item.state, item.closed_at, item.closed_by = ItemState.IN_PROGRESS, None, None
    save(item)
    _add_event(item, ItemEventKind.REOPENED, actor=actor, before=before, after=item.state)
    _record("moderation.item.reopen", item, actor, before=before, after=item.state)


def _locked(ref: str, seen_version: int) -> ComplianceItem:
    item = queries.lock_item(rules.checked_item_ref(ref))
    if item is None:
        raise ItemNotFound
    if item.state not in CLOSED and item.version != seen_version:
        raise ItemChanged
    return item


def _move(item: ComplianceItem, state: ItemState, reason: str, *, actor: Actor) -> None:
    """The one place where an item changes its state: clock, history and trail move with it."""
    now, before = clock.now(), item.state
    if item.paused_at is not None:  # what was left of its time when it began to wait, from now on
        item.due_at = rules.resumed(item.due_at, item.paused_at, now, holidays_since(item.paused_at))
        item.overdue_at = item.overdue_at if item.due_at < now else None
    item.state, item.paused_at = state, now if state is ItemState.WAITING else None
    if state in CLOSED:
        item.closed_at, item.closed_by = now, actor.user_id
    save(item)
    _add_event(item, ItemEventKind.MOVED, actor=actor, before=before, after=state, reason=reason)
    _record("moderation.item.move", item, actor, before=before, after=state)


def _add_event(item: ComplianceItem, kind: ItemEventKind, *, actor: Actor, before: str | None = None,
               after: str | None = None, reason: str = "") -> None:
    save(ComplianceItemEvent(item_id=item.id, kind=kind, actor_id=actor.user_id, before=before, after=after,
                             reason=reason, created_at=clock.now()))


def _record(action: str, item: ComplianceItem, actor: Actor, *, before: str | None = None,
            after: str | None = None) -> None:
    code = item.reason if item.reason in ITEM_REASONS else None
    audit.record(action, actor=actor, entity="compliance_item", entity_id=item.id, subject_id=item.subject_id,
                 purpose=Purpose.MODERATION, before={"state": before} if before else None, after={"state": after},
                 details={"ref": item.ref, "kind": item.kind, "state": after, "reason": code})
