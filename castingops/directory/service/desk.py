"""What staff see of the directory, and what they may do about it."""
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.cursor import Page
from castingops.core.db import entered, hold, save
from castingops.core.jobs import enqueue
from castingops.core.privacy import Purpose
from castingops.directory import queries, rules
from castingops.directory.errors import MessageNotFound, NobodyToWriteTo, NothingToRepeat
from castingops.directory.models import (
    DirectoryMembership,
    DirectoryMessage,
    DirectoryOrganization,
    DirectoryPerson,
)
from castingops.directory.service import people
from castingops.directory.service.base import NOBODY
from castingops.directory.service.receiving import APPLY
from castingops.directory.types import MessageFilter, MessageRow, MessageState, Standing


@dataclass(frozen=True)
class Shown:
    """A message with how things stand now with what it is about."""

    row: MessageRow
    person: DirectoryPerson | None
    organization: DirectoryOrganization | None
    memberships: Sequence[DirectoryMembership]


def list_messages(wanted: MessageFilter, *, cursor: str | None = None) -> Page[MessageRow]:
    """A page of messages, newest first. Errors: Invalid for a foreign cursor."""
    return queries.list_messages(wanted, cursor=cursor)


def export_messages(wanted: MessageFilter, *, actor: Actor) -> list[MessageRow]:
    """The messages of a filter for a file, recorded before the first row leaves the house (COMP-8)."""
    found = queries.list_for_export(wanted)
    audit.record("directory.message.export", actor=actor, entity="directory_message_list", purpose=Purpose.SECURITY,
                 details={"state": wanted.state, "type": wanted.type, "narrowed": wanted.narrowed,
                          "messages": len(found)})
    return found


def show(message_id: UUID) -> Shown:
    """One message. Errors: MessageNotFound."""
    row = queries.find_row(message_id)
    if row is None:
        raise MessageNotFound
    of_person = queries.memberships_of(row.user_ref) if row.user_ref else []
    return Shown(row, queries.find_person(row.user_ref) if row.user_ref else None,
                 queries.find_organization(row.org_ref) if row.org_ref else None,
                 [one for one in of_person if row.org_ref in {None, one.org_ref}])


def repeat(message_id: UUID, *, actor: Actor) -> None:
    """Have a parked message looked at again, as after a setting was changed.

    Errors: MessageNotFound, NothingToRepeat.
    """
    row = _lock(message_id)
    if row.state != MessageState.PARKED or row.sealed is None:
        raise NothingToRepeat
    row.state, row.reason, row.settled_at, row.settled_by = MessageState.WAITING, None, None, None
    save(row)
    enqueue(APPLY, message_id=str(row.id))
    _record("directory.message.repeat", row, actor=actor)


def dismiss(message_id: UUID, reason: str, *, actor: Actor) -> None:
    """Set a parked message aside: what it said is gone with that. Errors: MessageNotFound, InvalidNote,
    NothingToRepeat."""
    note, row = rules.checked_note(reason), _lock(message_id)
    if row.state != MessageState.PARKED:
        raise NothingToRepeat
    row.state, row.reason, row.sealed = MessageState.DISMISSED, None, None
    row.settled_at, row.settled_by = clock.now(), actor.user_id
    save(row)
    _record("directory.message.dismiss", row, actor=actor, reason=note)


def write_again(message_id: UUID, *, actor: Actor) -> None:
    """Send the invitation of a message's person again. Errors: MessageNotFound, NobodyToWriteTo."""
    hold("directory/apply")
    row = _lock(message_id)
    person = queries.find_person(row.user_ref) if row.user_ref else None
    if person is None or person.standing != Standing.INVITED:
        raise NobodyToWriteTo
    before = person.token_hash
    with entered(system(), NOBODY) as inside:
        people.invite(person, person.email, actor=inside, again=True)
        save(person)
    if person.token_hash == before:  # as many letters as one address gets
        raise NobodyToWriteTo
    _record("directory.person.write", row, actor=actor)


def _lock(message_id: UUID) -> DirectoryMessage:
    row = queries.lock_message(message_id)
    if row is None:
        raise MessageNotFound
    return row


def _record(act: str, row: DirectoryMessage, *, actor: Actor, **details: object) -> None:
    audit.record(act, actor=actor, entity="directory_message", entity_id=row.id, purpose=Purpose.SECURITY,
                 details={"type": row.type, **details})
