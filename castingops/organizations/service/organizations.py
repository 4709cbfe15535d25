"""Organizations: made, read, changed, and chosen to work in."""
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import delete

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.arabic import fold
from castingops.core.cursor import Page
from castingops.core.db import entered_org, save, session
from castingops.core.i18n import current_locale
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import AppRole, OrgRole
from castingops.identity.types import Registration
from castingops.organizations import permissions, rules
from castingops.organizations.errors import (
    OrganizationChanged,
    OrganizationNotFound,
    OrganizationUnfit,
    RankTooLow,
    SlugTaken,
)
from castingops.organizations.events import OrganizationCreated
from castingops.organizations.models import CurrentOrganization, MembershipRow, Organization
from castingops.organizations.queries import memberships
from castingops.organizations.queries import organizations as queries
from castingops.organizations.service.base import get_organization, house, note, own_rank, working
from castingops.organizations.types import (
    MINE_MAX,
    SEATS_DEFAULT,
    SLUG_MAX,
    MyOrganization,
    OrganizationDraft,
    OrganizationView,
    OrgState,
    Plan,
)

_ADDRESSES_TRIED = 10


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


def names_of(org_ids: Collection[UUID]) -> dict[UUID, str]:
    """What these organizations are called in the reader's language: proper names, not translated."""
    arabic = current_locale() == "ar"
    return {org_id: names[arabic] for org_id, names in queries.names_of(org_ids).items()}


def find_by_words(words: str) -> list[UUID]:
    """Organizations whose names or address hold these words, however they are spelt. For staff."""
    return queries.find_by_words(fold(words), most=MINE_MAX)


def list_own(*, actor: Actor, cursor: str | None, size: int) -> Page[MyOrganization]:
    """A page of exactly one's own memberships, the latest joined first (P9). Errors: Invalid for a bad cursor."""
    return memberships.list_memberships(actor.subject, cursor=cursor, size=size)


def get(*, actor: Actor) -> OrganizationView:
    """The actor's organization. Errors: OrganizationNotFound."""
    return view_of(get_organization(actor), own_rank(actor))


def change(sent: Mapping[str, Any], *, actor: Actor) -> OrganizationView:
    """Put another profile in the place of the present one; what is for invoices, an owner alone.

    Errors: InvalidOrganization, SlugTaken, OrganizationChanged when `version` is not the present one, RankTooLow,
    OrganizationClosing.
    """
    with working(actor, permissions.CHANGE) as (organization, present):
        if sent["version"] != organization.version:
            raise OrganizationChanged
        before = _words(organization)
        draft, billing = rules.drafted(sent), rules.billing(sent)
        if billing != {name: before[name] for name in billing} and not own_rank(present).covers(OrgRole.OWNER):
            raise RankTooLow
        fields = {**draft.words, "slug_key": draft.slug_key, "search_text": rules.search_key(draft),
                  "settings": dict(sent["settings"]), **billing}
        for name, value in fields.items():
            setattr(organization, name, value)
        after = _words(organization)
        if after != before:
            save(organization)
            audit.record("organizations.organization.change", actor=present, entity="organization",
                         entity_id=organization.id, purpose=Purpose.ACCOUNT, before=before, after=after,
                         details={"changed": sorted(name for name in after if after[name] != before[name])})
        return view_of(organization, own_rank(present))


def choose(org_id: UUID | None, *, actor: Actor) -> MyOrganization | None:
    """Choose the organization to work in, or none; it stays chosen until one leaves. Errors: OrganizationNotFound."""
    session().execute(delete(CurrentOrganization).where(CurrentOrganization.subject_id == actor.subject))
    if org_id is None:
        return None
    if memberships.find_membership(org_id, actor.subject) is None:
        raise OrganizationNotFound
    save(CurrentOrganization(subject_id=actor.subject, org_id=org_id, chosen_at=clock.now()))
    mine = memberships.list_memberships(actor.subject, cursor=None, size=MINE_MAX).rows
    return next((replace(row, is_current=True) for row in mine if row.id == org_id), None)


def check_registration(new: Registration) -> None:
    """Refuse an account's own organization before we look whether the e-mail is known; hook `identity.registering`.

    Errors: InvalidOrganization, SlugTaken; OrganizationUnfit for who is no hirer.
    """
    if new.organization is None:
        return
    if new.role != AppRole.HIRER:
        raise OrganizationUnfit(organization=OrganizationUnfit.message)
    draft = rules.drafted(new.organization)
    if not queries.is_slug_free(draft.slug_key):
        raise SlugTaken


def start(new: Registration, actor: Actor) -> None:
    """Make a new account's own organization, in the account's transaction (ID-1); hook `identity.user_registered`.

    The address may have been taken between asking and confirming: a number behind it makes it another. Where even that
    is not free, the account comes without an organization, rather than not at all.
    """
    if new.organization is None:
        return
    for number in range(1, _ADDRESSES_TRIED):
        slug = new.organization["slug"] if number == 1 else f"{new.organization['slug'][:SLUG_MAX - 3]}-{number}"
        draft = rules.drafted({**new.organization, "slug": slug})
        if queries.is_slug_free(draft.slug_key):
            found_organization(draft, owner=new.user_id, actor=actor)
            return


def view_of(organization: Organization, role: OrgRole) -> OrganizationView:
    """An organization as a member of this rank sees it."""
    return OrganizationView(
        id=organization.id, name_ar=organization.name_ar, name_en=organization.name_en, slug=organization.slug,
        plan=organization.plan, seats=organization.seats, settings=organization.settings,
        legal_name=organization.legal_name, vat_number=organization.vat_number, state=organization.state,
        closes_at=organization.closes_at, created_at=organization.created_at, version=organization.version, role=role)


def _words(organization: Organization) -> dict[str, Any]:
    """What a change may touch, for the trail."""
    return {"name_ar": organization.name_ar, "name_en": organization.name_en, "slug": organization.slug,
            "settings": organization.settings, "legal_name": organization.legal_name,
            "vat_number": organization.vat_number}
