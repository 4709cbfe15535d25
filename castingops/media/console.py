"""Where photos are looked at: whoever holds a short-lived signed address sees that one variant."""
from flask import Response

from castingops.core.actor import Actor
from castingops.core.permissions import PUBLIC
from castingops.media import service
from castingops.media.types import CONTENT_TYPE, LINK_GRAIN
from castingops.web.blueprints import PublicBlueprint

blueprint = PublicBlueprint("media", __name__)


@blueprint.get("/media/<token>", permission=PUBLIC)
def show(*, actor: Actor, token: str) -> Response:
    """The picture behind a signed address, for this browser's cache alone and for no script."""
    response = Response(service.read_photo(token), mimetype=CONTENT_TYPE)
    response.headers["Cache-Control"] = f"private, max-age={LINK_GRAIN}"
    response.headers["Content-Disposition"] = 'inline; filename="photo.jpg"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
