"""Invitations of an organization."""
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Text, bindparam, delete, func, literal_column, select, update

from castingops.core import clock
from castingops.core.actor import Actor, anonymous
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import save, session
from castingops.core.reads import Read
from castingops.organizations.models import Invitation
from castingops.organizations.types import PAGE_MAX, InvitationState


class Found(Struct, frozen=True):
    """Which invitation a token belongs to."""

    org_id: UUID
    id: UUID


class InvitationRow(Struct):
    """An invitation as lists show one, in the order of the select. Never its token."""

    id: UUID
    email: str
    role: str
    state: str
    letter_state: str
    letters: int
    invited_by: UUID
    created_at: datetime
    expires_at: datetime
    answered_at: datetime | None


_invitation = func.org_invitation(bindparam("token_hash", type_=Text)).table_valued("org_id", "id", name="i")
BY_TOKEN = Read(select(*_invitation.c), Found)
_COLUMNS = (Invitation.id, Invitation.email, Invitation.role, Invitation.state, Invitation.letter_state,
            Invitation.letters, Invitation.invited_by, Invitation.created_at, Invitation.expires_at,
            Invitation.answered_at)
_PAGE = select(*_COLUMNS).where(
    Invitation.org_id == bindparam("org_id"), Invitation.id < bindparam("below"),
).order_by(Invitation.id.desc()).limit(literal_column(str(PAGE_MAX + 1)))
INVITATIONS = Read(_PAGE, InvitationRow)
INVITATIONS_IN = Read(_PAGE.where(Invitation.state == bindparam("state")), InvitationRow)


def find_by_token(token_hash: str) -> Found | None:
    """The invitation whose token has this hash."""
    return next(iter(BY_TOKEN(anonymous(), token_hash=token_hash)), None)


def list_invitations(*, actor: Actor, state: str | None, cursor: str | None, size: int) -> Page[InvitationRow]:
    """A page of the invitations of the actor's organization, newest first. Errors: Invalid for a bad cursor."""
    values = {"org_id": actor.home, "below": decode_id(cursor)}
    rows = INVITATIONS_IN(actor, state=state, **values) if state else INVITATIONS(actor, **values)
    return page_of(rows[:size + 1], size=size)


def lock(invitation_id: UUID, *, actor: Actor) -> Invitation | None:
    """An invitation of the actor's organization, to be changed."""
    return session().get(Invitation, (actor.home, invitation_id), with_for_update=True, populate_existing=True)


def lock_open_of(user_id: UUID, *, actor: Actor) -> list[Invitation]:
    """The open invitations that somebody has sent."""
    return list(session().scalars(select(Invitation).where(
        Invitation.org_id == actor.home, Invitation.invited_by == user_id,
        Invitation.state == InvitationState.OPEN).with_for_update()))


def lock_all_open(*, actor: Actor) -> list[Invitation]:
    """Every open invitation of the actor's organization."""
    return list(session().scalars(select(Invitation).where(
        Invitation.org_id == actor.home, Invitation.state == InvitationState.OPEN).with_for_update()))


def end_expired(*, actor: Actor) -> None:
    """Call what ran out by its name, so that it takes neither a seat nor an address."""
    session().execute(update(Invitation).where(
        Invitation.org_id == actor.home, Invitation.state == InvitationState.OPEN,
        Invitation.expires_at <= clock.now()).values(state=InvitationState.EXPIRED))


def count_open(*, actor: Actor) -> int:
    """How many seats open invitations take."""
    return session().scalar(select(func.count()).where(
        Invitation.org_id == actor.home, Invitation.state == InvitationState.OPEN)) or 0


def find_open(email: str, *, actor: Actor) -> Invitation | None:
    """The open invitation to an address."""
    return session().scalar(select(Invitation).where(
        Invitation.org_id == actor.home, Invitation.email == email, Invitation.state == InvitationState.OPEN))


def settle(invitation: Invitation, state: InvitationState, *, user_id: UUID | None = None) -> None:
    """End an invitation."""
    invitation.state, invitation.user_id = state, user_id
    if state is not InvitationState.EXPIRED:
        invitation.answered_at = clock.now()
    save(invitation)


def orgs_with_ended(*, before: datetime, most: int) -> list[UUID]:
    """Organizations with invitations that nobody needs any more. Asked as the system."""
    return list(session().scalars(select(Invitation.org_id).where(
        Invitation.created_at < before).distinct().limit(most)))


def drop_ended(*, before: datetime, actor: Actor) -> None:
    """Forget invitations that were made so long ago: addresses of people who may never have become members."""
    session().execute(delete(Invitation).where(Invitation.org_id == actor.home, Invitation.created_at < before,
                                               Invitation.expires_at < clock.now()))


def orgs_inviting(user_id: UUID, email: str) -> list[UUID]:
    """Organizations that keep an invitation of somebody. Asked as staff or system."""
    return list(session().scalars(select(Invitation.org_id).where(_about(user_id, email)).distinct()))


def forget(org_id: UUID, user_id: UUID, email: str) -> None:
    """Delete an organization's invitations of somebody."""
    session().execute(delete(Invitation).where(Invitation.org_id == org_id, _about(user_id, email)))


def _about(user_id: UUID, email: str) -> ColumnElement[bool]:
    return (Invitation.user_id == user_id) | (Invitation.email == email)
