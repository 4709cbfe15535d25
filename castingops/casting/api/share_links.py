"""Share links for the apps: one's own, and what is behind one for whoever holds it (CAST-6)."""
from typing import Any
from uuid import UUID

import msgspec
from flask import Response, request

from castingops.casting import permissions
from castingops.casting.errors.share_links import ShareLinkMissing
from castingops.casting.schemas.share_links import (
    NewShareLinkSchema,
    SharedProfileSchema,
    ShareLinkSchema,
    ShareLinkSecretSchema,
    ShareViewSchema,
)
from castingops.casting.service import share_links, share_links_ending
from castingops.casting.types import SENSITIVE
from castingops.casting.types.share_links import SharedProfile
from castingops.consent.errors import ConsentMissing
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.permissions import PUBLIC
from castingops.media import service as media
from castingops.media.types import Variant
from castingops.web.blueprints import BOTH, TALENT, ApiBlueprint, success
from castingops.web.paging import CursorSchema

blueprint = ApiBlueprint("share_links", __name__, description="Links to a talent profile for who has no account")

ONE = "/me/share-links/<uuid:share_link_id>"
_NEVER = ("birth_date", "representation", "chest_cm", "waist_cm", "hips_cm", "inseam_cm", "shoe_eu",
          *SENSITIVE)  # of nobody


@blueprint.post("/me/share-links", permission=permissions.SHARE_OWN, audience=TALENT, idempotent=True, limit="write",
                errors=(ConsentMissing,))
@blueprint.arguments(NewShareLinkSchema())
@blueprint.response(201, ShareLinkSecretSchema)
def create_share_link(document: dict[str, Any], *, actor: Actor) -> Response:
    """Make a link to your published profile; its token is told this once"""
    if not document:
        raise ShareLinkMissing
    link, token = share_links.create(document, actor=actor)
    url = f"{current_settings().public_url.rstrip('/')}/share/{token}"
    return success({"link": link, "token": token, "url": url}, status=201)


@blueprint.get("/me/share-links", permission=permissions.READ_SHARES, audience=TALENT)
@blueprint.arguments(CursorSchema(), location="query")
@blueprint.response(200, ShareLinkSchema(many=True))
def list_share_links(query: dict[str, Any], *, actor: Actor) -> Response:
    """List your share links with how often each was opened, the newest first, 50 a page"""
    page = share_links.list_own(actor=actor, cursor=query["cursor"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.delete(ONE, permission=permissions.SHARE_OWN, audience=TALENT, limit="write")
@blueprint.response(200, ShareLinkSchema)
def revoke_share_link(*, actor: Actor, share_link_id: UUID) -> Response:
    """Take a share link back: nobody can open it any more"""
    return success(share_links.view_of(share_links_ending.revoke(share_link_id, actor=actor)))


@blueprint.get(f"{ONE}/views", permission=permissions.READ_SHARES, audience=TALENT)
@blueprint.arguments(CursorSchema(), location="query")
@blueprint.response(200, ShareViewSchema(many=True))
def list_share_views(query: dict[str, Any], *, actor: Actor, share_link_id: UUID) -> Response:
    """List when a share link was opened, the newest first, 50 a page; kept for 90 days"""
    page = share_links.list_views(share_link_id, actor=actor, cursor=query["cursor"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.get("/shared-profiles/<token>", permission=PUBLIC, audience=BOTH, limit="share", records=True)
@blueprint.response(200, SharedProfileSchema)
def get_shared_profile(*, actor: Actor, token: str) -> Response:
    """Read the profile behind a share link; it counts as a view"""
    shared, _ = share_links.open_shared(token, actor=actor, counts=request.method != "HEAD")
    response = success(_document(shared))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _document(shared: SharedProfile) -> dict[str, Any]:
    """The profile without what no link tells of anybody, photos by addresses that live for minutes."""
    fields = msgspec.to_builtins(shared.fields)
    agency = fields["representation"]["agency"] if fields["representation"] else None
    photos = [{"id": each, "large_url": media.url_for_photo(each, Variant.LARGE),
               "thumb_url": media.url_for_photo(each, Variant.THUMB)} for each in shared.photo_ids]
    told = {name: value for name, value in fields.items() if name not in _NEVER}
    return {**told, "minor": shared.minor, "agency": agency, "photos": photos}
