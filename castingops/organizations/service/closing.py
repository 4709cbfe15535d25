"""The end of an organization: asked for by an owner, taken back within the grace period, then carried out by a job."""
from datetime import timedelta

from sqlalchemy import delete

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.db import entered_org, save, session
from castingops.core.hooks import Hook
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.organizations import permissions
from castingops.organizations.errors import OrganizationNotClosing
from castingops.organizations.events import (
    MembershipRemoved,
    OrganizationClosed,
    OrganizationClosing,
    OrganizationRestored,
)
from castingops.organizations.models import MembershipRow, Organization
from castingops.organizations.queries import invitations, memberships, transfers
from castingops.organizations.queries import organizations as queries
from castingops.organizations.service.base import note, own_rank, working
from castingops.organizations.service.organizations import view_of
from castingops.organizations.types import INVITATIONS_KEPT, InvitationState, OrganizationView, OrgState, TransferState

# Called inside the organization as it ends: what other features keep for it ends with it, in the same transaction.
organization_closed: Hook[[Actor]] = Hook("organizations.organization_closed")

_BATCH = 20


def close(*, actor: Actor) -> OrganizationView:
    """Ask for the organization's end: after the grace period nobody is a member any more. Errors: OrganizationClosing
    when it was asked for already."""
    with working(actor, permissions.CLOSE) as (organization, present):
        ends = clock.now() + timedelta(days=current_settings().organization_grace_days)
        _turn(organization, OrgState.CLOSING, actor=present)
        organization.closes_at = ends
        save(organization)
        _end_offers(present)
        _record("organizations.organization.close", organization, actor=present)
        publish(OrganizationClosing(org_id=organization.id))
        return view_of(organization, own_rank(present))


def restore(*, actor: Actor) -> OrganizationView:
    """Take the deletion back. Errors: OrganizationNotClosing."""
    with working(actor, permissions.RESTORE, closing=True) as (organization, present):
        if organization.state != OrgState.CLOSING:
            raise OrganizationNotClosing
        _turn(organization, OrgState.ACTIVE, actor=present)
        organization.closes_at = None
        save(organization)
        _record("organizations.organization.restore", organization, actor=present)
        publish(OrganizationRestored(org_id=organization.id))
        return view_of(organization, own_rank(present))


def sweep(*, actor: Actor) -> None:
    """End what is due, and forget old invitations. Runs as the system; safe to run twice."""
    for org_id in queries.due_to_close(most=_BATCH):
        with entered_org(actor, org_id) as inside:
            organization = queries.lock(org_id)
            if organization is not None and organization.state == OrgState.CLOSING:
                end(organization, actor=inside)
    before = clock.now() - INVITATIONS_KEPT
    for org_id in invitations.orgs_with_ended(before=before, most=_BATCH):
        with entered_org(actor, org_id) as inside:
            invitations.drop_ended(before=before, actor=inside)


def end(organization: Organization, *, actor: Actor) -> None:
    """Carry the end out, inside the organization: nobody is a member any more, nothing is open. Its name stays: the
    trail and invoices speak of it."""
    _turn(organization, OrgState.CLOSED, actor=actor)
    organization.closes_at, organization.closed_at = None, clock.now()
    save(organization)
    for invitation in invitations.lock_all_open(actor=actor):
        invitations.settle(invitation, InvitationState.REVOKED)
    _end_offers(actor)
    organization_closed(actor)
    for user_id, role in memberships.ranks(actor=actor):
        publish(MembershipRemoved(org_id=organization.id, user_id=user_id, role=role, left=False))
    session().execute(delete(MembershipRow).where(MembershipRow.org_id == organization.id))
    _record("organizations.organization.end", organization, actor=actor)
    publish(OrganizationClosed(org_id=organization.id))


def _turn(organization: Organization, state: OrgState, *, actor: Actor) -> None:
    note(organization, "state", organization.state, state, actor=actor)
    organization.state = state


def _end_offers(actor: Actor) -> None:
    offer = transfers.lock_open(actor=actor)
    if offer is not None:
        transfers.settle(offer, TransferState.CANCELLED)


def _record(act: str, organization: Organization, *, actor: Actor) -> None:
    audit.record(act, actor=actor, entity="organization", entity_id=organization.id,
                 purpose=Purpose.ACCOUNT, details={"slug": organization.slug, "closes_at": organization.closes_at})
