"""The public page behind the link in a decision's e-mail: the reasons, and a form to appeal. Nobody signs in.

It answers for one decision of one person until the deadline. What else it is asked, it answers with one page.
"""
from flask import Response, request
from flask_wtf.csrf import CSRFError

from castingops.core.actor import Actor
from castingops.core.errors import Conflict
from castingops.core.i18n import LOCALES, current_locale, translate, use_locale
from castingops.core.messages import N_
from castingops.core.permissions import PUBLIC
from castingops.moderation.errors import InvalidAppeal
from castingops.moderation.service import appeals as service
from castingops.moderation.types.appeals import APPEAL_STATES, APPEAL_TEXT_MAX
from castingops.web import csrf
from castingops.web.blueprints import PublicBlueprint
from castingops.web.pages import page

blueprint = PublicBlueprint("appeal_page", __name__)
_STALE = N_("This page was open too long. Please send it again.")


@blueprint.get("/appeals/<token>", permission=PUBLIC, limit="appeal")
def show(*, actor: Actor, token: str) -> Response:
    """The decision and, while it can be appealed, the form."""
    with use_locale(_locale()):
        return _page(token, actor=actor)


@blueprint.post("/appeals/<token>", permission=PUBLIC, limit="appeal")
def send(*, actor: Actor, token: str) -> Response:
    """Take the appeal in; sent twice it is one."""
    with use_locale(_locale()):
        try:
            csrf.check()
            service.appeal_by_link(token, request.form.get("text", ""), actor=actor)
        except CSRFError as stale:
            return _page(token, actor=actor, problem=translate(_STALE), status=stale.code or 400)
        except InvalidAppeal as refusal:
            return _page(token, actor=actor, problem=translate(refusal.fields["text"]), status=refusal.status)
        except (service.LinkInvalid, service.LinkExpired, Conflict):
            return _unusable()
        return _page(token, actor=actor, sent=True)


def _page(token: str, *, actor: Actor, problem: str = "", sent: bool = False, status: int = 200) -> Response:
    try:
        decision = service.read_link(token, actor=actor)
    except (service.LinkInvalid, service.LinkExpired):
        return _unusable()
    state = translate(APPEAL_STATES[decision.appeal_state]) if decision.appeal_state else ""
    return page("appeals/page.html", status=status, decision=decision, open=service.can_appeal(decision), state=state,
                typed=request.form.get("text", ""), problem=problem, sent=sent, longest=APPEAL_TEXT_MAX,
                other=_other())


def _unusable() -> Response:
    """Forged, expired, for a decision that is gone: the same words, so that nobody learns which."""
    return page("appeals/unusable.html", status=404, other=_other())


def _locale() -> str:
    """What the link of the other language says, else the reader's own."""
    asked = request.args.get("locale") or request.form.get("locale")
    return asked if asked in LOCALES else current_locale()


def _other() -> str:
    return "en" if current_locale() == "ar" else "ar"
