"""The API's document and its reader, served by ourselves and within the strict CSP (API-7)."""
import json
from typing import Any, cast

from flask import Response, current_app, render_template

from castingops.core.actor import Actor
from castingops.core.permissions import PUBLIC
from castingops.web.blueprints import PublicBlueprint

blueprint = PublicBlueprint("api_docs", __name__)


def document() -> dict[str, Any]:
    """The OpenAPI document of the running app."""
    return cast(dict[str, Any], current_app.extensions["openapi"].to_dict())


@blueprint.get("/openapi.json", permission=PUBLIC)
def openapi(*, actor: Actor) -> Response:
    """The document itself; not an answer of the API, so it carries no envelope."""
    return Response(json.dumps(document(), sort_keys=True), mimetype="application/json")


@blueprint.get("/docs", permission=PUBLIC)
def reader(*, actor: Actor) -> str:
    """Swagger UI over the document."""
    return render_template("api/docs.html")
