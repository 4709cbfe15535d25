"""Work of casting beside requests."""
from datetime import timedelta

from castingops.casting.service import calls, share_links
from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot


def close_due_calls(*, actor: Actor) -> None:
    """Close the casting calls whose deadline has passed. Safe to run twice."""
    calls.close_due(actor=actor)


def forget_share_views(*, actor: Actor) -> None:
    """Forget when share links were opened, once it is old enough. Safe to run twice."""
    share_links.forget_old_views(actor=actor)


CLOSE_DUE = Job("casting.calls.close_due", close_due_calls, queue="alerts")
FORGET_VIEWS = Job("casting.share_links.forget_views", forget_share_views, queue="compliance")
JOBS = [CLOSE_DUE, FORGET_VIEWS]
SCHEDULE = [Slot(CLOSE_DUE, every=timedelta(minutes=1)), Slot(FORGET_VIEWS, every=timedelta(hours=1))]
