"""Proving by Nafath who one is, and where providers report."""
from flask import Response

from castingops.core.actor import Actor
from castingops.core.http import PROVIDER_FAILS
from castingops.core.permissions import PUBLIC
from castingops.identity import permissions
from castingops.identity.schemas.nafath import NafathHeardSchema, NafathSchema, NafathStartSchema
from castingops.identity.service import nafath as service
from castingops.web import webhooks
from castingops.web.blueprints import BOTH, ApiBlueprint, success

blueprint = ApiBlueprint("nafath_api", __name__, description="Verification of who you are, by Nafath")


@blueprint.get("/me/nafath", permission=permissions.READ_OWN, audience=BOTH)
@blueprint.response(200, NafathSchema)
def get_nafath(*, actor: Actor) -> Response:
    """Read whether you are verified, and how your request stands"""
    return success(service.get_nafath(actor=actor))


@blueprint.post("/me/nafath", permission=permissions.VERIFY_OWN, audience=BOTH, idempotent=True, limit="auth")
@blueprint.arguments(NafathStartSchema())
@blueprint.response(202, NafathSchema)
def start_nafath(sent: dict[str, str], *, actor: Actor) -> Response:
    """Start a request to your Nafath app; the number to compare follows in a moment, ask for it"""
    return success(service.start_nafath(sent["national_id"], actor=actor), status=202)


@blueprint.delete("/me/nafath", permission=permissions.VERIFY_OWN, audience=BOTH, limit="write")
@blueprint.response(200, NafathSchema)
def remove_nafath(*, actor: Actor) -> Response:
    """End your verification, or a request that is open"""
    return success(service.remove_nafath(actor=actor))


@blueprint.post("/webhooks/nafath", permission=PUBLIC, audience=BOTH, limit="webhook", most_bytes=webhooks.BODY_MAX,
                errors=PROVIDER_FAILS)
@blueprint.response(200, NafathHeardSchema)
def hear_nafath(*, actor: Actor) -> Response:
    """Take in what Nafath, or who stands between, tells of a request; signed, or with the secret we share"""
    service.hear(webhooks.fields_of_body(), actor=actor)
    return success({"status": "received"})
