"""Work of moderation beside requests."""
from castingops.core.jobs import Job, Slot
from castingops.moderation.tasks import decisions, items, quality, work

JOBS: list[Job] = [*decisions.JOBS, *work.JOBS, *items.JOBS, *quality.JOBS]
SCHEDULE: list[Slot] = [*decisions.SCHEDULE, *work.SCHEDULE, *items.SCHEDULE, *quality.SCHEDULE]
