"""Work of moderation beside requests."""
from castingops.core.jobs import Job, Slot
from castingops.moderation.tasks import work

JOBS: list[Job] = [*work.JOBS]
SCHEDULE: list[Slot] = [*work.SCHEDULE]
