"""Messages as they come: stored once, answered at once; done afterwards, in a transaction of their own (API-10)."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.dialects.postgresql import insert

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.db import entered, hold, save, session
from castingops.core.ids import new_id
from castingops.core.jobs import Job, enqueue
from castingops.core.keys import sealer
from castingops.core.privacy import Purpose
from castingops.directory import queries, rules
from castingops.directory.models import DirectoryMessage
from castingops.directory.service import memberships, people
from castingops.directory.service.base import NOBODY
from castingops.directory.types import KNOWN_TYPES, Change, Claimed, Founded, MessageState, Why
from castingops.organizations.service.base import house

_SEAL = "directory/messages"
_TYPE_MAX = 100


def receive(message_id: str, document: Mapping[str, Any], *, actor: Actor) -> None:
    """Store a message that was signed; one that came before changes nothing."""
    row_id, named = new_id(), document.get("type")
    row = {"id": row_id, "message_id": message_id, "type": named[:_TYPE_MAX] if isinstance(named, str) else "",
           "sealed": sealer(_SEAL).seal(msgspec.json.encode(document).decode(), _aad(row_id)),
           "state": MessageState.WAITING, "received_at": clock.now()}
    with entered(house(actor), NOBODY):
        stored = session().execute(
            insert(DirectoryMessage).values(row).on_conflict_do_nothing(index_elements=["message_id"])
            .returning(DirectoryMessage.id)).one_or_none()
    if stored is not None:
        enqueue(APPLY, message_id=str(row_id))


def apply(*, actor: Actor, message_id: str) -> None:
    """Do what a stored message says. Run again, or beside another, it does nothing that was done."""
    hold("directory/apply")  # one at a time: what they say is about each other
    row = queries.lock_message(UUID(message_id))
    if row is not None and row.state == MessageState.WAITING:
        settle(row, actor=actor)


APPLY = Job("directory.apply", apply, queue="alerts")


def settle(row: DirectoryMessage, *, actor: Actor) -> None:
    """Do what a message says that still has its words, or park it."""
    why, change = _understood(row)
    if change is not None:
        follow(change, actor=actor)
        row.user_ref, row.org_ref = rules.refs_of(change)
        person = queries.find_person(row.user_ref) if row.user_ref else None
        row.subject_id = person.subject_id if person else None
        row.sealed = None
    row.settled_at, row.reason = clock.now(), why
    row.state = MessageState.PARKED if why else MessageState.APPLIED
    save(row)
    audit.record("directory.message.settle", actor=actor, entity="directory_message", entity_id=row.id,
                 purpose=Purpose.ACCOUNT, details={"type": row.type, "state": row.state, "reason": row.reason})


def _understood(row: DirectoryMessage) -> tuple[Why | None, Change | None]:
    document = msgspec.json.decode(sealer(_SEAL).open(row.sealed or "", _aad(row.id)))
    wanted = current_settings().directory_instance
    if wanted is not None and document.get("instance_id") != wanted:
        return Why.OTHER_INSTANCE, None
    if row.type not in KNOWN_TYPES:
        return Why.UNKNOWN_TYPE, None
    try:
        return None, rules.read(row.type, document)
    except rules.Unreadable:
        return Why.UNREADABLE, None


def follow(change: Change, *, actor: Actor) -> None:
    """Keep what was said, unless newer is known, and do what comes of it now. Runs as the system."""
    if isinstance(change, Claimed):
        people.take(change, actor=actor)
    elif isinstance(change, Founded):
        memberships.take_organization(change, actor=actor)
    else:
        memberships.take_membership(change, actor=actor)


def _aad(row_id: UUID) -> str:
    return f"directory_messages/{row_id}"
