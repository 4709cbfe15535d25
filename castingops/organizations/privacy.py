"""What organizations hold of a person: where they belong to, what they were invited to, what they have open."""
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from castingops.core.actor import Actor
from castingops.core.db import entered, entered_org, session
from castingops.core.privacy import Model, labels, table_of
from castingops.core.roles import OrgRole
from castingops.identity import service as identity
from castingops.organizations.models import CurrentOrganization, Invitation, MembershipRow
from castingops.organizations.queries import invitations, memberships
from castingops.organizations.queries import organizations as organizations_of
from castingops.organizations.service.closing import end
from castingops.organizations.service.members import set_rank, take_out

_MODELS: tuple[tuple[Model, str], ...] = (
    (MembershipRow, "user_id"), (Invitation, "user_id"), (CurrentOrganization, "subject_id"))
_HEIRS = (OrgRole.ADMIN, OrgRole.MEMBER, OrgRole.VIEWER)


def export(person_id: UUID, *, actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """Memberships, answered invitations and the organization in use, by table; open invitations to their address too.

    Staff and system read all organizations for it; a person asks through them.
    """
    actor.entering(person_id)
    found: dict[str, list[dict[str, Any]]] = {}
    for model, path in _MODELS:
        columns = [table_of(model).c[name] for name in labels(model)]
        condition = table_of(model).c[path] == person_id
        if model is Invitation:
            condition |= table_of(model).c.email == _address_of(person_id)
        rows = session().execute(select(*columns).where(condition))
        found[table_of(model).name] = [dict(row) for row in rows.mappings()]
    return found


def erase(person_id: UUID, *, actor: Actor) -> None:
    """Take a person out of every organization. Runs as staff or system.

    An organization whose last owner goes is not a reason to keep somebody: its highest and longest member takes over,
    and is told; where there is nobody else, it ends.
    """
    actor.entering(person_id)
    address = _address_of(person_id)
    with entered(actor, person_id):
        session().execute(delete(CurrentOrganization).where(CurrentOrganization.subject_id == person_id))
    for org_id in memberships.orgs_of(person_id):
        with entered_org(actor, org_id) as inside:
            _leave(person_id, actor=inside)
    for org_id in invitations.orgs_inviting(person_id, address):
        with entered_org(actor, org_id):
            invitations.forget(org_id, person_id, address)


def _leave(person_id: UUID, *, actor: Actor) -> None:
    organization = organizations_of.lock(actor.home)
    member = memberships.lock_member(person_id, actor=actor)
    if organization is None or member is None:
        return
    if member.role == OrgRole.OWNER and memberships.count_owners(organization.id) == 1:
        heir = memberships.find_heir(_HEIRS, actor=actor)
        if heir is None:
            end(organization, actor=actor)
            return
        set_rank(heir, OrgRole.OWNER, organization=organization, actor=actor)
    take_out(member, actor=actor, left=True)


def _address_of(person_id: UUID) -> str:
    known = identity.contacts_of([person_id]).get(person_id)
    return (known.email if known else None) or ""
