"""Whether the house stands: for load balancers, the supervisor and the apps (OPS-3)."""
from importlib.metadata import version
from typing import Any, cast

from flask import Response, current_app, jsonify
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.core.errors import Unavailable
from castingops.core.permissions import PUBLIC
from castingops.web.blueprints import BOTH, ApiBlueprint, PublicBlueprint, success
from castingops.web.health_schemas import HealthSchema

blueprint = PublicBlueprint("health", __name__)
api_blueprint = ApiBlueprint("health_api", __name__, description="Whether the API can serve")


@blueprint.get("/healthz", permission=PUBLIC)
def live(*, actor: Actor) -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz", permission=PUBLIC)
def ready(*, actor: Actor) -> tuple[Response, int]:
    """Everything a request needs answers: 200, else 503 with what does not."""
    parts = _parts()
    good = all(state == "ok" for state in parts.values())
    return jsonify(status="ok" if good else "unavailable", parts=parts), 200 if good else 503


@blueprint.get("/version", permission=PUBLIC)
def which(*, actor: Actor) -> Response:
    """Which release runs."""
    return jsonify(version=_version())


@api_blueprint.get("/health", permission=PUBLIC, audience=BOTH)
@api_blueprint.response(200, HealthSchema)
def get_health(*, actor: Actor) -> Response:
    """Whether the API can serve"""
    parts = _parts()
    if any(state != "ok" for state in parts.values()):
        raise Unavailable(details={"parts": parts}, retry_after=5)
    return success({"status": "ok", "version": _version(), "parts": parts})


def _parts() -> dict[str, str]:
    return {"database": _database(), "redis": _redis()}


def _database() -> str:
    try:
        head = session().scalar(text("select version_num from alembic_version"))
    except SQLAlchemyError:
        return "unreachable"
    return "ok" if head == current_app.extensions["migration_head"] else "not migrated"


def _redis() -> str:
    try:
        cast(Any, current_app.extensions["redis"]).ping()
    except RedisError:
        return "unreachable"
    return "ok"


def connect_redis(url: str) -> Redis:
    """A client with short timeouts: a request never waits long for Redis."""
    return Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)


def _version() -> str:
    return str(current_app.extensions["version"])


def installed_version() -> str:
    """The package's version, or the source tree's when it is not installed."""
    try:
        return version("castingops")
    except ImportError:
        return "0.1.0"
