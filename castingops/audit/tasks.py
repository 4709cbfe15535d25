"""The trail's work beside requests: placing entries, signing and anchoring heads, verifying. Each may run twice."""
from castingops.audit import service
from castingops.audit.types import CHECKPOINT_EVERY, SEQUENCE_EVERY, VERIFY_EVERY, VERIFY_SECONDS
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.jobs import Job, Slot, enqueue


def sequence(*, actor: Actor) -> None:
    """Give new entries their place in the tree."""
    service.place_entries()


def checkpoint(*, actor: Actor) -> None:
    """Sign the head of the tree if it has grown, and send it out of the database."""
    head = service.sign_head()
    if head is not None:
        enqueue(ANCHOR, size=str(head.size))


def anchor(*, actor: Actor, size: str) -> None:
    """Put a signed head into the store."""
    service.anchor(int(size))


def verify(*, actor: Actor) -> None:
    """Verify the whole trail and keep the result."""
    started_at = clock.now()
    service.save_verification(started_at, service.verify())


SEQUENCE = Job("audit.sequence", sequence, queue="compliance", seconds=60)
CHECKPOINT = Job("audit.checkpoint", checkpoint, queue="compliance", seconds=120)
ANCHOR = Job("audit.anchor", anchor, queue="compliance", seconds=60)
VERIFY = Job("audit.verify", verify, queue="compliance", seconds=VERIFY_SECONDS)

JOBS = [SEQUENCE, CHECKPOINT, ANCHOR, VERIFY]
SCHEDULE = [Slot(SEQUENCE, every=SEQUENCE_EVERY), Slot(CHECKPOINT, every=CHECKPOINT_EVERY),
            Slot(VERIFY, every=VERIFY_EVERY)]
