"""Handing an organization over."""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.organizations import permissions, service
from castingops.organizations.schemas.members import EndedTransferSchema, TransferRequestSchema, TransferSchema
from castingops.organizations.schemas.organizations import OrganizationSchema
from castingops.web.blueprints import HIRER, ApiBlueprint, success

blueprint = ApiBlueprint("organization_transfers", __name__, description="Handing an organization over")


@blueprint.get("/organizations/<uuid:org_id>/transfer", permission=permissions.READ, audience=HIRER)
@blueprint.response(200, TransferSchema)
def get_transfer(*, actor: Actor, org_id: UUID) -> Response:
    """Read the offer that waits for an answer, if it concerns you"""
    return success(service.get_offer(actor=actor))


@blueprint.post("/organizations/<uuid:org_id>/transfer", permission=permissions.OFFER, audience=HIRER, idempotent=True,
                limit="write")
@blueprint.arguments(TransferRequestSchema())
@blueprint.response(201, TransferSchema)
def offer_transfer(sent: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """Offer your organization to another member"""
    return success(service.offer(sent["user_id"], actor=actor), status=201)


@blueprint.delete("/organizations/<uuid:org_id>/transfer", permission=permissions.TAKE_OVER, audience=HIRER,
                  limit="write")
@blueprint.response(200, EndedTransferSchema)
def end_transfer(*, actor: Actor, org_id: UUID) -> Response:
    """Take your offer back, or decline the one made to you"""
    service.end_offer(actor=actor)
    return success({"status": "ended"})


@blueprint.post("/organizations/<uuid:org_id>/transfer/acceptance", permission=permissions.TAKE_OVER, audience=HIRER,
                idempotent=True, limit="write")
@blueprint.response(200, OrganizationSchema)
def accept_transfer(*, actor: Actor, org_id: UUID) -> Response:
    """Take the organization over; its owner becomes an administrator"""
    return success(service.take_over(actor=actor))
