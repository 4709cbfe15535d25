"""Bulk actions: their steps, and taking up those that broke off."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.moderation.service import bulk_run


def take_up_bulk(*, actor: Actor) -> None:
    """Take up bulk actions that broke off, and forget lists that nobody started. Safe to run twice."""
    bulk_run.take_up(actor=actor)
    bulk_run.forget_drafts()


TAKE_UP_BULK = Job("moderation.take_up_bulk", take_up_bulk, queue="compliance")
JOBS = [bulk_run.STEP, TAKE_UP_BULK]
SCHEDULE = [Slot(TAKE_UP_BULK, every=timedelta(minutes=1))]
