"""Work of media that runs by the clock: one service call each, as the system."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.media import service


def purge_removed(*, actor: Actor) -> None:
    """Destroy what people took back a month ago."""
    service.purge_removed(actor=actor)


PURGE_REMOVED = Job("media.purge_removed", purge_removed, queue="media", seconds=120)

JOBS = [PURGE_REMOVED]
SCHEDULE = [Slot(PURGE_REMOVED, every=timedelta(hours=6))]
