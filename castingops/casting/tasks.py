"""Work of casting beside requests."""
from datetime import timedelta

from castingops.casting.service import calls
from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot


def close_due_calls(*, actor: Actor) -> None:
    """Close the casting calls whose deadline has passed. Safe to run twice."""
    calls.close_due(actor=actor)


CLOSE_DUE = Job("casting.calls.close_due", close_due_calls, queue="alerts")
JOBS = [CLOSE_DUE]
SCHEDULE = [Slot(CLOSE_DUE, every=timedelta(minutes=1))]
