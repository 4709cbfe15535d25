"""The Django side of `console-queue`: its admin's changelist over the cases, with counts off."""
import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlparse

import django
from django.conf import settings


class Everyone(SimpleNamespace):
    """A signed-in superuser, so that no session is looked up: the peer's page alone is measured."""

    is_active = is_staff = is_authenticated = True
    pk, username = 1, "peer"

    def has_perm(self, *_: Any) -> bool:
        """Everything."""
        return True

    def has_module_perms(self, *_: Any) -> bool:
        """Everywhere."""
        return True

    def get_username(self) -> str:
        """For the frame."""
        return self.username

    def get_short_name(self) -> str:
        """For the frame."""
        return self.username

    def has_usable_password(self) -> bool:
        """For the frame."""
        return False


def signed_in(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Middleware in place of sessions and authentication."""
    def middleware(request: Any) -> Any:
        request.user = Everyone()
        request._messages = []
        return get_response(request)
    return middleware


def application(url: str) -> Any:
    """Django's WSGI application with the admin of the cases at /admin/contenttypes/case/."""
    parsed = urlparse(url)
    settings.configure(
        DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF="benchmarks.console_queue_admin", USE_TZ=True,
        SECRET_KEY=os.urandom(24).hex(), STATIC_URL="/static/",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.messages",
                        "django.contrib.admin"],
        MIDDLEWARE=["benchmarks.console_queue_django.signed_in"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
            "context_processors": ["django.template.context_processors.request",
                                   "django.contrib.messages.context_processors.messages"]}}],
        SILENCED_SYSTEM_CHECKS=["admin.E404", "admin.E408", "admin.E409", "admin.E410"],
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "castingops", "USER": parsed.username,
                               "HOST": parse_qs(parsed.query)["host"][0], "CONN_MAX_AGE": None}})
    django.setup()
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415  # reads the settings at import
    return get_wsgi_application()
