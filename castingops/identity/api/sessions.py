"""One's own open sign-ins and one's address, for the apps."""
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.core.permissions import PUBLIC
from castingops.identity import permissions, service
from castingops.identity.schemas.letters import LetterAskedSchema
from castingops.identity.schemas.sessions import (
    EmailChangedSchema,
    EmailChangeSchema,
    EmailTokenSchema,
    OpenSessionSchema,
    SessionsEndedSchema,
)
from castingops.web.blueprints import BOTH, ApiBlueprint, success

blueprint = ApiBlueprint("sessions_api", __name__, description="Open sign-ins")


@blueprint.get("/me/sessions", permission=permissions.READ_SESSIONS, audience=BOTH)
@blueprint.response(200, OpenSessionSchema(many=True))
def list_sessions(*, actor: Actor) -> Response:
    """List your open sign-ins: device, network, last use"""
    return success(service.list_own_sessions(actor=actor))


@blueprint.route("/me/sessions/<uuid:session_id>", methods=["DELETE"], permission=permissions.END_SESSIONS,
                 audience=BOTH, limit="write")
@blueprint.response(200, SessionsEndedSchema)
def end_session(*, actor: Actor, session_id: UUID) -> Response:
    """End one of your sign-ins"""
    service.end_own_session(session_id, actor=actor)
    return success({"ended": 1})


@blueprint.route("/me/sessions", methods=["DELETE"], permission=permissions.END_SESSIONS, audience=BOTH, limit="write")
@blueprint.response(200, SessionsEndedSchema)
def end_other_sessions(*, actor: Actor) -> Response:
    """End all your sign-ins but this one"""
    return success({"ended": service.end_own_others(actor=actor)})


@blueprint.post("/me/email", permission=permissions.CHANGE_EMAIL, audience=BOTH, limit="auth")
@blueprint.arguments(EmailChangeSchema())
@blueprint.response(202, LetterAskedSchema)
def ask_email(sent: dict[str, str], *, actor: Actor) -> Response:
    """Ask for another e-mail address: a letter to it makes the change"""
    return success({"email": service.ask_email(sent["email"], actor=actor), "status": "asked"}, status=202)


@blueprint.post("/auth/email-change", permission=PUBLIC, audience=BOTH, limit="auth")
@blueprint.arguments(EmailTokenSchema())
@blueprint.response(200, EmailChangedSchema)
def change_email(sent: dict[str, str], *, actor: Actor) -> Response:
    """Change the e-mail address by the link in the letter; every other sign-in ends"""
    service.change_email(sent["token"], actor=actor)
    return success({"status": "email_changed"})


@blueprint.post("/auth/email-change/undo", permission=PUBLIC, audience=BOTH, limit="auth")
@blueprint.arguments(EmailTokenSchema())
@blueprint.response(200, EmailChangedSchema)
def undo_email(sent: dict[str, str], *, actor: Actor) -> Response:
    """Take a change of the e-mail address back; every sign-in and the password end"""
    service.undo_email(sent["token"], actor=actor)
    return success({"status": "email_restored"})
