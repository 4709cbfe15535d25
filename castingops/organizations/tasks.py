"""Work of organizations beside requests."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.organizations import service


def sweep(*, actor: Actor) -> None:
    """Carry out deletions whose grace period is over, and forget old invitations. Safe to run twice."""
    service.sweep(actor=actor)


SWEEP = Job("organizations.sweep", sweep, queue="compliance")
JOBS = [SWEEP, service.SEND]
SCHEDULE = [Slot(SWEEP, every=timedelta(hours=1))]
