"""How a route says goodbye: in its answers, in the document, and not too soon (API-1; RFC 9745, RFC 8594)."""
from datetime import date
from typing import Any

import pytest
from flask import Flask, Response

from castingops.core.actor import Actor
from castingops.core.permissions import PUBLIC
from castingops.web.blueprints import BOTH, Api, ApiBlueprint, success
from castingops.web.document import ApiDocument
from castingops.web.envelope import MetaSchema
from castingops.web.headers import init_headers
from castingops.web.health import HealthSchema
from castingops.web.limits import init_limits
from castingops.web.retired import Deprecated

GONE = Deprecated(since=date(2026, 12, 1), sunset=date(2027, 6, 1), instead="/api/v1/new")


@pytest.fixture
def client(app: Flask) -> Any:
    """The kit with one route that is on its way out, on the settings of the house."""
    blueprint = ApiBlueprint("old", __name__, description="What goes")

    @blueprint.get("/old", permission=PUBLIC, audience=BOTH, deprecated=GONE)
    @blueprint.response(200, MetaSchema)
    def read_old(*, actor: Actor) -> Response:
        """Read the old thing"""
        return success({"request_id": "6f1d2c3b-8a4e-4f5a-9b6c-7d8e9f0a1b2c"})

    @blueprint.get("/new", permission=PUBLIC, audience=BOTH)
    @blueprint.response(200, HealthSchema)
    def read_new(*, actor: Actor) -> Response:
        """Read the new thing"""
        return success({"status": "ok", "version": "1", "parts": {}})

    made = Flask(__name__)
    made.config.update(API_TITLE="x", API_VERSION="1.0.0", OPENAPI_VERSION="3.1.0",
                       SQLALCHEMY_DATABASE_URI=app.config["SQLALCHEMY_DATABASE_URI"])
    made.extensions.update(app.extensions)
    init_headers(made, app.extensions["settings"])
    init_limits(made, app.extensions["settings"])
    api = Api(made)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.register_blueprint(blueprint, url_prefix="/api/v1")
    made.extensions["openapi"] = ApiDocument(made, api.spec)
    return made.test_client()


def test_answers_announce_the_end(client: Any) -> None:
    answer = client.get("/api/v1/old")
    assert answer.status_code == 200
    assert answer.headers["Deprecation"] == "@1796083200"  # 2026-12-01 00:00 UTC
    assert answer.headers["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    assert answer.headers["Link"] == '</api/v1/new>; rel="successor-version"'
    assert client.post("/api/v1/old").status_code == 405
    assert "Deprecation" not in client.get("/api/v1/new").headers


def test_document_announces_the_end(client: Any) -> None:
    document = client.application.extensions["openapi"].to_dict()
    old, new = (document["paths"][f"/api/v1/{name}"]["get"] for name in ("old", "new"))
    assert old["deprecated"] is True and "ends 2027-06-01" in old["description"]
    assert {"Deprecation", "Sunset"} <= old["responses"]["200"]["headers"].keys()
    assert "deprecated" not in new and "Sunset" not in new["responses"]["200"]["headers"]


def test_half_a_year_lies_between_word_and_end() -> None:
    with pytest.raises(ValueError, match="180 days"):
        Deprecated(since=date(2026, 12, 1), sunset=date(2027, 5, 29), instead="/api/v1/new")
