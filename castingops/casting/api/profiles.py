"""Talent profiles for the apps: one's own, and what is published."""
from typing import Any
from uuid import UUID

import msgspec
from flask import Response, request

from castingops.casting import permissions, queries, rules, service
from castingops.casting.errors import InvalidProfile, ProfileMissing, ProfileNotFound
from castingops.casting.schemas import (
    OwnTalentProfileSchema,
    PhotoLinksSchema,
    PublishedProfileDetailSchema,
    PublishedProfileSchema,
    PublishedQuerySchema,
    SubmissionSchema,
    TalentProfileSchema,
    VisibilitySchema,
)
from castingops.casting.types import OwnProfile, PublishedDetails, Visibility
from castingops.consent.errors import ConsentMissing
from castingops.core.actor import Actor
from castingops.core.messages import N_
from castingops.media import service as media
from castingops.media.types import Variant
from castingops.web.blueprints import BOTH, TALENT, ApiBlueprint, success

blueprint = ApiBlueprint("talent_profiles", __name__, description="Talent profiles")


@blueprint.get("/me/talent-profile", permission=permissions.READ_OWN, audience=TALENT)
@blueprint.response(200, OwnTalentProfileSchema)
def get_talent_profile(*, actor: Actor) -> Response:
    """Read your profile, its status and the last decision with its reasons"""
    return _own(service.get_own(actor=actor))


@blueprint.put("/me/talent-profile", permission=permissions.CHANGE_OWN, audience=TALENT, limit="write",
               errors=(ConsentMissing,))
@blueprint.arguments(TalentProfileSchema())
@blueprint.response(200, OwnTalentProfileSchema)
def write_talent_profile(document: dict[str, Any], *, actor: Actor) -> Response:
    """Write your profile, whole; nothing is published before it is submitted and approved"""
    seen_version = document.pop("version")
    if not document:
        raise ProfileMissing
    return _own(service.write(document, actor=actor, seen_version=_if_match() or seen_version))


@blueprint.put("/me/talent-profile/visibility", permission=permissions.CHANGE_OWN, audience=TALENT, limit="write")
@blueprint.arguments(VisibilitySchema())
@blueprint.response(200, OwnTalentProfileSchema)
def choose_visibility(document: dict[str, Any], *, actor: Actor) -> Response:
    """Choose who may see your approved profile; needs no review"""
    service.choose_visibility(Visibility(document["visibility"]), actor=actor)
    return _own(service.get_own(actor=actor))


@blueprint.post("/me/talent-profile/submissions", permission=permissions.CHANGE_OWN, audience=TALENT,
                idempotent=True, limit="write")
@blueprint.response(201, SubmissionSchema)
def submit_talent_profile(*, actor: Actor) -> Response:
    """Send your profile for review, as it stands"""
    return success(service.submit(actor=actor), status=201)


@blueprint.get("/talent-profiles", permission=permissions.READ_PUBLISHED, audience=BOTH)
@blueprint.arguments(PublishedQuerySchema(), location="query")
@blueprint.response(200, PublishedProfileSchema(many=True))
def list_published_profiles(query: dict[str, Any], *, actor: Actor) -> Response:
    """List published profiles, newest first, 50 a page"""
    cursor = query.pop("cursor")
    page = queries.list_published(actor=actor, cursor=cursor, filters=rules.checked_filters(query))
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.get("/talent-profiles/<uuid:profile_id>", permission=permissions.READ_PUBLISHED, audience=BOTH)
@blueprint.response(200, PublishedProfileDetailSchema)
def get_published_profile(*, actor: Actor, profile_id: UUID) -> Response:
    """Read one published profile, with its photos"""
    whole = msgspec.structs.asdict(_published(profile_id, actor))
    details = msgspec.to_builtins(msgspec.convert(whole.pop("details"), PublishedDetails))
    photos = [photo_links(UUID(photo_id)) for photo_id in details.pop("photo_ids")]
    return success({**whole, **details, "photos": photos})


@blueprint.get("/talent-profiles/<uuid:profile_id>/photo", permission=permissions.READ_PUBLISHED, audience=BOTH)
@blueprint.response(200, PhotoLinksSchema)
def get_published_photo(*, actor: Actor, profile_id: UUID) -> Response:
    """Get short-lived addresses of a published profile's primary photo"""
    photo_id = _published(profile_id, actor).photo_id
    if photo_id is None:
        raise ProfileNotFound
    return success(photo_links(photo_id))


def _published(profile_id: UUID, actor: Actor) -> queries.PublishedWhole:
    found = queries.find_published(profile_id, actor=actor)
    if found is None:
        raise ProfileNotFound
    return found


def photo_links(photo_id: UUID) -> dict[str, Any]:
    """Short-lived addresses of one photo."""
    return {"id": photo_id, "large_url": media.url_for_photo(photo_id, Variant.LARGE),
            "thumb_url": media.url_for_photo(photo_id, Variant.THUMB)}


def _own(profile: OwnProfile) -> Response:
    response = success(profile)
    response.set_etag(str(profile.version))
    return response


def _if_match() -> int | None:
    """The version that If-Match names, None without one. Errors: InvalidProfile for a tag that was never ours."""
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        return None
    tag = header.strip('"')
    if not (tag.isascii() and tag.isdigit() and len(tag) < 10):
        raise InvalidProfile(version=N_("This is not a version of your profile."))
    return int(tag)
