"""Who is asking, for both doors: the port that `web` names. Staff by flask-login and a session on the server.

flask-login keeps only "<user>:<epoch>" in the signed cookie, beside the session's token. What the cookie says counts
for nothing until the server's session agrees: a signed cookie alone cannot be taken back (reliability.md row 9).
"""
from urllib.parse import urlencode

import flask_login
from flask import Flask, Response, redirect, request, session, url_for

from castingops.core.actor import Actor
from castingops.core.errors import NotSignedIn
from castingops.core.i18n import translate
from castingops.identity import service
from castingops.identity.types import ROLE_TITLES, StaffSession
from castingops.web.cookies import presented_token
from castingops.web.guard import origin
from castingops.web.sign_in import StaffCard


class StaffUser(flask_login.UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """A member of staff as flask-login knows one."""

    def __init__(self, id_: str, found: StaffSession | None = None) -> None:
        self.id = id_
        self.found = found  # None only in the request that signs in


class SignIn:
    """What identity knows of the request at hand; implements `web.sign_in.SignIn`."""

    def bearer(self, audiences: tuple[str, ...]) -> Actor:
        """The person whose app sends this request. Errors: NotSignedIn; Forbidden for another audience's app."""
        token = presented_token()
        if token is None:
            raise NotSignedIn
        return service.authenticate_bearer(token, audiences, origin=origin())

    def staff(self) -> Actor:
        """The member of staff of this console session. Errors: NotSignedIn."""
        found = current_session()
        if found is None:
            raise NotSignedIn
        service.note_seen(found)
        return service.staff_actor(found, origin())

    def card(self, actor: Actor) -> StaffCard:
        """How this member of staff is shown."""
        found = current_session()
        assert found is not None  # `staff` made the actor of it
        return StaffCard(
            name=found.display_name, initials=_initials(found.display_name),
            roles=tuple(translate(ROLE_TITLES[role]) for role in found.roles), locale=found.locale)


def _initials(name: str) -> str:
    """The first letters of the first and the last name; one letter in Arabic, where two would join into a word."""
    words = name.split()
    latin = name.isascii() and len(words) > 1
    return words[0][0] + words[-1][0] if latin else words[0][0]


def init_sign_in(app: Flask) -> None:
    """Give `app` its sign-in: the port, flask-login, and the way to the first page."""
    app.extensions["sign_in"] = SignIn()
    app.jinja_env.globals["directory_offered"] = service.sso.is_offered
    app.jinja_env.globals["passkey_offered"] = _has_passkey
    manager = flask_login.LoginManager()
    manager.session_protection = None  # it hashes the forwarded address, which anybody can make up
    manager.user_loader(_load)
    manager.init_app(app)
    app.after_request(_show_the_way)
    with app.app_context():
        service.warm_up()


def _has_passkey() -> bool:
    """Whether the member of staff at this page may prove who they are with a passkey."""
    found = current_session()
    return found is not None and service.has_passkeys(found.user_id)


def current_session() -> StaffSession | None:
    """The live console session of this request; looked up once."""
    found: StaffSession | None = getattr(flask_login.current_user, "found", None)
    return found


def _load(id_: str) -> StaffUser | None:
    user_id, _, epoch = id_.partition(":")
    token = session.get("sid")
    if not isinstance(token, str) or not epoch.isdecimal():
        return None
    found = service.authenticate_session(token, epoch=int(epoch))
    return StaffUser(id_, found) if found is not None and str(found.user_id) == user_id else None


def _show_the_way(response: Response) -> Response:
    """Take a browser that opens a page without a session to the first step, and back to that page afterwards.

    Programs and fragments keep the plain 401: only browsers say that they navigate.
    """
    lost = response.status_code == 401 and request.method == "GET" and request.path.startswith("/console/")
    if not lost or request.headers.get("Sec-Fetch-Mode") != "navigate":
        return response
    asked = urlencode({"next": request.full_path.rstrip("?")})
    way = redirect(f"{url_for('identity_console.sign_in')}?{asked}", 303)
    assert isinstance(way, Response)
    return way
