"""Browser apps of the API hold their tokens in cookies that no script reads (ID-3), and so must prove their origin."""
import hmac
from hashlib import sha256

from flask import Request, request

from castingops.core.actor import Actor
from castingops.core.config import Settings, current_settings
from castingops.core.crypto import is_same
from castingops.core.errors import DomainError
from castingops.core.messages import N_
from castingops.web.csrf import SAFE_METHODS

CSRF_HEADER = "X-CSRF-Token"


class WrongOrigin(DomainError):
    """A cookie came along with a request that our own app did not send."""

    code, status, message = "wrong_origin", 403, N_("This request did not come from our own app.")


def access_cookie(settings: Settings) -> str:
    """The name of the access token's cookie; __Host- ties it to this very host over TLS."""
    return "__Host-access" if settings.secure_cookies else "access"


def refresh_cookie(settings: Settings) -> str:
    """The name of the refresh token's cookie."""
    return "__Host-refresh" if settings.secure_cookies else "refresh"


def device_cookie(settings: Settings) -> str:
    """The name of the cookie by which a browser is known again at a sign-in; it opens nothing."""
    return "__Host-device" if settings.secure_cookies else "device"


def csrf_token_of(access_token: str, settings: Settings) -> str:
    """What a browser app sends back in X-CSRF-Token with every change: bound to its access token."""
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, b"api-csrf/" + access_token.encode(), sha256).hexdigest()


def uses_cookie(asked: Request) -> bool:
    """Whether this API request is signed in by cookie and not by header."""
    return "Authorization" not in asked.headers and access_cookie(current_settings()) in asked.cookies


def presented_token() -> str | None:
    """The access token of this API request: its header's, else its cookie's."""
    if uses_cookie(request):
        return request.cookies[access_cookie(current_settings())]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def check_cookie_request(actor: Actor) -> None:
    """Errors: WrongOrigin for a change sent with our cookie by another origin or without the token of our app."""
    if request.method in SAFE_METHODS or not uses_cookie(request):
        return
    check_origin()
    settings = current_settings()
    expected = csrf_token_of(request.cookies[access_cookie(settings)], settings)
    if not is_same(expected, request.headers.get(CSRF_HEADER, "")):
        raise WrongOrigin


def check_origin() -> None:
    """Errors: WrongOrigin unless the browser says that one of our own origins sent this."""
    settings = current_settings()
    if request.headers.get("Origin", "") not in {settings.public_url.rstrip("/"), *settings.cors_origins}:
        raise WrongOrigin
