"""Open console sessions: one's own, and a colleague's for who answers for accounts (ID-6, reliability.md §3)."""
from uuid import UUID

from flask import Response, url_for

from castingops.core.actor import Actor
from castingops.identity import permissions, service
from castingops.identity.console.base import blueprint
from castingops.web.pages import go, page


@blueprint.get("/sessions", permission=permissions.READ_STAFF_SESSIONS)
def my_sessions(*, actor: Actor) -> Response:
    """One's own open sessions."""
    assert actor.user_id is not None  # staff
    rows = service.list_staff_sessions(actor.user_id, actor=actor)
    return page("identity/sessions.html", rows=rows, whose=None, user_id=None, may_end=True)


@blueprint.post("/sessions/<uuid:session_id>/end", permission=permissions.END_STAFF_SESSIONS)
def end_my_session(*, actor: Actor, session_id: UUID) -> Response:
    """End one of one's own sessions; this one too."""
    assert actor.user_id is not None
    service.end_staff_session(actor.user_id, session_id, actor=actor)
    return go(url_for(".my_sessions"))


@blueprint.post("/sessions/end-others", permission=permissions.END_STAFF_SESSIONS)
def end_my_others(*, actor: Actor) -> Response:
    """End all of one's own sessions but this one."""
    assert actor.user_id is not None
    service.end_staff_sessions(actor.user_id, actor=actor)
    return go(url_for(".my_sessions"))


@blueprint.get("/sessions/of/<uuid:colleague_id>", permission=permissions.READ_COLLEAGUES_SESSIONS)
def colleagues_sessions(*, actor: Actor, colleague_id: UUID) -> Response:
    """A colleague's open sessions."""
    rows = service.list_staff_sessions(colleague_id, actor=actor)
    whose = service.staff_names([colleague_id])[colleague_id]
    return page("identity/sessions.html", rows=rows, whose=whose, user_id=colleague_id,
                may_end=actor.may(permissions.END_COLLEAGUES_SESSIONS))


@blueprint.post("/sessions/of/<uuid:colleague_id>/<uuid:session_id>/end",
                permission=permissions.END_COLLEAGUES_SESSIONS)
def end_colleagues_session(*, actor: Actor, colleague_id: UUID, session_id: UUID) -> Response:
    """End one of a colleague's sessions."""
    service.end_staff_session(colleague_id, session_id, actor=actor)
    return go(url_for(".colleagues_sessions", colleague_id=colleague_id))


@blueprint.post("/sessions/of/<uuid:colleague_id>/end", permission=permissions.END_COLLEAGUES_SESSIONS)
def end_colleagues_sessions(*, actor: Actor, colleague_id: UUID) -> Response:
    """End all of a colleague's sessions."""
    service.end_staff_sessions(colleague_id, actor=actor)
    return go(url_for(".colleagues_sessions", colleague_id=colleague_id))
