"""Work of identity beside requests."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.identity import service
from castingops.identity.service import guardians, proposals


def sweep(*, actor: Actor) -> None:
    """Forget failures, revoked tokens and sign-ins long over. Safe to run twice."""
    service.sweep()


def expire_proposals(*, actor: Actor) -> None:
    """Close proposals that nobody answered in time. Safe to run twice."""
    proposals.expire_proposals(actor=actor)


def keep_guardians_time(*, actor: Actor) -> None:
    """End guardianships of who came of age or whose evidence ran out; send the notices before. Safe to run twice."""
    guardians.keep_time(actor=actor)


EXPIRE = Job("identity.proposals.expire", expire_proposals, queue="compliance")
SWEEP = Job("identity.sweep", sweep, queue="compliance")
GUARDIANS = Job("identity.guardians.keep_time", keep_guardians_time, queue="compliance")
JOBS = [EXPIRE, GUARDIANS, SWEEP]
SCHEDULE = [Slot(EXPIRE, every=timedelta(minutes=10)), Slot(SWEEP, every=timedelta(minutes=10)),
            Slot(GUARDIANS, every=timedelta(hours=1))]
