"""Organizations for staff: masked by default, a vault by names alone, webhooks that the house may see to (ORG-1…5)."""
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from castingops.audit import service as audit
from castingops.core.actor import Actor
from castingops.core.arabic import is_storable
from castingops.core.cursor import Page
from castingops.core.db import entered_org, save
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.identity import service as identity
from castingops.organizations.errors import (
    DeliveryNotFound,
    DeliveryPending,
    DeskRefused,
    OrganizationNotFound,
    WebhookOff,
)
from castingops.organizations.queries import credentials, invitations, memberships
from castingops.organizations.queries import desk as queries
from castingops.organizations.queries import webhooks as hooks
from castingops.organizations.queries.desk import DeskEvent, DeskOrganization, OrganizationFilter
from castingops.organizations.queries.invitations import InvitationRow
from castingops.organizations.service.webhooks import base, letters, sending
from castingops.organizations.types import (
    PAGE_SIZE,
    REASON_MAX,
    CredentialRow,
    DeliveryRow,
    DeliveryState,
    DisabledFor,
    EndpointRow,
    EndpointState,
    OrgState,
)


class DeskMember(Struct, frozen=True, kw_only=True):
    """A member with name and e-mail: pages mask them unless their reader gave a reason."""

    user_id: UUID
    role: str
    accepted_at: datetime
    name: str
    email: str


def list_organizations(wanted: OrganizationFilter, *, cursor: str | None) -> Page[DeskOrganization]:
    """A page of organizations, the newest first. Errors: Invalid for a bad cursor."""
    return queries.list_organizations(wanted, cursor=cursor)


def export_organizations(wanted: OrganizationFilter, *, actor: Actor) -> list[DeskOrganization]:
    """The organizations of a filter for a file; on record before the first row leaves the house."""
    found = queries.list_for_export(wanted)
    audit.record("organizations.desk.export", actor=actor, entity="organization_list", purpose=Purpose.LEGAL,
                 details={"plan": wanted.plan, "state": wanted.state, "trouble": wanted.trouble,
                          "searched": bool(wanted.words), "organizations": len(found)})
    return found


def get_organization(org_id: UUID) -> DeskOrganization:
    """One organization. Errors: OrganizationNotFound."""
    found = queries.find_organization(org_id)
    if found is None:
        raise OrganizationNotFound
    return found


def list_members(org_id: UUID, *, actor: Actor, cursor: str | None) -> Page[DeskMember]:
    """A page of its members, the latest joined first. Errors: Invalid for a bad cursor."""
    page = memberships.list_members(actor=actor.within(org_id), role=None, cursor=cursor, size=PAGE_SIZE)
    people = identity.contacts_of({row.user_id for row in page.rows})
    return Page([DeskMember(
        user_id=row.user_id, role=row.role, accepted_at=row.accepted_at,
        name=people[row.user_id].name if row.user_id in people else "",
        email=(people[row.user_id].email or "") if row.user_id in people else "") for row in page.rows],
        page.next_cursor)


def list_invitations(org_id: UUID, *, actor: Actor, cursor: str | None) -> Page[InvitationRow]:
    """A page of its invitations, the newest first. Errors: Invalid for a bad cursor."""
    return invitations.list_invitations(actor=actor.within(org_id), state=None, cursor=cursor, size=PAGE_SIZE)


def list_events(org_id: UUID, *, cursor: str | None) -> Page[DeskEvent]:
    """A page of its life, the newest step first. Errors: Invalid for a bad cursor."""
    return queries.list_events(org_id, cursor=cursor)


def list_credentials(org_id: UUID, *, actor: Actor, cursor: str | None) -> Page[CredentialRow]:
    """A page of its vault: names and last characters, never more. Errors: Invalid for a bad cursor."""
    return credentials.list_credentials(actor=actor.within(org_id), cursor=cursor, size=PAGE_SIZE)


def list_endpoints(org_id: UUID, *, actor: Actor) -> list[EndpointRow]:
    """Its webhooks, the newest first: there are never more than ENDPOINTS_MAX."""
    return list(hooks.list_endpoints(actor=actor.within(org_id), cursor=None, size=PAGE_SIZE).rows)


def list_deliveries(org_id: UUID, endpoint_id: UUID, *, actor: Actor, state: str | None,
                    cursor: str | None) -> Page[DeliveryRow]:
    """A page of what was sent to a webhook. Errors: WebhookNotFound; Invalid for a bad cursor."""
    inside = actor.within(org_id)
    base.get_row(endpoint_id, actor=inside, lock=False)
    return hooks.list_deliveries(endpoint_id, actor=inside, state=state, cursor=cursor, size=PAGE_SIZE)


def unmask(org_id: UUID, reason: str, *, actor: Actor) -> None:
    """Put on record that somebody sees names and addresses of members, and why. Errors: DeskRefused, …NotFound."""
    found = get_organization(org_id)
    audit.record("organizations.desk.unmask", actor=actor, entity="organization", entity_id=found.id,
                 purpose=Purpose.LEGAL, details={"reason": _checked(reason)})


def replay(org_id: UUID, endpoint_id: UUID, delivery_id: UUID, *, actor: Actor) -> UUID:
    """Send a message once more for an organization, byte for byte; returns the new delivery.

    Errors: WebhookOff, OrganizationNotFound, WebhookNotFound, DeliveryNotFound, DeliveryPending.
    """
    _require_active(org_id)
    with entered_org(actor, org_id) as inside:
        endpoint = base.get_row(endpoint_id, actor=inside)
        if endpoint.state != EndpointState.ACTIVE:
            raise WebhookOff
        row = hooks.find_delivery(delivery_id, actor=inside)
        if row is None or row.endpoint_id != endpoint.id:
            raise DeliveryNotFound
        if row.state == DeliveryState.PENDING:
            raise DeliveryPending
        base.record("replay", endpoint, actor=inside, delivery_id=row.id)
        return sending.put(endpoint.id, row.message_id, row.type, {}, actor=inside, replay_of=row.id, body=row.body)


def switch(org_id: UUID, endpoint_id: UUID, state: EndpointState, reason: str, *, actor: Actor) -> None:
    """Switch a webhook off or on for its organization, whose owners and administrators are told of the former.

    Done once: what is in that state already stays as it is. Errors: DeskRefused, OrganizationNotFound,
    WebhookNotFound.
    """
    words = _checked(reason)
    _require_active(org_id)
    with entered_org(actor, org_id) as inside:
        row = base.get_row(endpoint_id, actor=inside)
        if row.state == state:
            return
        row.state, row.failures = state, 0
        row.disabled_for = DisabledFor.HOUSE if state is EndpointState.DISABLED else None
        row.version += 1
        save(row)
        base.record("disable" if state is EndpointState.DISABLED else "change", row, actor=inside, state=str(state),
                    reason=words)
        if state is EndpointState.DISABLED:
            letters.tell_switched_off_by_house(row, actor=inside)


def _require_active(org_id: UUID) -> None:
    if get_organization(org_id).state == OrgState.CLOSED:
        raise OrganizationNotFound


def _checked(reason: str) -> str:
    words = reason.strip()
    if not 10 <= len(words) <= REASON_MAX or not is_storable(words):
        raise DeskRefused(reason=N_("Say why, in 10 to %(max)d characters.", max=REASON_MAX))
    return words
