"""Wards for the guardian's app, and the hand-over to the young person's own."""
from typing import Any
from uuid import UUID

from flask import Response, request

from castingops.core.actor import Actor
from castingops.core.permissions import PUBLIC
from castingops.identity import permissions
from castingops.identity.api.tokens import access_answer
from castingops.identity.errors import DocumentMissing
from castingops.identity.schemas.guardians import (
    ActTokenSchema,
    ClaimedSchema,
    ClaimSchema,
    DisputeSchema,
    DocumentFileSchema,
    DocumentFormSchema,
    HandOverInvitationSchema,
    InvitedSchema,
    NewWardSchema,
    WardPatchSchema,
    WardSchema,
)
from castingops.identity.service import guardians as service
from castingops.identity.types.guardians import EvidenceKind
from castingops.web.blueprints import TALENT, ApiBlueprint, success
from castingops.web.cookies import presented_token, uses_cookie
from castingops.web.paging import CursorSchema

blueprint = ApiBlueprint("wards", __name__, description="Minors whom a guardian holds")

READ, CHANGE = permissions.READ_WARDS, permissions.CHANGE_WARDS


@blueprint.get("/me/wards", permission=READ, audience=TALENT)
@blueprint.arguments(CursorSchema(), location="query")
@blueprint.response(200, WardSchema(many=True))
def list_wards(query: dict[str, Any], *, actor: Actor) -> Response:
    """List the minors whose guardian you are or were, newest first, 50 a page"""
    page = service.list_wards(actor=actor, cursor=query["cursor"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.post("/me/wards", permission=CHANGE, audience=TALENT, idempotent=True, limit="write")
@blueprint.arguments(NewWardSchema())
@blueprint.response(201, WardSchema)
def add_ward(sent: dict[str, Any], *, actor: Actor) -> Response:
    """State that you are a minor's legal guardian; our staff verify it by the documents that you add"""
    return success(service.add_ward(sent, actor=actor), status=201)


@blueprint.get("/me/wards/<uuid:ward_id>", permission=READ, audience=TALENT)
@blueprint.response(200, WardSchema)
def get_ward(*, actor: Actor, ward_id: UUID) -> Response:
    """Read how things stand with one ward"""
    return success(service.get_ward(ward_id, actor=actor))


@blueprint.route("/me/wards/<uuid:ward_id>", methods=["PATCH"], permission=CHANGE, audience=TALENT, limit="write")
@blueprint.arguments(WardPatchSchema())
@blueprint.response(200, WardSchema)
def change_ward(sent: dict[str, Any], *, actor: Actor, ward_id: UUID) -> Response:
    """Put right what you stated, while it waits for verification"""
    return success(service.change_ward(ward_id, sent, actor=actor))


@blueprint.post("/me/wards/<uuid:ward_id>/documents", permission=CHANGE, audience=TALENT, idempotent=True,
                limit="upload")
@blueprint.arguments(DocumentFileSchema(), location="files")
@blueprint.arguments(DocumentFormSchema(), location="form")
@blueprint.response(201, WardSchema)
def add_ward_document(files: dict[str, Any], form: dict[str, str], *, actor: Actor, ward_id: UUID) -> Response:
    """Add a document that proves your guardianship; never a copy of an official identity document (PDPL art. 28)"""
    if "document" not in files:
        raise DocumentMissing
    view = service.add_document(ward_id, files["document"].read(), EvidenceKind(form["kind"]), actor=actor)
    return success(view, status=201)


@blueprint.post("/me/wards/<uuid:ward_id>/disputes", permission=CHANGE, audience=TALENT, idempotent=True,
                limit="write")
@blueprint.arguments(DisputeSchema())
@blueprint.response(201, WardSchema)
def dispute_ward(sent: dict[str, str], *, actor: Actor, ward_id: UUID) -> Response:
    """Dispute that another guardian may act for this ward; freezes both sides until staff have resolved it"""
    return success(service.dispute(ward_id, sent["reason"], actor=actor), status=201)


@blueprint.post("/me/wards/<uuid:ward_id>/act", permission=permissions.ACT_FOR_WARD, audience=TALENT)
@blueprint.response(200, ActTokenSchema)
def act_for_ward(*, actor: Actor, ward_id: UUID) -> Response:
    """Exchange your access token for one that acts for this ward: profile, photos, consents, decisions, messages"""
    token = service.act_for(ward_id, presented_token() or "", actor=actor)
    return access_answer(token.access, token.seconds, cookie=uses_cookie(request))


@blueprint.post("/me/wards/<uuid:ward_id>/invitations", permission=CHANGE, audience=TALENT, idempotent=True,
                limit="write")
@blueprint.arguments(HandOverInvitationSchema())
@blueprint.response(201, InvitedSchema)
def invite_ward(sent: dict[str, str], *, actor: Actor, ward_id: UUID) -> Response:
    """Invite a ward who is coming of age, by their own e-mail, to take over the profile"""
    found = service.invite(ward_id, sent["email"], sent["locale"], actor=actor)
    return success({"status": "invited", "expires_at": found.expires_at}, status=201)


@blueprint.post("/auth/claim", permission=PUBLIC, audience=TALENT, limit="auth")
@blueprint.arguments(ClaimSchema())
@blueprint.response(201, ClaimedSchema)
def claim_profile(sent: dict[str, Any], *, actor: Actor) -> Response:
    """Take over the profile that a guardian held for you, once you are of age"""
    return success({"email": service.claim(sent, actor=actor), "status": "handed_over"}, status=201)
