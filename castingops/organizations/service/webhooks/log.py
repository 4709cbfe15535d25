"""What was sent to an address, and sending it once more."""
from uuid import UUID

from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.organizations import permissions
from castingops.organizations.errors import DeliveryNotFound, DeliveryPending
from castingops.organizations.queries import webhooks as queries
from castingops.organizations.service.base import working
from castingops.organizations.service.webhooks import base, sending
from castingops.organizations.types import DeliveryRow, DeliveryState


def list_deliveries(endpoint_id: UUID, *, actor: Actor, state: str | None, cursor: str | None,
                    size: int) -> Page[DeliveryRow]:
    """A page of what was sent to an address, the newest first. Errors: WebhookNotFound; Invalid for a bad cursor."""
    base.get_row(endpoint_id, actor=actor, lock=False)
    return queries.list_deliveries(endpoint_id, actor=actor, state=state, cursor=cursor, size=size)


def replay(endpoint_id: UUID, delivery_id: UUID, *, actor: Actor) -> UUID:
    """Send a message once more, byte for byte and under its id; returns the new delivery.

    Errors: WebhookNotFound, DeliveryNotFound; DeliveryPending for one that is still on its way.
    """
    with working(actor, permissions.PING_WEBHOOK) as (_, present):
        endpoint = base.get_row(endpoint_id, actor=present, lock=False)
        row = queries.find_delivery(delivery_id, actor=present)
        if row is None or row.endpoint_id != endpoint.id:
            raise DeliveryNotFound
        if row.state == DeliveryState.PENDING:
            raise DeliveryPending
        base.record("replay", endpoint, actor=present, delivery_id=row.id)
        return sending.put(endpoint.id, row.message_id, row.type, {}, actor=present, replay_of=row.id, body=row.body)
