"""Notices and consents for the apps."""
from flask import Response

from castingops.consent import permissions, service
from castingops.consent.schemas import ConsentChangeSchema, ConsentSchema, NoticeQuerySchema, NoticeSchema
from castingops.consent.types import Change
from castingops.core.actor import Actor
from castingops.core.i18n import current_locale
from castingops.core.permissions import PUBLIC
from castingops.web.blueprints import BOTH, ApiBlueprint, success

blueprint = ApiBlueprint("consent_api", __name__, description="Privacy notices and consents")


@blueprint.get("/privacy-notices", permission=PUBLIC, audience=BOTH)
@blueprint.arguments(NoticeQuerySchema(), location="query")
@blueprint.response(200, NoticeSchema(many=True))
def list_privacy_notices(query: dict[str, str | None], *, actor: Actor) -> Response:
    """Read the terms and the privacy notice in force"""
    return success(service.list_notices(query["locale"] or current_locale(), str(query["age_band"])))


@blueprint.get("/me/consents", permission=permissions.READ_OWN, audience=BOTH)
@blueprint.response(200, ConsentSchema(many=True))
def list_consents(*, actor: Actor) -> Response:
    """List what your data is used for, and what you have agreed to"""
    return success(service.list_consents(actor=actor))


@blueprint.post("/me/consents", permission=permissions.CHANGE_OWN, audience=BOTH, idempotent=True, limit="write")
@blueprint.arguments(ConsentChangeSchema())
@blueprint.response(201, ConsentSchema)
def change_consent(sent: dict[str, str | None], *, actor: Actor) -> Response:
    """Give or withdraw a consent"""
    state = service.change(str(sent["purpose"]), Change(str(sent["change"])), actor=actor,
                           notice_version=sent["privacy_notice_version"])
    return success(state, status=201)
