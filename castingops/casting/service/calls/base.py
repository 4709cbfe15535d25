"""What the use cases of casting calls share: rows as values and back, views, whose call it is, the trail."""
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec

from castingops.audit import service as audit
from castingops.casting.errors.calls import CallNotFound
from castingops.casting.models import CallRevisionRow, CallRole, CastingCall
from castingops.casting.queries import calls as queries
from castingops.casting.rules import calls as rules
from castingops.casting.types import RevisionStatus
from castingops.casting.types.calls import (
    CallFields,
    CallRevision,
    CallRevisionKind,
    CallRevisionView,
    CallView,
    RoleFields,
)
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.db import save, session
from castingops.core.privacy import Purpose
from castingops.core.roles import OrgRole
from castingops.organizations.errors import OrganizationClosing, RankTooLow
from castingops.organizations.service import ends_at

_OF_CALL = tuple(name for name in CallFields.__struct_fields__ if name != "roles")
_OF_ROLE = tuple(name for name in RoleFields.__struct_fields__ if name != "id")
_ACTS = {
    "create": "casting.call.create", "change": "casting.call.change", "submit": "casting.call.submit",
    "delete": "casting.call.delete", "close": "casting.call.close", "approve": "casting.call.approve",
    "request_changes": "casting.call.request_changes", "reject": "casting.call.reject",
    "reopen": "casting.call.reopen",
}


def house(actor: Actor) -> Actor:
    """The system at work in a member's organization, for what only the house may write: what is published. Who it was
    and from where stays known to the trail."""
    return replace(system(org_id=actor.home), user_id=actor.user_id, origin=actor.origin)


def get_row(call_id: UUID, *, actor: Actor, lock: bool = True) -> CastingCall:
    """A call of the actor's organization, held by default. Errors: CallNotFound."""
    row = queries.find_call(call_id, actor=actor, lock=lock)
    if row is None:
        raise CallNotFound
    return row


def own_row(call_id: UUID, *, actor: Actor, closing: bool = False) -> CastingCall:
    """A call that the actor may change: a member their own, who manages the organization any (reliability.md §3).

    `closing`: also while the organization is being deleted. Errors: CallNotFound, RankTooLow, OrganizationClosing.
    """
    row = get_row(call_id, actor=actor)
    if row.created_by != actor.user_id and actor.org_role is OrgRole.MEMBER:
        raise RankTooLow
    if not closing:
        check_active(actor)
    return row


def check_active(actor: Actor) -> None:
    """Errors: OrganizationClosing while the deletion of the actor's organization is asked for."""
    ends = ends_at(actor=actor)
    if ends is not None:
        raise OrganizationClosing(details={"closes_at": ends})


def fields_of(row: CastingCall) -> CallFields:
    """The working copy as a value, roles included."""
    roles = [{"id": role.id, **{name: getattr(role, name) for name in _OF_ROLE}} for role in queries.list_roles(row)]
    return msgspec.convert({**{name: getattr(row, name) for name in _OF_CALL}, "roles": roles}, CallFields)


def store(row: CastingCall, before: CallFields, after: CallFields) -> None:
    """Write the working copy, where it differs; a role that is not among it any more stays, marked as gone."""
    for name in _OF_CALL:
        value = getattr(after, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    row.updated_at = clock.now()
    save(row)
    if before.roles != after.roles:
        _store_roles(row, after)


def _store_roles(row: CastingCall, after: CallFields) -> None:
    kept = {role.id: role for role in queries.list_roles(row)}
    for position, fields in enumerate(after.roles):
        role = kept.pop(fields.id, None) or CallRole(org_id=row.org_id, id=fields.id, call_id=row.id)
        role.position = position
        for name in _OF_ROLE:
            value = getattr(fields, name)
            setattr(role, name, list(value) if isinstance(value, tuple) else value)
        session().add(role)
    for role in kept.values():
        role.deleted_at = clock.now()
    session().flush()


def sent_fields(row: CallRevisionRow) -> CallFields:
    """What was submitted."""
    return msgspec.convert(row.snapshot, CallFields)


def plain(fields: CallFields) -> dict[str, Any]:
    """A call as JSON keeps it."""
    return dict(msgspec.to_builtins(fields))


def view_of(row: CastingCall, fields: CallFields | None = None) -> CallView:
    """A call as its organization sees it."""
    shown = fields if fields is not None else fields_of(row)
    last = queries.find_reviewed(row.org_id, row.id) if row.last_revision else None
    return msgspec.convert({
        **msgspec.structs.asdict(shown),
        **{name: getattr(row, name) for name in CallView.__struct_fields__
           if name not in CallFields.__struct_fields__ and name not in ("submission", "missing")},
        "submission": revision_view(last) if last is not None else None, "missing": tuple(rules.missing(shown)),
    }, CallView, from_attributes=True)


def revision_view(row: CallRevisionRow) -> CallRevisionView:
    """A submission as its organization reads of it."""
    return CallRevisionView(**_facts(row))


def revision_of(row: CallRevisionRow) -> CallRevision:
    """A submission with what was submitted."""
    return CallRevision(**_facts(row), id=row.id, org_id=row.org_id, call_id=row.call_id,
                        submitted_by=row.submitted_by, fields=sent_fields(row))


def record(verb: str, row: CastingCall, *, actor: Actor, before: dict[str, Any] | None = None,
           after: dict[str, Any] | None = None, **details: Any) -> None:
    """Write what was done with a call into the trail."""
    audit.record(_ACTS[verb], actor=actor, entity="casting_call", entity_id=row.id, org_id=row.org_id,
                 purpose=Purpose.CASTING, before=before, after=after, details=details)


def _facts(row: CallRevisionRow) -> dict[str, Any]:
    return {
        "number": row.number, "kind": CallRevisionKind(row.kind), "status": RevisionStatus(row.status),
        "submitted_at": row.submitted_at, "decided_at": row.decided_at, "reason_code": row.reason_code,
        "statement_en": row.statement_en, "statement_ar": row.statement_ar,
    }
