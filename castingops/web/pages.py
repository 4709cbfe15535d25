"""HTML answers: the same URL gives a page or a fragment, and no cache may mix them up."""
import json
from functools import cache
from typing import Any, cast

from flask import (
    Flask,
    Response,
    g,
    has_request_context,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from htmx_flask.requests import HtmxAwareRequest
from jinja2 import StrictUndefined

from castingops.core import clock, i18n
from castingops.core.actor import Actor
from castingops.core.config import STATIC
from castingops.web import nav, sign_in, stencils

LOCALE_COOKIE = "locale"


class Request(HtmxAwareRequest):  # type: ignore[misc]  # htmx-flask ships no types
    """Flask's request, aware of htmx 4."""

    max_form_memory_size = 1_000_000  # bytes of form fields; files have their own limit

    @property
    def is_partial(self) -> bool:
        """Whether htmx asks for a fragment: a history restore or boosted link wants the page."""
        return bool(self.htmx) and self.headers.get("HX-Request-Type", "partial") == "partial"


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page at hand."""
    return cast(Request, request).is_partial


def go(path: str) -> Response:
    """On to another page by GET: a form is not sent again (RFC 9110 §15.4.4)."""
    return cast(Response, redirect(path, 303))


def page_or_fragment(page_template: str, fragment: str, /, *, status: int = 200, **context: Any) -> Response:
    """Render `fragment` for an htmx request and `page_template` for everyone else, from one context."""
    if wants_fragment():
        return make_response(render_template(fragment, **context), status)
    return page(page_template, status=status, **context)


def page(template: str, /, *, status: int = 200, **context: Any) -> Response:
    """Render a whole page."""
    return make_response(render_template(template, **context), status)


def init_pages(app: Flask) -> None:
    """Install our request class and what every template knows. Call after htmx-flask's init."""
    app.request_class = Request
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_frame)
    app.jinja_env.globals.update(static_url=static_url)
    stencils.init_stencils(app)


def _frame() -> dict[str, Any]:
    """What the layouts draw round a page: language, who is signed in, where they may go."""
    actor: Actor | None = g.get("actor")
    locale = i18n.current_locale()
    staff = actor if actor is not None and actor.kind == "staff" else None
    sections = nav.nav_for(staff) if staff and not wants_fragment() else ()
    return {"locale": locale, "dir": i18n.dir_of(locale), "actor": actor, "nav": sections,
            "staff": sign_in.current().card(staff) if staff else None,
            "search_url": nav.search_url_of(sections), "today": clock.today_riyadh(), "here": _here()}


def _here() -> str:
    """Where the reader comes back to from a change of language: what a form sent is not sent again.

    A mail or a document drawn by a worker has no address.
    """
    if not has_request_context():
        return ""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def locale_of_request() -> str:
    """The reader's language: a staff session's own, the cookie's, else what the browser or app asks for."""
    chosen = session.get("locale") or request.cookies.get(LOCALE_COOKIE)
    if chosen in i18n.LOCALES and not request.path.startswith("/api/"):
        return str(chosen)
    return request.accept_languages.best_match(i18n.LOCALES, default=i18n.DEFAULT_LOCALE)


@cache
def _vendored() -> dict[str, str]:
    """Vendored assets by logical name; empty before they are fetched (tests of templates alone)."""
    manifest = STATIC / "vendor" / "manifest.json"
    if not manifest.exists():
        return {}
    return {name: entry["path"] for name, entry in json.loads(manifest.read_text())["assets"].items()}


@cache
def _fingerprint(path: str) -> str:
    file = STATIC / path
    return str(int(file.stat().st_mtime)) if file.exists() else "0"


def static_url(name: str) -> str:
    """The address of a static file: ours by path, a vendored one by its logical name. It changes when the file does."""
    return _address(name, request.script_root if has_request_context() else "")


@cache
def _address(name: str, mount: str) -> str:
    """Worked out once for each place the app is mounted at: a page asks for dozens."""
    path = _vendored().get(name, name)
    return url_for("static", filename=path, v=_fingerprint(path))
