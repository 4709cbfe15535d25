"""Now and then some of the decisions that took effect are drawn for a second look."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.moderation.service import quality


def draw_samples(*, actor: Actor) -> None:
    """Draw from what was executed since the last draw."""
    quality.draw(actor=actor)


DRAW_SAMPLES = Job("moderation.draw_samples", draw_samples, queue="compliance")
JOBS = [DRAW_SAMPLES]
SCHEDULE = [Slot(DRAW_SAMPLES, every=timedelta(hours=1))]
