"""An organization's own part of the audit trail, for those who answer for it (COMP-8)."""
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from castingops.audit import service as audit
from castingops.audit.types import ACTIONS
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.i18n import translate
from castingops.core.privacy import Purpose
from castingops.identity import service as identity
from castingops.organizations.types import EXPORT_MAX

_CHUNK = 1_000


class TrailView(Struct, frozen=True, kw_only=True):
    """An act as its organization reads of it. Colleagues have names; the house's people act as the house."""

    id: UUID
    occurred_at: datetime
    action: str
    title: str
    entity: str
    entity_id: UUID | None
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    details: dict[str, Any] | None
    request_id: UUID | None


def list_trail(filters: audit.OrgFilters, *, actor: Actor, cursor: str | None, size: int) -> Page[TrailView]:
    """A page of what happened in the actor's organization, newest first. Errors: Invalid for a bad cursor."""
    page = audit.list_of_organization(actor.home, filters, cursor=cursor, size=size)
    return Page(_views(page.rows), page.next_cursor)


def export_trail(filters: audit.OrgFilters, *, actor: Actor) -> Iterator[TrailView]:
    """Up to EXPORT_MAX acts, newest first; that they were exported is an act itself."""
    audit.record("organizations.trail.export", actor=actor, entity="audit_trail", purpose=Purpose.LEGAL,
                 details={"limit": EXPORT_MAX})
    return _all(filters, actor)


def _all(filters: audit.OrgFilters, actor: Actor) -> Iterator[TrailView]:
    cursor: str | None = None
    for _ in range(EXPORT_MAX // _CHUNK):
        page = list_trail(filters, actor=actor, cursor=cursor, size=_CHUNK)
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


def _views(rows: Iterable[audit.OrgEntryRow]) -> list[TrailView]:
    """Names are of those who belong here, or did the act as members: an erased person has none."""
    rows = list(rows)
    people = {row.actor_id for row in rows if row.actor_id is not None and row.actor_kind != "staff"}
    known = identity.contacts_of(people)
    return [TrailView(
        id=row.id, occurred_at=row.occurred_at, action=row.action, title=translate(ACTIONS.get(row.action, row.action)),
        entity=row.entity_kind, entity_id=row.entity_id, actor_kind=row.actor_kind,
        actor_id=None if row.actor_kind == "staff" else row.actor_id,
        actor_name=known[row.actor_id].name if row.actor_id is not None and row.actor_id in known else "",
        details=row.details,
        request_id=row.request_id) for row in rows]
