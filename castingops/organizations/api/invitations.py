"""Invitations: those of an organization, and answering one's own."""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.core.roles import OrgRole
from castingops.organizations import permissions, service
from castingops.organizations.schemas.members import (
    DeclinedSchema,
    InvitationSchema,
    InviteSchema,
    InvitesQuerySchema,
    RevokedInvitationSchema,
    TokenSchema,
)
from castingops.organizations.schemas.organizations import OrganizationSchema
from castingops.web.blueprints import HIRER, ApiBlueprint, success

blueprint = ApiBlueprint("organization_invites", __name__, description="Invitations to an organization")


@blueprint.get("/organizations/<uuid:org_id>/invites", permission=permissions.READ_INVITES, audience=HIRER)
@blueprint.arguments(InvitesQuerySchema(), location="query")
@blueprint.response(200, InvitationSchema(many=True))
def list_invites(query: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """List the invitations, newest first"""
    page = service.list_invitations(actor=actor, state=query["state"], cursor=query["cursor"], size=query["limit"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.post("/organizations/<uuid:org_id>/invites", permission=permissions.INVITE, audience=HIRER, idempotent=True,
                limit="write")
@blueprint.arguments(InviteSchema())
@blueprint.response(201, InvitationSchema)
def send_invite(sent: dict[str, str], *, actor: Actor, org_id: UUID) -> Response:
    """Invite somebody by e-mail"""
    return success(service.invite(sent["email"], OrgRole(sent["role"]), actor=actor), status=201)


@blueprint.delete("/organizations/<uuid:org_id>/invites/<uuid:invite_id>", permission=permissions.INVITE,
                  audience=HIRER, limit="write")
@blueprint.response(200, RevokedInvitationSchema)
def revoke_invite(*, actor: Actor, org_id: UUID, invite_id: UUID) -> Response:
    """Take an invitation back"""
    service.revoke(invite_id, actor=actor)
    return success({"id": invite_id})


@blueprint.post("/organizations/<uuid:org_id>/invites/<uuid:invite_id>/resend", permission=permissions.INVITE,
                audience=HIRER, idempotent=True, limit="write")
@blueprint.response(200, InvitationSchema)
def resend_invite(*, actor: Actor, org_id: UUID, invite_id: UUID) -> Response:
    """Send an invitation again, with a new code"""
    return success(service.resend(invite_id, actor=actor))


@blueprint.post("/invitations/accept", permission=permissions.ANSWER, audience=HIRER, idempotent=True, limit="write")
@blueprint.arguments(TokenSchema())
@blueprint.response(201, OrganizationSchema)
def accept_invitation(sent: dict[str, str], *, actor: Actor) -> Response:
    """Accept an invitation with the code from its letter"""
    return success(service.accept(sent["token"], actor=actor), status=201)


@blueprint.post("/invitations/decline", permission=permissions.ANSWER, audience=HIRER, limit="write")
@blueprint.arguments(TokenSchema())
@blueprint.response(200, DeclinedSchema)
def decline_invitation(sent: dict[str, str], *, actor: Actor) -> Response:
    """Decline an invitation with the code from its letter"""
    service.decline(sent["token"], actor=actor)
    return success({"status": "declined"})
