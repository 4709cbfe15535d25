"""What moderation does when something happens. Runs inside the consumer's unit of work, as the system."""
from castingops.casting.events import MinorityStated, ProfileSubmitted
from castingops.consent.events import ConsentGiven, ConsentWithdrawn
from castingops.core.actor import Actor
from castingops.core.events import Event, Handler
from castingops.moderation import service
from castingops.moderation.service import profiles, watching


def open_profile_case(event: ProfileSubmitted, *, actor: Actor) -> None:
    """Open a case for a submitted profile, or move the open one on to the newer revision."""
    service.receive(profiles.KIND, actor.subject, event.revision, actor=actor)


def settle_consent_item(event: ConsentGiven | ConsentWithdrawn, *, actor: Actor) -> None:
    """Open or close the compliance item on a consent, as things stand now."""
    watching.settle_consent(event.purpose, actor=actor)


def ask_for_guardian(event: MinorityStated, *, actor: Actor) -> None:
    """Open the compliance item on a guardian's evidence."""
    watching.ask_for_guardian(actor=actor)


SUBSCRIPTIONS: list[tuple[type[Event], Handler]] = [
    (ProfileSubmitted, open_profile_case),
    (ConsentGiven, settle_consent_item),
    (ConsentWithdrawn, settle_consent_item),
    (MinorityStated, ask_for_guardian),
]
