"""Applications for the talent app: sent, read, changed, taken back; for a ward by the guardian who acts for them."""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.casting import permissions
from castingops.casting.errors import GuardianRequired
from castingops.casting.errors.applications import AlreadyApplied, IdentityUnverified, MinorsNotSought
from castingops.casting.errors.calls import CallNotOpen
from castingops.casting.schemas.applications import ApplicationInSchema, ApplicationPatchSchema, OwnApplicationSchema
from castingops.casting.service import applications as service
from castingops.casting.types.applications import OwnApplication
from castingops.consent.errors import ConsentMissing
from castingops.core.actor import Actor
from castingops.web.blueprints import TALENT, ApiBlueprint, success
from castingops.web.paging import CursorSchema

blueprint = ApiBlueprint("applications", __name__, description="Applications to roles, as talent send and read them")

PATH = "/applications"
ONE = f"{PATH}/<uuid:application_id>"
GATES = (AlreadyApplied, CallNotOpen, MinorsNotSought, GuardianRequired, IdentityUnverified, ConsentMissing)


@blueprint.post(PATH, permission=permissions.APPLY, audience=TALENT, idempotent=True, limit="write", errors=GATES)
@blueprint.arguments(ApplicationInSchema())
@blueprint.response(201, OwnApplicationSchema)
def apply_to_role(document: dict[str, Any], *, actor: Actor) -> Response:
    """Apply to a role of a published casting call"""
    return _own(service.apply_to_role(document, actor=actor), status=201)


@blueprint.get(PATH, permission=permissions.READ_APPLIED, audience=TALENT)
@blueprint.arguments(CursorSchema(), location="query")
@blueprint.response(200, OwnApplicationSchema(many=True))
def list_own_applications(query: dict[str, Any], *, actor: Actor) -> Response:
    """List your own applications, the newest first, 50 a page"""
    page = service.list_own(actor=actor, cursor=query["cursor"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.get(ONE, permission=permissions.READ_APPLIED, audience=TALENT)
@blueprint.response(200, OwnApplicationSchema)
def get_own_application(*, actor: Actor, application_id: UUID) -> Response:
    """Read one of your own applications"""
    return _own(service.get_own(application_id, actor=actor))


@blueprint.route(ONE, methods=["PATCH"], permission=permissions.APPLY, audience=TALENT, limit="write")
@blueprint.arguments(ApplicationPatchSchema())
@blueprint.response(200, OwnApplicationSchema)
def edit_application(document: dict[str, Any], *, actor: Actor, application_id: UUID) -> Response:
    """Change cover note and photos of an application, until it was viewed"""
    version = document.pop("version")
    return _own(service.edit(application_id, document, actor=actor, seen_version=version))


@blueprint.put(f"{ONE}/withdrawn", permission=permissions.APPLY, audience=TALENT, limit="write")
@blueprint.response(200, OwnApplicationSchema)
def withdraw_application(*, actor: Actor, application_id: UUID) -> Response:
    """Take an application back"""
    return _own(service.withdraw(application_id, actor=actor))


@blueprint.put(f"{ONE}/declined", permission=permissions.APPLY, audience=TALENT, limit="write")
@blueprint.response(200, OwnApplicationSchema)
def decline_application(*, actor: Actor, application_id: UUID) -> Response:
    """Say no to what you were offered"""
    return _own(service.decline(application_id, actor=actor))


def _own(application: OwnApplication, *, status: int = 200) -> Response:
    response = success(application, status=status)
    response.set_etag(str(application.version))
    return response
