"""Photos for the talent app."""
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from msgspec import Struct

from castingops.core.actor import Actor
from castingops.media import permissions, rules, service
from castingops.media.errors import PhotoMissing, PhotosChanged
from castingops.media.schemas import PhotoFileSchema, PhotoFormSchema, PhotoOrderSchema, PhotoSchema, RemovedPhotoSchema
from castingops.media.types import Photo, Variant
from castingops.web.blueprints import TALENT, ApiBlueprint, success

blueprint = ApiBlueprint("photos", __name__, description="Photos of a talent")


class PhotoView(Struct):
    """A photo as its owner sees it."""

    id: UUID
    kind: str
    is_primary: bool
    width: int
    height: int
    large_url: str
    thumb_url: str
    created_at: datetime


@blueprint.get("/me/photos", permission=permissions.READ_OWN, audience=TALENT)
@blueprint.response(200, PhotoSchema(many=True))
def list_photos(*, actor: Actor) -> Response:
    """List your photos, the primary one first"""
    return success([_view(photo) for photo in service.list_photos(actor.subject)])


@blueprint.post("/me/photos", permission=permissions.CHANGE_OWN, audience=TALENT, idempotent=True, limit="upload",
                errors=(PhotosChanged,))
@blueprint.arguments(PhotoFileSchema(), location="files")
@blueprint.arguments(PhotoFormSchema(), location="form")
@blueprint.response(201, PhotoSchema)
def add_photo(files: dict[str, Any], form: dict[str, Any], *, actor: Actor) -> Response:
    """Add a photo; your first headshot becomes the primary one"""
    if "photo" not in files:
        raise PhotoMissing
    kind = rules.checked_kind(form["kind"])
    photo = service.add_photo(files["photo"].read(), actor=actor, kind=kind, primary=form["primary"])
    return success(_view(photo), status=201)


@blueprint.delete("/me/photos/<uuid:photo_id>", permission=permissions.CHANGE_OWN, audience=TALENT, limit="write")
@blueprint.response(200, RemovedPhotoSchema)
def remove_photo(*, actor: Actor, photo_id: UUID) -> Response:
    """Remove a photo, from what is published too"""
    service.remove_photo(photo_id, actor=actor)
    return success({"id": photo_id})


@blueprint.put("/me/photos/<uuid:photo_id>/primary", permission=permissions.CHANGE_OWN, audience=TALENT,
               limit="write")
@blueprint.response(200, PhotoSchema)
def make_photo_primary(*, actor: Actor, photo_id: UUID) -> Response:
    """Make this photo the primary one"""
    return success(_view(service.make_primary(photo_id, actor=actor)))


@blueprint.put("/me/photos/order", permission=permissions.CHANGE_OWN, audience=TALENT, limit="write",
               errors=(PhotosChanged,))
@blueprint.arguments(PhotoOrderSchema())
@blueprint.response(200, PhotoSchema(many=True))
def order_photos(document: dict[str, Any], *, actor: Actor) -> Response:
    """Put your photos in an order; the primary one stays first"""
    return success([_view(photo) for photo in service.order_photos(document["photo_ids"], actor=actor)])


def _view(photo: Photo) -> PhotoView:
    return PhotoView(photo.id, photo.kind, photo.is_primary, photo.width, photo.height,
                     service.url_for_photo(photo.id, Variant.LARGE), service.url_for_photo(photo.id, Variant.THUMB),
                     photo.created_at)
