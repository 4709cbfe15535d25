"""Invitations: sent to an address, accepted by who has it and holds the letter's token, declined, taken back.

Whether somebody has an account is no secret that an invitation tells: the answer is the same for every address, and a
membership begins only when the invited person accepts.
"""
import re
from datetime import timedelta
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.crypto import hash_token
from castingops.core.cursor import Page
from castingops.core.db import entered_org, save
from castingops.core.i18n import current_locale
from castingops.core.ids import new_id
from castingops.core.jobs import enqueue
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import OrgRole
from castingops.identity import service as identity
from castingops.organizations import permissions, rules
from castingops.organizations.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationNotFound,
    InvitationOver,
    OrganizationClosing,
    ResentTooOften,
    SeatsTaken,
)
from castingops.organizations.events import MembershipCreated
from castingops.organizations.models import Invitation, MembershipRow, Organization
from castingops.organizations.queries import invitations as queries
from castingops.organizations.queries import memberships
from castingops.organizations.queries import organizations as organizations_of
from castingops.organizations.service import letters
from castingops.organizations.service.base import house, own_rank, working
from castingops.organizations.service.organizations import view_of
from castingops.organizations.types import RESENDS_MAX, InvitationState, OrganizationView, OrgState

_TOKEN = re.compile(r"[0-9a-f]{64}")


def invite(email: str, role: OrgRole, *, actor: Actor) -> queries.InvitationRow:
    """Send an invitation; it takes a seat until it is answered or over.

    Errors: InvalidEmail, RankTooLow, AlreadyMember, AlreadyInvited, SeatsTaken, OrganizationClosing.
    """
    address = identity.checked_address(email)
    with working(actor, permissions.INVITE) as (organization, present):
        rules.require_grant(own_rank(present), role)
        _require_room(organization, address, actor=present)
        now = clock.now()
        invitation = Invitation(
            org_id=organization.id, id=new_id(), email=address, role=role, token_hash="", letters=1,
            locale=organization.settings.get("locale", current_locale()), letter_state="queued",
            invited_by=actor.subject, state=InvitationState.OPEN, created_at=now, expires_at=now + _open_for())
        invitation.token_hash = hash_token(letters.token_of(invitation))
        save(invitation)
        _record("organizations.invitation.send", invitation, actor=present)
        enqueue(letters.SEND, org_id=organization.id, invitation_id=str(invitation.id), letter="1")
        return row_of(invitation)


def list_invitations(*, actor: Actor, state: str | None, cursor: str | None,
                     size: int) -> Page[queries.InvitationRow]:
    """A page of the organization's invitations, newest first. Errors: Invalid for a bad cursor."""
    page = queries.list_invitations(actor=actor, state=state, cursor=cursor, size=size)
    return Page([_as_of_now(row) for row in page.rows], page.next_cursor)


def resend(invitation_id: UUID, *, actor: Actor) -> queries.InvitationRow:
    """Send the letter again, with a new token and a new end; the token before is worth nothing from now on.

    Errors: InvitationNotFound, InvitationOver, RankTooLow, ResentTooOften, SeatsTaken, OrganizationClosing.
    """
    with working(actor, permissions.INVITE) as (organization, present):
        invitation = _own(invitation_id, actor=present)
        rules.require_grant(own_rank(present), OrgRole(invitation.role))
        if invitation.letters >= RESENDS_MAX:
            raise ResentTooOften
        invitation.letters += 1
        invitation.token_hash = hash_token(letters.token_of(invitation))
        invitation.letter_state, invitation.expires_at = "queued", clock.now() + _open_for()
        save(invitation)
        _record("organizations.invitation.resend", invitation, actor=present)
        enqueue(letters.SEND, org_id=organization.id, invitation_id=str(invitation.id),
                letter=str(invitation.letters))
        return row_of(invitation)


def revoke(invitation_id: UUID, *, actor: Actor) -> None:
    """Take an open invitation back. Errors: InvitationNotFound, InvitationOver, RankTooLow."""
    with working(actor, permissions.INVITE, closing=True) as (_, present):
        invitation = _own(invitation_id, actor=present)
        rules.require_grant(own_rank(present), OrgRole(invitation.role))
        queries.settle(invitation, InvitationState.REVOKED)
        _record("organizations.invitation.revoke", invitation, actor=present)


