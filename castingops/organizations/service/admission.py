"""Members whom an outside directory names: let in and taken out by the house, with all that follows from it (ID-11)."""
from collections.abc import Sequence
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered_org, save
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import OrgRole
from castingops.organizations import rules
from castingops.organizations.errors import InvalidOrganization, OrganizationClosing, SeatsTaken, SlugTaken
from castingops.organizations.events import MembershipCreated
from castingops.organizations.models import MembershipRow, Organization
from castingops.organizations.queries import invitations, memberships
from castingops.organizations.queries import organizations as queries
from castingops.organizations.service.members import set_rank, take_out
from castingops.organizations.service.organizations import found_organization
from castingops.organizations.types import OrgState


def found_first(name: str, slugs: Sequence[str], *, owner: UUID, actor: Actor) -> UUID:
    """Make an organization under the first of these addresses that is fit and free; the name stands in both scripts
    until its owner writes them. Runs as the system. Errors: InvalidOrganization for the name, SlugTaken for all."""
    name = rules.checked_name(name, "name_en")
    for slug in slugs:
        try:
            draft = rules.drafted({"name_ar": name, "name_en": name, "slug": slug})
        except (InvalidOrganization, SlugTaken):
            continue
        if queries.is_slug_free(draft.slug_key):
            return found_organization(draft, owner=owner, actor=actor).id
    raise SlugTaken


def admit(org_id: UUID, user_id: UUID, role: OrgRole, *, actor: Actor) -> None:
    """Make somebody a member with this rank, or give a member this rank: an owner stays one. Runs as the system.

    Errors: OrganizationClosing, SeatsTaken.
    """
    with entered_org(actor, org_id) as inside:
        organization = queries.lock(org_id)
        if organization is None or organization.state != OrgState.ACTIVE:
            raise OrganizationClosing
        member = memberships.lock_member(user_id, actor=inside)
        if member is None:
            _add(organization, user_id, role, actor=inside)
        elif OrgRole(member.role) not in {role, OrgRole.OWNER}:
            set_rank(member, role, organization=organization, actor=inside)


def expel(org_id: UUID, user_id: UUID, *, actor: Actor) -> None:
    """Take a member out; who is none stays none. Runs as the system. Errors: LastOwner."""
    with entered_org(actor, org_id) as inside:
        member = memberships.lock_member(user_id, actor=inside) if queries.lock(org_id) else None
        if member is not None:
            take_out(member, actor=inside, left=False)


def _add(organization: Organization, user_id: UUID, role: OrgRole, *, actor: Actor) -> None:
    invitations.end_expired(actor=actor)
    if memberships.count_members(actor=actor) + invitations.count_open(actor=actor) >= organization.seats:
        raise SeatsTaken(details={"seats": organization.seats})
    now = clock.now()
    member = MembershipRow(org_id=organization.id, id=new_id(), user_id=user_id, role=role, invited_by=None,
                           invited_at=now, accepted_at=now)
    save(member)
    audit.record("organizations.member.admit", actor=actor, entity="membership", entity_id=member.id,
                 org_id=organization.id, subject_id=user_id, purpose=Purpose.ACCOUNT, after={"role": role},
                 details={"member": user_id, "role": role})
    publish(MembershipCreated(org_id=organization.id, user_id=user_id, role=role))
