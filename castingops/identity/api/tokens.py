"""How tokens are handed to an app: in the body, or to a browser in cookies that no script reads (ID-3)."""
from flask import Response

from castingops.core.config import current_settings
from castingops.identity.types import DEVICE_SECONDS, Proof, Tokens, Transport
from castingops.web.blueprints import success
from castingops.web.cookies import access_cookie, csrf_token_of, device_cookie, refresh_cookie

SIGNED_OUT = {"status": "signed_out"}


def answer_tokens(tokens: Tokens) -> Response:
    """Both tokens of a sign-in."""
    answer = {"token_type": "Bearer", "access_token": tokens.access, "refresh_token": tokens.refresh,
              "csrf_token": None, "expires_in": tokens.access_seconds, "device_token": tokens.device or None}
    if tokens.transport == Transport.BEARER:
        return success(answer)
    csrf = csrf_token_of(tokens.access, current_settings())
    return with_tokens(success({**answer, "token_type": "Cookie", "access_token": None, "refresh_token": None,
                                "csrf_token": csrf, "device_token": None}), tokens)


def with_tokens(response: Response, tokens: Tokens) -> Response:
    """An answer to a browser, with the tokens in its cookies."""
    settings = current_settings()
    _set_access_cookies(response, tokens.access, csrf_token_of(tokens.access, settings), tokens.access_seconds)
    _set_cookie(response, refresh_cookie(settings), tokens.refresh, tokens.refresh_seconds, hidden=True)
    if tokens.device:
        _set_cookie(response, device_cookie(settings), tokens.device, DEVICE_SECONDS, hidden=True)
    return response


def answer_proof(proof: Proof) -> Response:
    """The access token of a proof; the refresh token stays as it is."""
    return access_answer(proof.access, proof.access_seconds, cookie=proof.transport == Transport.COOKIE)


def access_answer(access: str, seconds: int, *, cookie: bool) -> Response:
    """One access token by itself: in the body, or in the place of the browser's. Lives in seconds."""
    answer = {"token_type": "Bearer", "access_token": access, "csrf_token": None, "expires_in": seconds}
    if not cookie:
        return success(answer)
    csrf = csrf_token_of(access, current_settings())
    response = success({**answer, "token_type": "Cookie", "access_token": None, "csrf_token": csrf})
    _set_access_cookies(response, access, csrf, seconds)
    return response


def signed_out() -> Response:
    """No tokens any more; a browser forgets its cookies."""
    response, settings = success(SIGNED_OUT), current_settings()
    for name in (access_cookie(settings), refresh_cookie(settings), _csrf_cookie()):
        response.delete_cookie(name, path="/", secure=settings.secure_cookies, samesite="Strict")
    return response


def _set_access_cookies(response: Response, access: str, csrf: str, seconds: int) -> None:
    _set_cookie(response, access_cookie(current_settings()), access, seconds, hidden=True)
    # for the page's own script, which loses the answer at a reload; useless without the other cookie
    _set_cookie(response, _csrf_cookie(), csrf, seconds, hidden=False)


def _set_cookie(response: Response, name: str, value: str, seconds: int, *, hidden: bool) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=current_settings().secure_cookies,
                        httponly=hidden, samesite="Strict")


def _csrf_cookie() -> str:
    return "__Host-csrf" if current_settings().secure_cookies else "csrf"