def accept(token: str, *, actor: Actor) -> OrganizationView:
    """Join, with the token of the letter and the account that has its address (P10).

    Holding the token proves the address: it was sent nowhere else. The account must have that address all the same, so
    that a letter passed on lets nobody else in.
    Errors: InvitationNotFound, also when it was sent to somebody else; InvitationOver; AlreadyMember;
    OrganizationClosing.
    """
    found = _found(token)
    with entered_org(house(actor), found.org_id) as inside:
        organization, invitation = _open_for_answer(found, inside, actor)
        if organization.state != OrgState.ACTIVE:
            raise OrganizationClosing
        if memberships.find_rank(actor.subject, actor=inside) is not None:
            raise AlreadyMember
        queries.settle(invitation, InvitationState.ACCEPTED, user_id=actor.subject)  # frees the seat that is taken now
        member = MembershipRow(
            org_id=organization.id, id=new_id(), user_id=actor.subject, role=invitation.role,
            invited_by=invitation.invited_by, invited_at=invitation.created_at, accepted_at=clock.now())
        save(member)
        audit.record("organizations.invitation.accept", actor=inside, entity="membership", entity_id=member.id,
                     subject_id=actor.subject, purpose=Purpose.ACCOUNT, after={"role": member.role},
                     details={"member": actor.subject, "role": member.role, "invitation": invitation.id})
        publish(MembershipCreated(org_id=organization.id, user_id=actor.subject, role=member.role))
        return view_of(organization, OrgRole(member.role))


def decline(token: str, *, actor: Actor) -> None:
    """Say no to an invitation. Errors: InvitationNotFound, InvitationOver."""
    found = _found(token)
    with entered_org(house(actor), found.org_id) as inside:
        _, invitation = _open_for_answer(found, inside, actor)
        queries.settle(invitation, InvitationState.DECLINED, user_id=actor.subject)
        audit.record("organizations.invitation.decline", actor=inside, entity="invitation", entity_id=invitation.id,
                     subject_id=actor.subject, purpose=Purpose.ACCOUNT)


def row_of(invitation: Invitation) -> queries.InvitationRow:
    """An invitation at hand as lists show one."""
    return _as_of_now(queries.InvitationRow(
        invitation.id, invitation.email, invitation.role, invitation.state, invitation.letter_state,
        invitation.letters, invitation.invited_by, invitation.created_at, invitation.expires_at,
        invitation.answered_at))


def _as_of_now(row: queries.InvitationRow) -> queries.InvitationRow:
    if row.state == InvitationState.OPEN and row.expires_at <= clock.now():
        row.state = InvitationState.EXPIRED
    return row


def _open_for() -> timedelta:
    return timedelta(days=current_settings().invitation_days)


def _require_room(organization: Organization, address: str, *, actor: Actor) -> None:
    """Errors: AlreadyMember, AlreadyInvited, SeatsTaken. Asked under the organization's lock; SQL asks again."""
    queries.end_expired(actor=actor)
    people = identity.contacts_of(memberships.member_ids(actor=actor))
    if any(person.email == address for person in people.values()):
        raise AlreadyMember
    if queries.find_open(address, actor=actor) is not None:
        raise AlreadyInvited
    if memberships.count_members(actor=actor) + queries.count_open(actor=actor) >= organization.seats:
        raise SeatsTaken(details={"seats": organization.seats})


def _own(invitation_id: UUID, *, actor: Actor) -> Invitation:
    """An open invitation of the actor's organization. Errors: InvitationNotFound, InvitationOver."""
    invitation = queries.lock(invitation_id, actor=actor)
    if invitation is None:
        raise InvitationNotFound
    if row_of(invitation).state != InvitationState.OPEN:
        raise InvitationOver
    return invitation


def _found(token: str) -> queries.Found:
    found = queries.find_by_token(hash_token(token)) if _TOKEN.fullmatch(token) else None
    if found is None:
        raise InvitationNotFound
    return found


def _open_for_answer(found: queries.Found, inside: Actor, actor: Actor) -> tuple[Organization, Invitation]:
    """Organization and invitation, held, for the person it was sent to. Errors: InvitationNotFound, InvitationOver."""
    organization = organizations_of.lock(found.org_id)
    invitation = queries.lock(found.id, actor=inside)
    person = identity.contacts_of([actor.subject]).get(actor.subject)
    if organization is None or invitation is None or person is None or person.email != invitation.email:
        raise InvitationNotFound
    if row_of(invitation).state != InvitationState.OPEN:
        raise InvitationOver
    return organization, invitation


def _record(act: str, invitation: Invitation, *, actor: Actor) -> None:
    audit.record(act, actor=actor, entity="invitation", entity_id=invitation.id,
                 purpose=Purpose.ACCOUNT, details={"role": invitation.role, "letter": invitation.letters})
