"""Accounts and sign-ins for the apps."""
from datetime import date
from typing import Any

from flask import Response, request

from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.permissions import PUBLIC
from castingops.core.roles import AppRole
from castingops.identity import permissions, service
from castingops.identity.schemas.accounts import (
    LoginSchema,
    MePatchSchema,
    MeSchema,
    PasswordChangeSchema,
    ProofSchema,
    RefreshSchema,
    RegisteredSchema,
    RegisterSchema,
    SignedOutSchema,
    StepUpSchema,
    TokensSchema,
)
from castingops.identity.types import Tokens, Transport
from castingops.web.blueprints import BOTH, ApiBlueprint, success
from castingops.web.cookies import access_cookie, check_origin, csrf_token_of, presented_token, refresh_cookie

blueprint = ApiBlueprint("identity_api", __name__, description="Accounts and sign-ins")

SIGNED_OUT = {"status": "signed_out"}


@blueprint.post("/auth/register", permission=PUBLIC, audience=BOTH, limit="auth")
@blueprint.arguments(RegisterSchema())
@blueprint.response(201, RegisteredSchema)
def register(new: dict[str, Any], *, actor: Actor) -> Response:
    """Ask for an account: a letter to the e-mail says how to confirm it"""
    birth_date: date | None = new.pop("birth_date")
    email = service.register(actor=actor, role=AppRole(new.pop("role")), birth_date=birth_date, **new)
    return success({"email": email, "status": "confirmation_sent"}, status=201)


@blueprint.post("/auth/login", permission=PUBLIC, audience=BOTH, limit="auth")
@blueprint.arguments(LoginSchema())
@blueprint.response(200, TokensSchema)
def login(sent: dict[str, str], *, actor: Actor) -> Response:
    """Sign in"""
    transport = Transport(sent["transport"])
    if transport is Transport.COOKIE:
        check_origin()  # another site must not sign its visitors in to an account of its own
    tokens = service.login(actor=actor, email=sent["email"], password=sent["password"], transport=transport)
    return tokens_answer(tokens)


@blueprint.post("/auth/refresh", permission=PUBLIC, audience=BOTH)  # 256 bits need no stricter limit than others
@blueprint.arguments(RefreshSchema())
@blueprint.response(200, TokensSchema)
def refresh(sent: dict[str, str | None], *, actor: Actor) -> Response:
    """Exchange a refresh token for new tokens"""
    return tokens_answer(service.refresh(_refresh_token(sent) or "", actor=actor))


@blueprint.post("/auth/logout", permission=PUBLIC, audience=BOTH)
@blueprint.arguments(RefreshSchema())
@blueprint.response(200, SignedOutSchema)
def logout(sent: dict[str, str | None], *, actor: Actor) -> Response:
    """Sign out; the tokens sent along are dead from now on"""
    service.logout(opaque=_refresh_token(sent), access=presented_token(), actor=actor)
    return _without_cookies(success(SIGNED_OUT))


@blueprint.post("/auth/step-up", permission=permissions.PROVE, audience=BOTH, limit="auth")
@blueprint.arguments(StepUpSchema())
@blueprint.response(200, ProofSchema)
def step_up(sent: dict[str, str], *, actor: Actor) -> Response:
    """Prove again that it is you, before an act that asks for it"""
    proof = service.prove_again(actor=actor, password=sent["password"])
    return access_answer(proof.access, proof.access_seconds, cookie=proof.transport == Transport.COOKIE)


@blueprint.get("/me", permission=permissions.READ_OWN, audience=BOTH)
@blueprint.response(200, MeSchema)
def get_me(*, actor: Actor) -> Response:
    """Read your own account"""
    return success(service.get_me(actor=actor))


@blueprint.route("/me", methods=["PATCH"], permission=permissions.CHANGE_OWN, audience=BOTH, limit="write")
@blueprint.arguments(MePatchSchema())
@blueprint.response(200, MeSchema)
def change_me(sent: dict[str, str], *, actor: Actor) -> Response:
    """Change your name or language"""
    return success(service.change_me(actor=actor, display_name=sent.get("display_name"), locale=sent.get("locale")))


@blueprint.post("/me/password", permission=permissions.CHANGE_PASSWORD, audience=BOTH, limit="auth")
@blueprint.arguments(PasswordChangeSchema())
@blueprint.response(200, SignedOutSchema)
def change_password(sent: dict[str, str], *, actor: Actor) -> Response:
    """Change your password; every sign-in ends, this one too"""
    service.change_password(actor=actor, current=sent["current_password"], new=sent["new_password"])
    return _without_cookies(success(SIGNED_OUT))


def _refresh_token(sent: dict[str, str | None]) -> str | None:
    """The token as the body has it, else the browser's, which our own page must have sent. Errors: WrongOrigin."""
    if sent["refresh_token"] is not None:
        return sent["refresh_token"]
    cookie = request.cookies.get(refresh_cookie(current_settings()))
    if cookie is not None:
        check_origin()
    return cookie


def tokens_answer(tokens: Tokens) -> Response:
    """What a sign-in answers: both tokens, or cookies that no script reads and the token that proves our own page."""
    if tokens.transport == Transport.BEARER:
        return success({"token_type": "Bearer", "access_token": tokens.access, "refresh_token": tokens.refresh,
                        "csrf_token": None, "expires_in": tokens.access_seconds})
    csrf = csrf_token_of(tokens.access, current_settings())
    return with_tokens(success({"token_type": "Cookie", "access_token": None, "refresh_token": None, "csrf_token": csrf,
                                "expires_in": tokens.access_seconds}), tokens)


def with_tokens(response: Response, tokens: Tokens) -> Response:
    """An answer to a browser, with the tokens in its cookies."""
    settings = current_settings()
    csrf = csrf_token_of(tokens.access, settings)
    _set_access_cookies(response, tokens.access, csrf, tokens.access_seconds)
    _set_cookie(response, refresh_cookie(settings), tokens.refresh, tokens.refresh_seconds, hidden=True)
    return response


def access_answer(access: str, seconds: int, *, cookie: bool) -> Response:
    """One access token by itself: in the body, or in the place of the browser's. Lives in seconds."""
    answer = {"token_type": "Bearer", "access_token": access, "csrf_token": None, "expires_in": seconds}
    if not cookie:
        return success(answer)
    csrf = csrf_token_of(access, current_settings())
    response = success({**answer, "token_type": "Cookie", "access_token": None, "csrf_token": csrf})
    _set_access_cookies(response, access, csrf, seconds)
    return response


def _set_access_cookies(response: Response, access: str, csrf: str, seconds: int) -> None:
    _set_cookie(response, access_cookie(current_settings()), access, seconds, hidden=True)
    # for the page's own script, which loses the answer at a reload; useless without the other cookie
    _set_cookie(response, _csrf_cookie(), csrf, seconds, hidden=False)


def _set_cookie(response: Response, name: str, value: str, seconds: int, *, hidden: bool) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=current_settings().secure_cookies,
                        httponly=hidden, samesite="Strict")


def _without_cookies(response: Response) -> Response:
    settings = current_settings()
    for name in (access_cookie(settings), refresh_cookie(settings), _csrf_cookie()):
        response.delete_cookie(name, path="/", secure=settings.secure_cookies, samesite="Strict")
    return response


def _csrf_cookie() -> str:
    return "__Host-csrf" if current_settings().secure_cookies else "csrf"
