"""Coming in by the house's own directory, and proving there again that it is you (ID-7)."""
import flask_login
from flask import Response, request, session, url_for
from msgspec import to_builtins

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.crypto import token
from castingops.core.errors import DomainError
from castingops.core.i18n import current_locale
from castingops.core.messages import Message
from castingops.core.permissions import PUBLIC
from castingops.identity import permissions, rules, service
from castingops.identity.console.base import blueprint
from castingops.identity.console.sign_in import StaffUser, current_session
from castingops.identity.errors import (
    DirectoryEmailMissing,
    DirectoryEmailTaken,
    DirectoryLastAdmin,
    DirectoryRefused,
    DirectoryRolesExclude,
    FlowInvalid,
    IdentityRefused,
    ProviderDenied,
)
from castingops.identity.types import Arrival, FirstStep, Flow, Proven
from castingops.web.pages import go, page

_LONGEST = 4_000  # characters of what the directory adds to an address
# What may have gone wrong there, as the first page says it: the cookie keeps a code, which nobody makes words of.
_PROBLEMS: dict[str, Message] = {refusal.code: refusal.message for refusal in (
    DirectoryEmailMissing, DirectoryEmailTaken, DirectoryLastAdmin, DirectoryRefused, DirectoryRolesExclude,
    FlowInvalid, IdentityRefused, ProviderDenied)}


@blueprint.get("/sign-in/sso", permission=PUBLIC, limit="sign_in")
def leave_for_directory(*, actor: Actor) -> Response:
    """Leave for the directory. A link and no form: pages of ours let forms lead nowhere else."""
    try:
        started = service.sso.leave(secret=_secret(), then=rules.local_path(request.args.get("next")))
    except DomainError as refusal:
        return _back(refusal)
    return go(started.url)


@blueprint.get("/prove/sso", permission=permissions.PROVE, limit="sign_in")
def prove_at_directory(*, actor: Actor) -> Response:
    """Leave for the directory to prove again that it is you."""
    started = service.sso.leave(secret=_secret(), then="", again=actor.user_id)
    return go(started.url)


@blueprint.get("/sign-in/sso/callback", permission=PUBLIC, records=True, limit="sign_in")
def come_back_from_directory(*, actor: Actor) -> Response:
    """Come back from the directory with what it says; asks it before anything is asked of the database.

    A GET that writes, as the protocol has it: its state is good once, in the browser that left.
    """
    told = {name: request.args.get(name, "")[:_LONGEST] for name in ("state", "code", "iss", "error")}
    try:
        flow = service.sso.take_flow(state=told["state"], secret=session.get("directory_secret") or "")
        proven = service.sso.ask(flow, code=told["code"], issuer=told["iss"], actor=actor,
                                 denied=bool(told["error"]) or not told["code"])
        return _proved(flow, proven, actor) if flow.user_id else _let_in(
            service.sso.arrive(flow, proven, locale=current_locale(), actor=actor))
    except DomainError as refusal:
        return _back(refusal)


@blueprint.get("/prove/done", permission=permissions.PROVE)
def show_proved_elsewhere(*, actor: Actor) -> Response:
    """The end of the directory's tab: what was typed is in the one before."""
    return page("identity/proved_elsewhere.html")


def _proved(flow: Flow, proven: Proven, actor: Actor) -> Response:
    found = current_session()
    if found is None:
        raise IdentityRefused
    service.sso.prove_again(flow, proven, found, actor=actor)
    return go(url_for(".show_proved_elsewhere"))


def _let_in(arrived: Arrival) -> Response:
    """The session when it is open, else the second step's page."""
    session.clear()  # nothing that was known before signing in is worth anything afterwards
    if arrived.session is None:
        session["first_step"] = to_builtins(FirstStep(
            user_id=arrived.user_id, epoch=arrived.epoch, locale=arrived.locale, at=int(clock.now().timestamp()),
            next=rules.local_path(arrived.then)))
        return go(url_for(".code"))
    session.update(sid=arrived.session, locale=arrived.locale)
    flask_login.login_user(StaffUser(f"{arrived.user_id}:{arrived.epoch}"))
    return go(rules.local_path(arrived.then))


def _back(refusal: DomainError) -> Response:
    """To the first page, which says what went wrong, at an address without what the directory added."""
    session["directory_problem"] = refusal.code
    if "continuation" in refusal.details:
        session["directory_waits"] = refusal.details["continuation"]
    return go(url_for(".sign_in"))


def problem() -> Message | None:
    """What went wrong at the directory a moment ago; said once."""
    code = session.pop("directory_problem", None)
    return None if code is None else _PROBLEMS.get(code, service.sso.NOT_ANSWERING)


def waiting() -> str | None:
    """What the directory vouched for and waits for a sign-in by password and code, to be linked with it."""
    kept: str | None = session.get("directory_waits")
    return kept


def _secret() -> str:
    """What only this browser holds; its tabs share one, so that each may come back."""
    secret: str = session.setdefault("directory_secret", token())
    return secret
