"""Headers of every answer: request id, security, caching, CORS; and one log line per request (OPS-8, OPS-11, API-8)."""
import re
from time import perf_counter
from uuid import uuid4

import structlog
from flask import Flask, Response, current_app, g, request

from castingops.core.config import Settings
from castingops.web.cookies import CSRF_HEADER
from castingops.web.errors import API_PREFIX
from castingops.web.idempotency import HEADER, REPLAYED
from castingops.web.retired import Deprecated

log = structlog.get_logger(__name__)

CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
       "connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
       "form-action 'self'; frame-ancestors 'none'")
EXPOSED = f"X-Request-Id, Retry-After, {REPLAYED}, ETag, Deprecation, Sunset, Link"
_SENSITIVE_PATH = re.compile(
    r"(/media/|/reset/|/invitations/|/appeals/|/share/|/shared-profiles/|/account/[a-z-]+/)[^/?]+")


def init_headers(app: Flask, settings: Settings) -> None:
    """Name each request, and finish each answer."""
    allowed = frozenset(settings.cors_origins)
    app.before_request(_name_request)
    app.before_request(lambda: _preflight(allowed))
    app.after_request(lambda response: _finish(response, secure=settings.secure_cookies, allowed=allowed))


def _name_request() -> None:
    g.request_id = str(uuid4())  # ours, never the sender's: an id that others choose is no evidence
    g.started = perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _preflight(allowed: frozenset[str]) -> Response | None:
    """Answer a browser's question whether it may call the API from another origin."""
    asked = request.headers.get("Access-Control-Request-Method")
    if request.method != "OPTIONS" or not asked or not request.path.startswith(API_PREFIX):
        return None
    response = Response(status=204)
    if request.headers.get("Origin") in allowed:
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, PATCH, DELETE"
        response.headers["Access-Control-Allow-Headers"] = (
            f"Authorization, Content-Type, If-Match, {HEADER}, {CSRF_HEADER}")
        response.headers["Access-Control-Max-Age"] = "600"
    return response


def _finish(response: Response, *, secure: bool, allowed: frozenset[str]) -> Response:
    headers = response.headers
    headers["X-Request-Id"] = g.request_id
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers.setdefault("Content-Security-Policy", CSP)
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.path.startswith(API_PREFIX):
        headers.setdefault("Cache-Control", "no-store")
        _cors(response, allowed)
        _announce_end(response)
    elif response.mimetype == "text/html":
        response.vary.update(["HX-Request", "HX-Request-Type", "Cookie"])
        headers["Cache-Control"] = "no-store"
    _log(response)
    return response


def _cors(response: Response, allowed: frozenset[str]) -> None:
    response.vary.add("Origin")
    origin = request.headers.get("Origin", "")
    if origin in allowed:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _announce_end(response: Response) -> None:
    """A deprecated route says so in every answer, refusals too (RFC 9745, RFC 8594)."""
    view = current_app.view_functions.get(request.endpoint or "")
    deprecated: Deprecated | None = getattr(view, "deprecated", None)
    if deprecated is not None:
        deprecated.announce(response)


def _log(response: Response) -> None:
    path = _SENSITIVE_PATH.sub(r"\1…", request.path)
    log.info("request", method=request.method, path=path, status=response.status_code,
             ms=round((perf_counter() - g.started) * 1000, 1))
