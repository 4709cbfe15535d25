"""What the use cases of the directory share."""
from dataclasses import replace
from uuid import UUID

from castingops.core.actor import Actor, system

NOBODY = UUID(int=0)  # whom the house enters to reach rows that are no person's


def house(actor: Actor) -> Actor:
    """The system at work on what somebody brings; who it was and from where stays known to the trail."""
    return replace(system(), user_id=actor.user_id, origin=actor.origin)
