"""Organizations: made, read, changed, and chosen to work in."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.db import entered_org, save
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import OrgRole
from castingops.organizations import rules
from castingops.organizations.errors import OrganizationNotFound
from castingops.organizations.events import OrganizationCreated
from castingops.organizations.models import MembershipRow, Organization
from castingops.organizations.queries import memberships
from castingops.organizations.service.base import get_organization, house, note
from castingops.organizations.types import (
    SEATS_DEFAULT,
    MyOrganization,
    OrganizationDraft,
    OrganizationView,
    OrgState,
    Plan,
)


def create(fields: Mapping[str, Any], *, actor: Actor) -> OrganizationView:
    """Make an organization; the actor's person becomes its owner (P8). Errors: InvalidOrganization, SlugTaken."""
    return found_organization(rules.drafted(fields), owner=actor.subject, actor=actor)


def found_organization(draft: OrganizationDraft, *, owner: UUID, actor: Actor) -> OrganizationView:
    """Make an organization with its first owner, in the open transaction. Errors: SlugTaken."""
    now = clock.now()
    organization = Organization(
        id=new_id(), **draft.words, slug_key=draft.slug_key, search_text=rules.search_key(draft), plan=Plan.FREE,
        seats=SEATS_DEFAULT, settings={}, state=OrgState.ACTIVE, created_at=now)
    with entered_org(house(actor), organization.id) as inside:
        save(organization)
        save(MembershipRow(org_id=organization.id, user_id=owner, role=OrgRole.OWNER, invited_by=None, invited_at=now,
                           accepted_at=now))
        note(organization, "state", None, OrgState.ACTIVE, actor=inside)
        audit.record("organizations.organization.create", actor=inside, entity="organization",
                     entity_id=organization.id, subject_id=owner, purpose=Purpose.ACCOUNT, after=draft.words,
                     details={"slug": draft.slug})
        publish(OrganizationCreated(org_id=organization.id, user_id=owner))
        return view_of(organization, OrgRole.OWNER)


def list_own(*, actor: Actor, cursor: str | None, size: int) -> Page[MyOrganization]:
    """A page of exactly one's own memberships, the latest joined first (P9). Errors: Invalid for a bad cursor."""
    return memberships.list_memberships(actor.subject, cursor=cursor, size=size)


def get(*, actor: Actor) -> OrganizationView:
    """The actor's organization. Errors: OrganizationNotFound."""
    return view_of(get_organization(actor), _rank(actor))


def view_of(organization: Organization, role: OrgRole) -> OrganizationView:
    """An organization as a member of this rank sees it."""
    return OrganizationView(
        id=organization.id, name_ar=organization.name_ar, name_en=organization.name_en, slug=organization.slug,
        plan=organization.plan, seats=organization.seats, settings=organization.settings,
        legal_name=organization.legal_name, vat_number=organization.vat_number, state=organization.state,
        closes_at=organization.closes_at, created_at=organization.created_at, version=organization.version, role=role)


def _rank(actor: Actor) -> OrgRole:
    if actor.org_role is None:
        raise OrganizationNotFound
    return actor.org_role
