"""My sign-in: a member of staff's own authenticator app, passkeys and recovery codes (ID-5)."""
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.core.errors import DomainError
from castingops.core.i18n import translate
from castingops.identity import permissions, service
from castingops.identity.console.base import asked, blueprint, credential, grouped, picture
from castingops.identity.errors import (
    CodeNotConfirmed,
    FactorDemanded,
    InvalidPasskeyName,
    PasskeyKnown,
    PasskeyRefused,
    TooManyPasskeys,
)
from castingops.identity.types import FACTOR_TITLES, FactorKind, TotpEnrolment
from castingops.web.pages import go, page


@blueprint.get("/my-sign-in", permission=permissions.READ_FACTORS)
def show_factors(*, actor: Actor) -> Response:
    """One's own second factors."""
    return _shown(actor)


@blueprint.post("/my-sign-in/totp", permission=permissions.CHANGE_FACTORS)
def start_totp(*, actor: Actor) -> Response:
    """A new key for an authenticator app; the one before counts until a code of the new one is confirmed."""
    return _enrolling(service.start_totp(actor=actor))


@blueprint.post("/my-sign-in/totp/confirm", permission=permissions.CHANGE_FACTORS)
def confirm_totp(*, actor: Actor) -> Response:
    """Put the new key to use. After a wrong code a new one is shown: no page carries a key."""
    try:
        service.confirm_totp(request.form.get("code", ""), actor=actor)
    except CodeNotConfirmed as refusal:
        return _enrolling(service.start_totp(actor=actor), refusal)
    return go(url_for(".show_factors"))


@blueprint.post("/my-sign-in/passkeys/options", permission=permissions.CHANGE_FACTORS)
def ask_new_passkey(*, actor: Actor) -> Response:
    """What the page's script gives to an authenticator, to make a passkey."""
    return asked(service.start_passkey(actor=actor))


@blueprint.post("/my-sign-in/passkeys", permission=permissions.CHANGE_FACTORS, idempotent=True)
def add_passkey(*, actor: Actor) -> Response:
    """Keep the passkey that was made."""
    name = request.form.get("name", "")
    try:
        service.add_passkey(credential(), request.form.get("challenge", ""), name, actor=actor)
    except (InvalidPasskeyName, PasskeyRefused, PasskeyKnown, TooManyPasskeys) as refusal:
        return _shown(actor, refusal, name=name)
    return go(url_for(".show_factors"))


@blueprint.post("/my-sign-in/factors/<uuid:factor_id>/remove", permission=permissions.CHANGE_FACTORS)
def remove_factor(*, actor: Actor, factor_id: UUID) -> Response:
    """Take one's authenticator app or a passkey away."""
    try:
        service.remove_factor(factor_id, actor=actor)
    except FactorDemanded as refusal:
        return _shown(actor, refusal)
    return go(url_for(".show_factors"))


@blueprint.post("/my-sign-in/recovery-codes", permission=permissions.CHANGE_FACTORS)
def renew_recovery_codes(*, actor: Actor) -> Response:
    """Ten new codes, on a page that is shown this once."""
    return page("identity/recovery_codes.html", codes=service.renew_recovery_codes(actor=actor))


def _shown(actor: Actor, refusal: DomainError | None = None, *, name: str = "") -> Response:
    own = service.list_factors(actor=actor)
    context: dict[str, Any] = {"own": own, "titles": FACTOR_TITLES, "name": name, "key": uuid4(), "conflict": "",
                               "name_error": "", "apps": [one for one in own.factors if one.kind is FactorKind.TOTP],
                               "passkeys": [one for one in own.factors if one.kind is FactorKind.PASSKEY]}
    if isinstance(refusal, InvalidPasskeyName):
        context["name_error"] = translate(refusal.fields["name"])
    elif refusal is not None:
        context["conflict"] = translate(refusal.message)
    return page("identity/my_sign_in.html", status=refusal.status if refusal else 200, **context)


def _enrolling(new: TotpEnrolment, refusal: DomainError | None = None) -> Response:
    return page("identity/new_app.html", status=refusal.status if refusal else 200, secret=grouped(new.secret),
                qr=picture(new.otpauth_uri), error=translate(refusal.message) if refusal else "", title=_("New app"))
