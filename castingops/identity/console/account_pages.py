"""Public pages behind the links in our letters, and "forgot password": for apps and staff alike, in both languages.

A link does nothing by being opened (mail programs open them): each page asks for a word or a press of a button first.
"""
from collections.abc import Callable

from flask import Response, request
from flask_wtf.csrf import CSRFError

from castingops.core.actor import Actor
from castingops.core.errors import DomainError
from castingops.core.i18n import LOCALES, current_locale, translate, use_locale
from castingops.core.messages import N_
from castingops.core.permissions import PUBLIC
from castingops.core.signing import LinkInvalid
from castingops.identity import service
from castingops.identity.errors import InvalidEmail, SignInSlowed, WeakPassword
from castingops.identity.errors.sessions import PasswordUsedBefore, PasswordWrong
from castingops.identity.types import Letter
from castingops.web import csrf
from castingops.web.blueprints import PublicBlueprint
from castingops.web.pages import page

blueprint = PublicBlueprint("account_pages", __name__)
_STALE = N_("This page was open too long. Please send it again.")
_REFUSALS = (PasswordWrong, SignInSlowed, WeakPassword, PasswordUsedBefore, InvalidEmail)


@blueprint.get("/account/forgot", permission=PUBLIC, limit="sign_in")
def forgot(*, actor: Actor) -> Response:
    """The form that asks for a letter."""
    with use_locale(_locale()):
        return _page("forgot")


@blueprint.post("/account/forgot", permission=PUBLIC, limit="sign_in")
def ask_reset(*, actor: Actor) -> Response:
    """Ask for a letter; the answer is the same for every e-mail."""
    return _sent("forgot", lambda: service.ask_letter("reset", request.form.get("email", ""), actor=actor))


@blueprint.get("/account/confirm/<token>", permission=PUBLIC, limit="sign_in")
def confirm_page(*, actor: Actor, token: str) -> Response:
    """The form that confirms a new account."""
    return _shown("confirm", lambda: service.get_pending(token))


@blueprint.post("/account/confirm/<token>", permission=PUBLIC, limit="sign_in")
def confirm(*, actor: Actor, token: str) -> Response:
    """Make the account."""
    return _sent("confirm", lambda: service.confirm(token, request.form.get("password", ""), actor=actor))


@blueprint.get("/account/reset/<token>", permission=PUBLIC, limit="sign_in")
def reset_page(*, actor: Actor, token: str) -> Response:
    """The form that takes a new password."""
    return _shown("reset", lambda: service.get_link(token, Letter.RESET))


@blueprint.post("/account/reset/<token>", permission=PUBLIC, limit="sign_in")
def reset(*, actor: Actor, token: str) -> Response:
    """Take the new password."""
    return _sent("reset", lambda: service.reset_password(token, request.form.get("new_password", ""), actor=actor))


@blueprint.get("/account/email/<token>", permission=PUBLIC, limit="sign_in")
def email_page(*, actor: Actor, token: str) -> Response:
    """A button that changes the address."""
    return _shown("email", lambda: service.get_link(token, Letter.EMAIL))


@blueprint.post("/account/email/<token>", permission=PUBLIC, limit="sign_in")
def change_email(*, actor: Actor, token: str) -> Response:
    """Change the address."""
    return _sent("email", lambda: service.change_email(token, actor=actor))


@blueprint.get("/account/undo/<token>", permission=PUBLIC, limit="sign_in")
def undo_page(*, actor: Actor, token: str) -> Response:
    """A button that takes a change of address back."""
    return _shown("undo", lambda: service.get_link(token, Letter.UNDO))


@blueprint.post("/account/undo/<token>", permission=PUBLIC, limit="sign_in")
def undo_email(*, actor: Actor, token: str) -> Response:
    """Take the change back."""
    return _sent("undo", lambda: service.undo_email(token, actor=actor))


def _shown(name: str, look_up: Callable[[], object]) -> Response:
    with use_locale(_locale()):
        try:
            look_up()
        except LinkInvalid:
            return _unusable()
        return _page(name)


def _sent(name: str, act: Callable[[], object]) -> Response:
    """Do what a form asks for: done, its faults beside its fields, or the one page for links that do not work."""
    with use_locale(_locale()):
        try:
            csrf.check()
            act()
        except CSRFError as stale:
            return _page(name, problem=translate(_STALE), status=stale.code or 400)
        except LinkInvalid:
            return _unusable()
        except _REFUSALS as refusal:
            return _page(name, refusal)
        return _page(name, done=True)


def _page(name: str, refusal: DomainError | None = None, *, done: bool = False, problem: str = "",
          status: int = 200) -> Response:
    fields = {key: translate(words) for key, words in (refusal.fields if refusal else {}).items()}
    if refusal and not fields:
        problem = translate(refusal.message)
    return page(f"accounts/{name}.html", status=refusal.status if refusal else status, done=done, errors=fields,
                problem=problem, email=request.form.get("email", "")[:254], other=_other())


def _unusable() -> Response:
    """Forged, used, too old, or for something else: the same words, so that nobody learns which."""
    return page("accounts/unusable.html", status=404, other=_other())


def _locale() -> str:
    """What the link of the other language says, else the reader's own."""
    asked = request.args.get("locale") or request.form.get("locale")
    return asked if asked in LOCALES else current_locale()


def _other() -> str:
    return "en" if current_locale() == "ar" else "ar"
