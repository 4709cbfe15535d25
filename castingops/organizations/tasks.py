"""Work of organizations beside requests."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.organizations import service
from castingops.organizations.service import webhooks


def sweep(*, actor: Actor) -> None:
    """Carry out deletions whose grace period is over, and forget old invitations. Safe to run twice."""
    service.sweep(actor=actor)
    webhooks.sweep()


def send_due_webhooks(*, actor: Actor) -> None:
    """Start the tries of webhooks whose time has come. Safe to run twice."""
    webhooks.send_due()


SWEEP = Job("organizations.sweep", sweep, queue="compliance")
SEND_DUE = Job("organizations.webhooks.send_due", send_due_webhooks, queue="alerts")
JOBS = [SEND_DUE, SWEEP, service.SEND, webhooks.SEND]
SCHEDULE = [Slot(SEND_DUE, every=timedelta(seconds=5)), Slot(SWEEP, every=timedelta(hours=1))]
