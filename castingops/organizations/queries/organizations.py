"""Organizations themselves."""
from uuid import UUID

from sqlalchemy import select

from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.organizations.models import CurrentOrganization, Organization


def find(org_id: UUID) -> Organization | None:
    """An organization as the unit of work's actor sees it."""
    return session().get(Organization, org_id)


def lock(org_id: UUID) -> Organization | None:
    """The organization, held until this transaction ends: whoever else changes its members waits."""
    return session().get(Organization, org_id, with_for_update={"key_share": True}, populate_existing=True)


def is_slug_free(slug_key: str) -> bool:
    """Whether no organization has this address or one that looks like it. Asked as the system."""
    return session().scalar(select(Organization.id).where(Organization.slug_key == slug_key)) is None


def find_current(*, actor: Actor) -> CurrentOrganization | None:
    """What the actor's person has open."""
    return session().scalar(select(CurrentOrganization).where(CurrentOrganization.subject_id == actor.subject))
