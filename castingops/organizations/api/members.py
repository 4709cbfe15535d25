"""Members of an organization."""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.core.roles import OrgRole
from castingops.organizations import permissions, service
from castingops.organizations.schemas.members import (
    InvitationSchema,
    InviteSchema,
    MemberSchema,
    MembersQuerySchema,
    RemovedMemberSchema,
    RoleSchema,
)
from castingops.web.blueprints import HIRER, ApiBlueprint, success

blueprint = ApiBlueprint("organization_members", __name__, description="Members of an organization")


@blueprint.get("/organizations/<uuid:org_id>/members", permission=permissions.READ_MEMBERS, audience=HIRER)
@blueprint.arguments(MembersQuerySchema(), location="query")
@blueprint.response(200, MemberSchema(many=True))
def list_members(query: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """List the members, the latest joined first"""
    page = service.list_members(actor=actor, role=query["role"], cursor=query["cursor"], size=query["limit"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.post("/organizations/<uuid:org_id>/members", permission=permissions.INVITE, audience=HIRER, idempotent=True,
                limit="write")
@blueprint.arguments(InviteSchema())
@blueprint.response(201, InvitationSchema)
def add_member(sent: dict[str, str], *, actor: Actor, org_id: UUID) -> Response:
    """Add a member by e-mail; they are one as soon as they accept the invitation"""
    return success(service.invite(sent["email"], OrgRole(sent["role"]), actor=actor), status=201)


@blueprint.delete("/organizations/<uuid:org_id>/members/<uuid:user_id>", permission=permissions.LEAVE, audience=HIRER,
                  limit="write")
@blueprint.response(200, RemovedMemberSchema)
def remove_member(*, actor: Actor, org_id: UUID, user_id: UUID) -> Response:
    """Take a member out, or leave"""
    service.remove(user_id, actor=actor)
    return success({"user_id": user_id})


@blueprint.put("/organizations/<uuid:org_id>/members/<uuid:user_id>/role", permission=permissions.RANK, audience=HIRER,
               limit="write")
@blueprint.arguments(RoleSchema())
@blueprint.response(200, MemberSchema)
def change_role(sent: dict[str, str], *, actor: Actor, org_id: UUID, user_id: UUID) -> Response:
    """Change what a member may do"""
    return success(service.change_role(user_id, OrgRole(sent["role"]), actor=actor))
