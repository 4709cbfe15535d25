"""The trail as its readers see it: newest first, filtered, and never more than their part (reliability.md §3).

`own` is a condition on who acted; `team` adds the acts of moderators. Each filter that an index can lead has a
statement of its own, compiled once; the others narrow what it finds.
"""
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Boolean, ColumnElement, String, Uuid, bindparam, cast, literal_column, or_, select, text

from castingops.audit import rules
from castingops.audit.models import AuditEntry, AuditLeaf, AuditPayload
from castingops.audit.types import Scope
from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.core.roles import StaffRole

PAGE_SIZE = 50
_EXPORT_SIZE = 1000

# The distinct actions by hops along their index: as many probes as there are actions, whatever the table's size.
_ACTIONS = text("""
with recursive hop as (
  (select action from audit_entries order by action limit 1)
  union all
  select (select action from audit_entries where action > hop.action order by action limit 1) from hop
  where hop.action is not null)
select action from hop where action is not null""")


class Filters(Struct, frozen=True, kw_only=True):
    """What a reader asked for. Days are Riyadh's, both included."""

    action: str | None = None
    actor_id: UUID | None = None
    entity_kind: str | None = None
    entity_id: UUID | None = None
    subject_id: UUID | None = None
    first: date | None = None
    last: date | None = None


class EntryRow(Struct):
    """An entry as lists show it, in the order of the select below. `seq` is None until it has its place."""

    id: UUID
    occurred_at: datetime
    action: str
    entity_kind: str
    entity_id: UUID | None
    org_id: UUID | None
    subject_id: UUID | None
    actor_kind: str
    actor_role: str | None
    purpose: str
    request_id: UUID | None
    seq: int | None
    actor_id: UUID | None
    payload: dict[str, Any] | None


def _given(name: str, column: Any, kind: Any) -> ColumnElement[bool]:
    value = cast(bindparam(name), kind)
    return or_(value.is_(None), column == value)


def _newest(lead: str | None, *, limit: int) -> Read[EntryRow]:
    entry, payload = AuditEntry, AuditPayload
    key = payload.entry_id if lead == "actor_id" else entry.id
    columns = {"actor_id": (payload.actor_id, Uuid), "entity_id": (entry.entity_id, Uuid),
               "subject_id": (entry.subject_id, Uuid), "action": (entry.action, String)}
    by_moderator = literal_column(
        f"strpos(',' || audit_entries.actor_role || ',', ',{StaffRole.MODERATOR},') > 0", Boolean())
    own = payload.actor_id == cast(bindparam("reader"), Uuid)
    statement = select(
        entry.id, entry.occurred_at, entry.action, entry.entity_kind, entry.entity_id, entry.org_id, entry.subject_id,
        entry.actor_kind, entry.actor_role, entry.purpose, entry.request_id, AuditLeaf.seq, payload.actor_id,
        payload.payload,
    ).join_from(entry, payload, payload.entry_id == entry.id, isouter=lead != "actor_id").outerjoin(
        AuditLeaf, AuditLeaf.entry_id == entry.id,
    ).where(
        key < cast(bindparam("below"), Uuid), key >= cast(bindparam("since"), Uuid),
        *(column == cast(bindparam(name), kind) if name == lead else _given(name, column, kind)
          for name, (column, kind) in columns.items()),
        _given("entity_kind", entry.entity_kind, String),
        or_(cast(bindparam("team"), Boolean).is_(False), by_moderator, own),
    ).order_by(key.desc()).limit(literal_column(str(limit)))
    return Read(statement, EntryRow)


_LEADS = ("actor_id", "entity_id", "subject_id", "action", None)
_PAGES = {lead: _newest(lead, limit=PAGE_SIZE + 1) for lead in _LEADS}
_CHUNKS = {lead: _newest(lead, limit=_EXPORT_SIZE) for lead in _LEADS}


def list_entries(filters: Filters, *, actor: Actor, cursor: str | None = None) -> Page[EntryRow]:
    """A page of the part of the trail that `actor` may see, newest first. Errors: Invalid for a bad cursor."""
    rows = _read(_PAGES, filters, actor, below=decode_id(cursor))
    return page_of(rows, size=PAGE_SIZE)


def stream_entries(filters: Filters, *, actor: Actor, limit: int) -> Iterator[EntryRow]:
    """Up to `limit` entries of the reader's part, newest first, fetched as they are used."""
    below = decode_id(None)
    while limit > 0:
        rows = _read(_CHUNKS, filters, actor, below=below)[:limit]
        yield from rows
        if len(rows) < _EXPORT_SIZE:
            return
        below, limit = rows[-1].id, limit - len(rows)


def list_actions() -> list[str]:
    """Every action that was ever recorded, in alphabetical order."""
    return list(session().scalars(_ACTIONS))


def _read(reads: dict[str | None, Read[EntryRow]], filters: Filters, actor: Actor, *, below: UUID) -> list[EntryRow]:
    scope = rules.scope_of(actor.roles)
    if scope is Scope.OWN:
        filters = replace(filters, actor_id=actor.user_id)
    lead = next(name for name in _LEADS if name is None or getattr(filters, name) is not None)
    since, last = rules.ids_of_days(filters.first, filters.last)
    return reads[lead](
        actor, below=min(below, last), since=since, action=filters.action, actor_id=filters.actor_id,
        entity_id=filters.entity_id, subject_id=filters.subject_id, entity_kind=filters.entity_kind,
        team=scope is Scope.TEAM, reader=actor.user_id)
