"""What moderation does when something happens. Runs inside the consumer's unit of work, as the system."""
from castingops.casting.events import ProfileSubmitted
from castingops.core.actor import Actor
from castingops.moderation import service
from castingops.moderation.service import profiles


def open_profile_case(event: ProfileSubmitted, *, actor: Actor) -> None:
    """Open a case for a submitted profile, or move the open one on to the newer revision."""
    service.receive(profiles.KIND, actor.subject, event.revision, actor=actor)


SUBSCRIPTIONS = [(ProfileSubmitted, open_profile_case)]
