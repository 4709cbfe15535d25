"""One handler for every error, dispatched by path: JSON under /api/, a fragment for htmx, else a page."""
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from msgspec import Struct
from werkzeug.exceptions import HTTPException, InternalServerError

from castingops.core.errors import DomainError, NotSignedIn, StepUpNeeded
from castingops.core.i18n import translate
from castingops.core.messages import N_, Message
from castingops.web import envelope
from castingops.web.pages import wants_fragment
from castingops.web.proving import refused_request
from castingops.web.validation import in_our_words

API_PREFIX = "/api/"
log = structlog.get_logger(__name__)

_TITLES: dict[int, Message] = {
    400: N_("This request cannot be read."),
    401: N_("Sign in first."),
    403: N_("You may not do this."),
    404: N_("There is no such thing here."),
    405: N_("This address does not take that kind of request."),
    406: N_("We cannot answer in that format."),
    409: N_("It has changed in the meantime. Nothing of yours was saved."),
    413: N_("This is too large to send."),
    415: N_("This kind of content cannot be read here."),
    422: N_("Some of the input cannot be used."),
    429: N_("Too many requests. Please try again a little later."),
    500: N_("Something went wrong on our side."),
    503: N_("The service is busy for a moment. Nothing was saved; please try again."),
}
_CODES = {400: "bad_request", 401: "not_signed_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
          406: "not_acceptable", 409: "conflict", 413: "too_large", 415: "unsupported_media_type", 422: "invalid",
          429: "too_many_requests", 500: "error", 503: "unavailable"}


def sentence_of(status: int) -> Message:
    """What the house says to everyone with this status."""
    return _TITLES[status]


class Failure(Struct):
    """A refusal before it takes the shape its reader reads."""

    status: int
    code: str
    title: Message
    errors: dict[str, list[str]]
    details: dict[str, Any]
    headers: dict[str, str]


def register_error_handlers(app: Flask) -> None:
    """Take every error of `app`: ours, Werkzeug's and the unexpected."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _domain_error(error: DomainError) -> Response:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    if isinstance(error, NotSignedIn) and request.path.startswith(API_PREFIX):
        headers["WWW-Authenticate"] = "Bearer"
    errors = {name: [translate(text)] for name, text in error.fields.items()}
    return render(Failure(error.status, error.code, error.message, errors, error.details, headers))


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:  # a redirect that Werkzeug raised
        return make_response(error.response)
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers()
               if name.lower() not in {"content-type", "content-length"}}
    title = N_("This page was open too long. Please reload it and send again.") if isinstance(error, CSRFError) \
        else _TITLES.get(status, _TITLES[500 if status >= 500 else 400])
    code = "csrf" if isinstance(error, CSRFError) else _CODES.get(status, f"http_{status}")
    return render(Failure(status, code, title, _webargs_fields(error), {}, headers))


def _unexpected(error: Exception) -> Response:
    log.error("unhandled", exc_info=error)
    return _http_error(InternalServerError())


def render(failure: Failure) -> Response:
    """The failure in the shape its asker reads, in the asker's language."""
    title = translate(failure.title)
    if request.path.startswith(API_PREFIX):
        problem = envelope.Problem("about:blank", title, failure.status, title, failure.code,
                                   failure.errors, failure.details)
        response = envelope.failure(problem)
    else:
        partial = wants_fragment()
        template = "errors/_problem.html" if partial else "errors/page.html"
        context = {"code": failure.code, "title": title, "status": failure.status, "request_id": g.request_id,
                   "fields": failure.errors, "details": failure.details, "detail": title}
        refused = refused_request() if failure.code == StepUpNeeded.code else None
        response = make_response(render_template(template, problem=context, refused=refused, error=""), failure.status)
        if partial:  # a problem joins the live region: it takes nobody's place
            response.headers.update({"HX-Retarget": "#live", "HX-Reswap": "beforeend"})
    response.headers.update(failure.headers)
    return response


def _webargs_fields(error: HTTPException) -> dict[str, list[str]]:
    """Validation messages by field; webargs hangs them on the exception by location."""
    by_location = (getattr(error, "data", None) or {}).get("messages", {})
    flat: dict[str, list[str]] = {}
    for fields in by_location.values():
        if isinstance(fields, dict):
            _flatten(fields, "", flat)
        elif isinstance(fields, list):
            flat[""] = [in_our_words(str(text)) for text in fields]
    return flat


def _flatten(fields: dict[Any, Any], prefix: str, into: dict[str, list[str]]) -> None:
    for name, messages in fields.items():
        path = f"{prefix}{name}"
        if isinstance(messages, dict):
            _flatten(messages, f"{path}.", into)
        else:
            into[path] = [in_our_words(message) for message in messages]
