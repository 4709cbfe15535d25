"""What notifications do when something happens. Runs inside the consumer's unit of work."""
from castingops.core.actor import Actor
from castingops.notifications import service
from castingops.notifications.events import EmailDue


def on_email_due(event: EmailDue, *, actor: Actor) -> None:
    """Send it."""
    service.send_email(event.email_id, actor=actor)


SUBSCRIPTIONS = [(EmailDue, on_email_due)]
