"""Work of identity beside requests."""
from datetime import timedelta

from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot
from castingops.identity import service
from castingops.identity.service import guardians, nafath, phones, proposals


def sweep(*, actor: Actor) -> None:
    """Forget failures, revoked tokens and sign-ins long over. Safe to run twice."""
    service.sweep()
    phones.forget_sends()
    nafath.forget_attempts()


def follow_nafath(*, actor: Actor) -> None:
    """Look how open Nafath requests stand. Safe to run twice."""
    nafath.find_unsettled()


def keep_verifications(*, actor: Actor) -> None:
    """End verifications whose day has come; tell people before theirs comes. Safe to run twice."""
    nafath.keep_time()


def expire_proposals(*, actor: Actor) -> None:
    """Close proposals that nobody answered in time. Safe to run twice."""
    proposals.expire_proposals(actor=actor)


def keep_guardians_time(*, actor: Actor) -> None:
    """End guardianships of who came of age or whose evidence ran out; send the notices before. Safe to run twice."""
    guardians.keep_time(actor=actor)


EXPIRE = Job("identity.proposals.expire", expire_proposals, queue="compliance")
SWEEP = Job("identity.sweep", sweep, queue="compliance")
GUARDIANS = Job("identity.guardians.keep_time", keep_guardians_time, queue="compliance")
FOLLOW = Job("identity.nafath.follow", follow_nafath, queue="alerts")
KEEP = Job("identity.nafath.keep_time", keep_verifications, queue="compliance")
JOBS = [EXPIRE, GUARDIANS, SWEEP, FOLLOW, KEEP]
SCHEDULE = [Slot(EXPIRE, every=timedelta(minutes=10)), Slot(SWEEP, every=timedelta(minutes=10)),
            Slot(GUARDIANS, every=timedelta(hours=1)), Slot(FOLLOW, every=timedelta(minutes=1)),
            Slot(KEEP, every=timedelta(hours=1))]
