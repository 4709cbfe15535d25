"""Casting calls of an organization for the hirer app: written, sent for review, closed, copied."""
from typing import Any
from uuid import UUID

from flask import Response, request

from castingops.casting import permissions
from castingops.casting.errors.calls import CallStopped, InvalidCall
from castingops.casting.queries.calls import CallFilter
from castingops.casting.rules import calls as rules
from castingops.casting.schemas.calls import (
    CallInSchema,
    CallLineSchema,
    CallPatchSchema,
    CallSchema,
    CallsQuerySchema,
    DeletedCallSchema,
)
from castingops.casting.service import calls as service
from castingops.casting.types.calls import CallView
from castingops.core.actor import Actor
from castingops.core.entitlements import SubscriptionRequired
from castingops.core.messages import N_
from castingops.organizations.errors import OrganizationClosing
from castingops.web.blueprints import HIRER, ApiBlueprint, success

blueprint = ApiBlueprint("casting_calls", __name__, description="Casting calls of an organization")

PATH = "/organizations/<uuid:org_id>/casting-calls"
ONE = f"{PATH}/<uuid:call_id>"
GATES = (SubscriptionRequired, OrganizationClosing, CallStopped)  # asked once more as it commits


@blueprint.post(PATH, permission=permissions.WRITE_CALLS, audience=HIRER, idempotent=True, limit="write")
@blueprint.arguments(CallInSchema())
@blueprint.response(201, CallSchema)
def create_casting_call(document: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """Make a casting call; it stays a draft until you submit it"""
    return _own(service.create_call(document, actor=actor), status=201)


@blueprint.get(PATH, permission=permissions.READ_CALLS, audience=HIRER)
@blueprint.arguments(CallsQuerySchema(), location="query")
@blueprint.response(200, CallLineSchema(many=True))
def list_casting_calls(query: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """List your organization's casting calls, the newest first"""
    kinds = rules.checked_list_filters({name: query[name] for name in ("status", "project_type") if name in query})
    wanted = CallFilter(**kinds, created_by=actor.user_id if query["mine"] else None)
    page = service.list_own_calls(wanted, actor=actor, cursor=query["cursor"], size=query["limit"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.get(ONE, permission=permissions.READ_CALLS, audience=HIRER)
@blueprint.response(200, CallSchema)
def get_casting_call(*, actor: Actor, org_id: UUID, call_id: UUID) -> Response:
    """Read a casting call of your organization, with its roles and the last decision"""
    return _own(service.get_call(call_id, actor=actor))


@blueprint.route(ONE, methods=["PATCH"], permission=permissions.WRITE_CALLS, audience=HIRER, limit="write",
                 errors=GATES)
@blueprint.arguments(CallPatchSchema())
@blueprint.response(200, CallSchema)
def change_casting_call(document: dict[str, Any], *, actor: Actor, org_id: UUID, call_id: UUID) -> Response:
    """Change a casting call; of a published one, what talent relied on goes back to review"""
    body = document.pop("version")
    seen = _if_match() or body
    if seen is None:
        raise InvalidCall(version=N_("Say which version of the casting call you saw."))
    return _own(service.change_call(call_id, document, actor=actor, seen_version=seen))


@blueprint.delete(ONE, permission=permissions.WRITE_CALLS, audience=HIRER, limit="write")
@blueprint.response(200, DeletedCallSchema)
def delete_casting_call(*, actor: Actor, org_id: UUID, call_id: UUID) -> Response:
    """Delete a casting call that was never published"""
    service.delete_call(call_id, actor=actor)
    return success({"id": call_id})


@blueprint.post(f"{ONE}/submissions", permission=permissions.WRITE_CALLS, audience=HIRER, idempotent=True,
                limit="write", errors=GATES)
@blueprint.response(201, CallSchema)
def submit_casting_call(*, actor: Actor, org_id: UUID, call_id: UUID) -> Response:
    """Send a casting call for review, as it stands"""
    return _own(service.submit_call(call_id, actor=actor), status=201)


@blueprint.put(f"{ONE}/closed", permission=permissions.WRITE_CALLS, audience=HIRER, limit="write")
@blueprint.response(200, CallSchema)
def close_casting_call(*, actor: Actor, org_id: UUID, call_id: UUID) -> Response:
    """Close a published casting call: nobody can apply any more"""
    return _own(service.close(call_id, actor=actor))


@blueprint.post(f"{ONE}/copies", permission=permissions.WRITE_CALLS, audience=HIRER, idempotent=True, limit="write")
@blueprint.response(201, CallSchema)
def duplicate_casting_call(*, actor: Actor, org_id: UUID, call_id: UUID) -> Response:
    """Make a draft out of a casting call, without its dates"""
    return _own(service.duplicate_call(call_id, actor=actor), status=201)


def _own(call: CallView, *, status: int = 200) -> Response:
    response = success(call, status=status)
    response.set_etag(str(call.version))
    return response


def _if_match() -> int | None:
    """The version that If-Match names, None without one. Errors: InvalidCall for a tag that was never ours."""
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        return None
    tag = header.strip('"')
    if not (tag.isascii() and tag.isdigit() and len(tag) < 10):
        raise InvalidCall(version=N_("This is not a version of this casting call."))
    return int(tag)
