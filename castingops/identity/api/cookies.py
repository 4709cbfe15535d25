"""The cookies in which browser apps hold their tokens: no script reads them (ID-3)."""
from flask import Response

from castingops.core.config import current_settings
from castingops.identity.types import Tokens, Transport
from castingops.web.cookies import access_cookie, csrf_token_of, refresh_cookie
from castingops.web.envelope import success


def access_answer(access: str, seconds: int, *, cookie: bool) -> Response:
    """One access token by itself, in a header's way or in the access cookie's place."""
    if not cookie:
        return success({"token_type": "Bearer", "access_token": access, "csrf_token": None, "expires_in": seconds})
    csrf = csrf_token_of(access, current_settings())
    response = success({"token_type": "Cookie", "access_token": None, "csrf_token": csrf, "expires_in": seconds})
    _set_access(response, access, csrf, seconds)
    return response


def tokens_answer(tokens: Tokens) -> Response:
    """A sign-in's tokens, in the body or in cookies, as the app carries them."""
    if tokens.transport == Transport.BEARER:
        return success({"token_type": "Bearer", "access_token": tokens.access, "refresh_token": tokens.refresh,
                        "csrf_token": None, "expires_in": tokens.access_seconds})
    settings = current_settings()
    csrf = csrf_token_of(tokens.access, settings)
    response = success({"token_type": "Cookie", "access_token": None, "refresh_token": None, "csrf_token": csrf,
                        "expires_in": tokens.access_seconds})
    _set_access(response, tokens.access, csrf, tokens.access_seconds)
    _set_cookie(response, refresh_cookie(settings), tokens.refresh, tokens.refresh_seconds, hidden=True)
    return response


def _set_access(response: Response, access: str, csrf: str, seconds: int) -> None:
    _set_cookie(response, access_cookie(current_settings()), access, seconds, hidden=True)
    # for the page's own script, which loses the answer's body at a reload; useless without the cookies
    _set_cookie(response, _csrf_cookie(), csrf, seconds, hidden=False)


def _set_cookie(response: Response, name: str, value: str, seconds: int, *, hidden: bool) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=current_settings().secure_cookies,
                        httponly=hidden, samesite="Strict")


def without_cookies(response: Response) -> Response:
    """An answer after which the browser has no token left."""
    settings = current_settings()
    for name in (access_cookie(settings), refresh_cookie(settings), _csrf_cookie()):
        response.delete_cookie(name, path="/", secure=settings.secure_cookies, samesite="Strict")
    return response


def _csrf_cookie() -> str:
    return "__Host-csrf" if current_settings().secure_cookies else "csrf"
