"""Signing in by an account elsewhere, and which ones one has linked."""
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, request

from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.crypto import token
from castingops.core.errors import DomainError
from castingops.core.http import PROVIDER_FAILS
from castingops.core.permissions import PUBLIC
from castingops.core.roles import AppRole
from castingops.identity import permissions, service
from castingops.identity.api.tokens import answer_tokens, with_tokens
from castingops.identity.schemas.accounts import TokensSchema
from castingops.identity.schemas.federation import (
    CompleteRegistrationSchema,
    CompleteSchema,
    IdentitySchema,
    LinkSchema,
    OutcomeSchema,
    ProviderSchema,
    StartedSchema,
    StartSchema,
    UnlinkedSchema,
)
from castingops.identity.types import CONTINUATION_LIVES, FLOW_LIVES, PROVIDER_TITLES, Flow, Outcome, Transport
from castingops.web.blueprints import BOTH, ApiBlueprint, PublicBlueprint, success
from castingops.web.cookies import check_origin

blueprint = ApiBlueprint("federation_api", __name__, description="Signing in elsewhere")
browsers = PublicBlueprint("federation_browsers", __name__)

_LONGEST = 4_000  # characters of what a provider adds to an address


@blueprint.get("/auth/oauth/providers", permission=PUBLIC, audience=BOTH)
@blueprint.response(200, ProviderSchema(many=True))
def list_providers(*, actor: Actor) -> Response:
    """List where you may sign in"""
    return success([{"provider": str(provider), "title": PROVIDER_TITLES[provider]}
                    for provider in service.list_providers()])


@blueprint.post("/auth/oauth/<provider>/start", permission=PUBLIC, audience=BOTH, errors=PROVIDER_FAILS)
@blueprint.arguments(StartSchema())
@blueprint.response(200, StartedSchema)
def start_sign_in(sent: dict[str, Any], *, provider: str, actor: Actor) -> Response:
    """Leave for a provider"""
    transport, secret = Transport(sent["transport"]), ""
    challenge = sent["code_challenge"]
    if transport is Transport.COOKIE:
        check_origin()  # another site must not start a sign-in in its visitors' browsers
        secret = request.cookies.get(_flow_cookie()) or token()  # tabs share one: each may come back
        challenge = service.s256(secret)
    started = service.start_sign_in(provider, redirect_uri=sent["redirect_uri"], transport=transport,
                                    challenge=challenge, fresh=sent["fresh"])
    seconds = int(FLOW_LIVES.total_seconds())
    response = success({"authorize_url": started.url, "state": started.state, "expires_in": seconds})
    if secret:
        _keep(response, _flow_cookie(), secret, seconds, same_site="Lax")  # it comes back from another site
    return response


@browsers.get("/auth/oauth/<provider>/callback", permission=PUBLIC, records=True)
def come_back(*, provider: str, actor: Actor) -> Response:
    """Come back to a browser app, which finds itself signed in, or a continuation in its cookie.

    It is led on to its `redirect_uri` with `status=signed_in`, `status=registration_needed`, or `error` and its code.
    A GET that writes, as the protocol has it: its state is good once, in the browser that holds the flow's cookie.
    """
    told = {name: request.args.get(name, "")[:_LONGEST] for name in ("state", "code", "iss", "error")}
    flow = service.take_flow(provider, state=told["state"], secret=request.cookies.get(_flow_cookie(), ""),
                             transport=Transport.COOKIE)
    try:
        outcome = _finish(flow, told, actor=actor)
    except DomainError as refusal:
        return _lead_on_refused(flow, refusal)
    if outcome.tokens is not None:
        return with_tokens(_lead_on(flow, status="signed_in"), outcome.tokens)
    return _keep_continuation(_lead_on(flow, status="registration_needed"), outcome.continuation or "")


@blueprint.post("/auth/oauth/<provider>/complete", permission=PUBLIC, audience=BOTH, limit="auth",
                errors=PROVIDER_FAILS)
@blueprint.arguments(CompleteSchema())
@blueprint.response(200, OutcomeSchema)
def complete_sign_in(sent: dict[str, str], *, provider: str, actor: Actor) -> Response:
    """Finish a native app's sign-in with what the provider sent it"""
    flow = service.take_flow(provider, state=sent["state"], secret=sent["code_verifier"], transport=Transport.BEARER)
    outcome = _finish(flow, sent, actor=actor)
    tokens = outcome.tokens
    return success({
        "status": "signed_in" if tokens else "registration_needed", "continuation": outcome.continuation,
        "email": outcome.email, "display_name": outcome.name,
        "tokens": tokens and {"token_type": "Bearer", "access_token": tokens.access, "refresh_token": tokens.refresh,
                              "device_token": tokens.device or None,
                              "csrf_token": None, "expires_in": tokens.access_seconds}})


