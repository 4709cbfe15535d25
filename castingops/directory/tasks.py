"""Work of the directory beside requests."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.directory import service


def sweep(*, actor: Actor) -> None:
    """Forget what has served its purpose. Safe to run twice."""
    service.sweep()


SWEEP = Job("directory.sweep", sweep, queue="compliance")
JOBS = [SWEEP, service.APPLY]
SCHEDULE = [Slot(SWEEP, every=timedelta(hours=1))]
