"""Signing in to the console: a password, then a code. Plain forms that work without a script."""
from datetime import timedelta

import flask_login
from flask import Response, request, session, url_for
from msgspec import ValidationError, convert, to_builtins

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.errors import DomainError
from castingops.core.i18n import LOCALES, translate
from castingops.core.permissions import PUBLIC
from castingops.identity import rules, service
from castingops.identity.console import factors, proving, sessions, sso
from castingops.identity.console.base import asked, blueprint, grouped, picture, shown
from castingops.identity.console.sign_in import SignIn, StaffUser, current_session, init_sign_in
from castingops.identity.errors import (
    ChallengeOver,
    CodeWrong,
    CredentialsWrong,
    SignInSlowed,
    WeakPassword,
)
from castingops.identity.errors.sessions import PasswordUsedBefore
from castingops.identity.types import CODE_WAIT, FirstStep
from castingops.web.pages import LOCALE_COOKIE, go, page

__all__ = ["SignIn", "blueprint", "factors", "init_sign_in", "proving", "sessions", "sso"]

_YEAR = timedelta(days=365)


@blueprint.get("/sign-in", permission=PUBLIC)
def sign_in(*, actor: Actor) -> Response:
    """The first step's page."""
    return _first_page()


@blueprint.post("/sign-in", permission=PUBLIC, limit="sign_in")
def prove_password(*, actor: Actor) -> Response:
    """Check e-mail and password; one answer whichever was wrong."""
    try:
        account = service.prove_first(request.form.get("email", ""), request.form.get("password", ""), actor=actor)
    except (CredentialsWrong, SignInSlowed) as refusal:
        return _first_page(refusal)
    waits = sso.waiting()
    session.clear()
    if waits is not None:
        session["directory_waits"] = waits
    session["first_step"] = to_builtins(FirstStep(
        user_id=account.user_id, epoch=account.epoch, locale=account.locale, at=int(clock.now().timestamp()),
        next=rules.local_path(request.form.get("next"))))
    return go(url_for(".code"))


@blueprint.get("/sign-in/code", permission=PUBLIC)
def code(*, actor: Actor) -> Response:
    """The second step's page, or the first when there was none within the last minutes."""
    first = _first_step()
    return _code_page(first, actor=actor) if first else go(url_for(".sign_in"))


@blueprint.post("/sign-in/code", permission=PUBLIC, limit="sign_in")
def prove_code(*, actor: Actor) -> Response:
    """Check the code and open the session."""
    first = _first_step()
    if first is None:
        return go(url_for(".sign_in"))
    try:
        token = service.prove_second(first.user_id, shown(), epoch=first.epoch, actor=actor,
                                     new_password=request.form.get("new_password", ""))
    except (CodeWrong, SignInSlowed, WeakPassword, PasswordUsedBefore) as refusal:
        return _code_page(first, refusal, actor=actor)
    waits = sso.waiting()
    if waits is not None:
        service.sso.link(waits, first.user_id, actor=actor)
    session.clear()  # nothing that was known before signing in is worth anything afterwards
    session.update(sid=token, locale=first.locale)
    flask_login.login_user(StaffUser(f"{first.user_id}:{first.epoch}"))
    return go(first.next)


@blueprint.post("/sign-in/passkey", permission=PUBLIC, limit="sign_in")
def ask_passkey(*, actor: Actor) -> Response:
    """What the page's script gives to an authenticator, as the second step."""
    first = _first_step()
    if first is None:
        raise ChallengeOver
    return asked(service.start_passkey_sign_in(first.user_id, epoch=first.epoch, actor=actor))


@blueprint.post("/sign-out", permission=PUBLIC)
def sign_out(*, actor: Actor) -> Response:
    """End the session on the server, then forget the cookie; without a session there is nothing to do."""
    found = current_session()
    if found is not None:
        service.end_session(found, actor=actor)
    session.clear()
    return go(url_for(".sign_in"))


@blueprint.post("/language", permission=PUBLIC)
def choose_language(*, actor: Actor) -> Response:
    """Speak another language from the next page on; a member of staff's is remembered with the account."""
    locale = rules.checked_locale(request.form.get("locale", ""), LOCALES)
    found = current_session()
    if found is not None:
        service.choose_language(found, locale, actor=actor)
        session["locale"] = locale
    response = go(rules.local_path(request.form.get("next"), signing_in=True))
    response.set_cookie(LOCALE_COOKIE, locale, max_age=_YEAR, path="/", httponly=True, samesite="Lax")
    return response


def _first_page(refusal: DomainError | None = None) -> Response:
    next_path, problem = rules.local_path(request.values.get("next")), sso.problem()
    return page("identity/sign_in.html", status=refusal.status if refusal else 200, next=next_path,
                directory=service.sso.is_offered(), problem=translate(problem) if problem else "",
                email=request.form.get("email", "")[:254], error=translate(refusal.message) if refusal else "")


def _code_page(first: FirstStep, refusal: DomainError | None = None, *, actor: Actor) -> Response:
    new = service.secret_to_enrol(first.user_id, actor=actor)
    faults = {} if refusal is None else refusal.fields or {"code": refusal.message}
    return page("identity/code.html", status=refusal.status if refusal else 200,
                errors={name: translate(words) for name, words in faults.items()},
                choose=service.has_password_once(first.user_id, actor=actor),
                passkey=service.has_passkeys(first.user_id),
                secret=grouped(new[0]) if new else "", qr=_qr(*new) if new else "")


def _first_step() -> FirstStep | None:
    """What the first step left in the signed cookie, for a few minutes."""
    try:
        first = convert(session.get("first_step"), FirstStep)
    except ValidationError:
        return None
    return first if clock.now().timestamp() - first.at <= CODE_WAIT.total_seconds() else None


def _qr(secret: str, email: str) -> str:
    return picture(rules.otp_address(secret, email=email, issuer="castingops"))
