"""Organizations themselves."""
from collections.abc import Collection
from uuid import UUID

from msgspec import Struct
from sqlalchemy import bindparam, select

from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.organizations.models import CurrentOrganization, Organization
from castingops.organizations.types import OrgState


class Taken(Struct, frozen=True):
    """An organization that has an address."""

    id: UUID


OF_SLUG = Read(select(Organization.id).where(Organization.slug_key == bindparam("slug_key")), Taken)


def find(org_id: UUID) -> Organization | None:
    """An organization as the unit of work's actor sees it."""
    return session().get(Organization, org_id)


def lock(org_id: UUID) -> Organization | None:
    """The organization, held until this transaction ends: whoever else changes its members waits."""
    return session().get(Organization, org_id, with_for_update={"key_share": True}, populate_existing=True)


def is_slug_free(slug_key: str) -> bool:
    """Whether no organization has this address or one that looks like it: a word that a new one gives away anyhow."""
    return not OF_SLUG(system(), slug_key=slug_key)


def names_of(org_ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Both names of these organizations, English first."""
    if not org_ids:
        return {}
    rows = select(Organization.id, Organization.name_en, Organization.name_ar).where(Organization.id.in_(org_ids))
    return {row[0]: (row[1], row[2]) for row in session().execute(rows)}


def find_by_words(words: str, *, most: int) -> list[UUID]:
    """Organizations whose names or address hold these folded words, in no order. Asked as the house."""
    return list(session().scalars(
        select(Organization.id).where(Organization.search_text.contains(words, autoescape=True)).limit(most)))


def find_current(*, actor: Actor) -> CurrentOrganization | None:
    """What the actor's person has open."""
    return session().scalar(select(CurrentOrganization).where(CurrentOrganization.subject_id == actor.subject))


def due_to_close(*, most: int) -> list[UUID]:
    """Organizations whose grace period is over. Asked as the system."""
    return list(session().scalars(
        select(Organization.id).where(Organization.state == OrgState.CLOSING, Organization.closes_at <= clock.now())
        .order_by(Organization.closes_at).limit(most)))
