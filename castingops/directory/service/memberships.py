"""Organizations and memberships over there become ones here as soon as all that they need is here."""
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save, savepoint
from castingops.core.errors import DomainError
from castingops.core.roles import OrgRole
from castingops.directory import queries, rules
from castingops.directory.models import DirectoryMembership, DirectoryOrganization, DirectoryPerson
from castingops.directory.types import ROLES, Belonging, Founded, Standing, Why
from castingops.organizations.errors import (
    InvalidOrganization,
    LastOwner,
    OrganizationClosing,
    SeatsTaken,
    SlugTaken,
)
from castingops.organizations.service import admission

_REASONS: dict[type[DomainError], Why] = {
    SeatsTaken: Why.SEATS, OrganizationClosing: Why.CLOSING}


def take_organization(said: Founded, *, actor: Actor) -> None:
    """Keep what was said of an organization, unless newer is known, and do what follows. Once it is here its names are
    its owner's to change."""
    row = queries.find_organization(said.ref) or DirectoryOrganization(
        ref=said.ref, stamp=-1, standing=Standing.HELD)
    if said.stamp <= row.stamp:
        return
    row.stamp, row.changed_at = said.stamp, clock.now()
    row.name, row.slug, row.creator = said.name, said.slug, said.creator
    _settle_organization(row, actor=actor)


def take_membership(said: Belonging, *, actor: Actor) -> None:
    """Keep what was said of a membership, unless newer is known, and do what follows."""
    row = queries.find_membership(said.user, said.organization) or DirectoryMembership(
        user_ref=said.user, org_ref=said.organization, stamp=-1, standing=Standing.HELD, given=False)
    if said.stamp <= row.stamp:
        return
    row.stamp, row.role, row.deleted, row.changed_at = said.stamp, said.role, said.deleted, clock.now()
    settle(row, actor=actor)


def settle_person(ref: str, *, actor: Actor) -> None:
    """Do what waited for somebody who has just joined: organizations that they own, then their memberships."""
    for organization in queries.unfounded(ref):
        _settle_organization(organization, actor=actor)
    for membership in queries.memberships_of(ref):
        settle(membership, actor=actor)


def end_all(person: DirectoryPerson, *, actor: Actor) -> None:
    """Take somebody who is gone over there out of every organization that they came into by the directory."""
    for row in queries.memberships_of(person.ref):
        if row.given and row.standing == Standing.JOINED:
            _expel(row, person, actor=actor)


def settle(row: DirectoryMembership, *, actor: Actor) -> None:
    """Bring a membership here to what was said of it, or say why not."""
    person, organization = queries.find_person(row.user_ref), queries.find_organization(row.org_ref)
    if organization is None or organization.org_id is None:
        _hold(row, Why.WAITS_FOR_ORGANIZATION)
    elif person is None or person.standing != Standing.JOINED or person.subject_id is None:
        _hold(row, Why.WAITS_FOR_PERSON)
    elif row.deleted:
        _expel(row, person, actor=actor)
    elif row.role not in ROLES:
        _hold(row, Why.ROLE_UNKNOWN)
    else:
        _admit(row, person, organization, ROLES[row.role], actor=actor)


def _admit(row: DirectoryMembership, person: DirectoryPerson, organization: DirectoryOrganization, role: OrgRole, *,
           actor: Actor) -> None:
    assert organization.org_id is not None and person.subject_id is not None
    try:
        with savepoint():
            admission.admit(organization.org_id, person.subject_id, role, actor=actor)
    except (SeatsTaken, OrganizationClosing) as refusal:
        _hold(row, _REASONS[type(refusal)])
        return
    row.standing, row.reason, row.given = Standing.JOINED, None, True
    save(row)


def _expel(row: DirectoryMembership, person: DirectoryPerson, *, actor: Actor) -> None:
    organization = queries.find_organization(row.org_ref)
    if row.given and organization is not None and organization.org_id is not None and person.subject_id is not None:
        try:
            with savepoint():
                admission.expel(organization.org_id, person.subject_id, actor=actor)
        except LastOwner:
            _hold(row, Why.LAST_OWNER)
            return
    row.standing, row.reason, row.given = Standing.GONE, None, False
    save(row)


def _hold(row: DirectoryMembership, why: Why) -> None:
    row.standing, row.reason = Standing.HELD, why
    save(row)


def _settle_organization(row: DirectoryOrganization, *, actor: Actor) -> None:
    _found(row, actor=actor)
    for membership in queries.memberships_in(row.ref):
        settle(membership, actor=actor)


def _found(row: DirectoryOrganization, *, actor: Actor) -> None:
    """Make the organization, once whoever made it over there is here to own it."""
    owner = queries.find_person(row.creator)
    if row.org_id is None:
        if owner is None or owner.standing != Standing.JOINED or owner.subject_id is None:
            row.reason = Why.WAITS_FOR_OWNER
        else:
            try:
                with savepoint():
                    org_id = admission.found_first(row.name, rules.slugs(row.slug, row.name, row.ref),
                                                   owner=owner.subject_id, actor=actor)
                row.org_id, row.standing, row.reason = org_id, Standing.JOINED, None
            except (InvalidOrganization, SlugTaken):
                row.reason = Why.NAME_UNFIT
    save(row)
