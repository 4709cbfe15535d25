"""Applications for the hirer app: what a role received, and what its team makes of it."""
from typing import Any
from uuid import UUID

import msgspec
from flask import Response

from castingops.casting import permissions
from castingops.casting.api.profiles import photo_links
from castingops.casting.schemas.applications import (
    ApplicantProfileSchema,
    ApplicationMoveSchema,
    ApplicationMovesSchema,
    ApplicationNoteInSchema,
    ApplicationNoteSchema,
    ApplicationRatingSchema,
    MovedApplicationSchema,
    ReceivedApplicationSchema,
    ReceivedApplicationsQuerySchema,
)
from castingops.casting.service import applications as service
from castingops.core.actor import Actor
from castingops.web.blueprints import HIRER, ApiBlueprint, success
from castingops.web.paging import CursorSchema

blueprint = ApiBlueprint("received_applications", __name__, description="Applications to an organization's roles")

PATH = "/organizations/<uuid:org_id>/applications"
ONE = f"{PATH}/<uuid:application_id>"
OF_ROLE = "/organizations/<uuid:org_id>/casting-calls/<uuid:call_id>/roles/<uuid:role_id>/applications"


@blueprint.get(OF_ROLE, permission=permissions.READ_RECEIVED, audience=HIRER)
@blueprint.arguments(ReceivedApplicationsQuerySchema(), location="query")
@blueprint.response(200, ReceivedApplicationSchema(many=True))
def list_received(query: dict[str, Any], *, actor: Actor, org_id: UUID, call_id: UUID, role_id: UUID) -> Response:
    """List what a role of yours received, the newest first, 50 a page"""
    page = service.list_received(call_id, role_id, actor=actor, status=query["status"], cursor=query["cursor"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.get(ONE, permission=permissions.READ_RECEIVED, audience=HIRER)
@blueprint.response(200, ReceivedApplicationSchema)
def get_received(*, actor: Actor, org_id: UUID, application_id: UUID) -> Response:
    """Read one application; the talent is not told by that"""
    return success(service.get_received(application_id, actor=actor))


@blueprint.get(f"{ONE}/profile", permission=permissions.READ_RECEIVED, audience=HIRER)
@blueprint.response(200, ApplicantProfileSchema)
def get_applicant(*, actor: Actor, org_id: UUID, application_id: UUID) -> Response:
    """Read the profile behind an application, with its photos, while it is not over"""
    found = service.show_applicant(application_id, actor=actor)
    details = msgspec.to_builtins(found.details)
    photos = [photo_links(UUID(photo_id)) for photo_id in details.pop("photo_ids")]
    return success({"application_id": found.application_id, "minor": found.minor,
                    **msgspec.structs.asdict(found.card), **details, "photos": photos})


@blueprint.post(f"{ONE}/events/viewed", permission=permissions.DECIDE_RECEIVED, audience=HIRER, limit="write")
@blueprint.response(200, ReceivedApplicationSchema)
def mark_viewed(*, actor: Actor, org_id: UUID, application_id: UUID) -> Response:
    """Say that you looked at an application: the talent reads so, and can change it no more"""
    return success(service.mark_viewed(application_id, actor=actor))


@blueprint.put(f"{ONE}/status", permission=permissions.DECIDE_RECEIVED, audience=HIRER, limit="write")
@blueprint.arguments(ApplicationMoveSchema())
@blueprint.response(200, ReceivedApplicationSchema)
def move_application(document: dict[str, Any], *, actor: Actor, org_id: UUID, application_id: UUID) -> Response:
    """Move an application. A selection, a pin, a hold and their like are never shown to the talent"""
    return success(service.move(application_id, document["status"], actor=actor))


@blueprint.post(f"{PATH}/moves", permission=permissions.DECIDE_RECEIVED, audience=HIRER, limit="write")
@blueprint.arguments(ApplicationMovesSchema())
@blueprint.response(200, MovedApplicationSchema(many=True))
def move_applications(document: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """Move up to 100 applications, each for itself"""
    return success(service.move_many(document["application_ids"], document["status"], actor=actor))


@blueprint.put(f"{ONE}/rating", permission=permissions.DECIDE_RECEIVED, audience=HIRER, limit="write")
@blueprint.arguments(ApplicationRatingSchema())
@blueprint.response(200, ReceivedApplicationSchema)
def rate_application(document: dict[str, Any], *, actor: Actor, org_id: UUID, application_id: UUID) -> Response:
    """Give an application one to five; each member has one rating"""
    return success(service.rate(application_id, document["rating"], actor=actor))


@blueprint.post(f"{ONE}/notes", permission=permissions.DECIDE_RECEIVED, audience=HIRER, idempotent=True, limit="write")
@blueprint.arguments(ApplicationNoteInSchema())
@blueprint.response(201, ApplicationNoteSchema)
def add_note(document: dict[str, Any], *, actor: Actor, org_id: UUID, application_id: UUID) -> Response:
    """Write a note about an application for your team"""
    return success(service.add_note(application_id, document["text"], actor=actor), status=201)


@blueprint.get(f"{ONE}/notes", permission=permissions.READ_RECEIVED, audience=HIRER)
@blueprint.arguments(CursorSchema(), location="query")
@blueprint.response(200, ApplicationNoteSchema(many=True))
def list_notes(query: dict[str, Any], *, actor: Actor, org_id: UUID, application_id: UUID) -> Response:
    """List your team's notes about an application, the newest first"""
    page = service.list_notes(application_id, actor=actor, cursor=query["cursor"])
    return success(page.rows, next_cursor=page.next_cursor)
