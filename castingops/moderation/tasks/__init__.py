"""Work of moderation beside requests."""
from castingops.core.jobs import Job, Slot
from castingops.moderation.tasks import items, work

JOBS: list[Job] = [*work.JOBS, *items.JOBS]
SCHEDULE: list[Slot] = [*work.SCHEDULE, *items.SCHEDULE]
