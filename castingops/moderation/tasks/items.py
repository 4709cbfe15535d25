"""Compliance items that pass their due time are told of."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.moderation.service import watching


def tell_overdue_items(*, actor: Actor) -> None:
    """Tell owners of items that became overdue. Safe to run twice."""
    watching.tell_overdue(actor=actor)


TELL_OVERDUE_ITEMS = Job("moderation.tell_overdue_items", tell_overdue_items, queue="compliance")
JOBS = [TELL_OVERDUE_ITEMS]
SCHEDULE = [Slot(TELL_OVERDUE_ITEMS, every=timedelta(minutes=30))]
