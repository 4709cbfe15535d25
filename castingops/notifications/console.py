"""The public page behind the link in every marketing message: one click ends them, without signing in.

Opening it ends nothing: mail scanners open links. A mailbox's own button posts here (RFC 8058), with no cookie and no
page before it, so there is no token to check: the link itself is the proof, and all it can do is stop.
"""
from flask import Response, request

from castingops.core.actor import Actor
from castingops.core.i18n import LOCALES, current_locale, use_locale
from castingops.core.permissions import PUBLIC
from castingops.notifications import service
from castingops.web.blueprints import PublicBlueprint
from castingops.web.pages import page

blueprint = PublicBlueprint("unsubscribe_page", __name__)


@blueprint.get("/unsubscribe/<token>", permission=PUBLIC, limit="webhook")
def show(*, actor: Actor, token: str) -> Response:
    """What the link does, and the button that does it."""
    with use_locale(_locale()):
        return _page(token)


@blueprint.post("/unsubscribe/<token>", permission=PUBLIC, limit="webhook")
def stop(*, actor: Actor, token: str) -> Response:
    """End marketing to whoever got this link; again it says the same."""
    with use_locale(_locale()):
        try:
            service.stop_by_link(token, actor=actor)
        except (service.LinkInvalid, service.LinkExpired):
            return _page(token)
        return page("notifications/unsubscribe.html", state="stopped", other=_other())


def _page(token: str) -> Response:
    try:
        service.read_link(token)
    except (service.LinkInvalid, service.LinkExpired):
        return page("notifications/unsubscribe.html", status=404, state="unusable", other=_other())
    return page("notifications/unsubscribe.html", state="asked", other=_other())


def _locale() -> str:
    """What the link of the other language says, else the reader's own."""
    asked = request.args.get("locale") or request.form.get("locale")
    return asked if asked in LOCALES else current_locale()


def _other() -> str:
    return "en" if current_locale() == "ar" else "ar"
