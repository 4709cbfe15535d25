"""Messages on one's own case, for the apps of talent and hirers."""
from typing import Any

from flask import Response

from castingops.core.actor import Actor
from castingops.moderation import permissions
from castingops.moderation.schemas.conversations import CaseMessageSchema, NewMessageSchema
from castingops.moderation.service import conversations as service
from castingops.web.blueprints import BOTH, ApiBlueprint, success

blueprint = ApiBlueprint("conversations", __name__, description="Questions about what you sent for review")


@blueprint.get("/me/cases/<ref>/messages", permission=permissions.READ_OWN_MESSAGES, audience=BOTH)
@blueprint.response(200, CaseMessageSchema(many=True))
def list_case_messages(*, actor: Actor, ref: str) -> Response:
    """Read the messages on your case, oldest first"""
    return success(service.list_own_messages(ref, actor=actor))


@blueprint.post("/me/cases/<ref>/messages", permission=permissions.REPLY, audience=BOTH, idempotent=True,
                limit="write")
@blueprint.arguments(NewMessageSchema())
@blueprint.response(201, CaseMessageSchema)
def reply_to_message(sent: dict[str, Any], *, actor: Actor, ref: str) -> Response:
    """Answer a message on your case; at most five in a row"""
    return success(service.reply(ref, sent["text"], actor=actor), status=201)
