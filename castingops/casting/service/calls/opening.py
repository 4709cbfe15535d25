"""What others ask of a published call in their own transaction: whether a role can be applied to, whose a call is."""
from uuid import UUID

from castingops.casting.errors.calls import CallNotFound, CallNotOpen
from castingops.casting.queries import calls
from castingops.casting.queries import published_calls as queries
from castingops.casting.types.calls import OpenRole, SeenCall
from castingops.core.actor import system
from castingops.core.db import entered_org


def find_seen(call_id: UUID) -> SeenCall | None:
    """What can be seen of a call by its public address, and whose it is; None when nobody sees it.

    Whoever asks may be anybody of the apps: who made it is looked up by the house and not for them.
    """
    found = queries.find_seen(call_id)
    if found is None:
        return None
    org_id, revision = found
    with entered_org(system(), org_id) as inside:
        row = calls.find_call(call_id, actor=inside)
    return SeenCall(row.created_by, revision) if row is not None else None


def require_open(role_id: UUID) -> OpenRole:
    """The role, if its call is published, not closed and before its deadline at this moment.

    Errors: CallNotOpen for a role that talent can see and nobody can apply to any more, CallNotFound for one that
    nobody sees.
    """
    found = queries.find_open_role(role_id)
    if found is None:
        raise CallNotOpen if queries.is_shown_role(role_id) else CallNotFound
    return found
