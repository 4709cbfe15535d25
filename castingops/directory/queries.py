"""Selects over what the directory has said. For the house alone: row level security shows them to nobody else."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update

from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.directory.models import (
    DirectoryMembership,
    DirectoryMessage,
    DirectoryOrganization,
    DirectoryPerson,
)
from castingops.directory.types import EXPORT_MAX, PAGE_SIZE, MessageFilter, MessageRow, MessageState, Standing, Why

_ROW = (DirectoryMessage.id, DirectoryMessage.message_id, DirectoryMessage.type, DirectoryMessage.user_ref,
        DirectoryMessage.org_ref, DirectoryMessage.state, DirectoryMessage.reason, DirectoryMessage.received_at,
        DirectoryMessage.settled_at, DirectoryMessage.settled_by)


def list_messages(wanted: MessageFilter, *, cursor: str | None) -> Page[MessageRow]:
    """A page of messages, newest first. Errors: Invalid for a foreign cursor."""
    rows = session().execute(select(*_ROW).where(DirectoryMessage.id < decode_id(cursor), *_conditions(wanted))
                             .order_by(DirectoryMessage.id.desc()).limit(PAGE_SIZE + 1))
    return page_of([MessageRow(*tuple(row)) for row in rows], size=PAGE_SIZE)


def list_for_export(wanted: MessageFilter) -> list[MessageRow]:
    """Every message of the filter, up to the bound of one file."""
    rows = session().execute(select(*_ROW).where(*_conditions(wanted)).order_by(DirectoryMessage.id.desc())
                             .limit(EXPORT_MAX))
    return [MessageRow(*tuple(row)) for row in rows]


def _conditions(wanted: MessageFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state:
        found.append(DirectoryMessage.state == wanted.state)
    if wanted.type:
        found.append(DirectoryMessage.type == wanted.type)
    if wanted.about:
        found.append(or_(DirectoryMessage.user_ref == wanted.about, DirectoryMessage.org_ref == wanted.about,
                         DirectoryMessage.message_id == wanted.about))
    return found


def find_row(message_id: UUID) -> MessageRow | None:
    """One message as its page shows it."""
    row = session().execute(select(*_ROW).where(DirectoryMessage.id == message_id)).one_or_none()
    return MessageRow(*tuple(row)) if row else None


def lock_message(message_id: UUID) -> DirectoryMessage | None:
    """A message, for whoever settles it; another waits."""
    return session().scalar(select(DirectoryMessage).where(DirectoryMessage.id == message_id).with_for_update())


def find_person(ref: str) -> DirectoryPerson | None:
    """What was said of a person."""
    return session().scalar(select(DirectoryPerson).where(DirectoryPerson.ref == ref))


def find_invited(token_hash: str) -> DirectoryPerson | None:
    """Whose code this is; locked."""
    return session().scalar(select(DirectoryPerson).where(DirectoryPerson.token_hash == token_hash).with_for_update())


def find_organization(ref: str) -> DirectoryOrganization | None:
    """What was said of an organization."""
    return session().scalar(select(DirectoryOrganization).where(DirectoryOrganization.ref == ref))


def unfounded(creator: str) -> list[DirectoryOrganization]:
    """Organizations that wait for this person to own them, the oldest first."""
    return list(session().scalars(
        select(DirectoryOrganization).where(DirectoryOrganization.creator == creator,
                                            DirectoryOrganization.org_id.is_(None)).order_by(DirectoryOrganization.ref)))


def find_membership(user_ref: str, org_ref: str) -> DirectoryMembership | None:
    """What was said of a membership."""
    return session().scalar(select(DirectoryMembership).where(
        DirectoryMembership.user_ref == user_ref, DirectoryMembership.org_ref == org_ref))


def memberships_of(user_ref: str) -> list[DirectoryMembership]:
    """What was said of a person's memberships."""
    return list(session().scalars(select(DirectoryMembership).where(DirectoryMembership.user_ref == user_ref)
                                  .order_by(DirectoryMembership.org_ref)))


def memberships_in(org_ref: str) -> list[DirectoryMembership]:
    """What was said of an organization's memberships."""
    return list(session().scalars(select(DirectoryMembership).where(DirectoryMembership.org_ref == org_ref)
                                  .order_by(DirectoryMembership.user_ref)))


def drop_settled(before: datetime) -> None:
    """Forget messages of before, but those that still wait for their job."""
    session().execute(delete(DirectoryMessage).where(
        DirectoryMessage.received_at < before, DirectoryMessage.state != MessageState.WAITING))


def forget_strangers(before: datetime) -> None:
    """Forget who was named before, and never joined: only their id stays, for what is said of them next."""
    session().execute(update(DirectoryPerson).where(
        DirectoryPerson.changed_at < before, DirectoryPerson.standing.in_([Standing.HELD, Standing.INVITED]),
        DirectoryPerson.email.is_not(None)).values(
            standing=Standing.HELD, reason=Why.LAPSED, email=None, name=None, token_hash=None, expires_at=None))


def drop_held(before: datetime) -> None:
    """Forget memberships and organizations that have waited since before for what never came."""
    for model in (DirectoryMembership, DirectoryOrganization):
        session().execute(delete(model).where(model.standing == Standing.HELD, model.changed_at < before))
