"""Challenges: 256 random bits that one person answers once, within minutes, in the session they were asked in."""
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, text

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.crypto import hash_token, token
from castingops.core.db import save, session
from castingops.identity import queries
from castingops.identity.models import FactorChallenge
from castingops.identity.types import CHALLENGE_LIVES, ChallengePurpose

_BATCH = 1_000
# One's rows are deleted from inside that person alone, hence a definer function.
_SWEEP = text("select identity_sweep_challenges(:now, :batch)")


def make(purpose: ChallengePurpose, *, epoch: int, actor: Actor, session_id: UUID | None = None,
         transport: str | None = None) -> str:
    """A new challenge of the entered subject. It is also WebAuthn's, whose answer is bound to it by a signature."""
    opaque, now = token(), clock.now()
    save(FactorChallenge(
        subject_id=actor.subject, token_hash=hash_token(opaque), purpose=purpose, session_id=session_id,
        transport=transport, epoch=epoch, created_at=now, expires_at=now + CHALLENGE_LIVES))
    return opaque


def lock(opaque: str, purpose: ChallengePurpose, *, epoch: int, actor: Actor, session_id: UUID | None = None
         ) -> FactorChallenge | None:
    """The entered subject's challenge, as long as it may be answered: in time, in the session that it was given to,
    and while the account is as it was. Nobody else answers it meanwhile."""
    found = queries.lock_challenge(hash_token(opaque), purpose, session_id, at=clock.now(), actor=actor)
    return found if found is not None and found.epoch == epoch else None


def use_up(challenge: FactorChallenge) -> None:
    """After the right answer: there is no second one."""
    session().execute(delete(FactorChallenge).where(
        FactorChallenge.subject_id == challenge.subject_id, FactorChallenge.id == challenge.id))


def forget(*, actor: Actor) -> None:
    """Void every challenge of the entered subject."""
    session().execute(delete(FactorChallenge).where(FactorChallenge.subject_id == actor.subject))


def sweep() -> None:
    """Drop challenges that nobody may answer any more."""
    session().execute(_SWEEP, {"now": clock.now() - timedelta(minutes=1), "batch": _BATCH})
