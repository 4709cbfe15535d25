"""Published casting calls for the apps: those that can be applied to, and one with its roles."""
from typing import Any
from uuid import UUID

import msgspec
from flask import Response

from castingops.casting import permissions
from castingops.casting.errors.calls import CallNotFound
from castingops.casting.queries import published_calls as queries
from castingops.casting.rules import calls as rules
from castingops.casting.schemas.calls import OpenCallDetailSchema, OpenCallSchema, OpenCallsQuerySchema
from castingops.core.actor import Actor
from castingops.web.blueprints import BOTH, ApiBlueprint, success

blueprint = ApiBlueprint("open_casting_calls", __name__, description="Casting calls that talent can apply to")


@blueprint.get("/casting-calls", permission=permissions.READ_OPEN_CALLS, audience=BOTH)
@blueprint.arguments(OpenCallsQuerySchema(), location="query")
@blueprint.response(200, OpenCallSchema(many=True))
def list_open_calls(query: dict[str, Any], *, actor: Actor) -> Response:
    """List open casting calls, the newest first, 50 a page"""
    cursor = query.pop("cursor")
    page = queries.list_open(actor=actor, cursor=cursor, filters=rules.checked_open_filters(query))
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.get("/casting-calls/<uuid:open_call_id>", permission=permissions.READ_OPEN_CALLS, audience=BOTH)
@blueprint.response(200, OpenCallDetailSchema)
def get_open_call(*, actor: Actor, open_call_id: UUID) -> Response:
    """Read one published casting call, with its roles; also after it was closed"""
    found = queries.find_published(open_call_id, actor=actor)
    if found is None:
        raise CallNotFound
    call, roles = found
    whole = msgspec.structs.asdict(call)
    whole.pop("org_id")  # who stands behind a confidential call is not told by an id either
    return success({**whole, "roles": roles})
