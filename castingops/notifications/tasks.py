"""Work of notifications beside requests."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.notifications import service


def forget_reports(*, actor: Actor) -> None:
    """Drop carriers' words on texts that are long over. Safe to run twice."""
    service.forget_reports()


FORGET_REPORTS = Job("notifications.forget_reports", forget_reports, queue="sms")
JOBS = [FORGET_REPORTS]
SCHEDULE = [Slot(FORGET_REPORTS, every=timedelta(days=1))]
