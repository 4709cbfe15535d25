"""Proving again that it is you, before an act that asks for it (ID-5). Nothing that was typed is lost by it.

A fragment asks in a dialog over the page at hand. A whole page carries the fields of the form that was refused, and
offers to send them once more: the proof itself sets nothing off.
"""
from datetime import timedelta

from flask import Response, request

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.errors import DomainError, StepUpNeeded
from castingops.core.i18n import translate
from castingops.identity import permissions, rules, service
from castingops.identity.console.base import asked, blueprint, shown
from castingops.identity.errors import ProofWrong, SignInSlowed
from castingops.web import proving
from castingops.web.pages import page_or_fragment


@blueprint.get("/prove", permission=permissions.PROVE)
def show_proof(*, actor: Actor) -> Response:
    """The page that asks for a proof, on the way to `next`."""
    return _asked(proving.Refused("get", rules.local_path(request.args.get("next")), ()))


@blueprint.post("/prove", permission=permissions.PROVE, limit="sign_in")
def prove(*, actor: Actor) -> Response:
    """Check the code; then the act that was refused can be sent again."""
    path = rules.local_path(request.form.get("next"))
    refused = proving.Refused("post" if request.form.get("method") == "post" else "get", path, proving.carried())
    try:
        given = shown()
        if given.code == "" and _is_proved(actor):
            return _told(refused)
        service.prove_staff_again(given, actor=actor)
    except (ProofWrong, SignInSlowed) as refusal:
        return _asked(refused, refusal)
    return _told(refused)


@blueprint.post("/prove/passkey", permission=permissions.PROVE, limit="sign_in")
def ask_passkey_proof(*, actor: Actor) -> Response:
    """What the page's script gives to an authenticator, to prove who is here."""
    return asked(service.start_proof(actor=actor))


def _is_proved(actor: Actor) -> bool:
    """Whether they have proved it in another tab meanwhile, at the directory."""
    try:
        actor.require_proof(within=timedelta(seconds=current_settings().step_up_seconds), at=clock.now())
    except StepUpNeeded:
        return False
    return True


def _told(refused: proving.Refused) -> Response:
    return page_or_fragment("identity/proved.html", "identity/_proved.html", refused=refused)


def _asked(refused: proving.Refused, refusal: DomainError | None = None) -> Response:
    return page_or_fragment("identity/prove.html", "errors/_prove_dialog.html", refused=refused,
                            status=refusal.status if refusal else 200,
                            error=translate(refusal.fields.get("code", refusal.message)) if refusal else "")