@blueprint.post("/auth/oauth/complete-registration", permission=PUBLIC, audience=BOTH, limit="auth")
@blueprint.arguments(CompleteRegistrationSchema())
@blueprint.response(201, TokensSchema)
def complete_registration(new: dict[str, Any], *, actor: Actor) -> Response:
    """Make an account for what a provider vouched for, and sign it in"""
    birth_date: date | None = new.pop("birth_date")
    transport = Transport(new.pop("transport"))
    if transport is Transport.COOKIE:
        check_origin()
    tokens = service.complete_registration(
        _continuation(new.pop("continuation")), actor=actor, birth_date=birth_date, transport=transport,
        role=AppRole(new.pop("role")), **new)
    response = answer_tokens(tokens)
    response.status_code = 201
    return _without_continuation(response)


@blueprint.get("/me/identities", permission=permissions.READ_IDENTITIES, audience=BOTH)
@blueprint.response(200, IdentitySchema(many=True))
def list_identities(*, actor: Actor) -> Response:
    """List the accounts elsewhere that sign you in"""
    return success(service.list_identities(actor=actor))


@blueprint.post("/me/identities/<provider>", permission=permissions.LINK_IDENTITY, audience=BOTH, limit="write",
                idempotent=True)
@blueprint.arguments(LinkSchema())
@blueprint.response(201, IdentitySchema)
def link_identity(sent: dict[str, str | None], *, provider: str, actor: Actor) -> Response:
    """Link an account elsewhere that you proved a moment ago"""
    linked = service.link_identity(provider, continuation=_continuation(sent["continuation"]), actor=actor)
    return _without_continuation(success(linked, status=201))


@blueprint.delete("/me/identities/<provider>", permission=permissions.UNLINK_IDENTITY, audience=BOTH, limit="write")
@blueprint.response(200, UnlinkedSchema)
def unlink_identity(*, provider: str, actor: Actor) -> Response:
    """Unlink an account elsewhere; it no longer signs you in"""
    service.unlink_identity(provider, actor=actor)
    return success({"status": "unlinked"})


def _finish(flow: Flow, sent: dict[str, str], *, actor: Actor) -> Outcome:
    return service.finish_sign_in(flow, code=sent["code"], issuer=sent["iss"], actor=actor,
                                  denied=bool(sent["error"]) or not sent["code"])


def _lead_on(flow: Flow, **told: str) -> Response:
    """To the app's own address, which was on our list when the flow began. Secrets are in cookies, never in it."""
    joint = "&" if "?" in flow.then else "?"
    response = redirect(f"{flow.then}{joint}{urlencode(told)}", 303)
    assert isinstance(response, Response)
    response.delete_cookie(_flow_cookie(), path="/", secure=current_settings().secure_cookies, samesite="Lax")
    return response


def _lead_on_refused(flow: Flow, refusal: DomainError) -> Response:
    """What is left to do goes along: a continuation in its cookie; the challenge of a second factor, by which alone
    nobody comes in, behind a # that no browser sends on."""
    left = refusal.details.get("challenge")
    response = _lead_on(flow, error=refusal.code)
    if left is not None:
        told = {"challenge": left, "methods": ",".join(refusal.details["methods"])}
        response.headers["Location"] += f"#{urlencode(told)}"
    if "continuation" in refusal.details:
        _keep_continuation(response, refusal.details["continuation"])
    return response


def _continuation(sent: str | None) -> str:
    """The continuation as the body has it, else the browser's, which our own page must have sent."""
    kept = request.cookies.get(_continuation_cookie(), "")
    if sent is not None or not kept:
        return sent or ""
    check_origin()
    return kept


def _keep_continuation(response: Response, continuation: str) -> Response:
    _keep(response, _continuation_cookie(), continuation, int(CONTINUATION_LIVES.total_seconds()), same_site="Strict")
    return response


def _without_continuation(response: Response) -> Response:
    response.delete_cookie(_continuation_cookie(), path="/", secure=current_settings().secure_cookies,
                           samesite="Strict")
    return response


def _keep(response: Response, name: str, value: str, seconds: int, *, same_site: str) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=current_settings().secure_cookies, httponly=True,
                        samesite=same_site)


def _flow_cookie() -> str:
    return "__Host-oauth" if current_settings().secure_cookies else "oauth"


def _continuation_cookie() -> str:
    return "__Host-oauth-continuation" if current_settings().secure_cookies else "oauth-continuation"
