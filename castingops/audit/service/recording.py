"""Recording acts. No try round it anywhere: an act that cannot be recorded does not happen (COMP-8)."""
import secrets
from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text

from castingops.audit import rules, verifier
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import add_row, session
from castingops.core.privacy import Purpose

# One round trip: the entry, its payload and its place on the waiting list.
_RECORD = text("""
with entry as (
  insert into audit_entries (id, org_id, subject_id, occurred_at, action, entity_kind, entity_id, actor_kind,
                             actor_role, purpose, request_id, commitment)
  values (:id, :org_id, :subject_id, :occurred_at, :action, :entity_kind, :entity_id, :actor_kind, :actor_role,
          :purpose, :request_id, :commitment)),
payload as (insert into audit_payloads (entry_id, salt, payload) values (:id, :salt, cast(:payload as jsonb)))
insert into audit_pending (entry_id) values (:id)""")

Names = Callable[[Collection[UUID]], Mapping[UUID, str]]


def record(action: str, *, actor: Actor, entity: str, entity_id: UUID | None = None, subject_id: UUID | None = None,
           org_id: UUID | None = None, purpose: Purpose, before: Mapping[str, Any] | None = None,
           after: Mapping[str, Any] | None = None, details: Mapping[str, Any] | None = None) -> UUID:
    """Record that `actor` did `action` (feature.thing.verb) on an `entity`, in this transaction; returns its id.

    `subject_id` and `org_id` are whose part of the trail it is in, by default the actor's own. Of `before` and
    `after` only hashes are kept; `details` is kept whole until an erasure, so it holds what a reader needs and no more.
    Errors: ValueError for another name, TypeError for a value without one spelling (a float).
    """
    moment, salt = clock.now(), secrets.token_bytes(32)
    entry_id, origin = rules.entry_id(moment, secrets.randbits(62)), actor.origin
    payload = rules.plain({
        "actor_id": actor.user_id, "ip": origin and origin.ip, "user_agent": origin and origin.user_agent,
        "before_hash": rules.hash_of(before), "after_hash": rules.hash_of(after), "details": details})
    _write({
        "id": entry_id, "org_id": org_id or actor.org_id, "subject_id": subject_id or actor.subject_id,
        "occurred_at": moment, "action": rules.checked_action(action), "entity_kind": entity, "entity_id": entity_id,
        "actor_kind": actor.kind, "actor_role": rules.joined_roles(actor.roles), "purpose": str(purpose),
        "request_id": origin and origin.request_id, "commitment": verifier.commitment_of(salt, payload), "salt": salt,
        "payload": payload})
    return entry_id


def _write(values: dict[str, Any]) -> None:
    entry = {name: value for name, value in values.items() if name not in ("salt", "payload")}
    if add_row("audit_entries", entry | {"commitment": "\\x" + values["commitment"].hex()}):
        add_row("audit_payloads", {"entry_id": values["id"], "salt": "\\x" + values["salt"].hex(),
                                   "payload": values["payload"]})
        add_row("audit_pending", {"entry_id": values["id"]})
    else:
        session().execute(_RECORD, values | {"payload": verifier.canonical(values["payload"]).decode()})


_NAMES: list[Names] = []


def provide_names(names: Names) -> None:
    """Connect the port that knows people's names (identity is above): ids in, names of those it knows out."""
    _NAMES[:] = [names]


def names_of(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of these people as far as somebody provides them; one who was erased has none."""
    return _NAMES[0](ids) if _NAMES and ids else {}
