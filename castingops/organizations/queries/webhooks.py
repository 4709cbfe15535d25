"""Addresses that events are sent to, and deliveries."""
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, delete, func, literal, literal_column, or_, select

from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.organizations.models import WebhookDelivery, WebhookEndpoint
from castingops.organizations.rules.webhooks import EVERYTHING
from castingops.organizations.types import PAGE_MAX, DeliveryRow, DeliveryState, EndpointRow, EndpointState

_ENDPOINT = (WebhookEndpoint.id, WebhookEndpoint.url, WebhookEndpoint.description, WebhookEndpoint.types,
             WebhookEndpoint.state, WebhookEndpoint.disabled_for, WebhookEndpoint.credential_id,
             WebhookEndpoint.failures, WebhookEndpoint.last_delivered_at, WebhookEndpoint.created_at,
             WebhookEndpoint.version)
_DELIVERY = (WebhookDelivery.id, WebhookDelivery.message_id, WebhookDelivery.type, WebhookDelivery.state,
             WebhookDelivery.tries, WebhookDelivery.next_at, WebhookDelivery.created_at, WebhookDelivery.settled_at,
             WebhookDelivery.status, WebhookDelivery.outcome, WebhookDelivery.milliseconds, WebhookDelivery.answer,
             WebhookDelivery.replay_of)
ENDPOINTS = Read(
    select(*_ENDPOINT).where(WebhookEndpoint.org_id == bindparam("org_id"),
                             WebhookEndpoint.id < bindparam("below", type_=Uuid))
    .order_by(WebhookEndpoint.id.desc()).limit(literal_column(str(PAGE_MAX + 1))), EndpointRow)
_DELIVERIES = (
    select(*_DELIVERY).where(
        WebhookDelivery.org_id == bindparam("org_id"), WebhookDelivery.endpoint_id == bindparam("endpoint_id"),
        WebhookDelivery.id < bindparam("below", type_=Uuid))
    .order_by(WebhookDelivery.id.desc()).limit(literal_column(str(PAGE_MAX + 1))))
DELIVERIES = Read(_DELIVERIES, DeliveryRow)
DELIVERIES_IN_STATE = Read(_DELIVERIES.where(WebhookDelivery.state == bindparam("state")), DeliveryRow)


def list_endpoints(*, actor: Actor, cursor: str | None, size: int) -> Page[EndpointRow]:
    """A page of the addresses of the actor's organization, the newest first. Errors: Invalid for a bad cursor."""
    return page_of(ENDPOINTS(actor, org_id=actor.home, below=decode_id(cursor))[:size + 1], size=size)


def list_deliveries(endpoint_id: UUID, *, actor: Actor, state: str | None, cursor: str | None,
                    size: int) -> Page[DeliveryRow]:
    """A page of what was sent to an address, the newest first. Errors: Invalid for a bad cursor."""
    values = {"org_id": actor.home, "endpoint_id": endpoint_id, "below": decode_id(cursor)}
    rows = DELIVERIES_IN_STATE(actor, state=state, **values) if state else DELIVERIES(actor, **values)
    return page_of(rows[:size + 1], size=size)


def find_endpoint(endpoint_id: UUID, *, actor: Actor, lock: bool = False) -> WebhookEndpoint | None:
    """An address of the actor's organization; with `lock` held until this transaction ends."""
    return session().get(WebhookEndpoint, (actor.home, endpoint_id), with_for_update=lock or None,
                         populate_existing=lock)


def count_endpoints(*, actor: Actor) -> int:
    """How many addresses the actor's organization has."""
    rows = select(func.count()).select_from(WebhookEndpoint).where(WebhookEndpoint.org_id == actor.home)
    return session().scalar(rows) or 0


def list_takers(type_: str, *, actor: Actor) -> list[UUID]:
    """The addresses of the actor's organization that are sent events of this type."""
    rows = select(WebhookEndpoint.id).where(
        WebhookEndpoint.org_id == actor.home, WebhookEndpoint.state == EndpointState.ACTIVE,
        or_(literal(type_) == any_(WebhookEndpoint.types), literal(EVERYTHING) == any_(WebhookEndpoint.types)))
    return list(session().scalars(rows))


def find_delivery(delivery_id: UUID, *, actor: Actor, lock: bool = False) -> WebhookDelivery | None:
    """A delivery of the actor's organization. With `lock`: None too while another process is at it."""
    rows = select(WebhookDelivery).where(WebhookDelivery.org_id == actor.home, WebhookDelivery.id == delivery_id)
    if lock:
        rows = rows.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session().scalar(rows)


def list_due(moment: datetime, most: int) -> Sequence[tuple[UUID, UUID]]:
    """Organization and id of deliveries whose time has come, the longest due first. Asked as the system."""
    rows = (select(WebhookDelivery.org_id, WebhookDelivery.id)
            .where(WebhookDelivery.state == DeliveryState.PENDING, WebhookDelivery.next_at <= moment)
            .order_by(WebhookDelivery.next_at).limit(most))
    return [(org_id, id_) for org_id, id_ in session().execute(rows)]


def list_old(before: datetime, most: int) -> Sequence[tuple[UUID, UUID]]:
    """Organization and id of deliveries settled before this moment. Asked as the system."""
    rows = (select(WebhookDelivery.org_id, WebhookDelivery.id)
            .where(WebhookDelivery.settled_at < before).order_by(WebhookDelivery.settled_at).limit(most))
    return [(org_id, id_) for org_id, id_ in session().execute(rows)]


def forget_deliveries(ids: Sequence[UUID], *, actor: Actor) -> None:
    """Delete these deliveries of the actor's organization."""
    session().execute(delete(WebhookDelivery).where(WebhookDelivery.org_id == actor.home, WebhookDelivery.id.in_(ids)))
