"""Whether a role can be applied to: asked by applications, in their own transaction."""
from uuid import UUID

from castingops.casting.errors.calls import CallNotFound, CallNotOpen
from castingops.casting.queries import published_calls as queries
from castingops.casting.types.calls import OpenRole


def require_open(role_id: UUID) -> OpenRole:
    """The role, if its call is published, not closed and before its deadline at this moment.

    Errors: CallNotOpen for a role that talent can see and nobody can apply to any more, CallNotFound for one that
    nobody sees.
    """
    found = queries.find_open_role(role_id)
    if found is None:
        raise CallNotOpen if queries.is_shown_role(role_id) else CallNotFound
    return found
