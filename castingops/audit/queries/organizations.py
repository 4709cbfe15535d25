"""An organization's own part of the trail, as its owner and administrators read it (COMP-8).

The payloads are the house's to read, hence the read runs as the system and names the organization itself; addresses and
devices of colleagues are not in it.
"""
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import BigInteger, ColumnElement, String, Uuid, bindparam, cast, func, literal_column, or_, select

from castingops.audit import rules
from castingops.audit.models import AuditEntry, AuditPayload
from castingops.core.actor import system
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.reads import Read

_MOST = 1_000  # rows at once


class OrgFilters(Struct, frozen=True, kw_only=True):
    """What a reader asked for. Days are Riyadh's, both included."""

    action: str | None = None
    actor_id: UUID | None = None
    first: date | None = None
    last: date | None = None


class OrgEntryRow(Struct):
    """An entry, in the order of the select below."""

    id: UUID
    occurred_at: datetime
    action: str
    entity_kind: str
    entity_id: UUID | None
    actor_kind: str
    purpose: str
    request_id: UUID | None
    actor_id: UUID | None
    details: dict[str, Any] | None


def _given(name: str, column: Any, kind: Any) -> ColumnElement[bool]:
    value = cast(bindparam(name), kind)
    return or_(value.is_(None), column == value)


ENTRIES = Read(
    select(AuditEntry.id, AuditEntry.occurred_at, AuditEntry.action, AuditEntry.entity_kind, AuditEntry.entity_id,
           AuditEntry.actor_kind, AuditEntry.purpose, AuditEntry.request_id, AuditPayload.actor_id,
           func.nullif(AuditPayload.payload["details"], literal_column("'null'::jsonb")))
    .outerjoin(AuditPayload, AuditPayload.entry_id == AuditEntry.id)
    .where(AuditEntry.org_id == bindparam("org_id"), AuditEntry.id < cast(bindparam("below"), Uuid),
           AuditEntry.id >= cast(bindparam("since"), Uuid), _given("action", AuditEntry.action, String),
           _given("actor_id", AuditPayload.actor_id, Uuid))
    .order_by(AuditEntry.id.desc()).limit(cast(bindparam("most"), BigInteger)), OrgEntryRow)


def list_of_organization(org_id: UUID, filters: OrgFilters, *, cursor: str | None, size: int) -> Page[OrgEntryRow]:
    """A page of what happened in one organization, newest first. Errors: Invalid for a bad cursor."""
    since, last = rules.ids_of_days(filters.first, filters.last)
    rows = ENTRIES(system(), org_id=org_id, below=min(decode_id(cursor), last), since=since, action=filters.action,
                   actor_id=filters.actor_id, most=min(size, _MOST) + 1)
    return page_of(rows, size=size)
