"""What notifications do when something happens. Runs inside the consumer's unit of work."""
from castingops.core.actor import Actor
from castingops.core.events import Event, Handler
from castingops.notifications import service
from castingops.notifications.events import EmailDue, SmsDue, SmsReported


def on_email_due(event: EmailDue, *, actor: Actor) -> None:
    """Send it."""
    service.send_email(event.email_id, actor=actor)


def on_sms_due(event: SmsDue, *, actor: Actor) -> None:
    """Send it."""
    service.send_sms(event.sms_id, actor=actor)


def on_sms_reported(event: SmsReported, *, actor: Actor) -> None:
    """Let the text's state follow."""
    service.apply_report(event.report_id)


SUBSCRIPTIONS: list[tuple[type[Event], Handler]] = [
    (EmailDue, on_email_due), (SmsDue, on_sms_due), (SmsReported, on_sms_reported)]
