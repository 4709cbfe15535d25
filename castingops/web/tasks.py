"""The kit's own clean-up."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.web import idempotency


def forget_old_replies(*, actor: Actor) -> None:
    """Drop stored answers whose time is over."""
    idempotency.forget_old_replies()


FORGET_REPLIES = Job("web.forget_old_replies", forget_old_replies, queue="alerts")
JOBS = [FORGET_REPLIES]
SCHEDULE = [Slot(FORGET_REPLIES, every=timedelta(hours=1))]
