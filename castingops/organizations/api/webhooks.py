"""Webhooks of an organization: where its events are sent, and how that fared."""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.organizations import permissions
from castingops.organizations.schemas.organizations import PageSchema
from castingops.organizations.schemas.webhooks import (
    DeletedWebhookSchema,
    DeliveriesQuerySchema,
    DeliverySchema,
    NewWebhookSchema,
    SentSchema,
    WebhookPatchSchema,
    WebhookSchema,
    WebhookSecretSchema,
)
from castingops.organizations.service import webhooks
from castingops.web.blueprints import HIRER, ApiBlueprint, success

blueprint = ApiBlueprint("webhooks", __name__, description="Events sent to an organization's own systems")

PATH = "/organizations/<uuid:org_id>/webhooks"
ONE = f"{PATH}/<uuid:webhook_id>"


@blueprint.post(PATH, permission=permissions.MANAGE_WEBHOOKS, audience=HIRER, idempotent=True, limit="write")
@blueprint.arguments(NewWebhookSchema())
@blueprint.response(201, WebhookSecretSchema)
def create_webhook(sent: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """Have events sent to an address; its secret is shown this once"""
    made, secret = webhooks.create_endpoint(**sent, actor=actor)
    return success({"webhook": made, "secret": secret}, status=201)


@blueprint.get(PATH, permission=permissions.READ_WEBHOOKS, audience=HIRER)
@blueprint.arguments(PageSchema(), location="query")
@blueprint.response(200, WebhookSchema(many=True))
def list_webhooks(query: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """List the organization's webhooks, the newest first"""
    page = webhooks.list_endpoints(actor=actor, cursor=query["cursor"], size=query["limit"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.get(ONE, permission=permissions.READ_WEBHOOKS, audience=HIRER)
@blueprint.response(200, WebhookSchema)
def get_webhook(*, actor: Actor, org_id: UUID, webhook_id: UUID) -> Response:
    """Read a webhook"""
    return success(webhooks.get_endpoint(webhook_id, actor=actor))


@blueprint.route(ONE, methods=["PATCH"], permission=permissions.MANAGE_WEBHOOKS, audience=HIRER, limit="write")
@blueprint.arguments(WebhookPatchSchema())
@blueprint.response(200, WebhookSchema)
def change_webhook(sent: dict[str, Any], *, actor: Actor, org_id: UUID, webhook_id: UUID) -> Response:
    """Change a webhook, or switch it off or on"""
    return success(webhooks.change_endpoint(webhook_id, sent, actor=actor))


@blueprint.delete(ONE, permission=permissions.MANAGE_WEBHOOKS, audience=HIRER, limit="write")
@blueprint.response(200, DeletedWebhookSchema)
def delete_webhook(*, actor: Actor, org_id: UUID, webhook_id: UUID) -> Response:
    """Delete a webhook, with what is on its way there"""
    webhooks.delete_endpoint(webhook_id, actor=actor)
    return success({"id": webhook_id})


@blueprint.post(f"{ONE}/secret", permission=permissions.MANAGE_WEBHOOKS, audience=HIRER, idempotent=True, limit="write")
@blueprint.response(201, WebhookSecretSchema)
def renew_webhook_secret(*, actor: Actor, org_id: UUID, webhook_id: UUID) -> Response:
    """Draw a new secret; for a day the old one signs beside it"""
    row, secret = webhooks.renew_secret(webhook_id, actor=actor)
    return success({"webhook": row, "secret": secret}, status=201)


@blueprint.post(f"{ONE}/pings", permission=permissions.PING_WEBHOOK, audience=HIRER, idempotent=True, limit="write")
@blueprint.response(202, SentSchema)
def ping_webhook(*, actor: Actor, org_id: UUID, webhook_id: UUID) -> Response:
    """Send a message that means nothing"""
    return success({"delivery_id": webhooks.ping(webhook_id, actor=actor)}, status=202)


@blueprint.get(f"{ONE}/deliveries", permission=permissions.READ_WEBHOOKS, audience=HIRER)
@blueprint.arguments(DeliveriesQuerySchema(), location="query")
@blueprint.response(200, DeliverySchema(many=True))
def list_deliveries(query: dict[str, Any], *, actor: Actor, org_id: UUID, webhook_id: UUID) -> Response:
    """List what was sent, the newest first"""
    page = webhooks.list_deliveries(webhook_id, actor=actor, state=query["state"], cursor=query["cursor"],
                                    size=query["limit"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.post(f"{ONE}/deliveries/<uuid:delivery_id>/replay", permission=permissions.PING_WEBHOOK, audience=HIRER,
                idempotent=True, limit="write")
@blueprint.response(202, SentSchema)
def replay_delivery(*, actor: Actor, org_id: UUID, webhook_id: UUID, delivery_id: UUID) -> Response:
    """Send a message once more, under the same id"""
    return success({"delivery_id": webhooks.replay(webhook_id, delivery_id, actor=actor)}, status=202)
