"""Decisions take effect by the clock: each due one is a job and a transaction of its own."""
from datetime import timedelta
from uuid import UUID

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot, enqueue
from castingops.moderation.service import decisions


def execute_decision(*, actor: Actor, decision_id: str) -> None:
    """Make one decision so. Safe to run twice: what was settled before stays as it is."""
    decisions.execute(UUID(decision_id), actor=actor)


def execute_due(*, actor: Actor) -> None:
    """Start a job for each decision whose undo window is over."""
    for decision_id in decisions.execute_due(actor=actor):
        enqueue(EXECUTE_DECISION, decision_id=str(decision_id))


EXECUTE_DECISION = Job("moderation.execute_decision", execute_decision, queue="compliance")
EXECUTE_DUE = Job("moderation.execute_due", execute_due, queue="compliance")
JOBS = [EXECUTE_DECISION, EXECUTE_DUE]
SCHEDULE = [Slot(EXECUTE_DUE, every=timedelta(seconds=5))]
