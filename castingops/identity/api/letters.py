"""Proving an address and choosing a new password by a letter, for the apps. Pages do the same in a browser."""
from flask import Response

from castingops.core.actor import Actor
from castingops.core.permissions import PUBLIC
from castingops.identity import service
from castingops.identity.schemas.letters import (
    AskLetterSchema,
    ConfirmedSchema,
    ConfirmEmailSchema,
    LetterAskedSchema,
    PasswordResetSchema,
    ResetPasswordSchema,
)
from castingops.web.blueprints import BOTH, ApiBlueprint, success

blueprint = ApiBlueprint("letters_api", __name__, description="Proofs by e-mail")


@blueprint.post("/auth/confirm-email", permission=PUBLIC, audience=BOTH, limit="auth")
@blueprint.arguments(ConfirmEmailSchema())
@blueprint.response(200, ConfirmedSchema)
def confirm_email(sent: dict[str, str], *, actor: Actor) -> Response:
    """Confirm the e-mail of a new account: it is made now"""
    service.confirm(sent["token"], sent["password"], actor=actor)
    return success({"status": "confirmed"})


@blueprint.post("/auth/confirm-email/letter", permission=PUBLIC, audience=BOTH, limit="auth")
@blueprint.arguments(AskLetterSchema())
@blueprint.response(202, LetterAskedSchema)
def ask_confirmation(sent: dict[str, str], *, actor: Actor) -> Response:
    """Ask for the letter that confirms an e-mail once more"""
    return _asked(service.ask_letter("confirm", sent["email"], actor=actor))


@blueprint.post("/auth/password-reset", permission=PUBLIC, audience=BOTH, limit="auth")
@blueprint.arguments(AskLetterSchema())
@blueprint.response(202, LetterAskedSchema)
def ask_reset(sent: dict[str, str], *, actor: Actor) -> Response:
    """Ask for a letter with which to choose a new password"""
    return _asked(service.ask_letter("reset", sent["email"], actor=actor))


@blueprint.post("/auth/password-reset/confirm", permission=PUBLIC, audience=BOTH, limit="auth")
@blueprint.arguments(ResetPasswordSchema())
@blueprint.response(200, PasswordResetSchema)
def reset_password(sent: dict[str, str], *, actor: Actor) -> Response:
    """Choose a new password by the link in the letter; every sign-in ends"""
    service.reset_password(sent["token"], sent["new_password"], actor=actor)
    return success({"status": "password_changed"})


def _asked(email: str) -> Response:
    return success({"email": email, "status": "asked"}, status=202)
