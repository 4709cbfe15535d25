"""Composition root of the web: the one list of blueprints by URL, of subscribers, hooks, ports and constraints."""
from typing import Any

from flask import Flask
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from castingops import wiring
from castingops.core import (
    boot,
    errors,
    events,
    facts,
    formats,
    i18n,
    jobs,
    logs,
    mail,
    reads,
    schedule,
    schema,
    subjects,
)
from castingops.core.config import STATIC, TEMPLATES, Settings, load_settings
from castingops.core.db import db
from castingops.core.late import load
from castingops.core.storage import open_storage
from castingops.web import health, limits
from castingops.web.blueprints import Api
from castingops.web.csrf import csrf
from castingops.web.document import ApiDocument
from castingops.web.errors import register_error_handlers
from castingops.web.headers import init_headers
from castingops.web.pages import init_pages, locale_of_request

KIT_MODELS = [facts, schedule, subjects]  # imported so that foreign keys by name resolve

API_DESCRIPTION = """Talent and hirer apps of the casting marketplace. Every answer is `{success, data, error, meta}`
and carries `X-Request-Id`; lists are paged by `meta.next_cursor`; creating requests take `Idempotency-Key`.

**Versions.** `/api/v1` is the major version: what would break a client comes under the next one. Within it the document
only grows, and its version says how. A deprecated operation says so here, and in the headers `Deprecation` (RFC 9745)
and `Sunset` (RFC 8594) of every answer, at least 180 days before it ends. Clients ignore members that they do not know,
and treat a `code` that they do not know by its status."""


def create_app(settings: Settings | None = None) -> Flask:
    """The app. Errors: pydantic's ValidationError for unusable settings; RefusesToBoot for an unsafe production."""
    settings = settings or load_settings()
    begin(settings)
    app = Flask(__name__, static_folder=str(STATIC), template_folder=str(TEMPLATES))
    app.url_map.merge_slashes = False  # //me is none of our addresses, and no redirect with a page of its own
    app.config.update(_config(settings))
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own way
        app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies, x_host=settings.trusted_proxies)
    _init_kit(app, settings)
    wiring.connect_ports(app, settings)
    _register_routes(app)
    for event, handler in wiring.SUBSCRIPTIONS:
        events.subscribe(event, handler)
    for name, error in wiring.CONSTRAINTS.items():
        errors.map_constraint(name, error)
    return app


def begin(settings: Settings) -> None:
    """What every process does first, one without an app too. Errors: RefusesToBoot for an unsafe production."""
    logs.init_logs(settings.log_level)
    boot.require_production(settings)
    _init_sentry(settings)
    for job in wiring.JOBS:
        jobs.register(job)


def _init_kit(app: Flask, settings: Settings) -> None:
    database_url = settings.database_url.get_secret_value()
    app.extensions.update(
        settings=settings, version=health.installed_version(), nav=wiring.NAV,
        reads=reads.open_pool(database_url, size=settings.pool_size, timeout=settings.pool_timeout),
        redis=health.connect_redis(settings.redis_url.get_secret_value()),
        storage=open_storage(settings), mail=mail.mailer_of(settings),
        migration_head=schema.newest())
    init_headers(app, settings)
    db.init_app(app)
    schema.Migrations(app)
    Htmx(app)  # replaces request_class, so ours comes after it
    init_pages(app)
    i18n.init_i18n(app, locale_of_request)
    formats.init_formats(app)
    limits.init_limits(app, settings)
    csrf.init_app(app)
    register_error_handlers(app)


def _config(settings: Settings) -> dict[str, Any]:
    options = "-c statement_timeout=15s -c lock_timeout=4s -c idle_in_transaction_session_timeout=60s"
    return {
        "DEBUG": settings.debug,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "MAX_CONTENT_LENGTH": 11 * 1024 * 1024,
        "SEND_FILE_MAX_AGE_DEFAULT": 31536000,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.secure_cookies else "session",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SQLALCHEMY_DATABASE_URI": settings.sqlalchemy_url(),
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": settings.pool_size, "max_overflow": 0, "pool_timeout": settings.pool_timeout,
            "pool_pre_ping": True, "hide_parameters": True, "connect_args": {"options": options}},
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
        "WTF_CSRF_SSL_STRICT": False,  # the guard reads Sec-Fetch-Site instead of a Referer that privacy tools drop
        "API_TITLE": "castingops",
        "API_VERSION": "1.4.0",
        "OPENAPI_VERSION": "3.1.0",
        "API_SPEC_OPTIONS": {"info": {"description": API_DESCRIPTION}},
    }


def _register_routes(app: Flask) -> None:
    for prefix, blueprints in wiring.PAGES.items():
        for blueprint in blueprints:
            app.register_blueprint(blueprint, url_prefix=prefix or None)
    api = Api(app)  # no OPENAPI_URL_PREFIX: its pages would be routes without a permission
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    for prefix, blueprints in wiring.API.items():
        for blueprint in blueprints:
            api.register_blueprint(blueprint, url_prefix=prefix)
    app.extensions["openapi"] = ApiDocument(app, api.spec)


def _init_sentry(settings: Settings) -> None:
    if settings.sentry_dsn is not None:
        load("sentry_sdk:init")(
            settings.sentry_dsn.get_secret_value(), environment=settings.environment, send_default_pii=False,
            include_local_variables=False, max_request_body_size="never",
            before_send=lambda event, hint: logs.redact(event))
