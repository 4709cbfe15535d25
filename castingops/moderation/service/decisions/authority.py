"""Who may still decide and approve: rights are read when a decision takes effect, not when it was made."""
from castingops.core.actor import Actor
from castingops.identity import service as identity
from castingops.moderation import permissions
from castingops.moderation.models import Decision


def is_held(decision: Decision, *, actor: Actor) -> bool:
    """Whether who proposed and who approved a decision hold the right to at this moment.

    Of the actor themself the request has just asked.
    """
    needed = {decision.decided_by: permissions.DECIDE}
    if decision.approver_id is not None:
        needed[decision.approver_id] = permissions.APPROVE
    known = {actor.user_id: actor.roles} if actor.kind == "staff" and actor.user_id in needed else {}
    asked = needed.keys() - known.keys()
    roles = {**identity.roles_of(asked), **known} if asked else known
    return all(permission.roles & roles.get(person, frozenset()) for person, permission in needed.items())
