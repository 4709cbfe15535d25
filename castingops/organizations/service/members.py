"""Members of an organization: listed, given another rank, taken out, leaving (P10 to P13)."""
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete

from castingops.audit import service as audit
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.db import save, session
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import OrgRole
from castingops.identity import service as identity
from castingops.organizations import permissions, rules
from castingops.organizations.errors import LastOwner, MemberNotFound
from castingops.organizations.events import MembershipRemoved, MembershipRoleChanged
from castingops.organizations.models import MembershipRow, Organization
from castingops.organizations.queries import invitations, transfers
from castingops.organizations.queries import memberships as queries
from castingops.organizations.service.base import own_rank, working
from castingops.organizations.types import InvitationState, MemberView, TransferState


def list_members(*, actor: Actor, role: str | None, cursor: str | None, size: int) -> Page[MemberView]:
    """A page of the members, the latest joined first; addresses are for who manages members.

    Errors: Invalid for a bad cursor.
    """
    page = queries.list_members(actor=actor, role=role, cursor=cursor, size=size)
    return Page(_views(page.rows, with_email=own_rank(actor).covers(OrgRole.ADMIN)), page.next_cursor)


def is_member(user_id: UUID, *, actor: Actor) -> bool:
    """Whether somebody belongs to the actor's organization."""
    return queries.find_rank(user_id, actor=actor) is not None


def change_role(user_id: UUID, role: OrgRole, *, actor: Actor) -> MemberView:
    """Give a member another rank (P12); what they had sent out and may send no more ends with it.

    Errors: MemberNotFound, RankTooLow, LastOwner, OrganizationClosing.
    """
    with working(actor, permissions.RANK) as (organization, present):
        member = _member(user_id, actor=actor)
        before = OrgRole(member.role)
        rules.require_change(own_rank(present), now=before, role=role, own=user_id == actor.user_id)
        if before != role:
            set_rank(member, role, organization=organization, actor=present)
        return _views([row_of(member)], with_email=True)[0]


def remove(user_id: UUID, *, actor: Actor) -> None:
    """Take a member out, or leave (P11): from the next request on they are nobody here.

    Errors: MemberNotFound, RankTooLow, LastOwner.
    """
    with working(actor, permissions.LEAVE, closing=True) as (_, present):
        own = user_id == actor.user_id
        member = queries.lock_member(user_id, actor=actor)
        rules.require_removal(own_rank(present), now=OrgRole(member.role) if member else None, own=own)
        if member is None:
            raise MemberNotFound
        take_out(member, actor=present, left=own)


def set_rank(member: MembershipRow, role: OrgRole, *, organization: Organization, actor: Actor) -> None:
    """Write a member's new rank, with all that follows from it. Errors: LastOwner."""
    before = OrgRole(member.role)
    if before is OrgRole.OWNER:
        _require_another_owner(member)
    member.role = role
    save(member)
    _end_what_they_sent(member.user_id, role, actor=actor)
    audit.record("organizations.member.rank", actor=actor, entity="membership", entity_id=member.id,
                 org_id=organization.id, purpose=Purpose.ACCOUNT, before={"role": before}, after={"role": role},
                 details={"member": member.user_id, "before": before, "role": role})
    publish(MembershipRoleChanged(org_id=organization.id, user_id=member.user_id, role=role, before=before))


def take_out(member: MembershipRow, *, actor: Actor, left: bool) -> None:
    """Delete a membership, with all that follows from it. Errors: LastOwner."""
    role = OrgRole(member.role)
    if role is OrgRole.OWNER:
        _require_another_owner(member)
    session().execute(delete(MembershipRow).where(MembershipRow.org_id == member.org_id, MembershipRow.id == member.id))
    session().expunge(member)
    _end_what_they_sent(member.user_id, None, actor=actor)
    audit.record("organizations.member.remove", actor=actor, entity="membership", entity_id=member.id,
                 org_id=member.org_id, purpose=Purpose.ACCOUNT, before={"role": role},
                 details={"member": member.user_id, "role": role, "left": left})
    publish(MembershipRemoved(org_id=member.org_id, user_id=member.user_id, role=role, left=left))


def row_of(member: MembershipRow) -> queries.MemberRow:
    """A member at hand as lists show one."""
    return queries.MemberRow(member.id, member.user_id, member.role, member.invited_by, member.invited_at,
                             member.accepted_at)


def _member(user_id: UUID, *, actor: Actor) -> MembershipRow:
    member = queries.lock_member(user_id, actor=actor)
    if member is None:
        raise MemberNotFound
    return member


def _require_another_owner(member: MembershipRow) -> None:
    """The database says the same once more, to whatever writes there. Errors: LastOwner."""
    if queries.count_owners(member.org_id) < 2:
        raise LastOwner


def _end_what_they_sent(user_id: UUID, rank: OrgRole | None, *, actor: Actor) -> None:
    """Rights end with the rank: open invitations that it does not allow any more, and offers of or to who left.

    PyPI's audit of 2026: rights that outlived a transfer.
    """
    for invitation in invitations.lock_open_of(user_id, actor=actor):
        if not rules.still_grants(rank, OrgRole(invitation.role)):
            invitations.settle(invitation, InvitationState.REVOKED)
    offer = transfers.lock_open(actor=actor)
    if offer is not None and ((offer.from_user == user_id and rank is not OrgRole.OWNER)
                              or (offer.to_user == user_id and rank is None)):
        transfers.settle(offer, TransferState.CANCELLED)


def _views(rows: Iterable[queries.MemberRow], *, with_email: bool) -> list[MemberView]:
    rows = list(rows)
    people = identity.contacts_of({row.user_id for row in rows})
    return [MemberView(user_id=row.user_id, membership_id=row.id, role=row.role, invited_by=row.invited_by,
                       invited_at=row.invited_at, accepted_at=row.accepted_at,
                       name=people[row.user_id].name if row.user_id in people else "",
                       email=people[row.user_id].email if with_email and row.user_id in people else None)
            for row in rows]
