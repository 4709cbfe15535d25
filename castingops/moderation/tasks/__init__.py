"""Work of moderation beside requests."""
from castingops.core.jobs import Job, Slot
from castingops.moderation.tasks import bulk, decisions, items, quality, work

JOBS: list[Job] = [*bulk.JOBS, *decisions.JOBS, *work.JOBS, *items.JOBS, *quality.JOBS]
SCHEDULE: list[Slot] = [*bulk.SCHEDULE, *decisions.SCHEDULE, *work.SCHEDULE, *items.SCHEDULE, *quality.SCHEDULE]
