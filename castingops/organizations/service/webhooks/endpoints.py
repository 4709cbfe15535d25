"""The addresses that an organization's events are sent to."""
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.cursor import Page
from castingops.core.db import save, session
from castingops.core.http import checked_address
from castingops.core.http.errors import AddressRefused
from castingops.core.ids import new_id
from castingops.organizations import permissions
from castingops.organizations.errors import CredentialNotFound, InvalidWebhook, TooManyWebhooks
from castingops.organizations.models import WebhookEndpoint
from castingops.organizations.queries import credentials
from castingops.organizations.queries import webhooks as queries
from castingops.organizations.rules import webhooks as rules
from castingops.organizations.service.base import working
from castingops.organizations.service.webhooks import base, fanout, sending
from castingops.organizations.types import (
    ENDPOINTS_MAX,
    SECRET_OVERLAP,
    DisabledFor,
    EndpointRow,
    EndpointState,
)


def create_endpoint(*, url: str, types: Sequence[str], description: str, credential_id: UUID | None,
                    actor: Actor) -> tuple[EndpointRow, str]:
    """A new address and the secret that signs what is sent there, shown this once.

    Errors: InvalidWebhook, TooManyWebhooks, CredentialNotFound.
    """
    with working(actor, permissions.MANAGE_WEBHOOKS) as (organization, present):
        if queries.count_endpoints(actor=present) >= ENDPOINTS_MAX:
            raise TooManyWebhooks(TooManyWebhooks.message.but(max=ENDPOINTS_MAX))
        secret, now = rules.new_secret(), clock.now()
        row = WebhookEndpoint(
            org_id=organization.id, id=new_id(), url=_checked_url(url),
            description=rules.checked_description(description),
            types=rules.checked_types(types, fanout.catalogue()), state=EndpointState.ACTIVE, failures=0,
            credential_id=_checked_credential(credential_id, actor=present), created_by=present.subject,
            created_at=now, version=1)
        row.secret = base.sealed(row, secret)
        save(row)
        base.record("create", row, actor=present, types=row.types)
        return base.shown(row), secret


def list_endpoints(*, actor: Actor, cursor: str | None, size: int) -> Page[EndpointRow]:
    """A page of the organization's addresses. Errors: Invalid for a bad cursor."""
    return queries.list_endpoints(actor=actor, cursor=cursor, size=size)


def get_endpoint(endpoint_id: UUID, *, actor: Actor) -> EndpointRow:
    """One address. Errors: WebhookNotFound."""
    return base.shown(base.get_row(endpoint_id, actor=actor, lock=False))


def change_endpoint(endpoint_id: UUID, sent: Mapping[str, Any], *, actor: Actor) -> EndpointRow:
    """Change what was sent of an address; switching it on again forgets its failures.

    Errors: WebhookNotFound, InvalidWebhook, CredentialNotFound.
    """
    with working(actor, permissions.MANAGE_WEBHOOKS) as (_, present):
        row = base.get_row(endpoint_id, actor=present)
        if "url" in sent:
            row.url = _checked_url(sent["url"])
        if "description" in sent:
            row.description = rules.checked_description(sent["description"])
        if "types" in sent:
            row.types = rules.checked_types(sent["types"], fanout.catalogue())
        if "credential_id" in sent:
            row.credential_id = _checked_credential(sent["credential_id"], actor=present)
        if "state" in sent:
            _switch(row, EndpointState(sent["state"]))
        row.version += 1
        save(row)
        base.record("change", row, actor=present, fields=sorted(sent), state=row.state)
        return base.shown(row)


def renew_secret(endpoint_id: UUID, *, actor: Actor) -> tuple[EndpointRow, str]:
    """A new secret, shown this once; for a day the one before signs beside it. Errors: WebhookNotFound."""
    with working(actor, permissions.MANAGE_WEBHOOKS) as (_, present):
        row, secret = base.get_row(endpoint_id, actor=present), rules.new_secret()
        row.secret_before, row.before_until = row.secret, clock.now() + SECRET_OVERLAP
        row.secret, row.version = base.sealed(row, secret), row.version + 1
        save(row)
        base.record("renew_secret", row, actor=present)
        return base.shown(row), secret


def delete_endpoint(endpoint_id: UUID, *, actor: Actor) -> None:
    """Take an address away, with what is on its way there; also while the organization is being deleted.

    Errors: WebhookNotFound.
    """
    with working(actor, permissions.MANAGE_WEBHOOKS, closing=True) as (_, present):
        row = base.get_row(endpoint_id, actor=present)
        session().delete(row)
        session().flush()
        base.record("delete", row, actor=present)


def ping(endpoint_id: UUID, *, actor: Actor) -> UUID:
    """Send an address a message that means nothing; returns its delivery. Errors: WebhookNotFound."""
    with working(actor, permissions.PING_WEBHOOK) as (_, present):
        row = base.get_row(endpoint_id, actor=present)
        message_id = new_id()
        return sending.put(row.id, message_id, rules.PING, {}, actor=present)


def _switch(row: WebhookEndpoint, state: EndpointState) -> None:
    row.state, row.disabled_for = state, DisabledFor.ASKED if state is EndpointState.DISABLED else None
    row.failures = 0


def _checked_url(text: str) -> str:
    try:
        return checked_address(text, current_settings())
    except AddressRefused as refusal:
        raise InvalidWebhook(url=refusal.message) from refusal


def _checked_credential(credential_id: UUID | None, *, actor: Actor) -> UUID | None:
    if credential_id is not None and credentials.lock_credential(credential_id, actor=actor) is None:
        raise CredentialNotFound
    return credential_id
