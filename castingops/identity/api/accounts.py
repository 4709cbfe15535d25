"""Accounts and sign-ins for the apps."""
from datetime import date
from typing import Any

from flask import Response, request

from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.permissions import PUBLIC
from castingops.core.roles import AppRole
from castingops.identity import permissions, service
from castingops.identity.api.tokens import answer_tokens, signed_out
from castingops.identity.schemas.accounts import (
    LoginSchema,
    MePatchSchema,
    MeSchema,
    PasswordChangeSchema,
    RefreshSchema,
    RegisteredSchema,
    RegisterSchema,
    SignedOutSchema,
    TokensSchema,
)
from castingops.identity.types import Transport
from castingops.web.blueprints import BOTH, ApiBlueprint, success
from castingops.web.cookies import check_origin, device_cookie, presented_token, refresh_cookie

blueprint = ApiBlueprint("identity_api", __name__, description="Accounts and sign-ins")


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
    device = sent["device_token"] or request.cookies.get(device_cookie(current_settings()), "")
    tokens = service.login(actor=actor, email=sent["email"], password=sent["password"], transport=transport,
                           device=device)
    return answer_tokens(tokens)


@blueprint.post("/auth/refresh", permission=PUBLIC, audience=BOTH)  # 256 bits need no stricter limit than others
@blueprint.arguments(RefreshSchema())
@blueprint.response(200, TokensSchema)
def refresh(sent: dict[str, str | None], *, actor: Actor) -> Response:
    """Exchange a refresh token for new tokens"""
    return answer_tokens(service.refresh(_refresh_token(sent) or "", actor=actor))


@blueprint.post("/auth/logout", permission=PUBLIC, audience=BOTH)
@blueprint.arguments(RefreshSchema())
@blueprint.response(200, SignedOutSchema)
def logout(sent: dict[str, str | None], *, actor: Actor) -> Response:
    """Sign out; the tokens sent along are dead from now on"""
    service.logout(opaque=_refresh_token(sent), access=presented_token(), actor=actor)
    return signed_out()


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
@blueprint.response(200, TokensSchema)
def change_password(sent: dict[str, str], *, actor: Actor) -> Response:
    """Change your password; every other sign-in ends, and this one goes on with new tokens"""
    return answer_tokens(service.renew_password(
        actor=actor, current=sent["current_password"], new=sent["new_password"]))


def _refresh_token(sent: dict[str, str | None]) -> str | None:
    """The token as the body has it, else the browser's, which our own page must have sent. Errors: WrongOrigin."""
    if sent["refresh_token"] is not None:
        return sent["refresh_token"]
    cookie = request.cookies.get(refresh_cookie(current_settings()))
    if cookie is not None:
        check_origin()
    return cookie
