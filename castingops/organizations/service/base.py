"""What the use cases of organizations share."""
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.db import save
from castingops.core.permissions import Permission
from castingops.core.roles import OrgRole
from castingops.organizations.errors import OrganizationClosing, OrganizationNotFound
from castingops.organizations.models import Organization, OrganizationEvent
from castingops.organizations.queries import memberships
from castingops.organizations.queries import organizations as queries
from castingops.organizations.types import OrgState


def house(actor: Actor) -> Actor:
    """The system at work for somebody who is no member yet; who it was and from where stays known to the trail."""
    return replace(system(), user_id=actor.user_id, origin=actor.origin)


def get_organization(actor: Actor) -> Organization:
    """The actor's organization. Errors: OrganizationNotFound."""
    found = queries.find(actor.home)
    if found is None:
        raise OrganizationNotFound
    return found


@contextmanager
def working(actor: Actor, permission: Permission, *, closing: bool = False) -> Iterator[tuple[Organization, Actor]]:
    """The actor's organization, held against everybody else who changes it, and the actor with the rank of now.

    Of two members who act at once the second waits here, and may find to have lost what the first has taken.
    `closing`: also while it is being deleted.
    Errors: OrganizationNotFound for who is no member any more; Forbidden; OrganizationClosing.
    """
    organization = queries.lock(actor.home)
    rank = memberships.find_rank(_user_of(actor), actor=actor)
    if organization is None or rank is None or organization.state == OrgState.CLOSED:
        raise OrganizationNotFound
    present = replace(actor, org_role=rank)
    present.require(permission)
    if organization.state == OrgState.CLOSING and not closing:
        raise OrganizationClosing(details={"closes_at": organization.closes_at})
    yield organization, present


def ends_at(*, actor: Actor) -> datetime | None:
    """When the organization that the actor is in ends; None while its deletion is not asked for."""
    found = queries.find(actor.home)
    return found.closes_at if found is not None else None


def own_rank(actor: Actor) -> OrgRole:
    """The actor's rank. Errors: OrganizationNotFound for who has none."""
    if actor.org_role is None:
        raise OrganizationNotFound
    return actor.org_role


def note(organization: Organization, kind: str, before: str | None, after: str, *, actor: Actor) -> None:
    """Write a step of an organization's life down."""
    save(OrganizationEvent(org_id=organization.id, kind=kind, before=before, after=after, actor_id=actor.user_id,
                           created_at=clock.now()))


def _user_of(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise OrganizationNotFound
    return actor.user_id
