"""What consent does when something happens. Runs inside the consumer's unit of work."""
from castingops.consent import service
from castingops.core.actor import Actor
from castingops.identity.events import GuardianshipChanged


def lapse(event: GuardianshipChanged, *, actor: Actor) -> None:
    """End what a guardian consented to whose guardianship is over."""
    service.lapse(actor=actor)


SUBSCRIPTIONS = [(GuardianshipChanged, lapse)]
