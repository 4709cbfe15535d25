"""Leases that ran out go back to the queue; changed rules and holidays reach the cases that are open."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.moderation.service import leases


def sweep_leases(*, actor: Actor) -> None:
    """Give back the cases whose leases ran out. Safe to run twice."""
    leases.sweep()


SWEEP_LEASES = Job("moderation.sweep_leases", sweep_leases, queue="compliance")
JOBS = [SWEEP_LEASES]
SCHEDULE = [Slot(SWEEP_LEASES, every=timedelta(minutes=1))]
