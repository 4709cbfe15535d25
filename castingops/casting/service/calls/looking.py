"""Casting calls are read: by their organization, by moderation, and by staff on the board."""
from typing import Any
from uuid import UUID

import msgspec

from castingops.audit import service as audit
from castingops.casting.errors.calls import CallNotFound, CallRevisionNotFound
from castingops.casting.queries import calls as queries
from castingops.casting.queries.calls import CallFilter, CallRow
from castingops.casting.service.calls import base
from castingops.casting.types.calls import CallRevision, CallView, StopRule
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.privacy import Purpose


def get_call(call_id: UUID, *, actor: Actor) -> CallView:
    """A call of the actor's organization. Errors: CallNotFound."""
    return base.view_of(base.get_row(call_id, actor=actor, lock=False))


def list_own_calls(wanted: CallFilter, *, actor: Actor, cursor: str | None, size: int) -> Page[CallRow]:
    """A page of the calls of the actor's organization, the newest first. Errors: Invalid for a bad cursor."""
    return queries.list_calls(msgspec.structs.replace(wanted, org_id=actor.home), cursor=cursor, size=size)


def get_call_revision(call_id: UUID, number: int) -> CallRevision:
    """One submission as it was sent; asked as the house. Errors: CallRevisionNotFound."""
    home = queries.find_home(call_id)
    row = queries.find_revision(home, call_id, number) if home is not None else None
    if row is None:
        raise CallRevisionNotFound
    return base.revision_of(row)


def previous_approved_call(call_id: UUID, before_number: int) -> CallRevision | None:
    """The submission that was approved last before this one; asked as the house. None for a first."""
    home = queries.find_home(call_id)
    row = queries.find_approved_before(home, call_id, before_number) if home is not None else None
    return base.revision_of(row) if row is not None else None


def find_owner(call_id: UUID) -> UUID | None:
    """Who made a call; asked as the house. None for one that does not exist."""
    row = queries.find_row(call_id)
    return row.created_by if row is not None else None


def is_pending(call_id: UUID, number: int | None = None) -> bool:
    """Whether a submission of the call, or this one, waits for a decision; asked as the house."""
    home = queries.find_home(call_id)
    waiting = queries.pending_number(home, call_id) if home is not None else None
    return waiting is not None and number in (None, waiting)


def list_stop_rules() -> list[StopRule]:
    """Every rule that stops calls, with its days and its source."""
    return queries.list_stop_rules()


# Staff -----------------------------------------------------------------------------------------------------------

def list_board(wanted: CallFilter, *, cursor: str | None) -> Page[CallRow]:
    """A page of the calls of all organizations. For staff. Errors: Invalid for a bad cursor."""
    return queries.list_calls(wanted, cursor=cursor)


def export_board(wanted: CallFilter, *, actor: Actor) -> list[CallRow]:
    """The calls of a filter for a file, recorded before the first row leaves the house (COMP-8)."""
    rows = queries.list_export(wanted)
    details: dict[str, Any] = {**msgspec.to_builtins(wanted), "calls": len(rows)}
    audit.record("casting.call.export", actor=actor, entity="casting_call_list", entity_id=None,
                 purpose=Purpose.CASTING, details=details)
    return rows


def get_for_staff(call_id: UUID, *, actor: Actor) -> tuple[CallRow, CallView]:
    """A call of any organization: its row and its working copy. Errors: CallNotFound."""
    row = queries.find_row(call_id)
    if row is None:
        raise CallNotFound
    return row, base.view_of(base.get_row(call_id, actor=actor.within(row.org_id), lock=False))


def revisions_for_staff(call: CallRow, *, actor: Actor) -> list[CallRevision]:
    """What was submitted of a call, the latest first."""
    return [base.revision_of(row) for row in queries.list_revisions(call.org_id, call.id)]
