"""Where the directory reports, and where people whom it has named join (ID-11)."""
from typing import Any

from flask import Response

from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.permissions import PUBLIC
from castingops.directory import permissions, service
from castingops.directory.schemas import (
    DirectoryHeardSchema,
    DirectoryJoinedSchema,
    DirectoryJoinSchema,
    DirectoryLinkedSchema,
    DirectoryLinkSchema,
)
from castingops.web import webhooks
from castingops.web.blueprints import BOTH, HIRER, ApiBlueprint, success

blueprint = ApiBlueprint("directory_api", __name__, description="People and organizations of a company's directory")


@blueprint.post("/webhooks/identity", permission=PUBLIC, audience=BOTH, limit="webhook", most_bytes=webhooks.BODY_MAX)
@blueprint.response(202, DirectoryHeardSchema)
def hear_directory(*, actor: Actor) -> Response:
    """Take in what the directory tells of people, organizations and memberships; signed by Standard Webhooks"""
    message_id, body = webhooks.signed_message(current_settings().directory_webhook_secrets)
    service.receive(message_id, webhooks.document_of(body), actor=actor)
    return success({"status": "received"}, status=202)


@blueprint.post("/auth/join", permission=PUBLIC, audience=HIRER, limit="auth")
@blueprint.arguments(DirectoryJoinSchema())
@blueprint.response(201, DirectoryJoinedSchema)
def join_by_code(sent: dict[str, Any], *, actor: Actor) -> Response:
    """Make the account that your company's directory has invited you to"""
    return success({"email": service.join(sent, actor=actor), "status": "joined"}, status=201)


@blueprint.post("/me/directory", permission=permissions.JOIN, audience=HIRER, limit="auth")
@blueprint.arguments(DirectoryLinkSchema())
@blueprint.response(200, DirectoryLinkedSchema)
def link_directory(sent: dict[str, str], *, actor: Actor) -> Response:
    """Join your company with the account that you have"""
    service.link(sent["code"], actor=actor)
    return success({"status": "joined"})
