"""Work of identity beside requests."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.identity import service


def sweep(*, actor: Actor) -> None:
    """Forget failures, revoked tokens and sign-ins long over. Safe to run twice."""
    service.sweep()


SWEEP = Job("identity.sweep", sweep, queue="compliance")
JOBS = [SWEEP]
SCHEDULE = [Slot(SWEEP, every=timedelta(minutes=10))]
