"""Forgetting what no decision looks back to."""
from datetime import timedelta

from sqlalchemy import delete, text

from castingops.core import clock
from castingops.core.db import session
from castingops.identity.models import AskedLetter
from castingops.identity.service import challenges, guesses

_ENDED_KEPT = timedelta(days=90)  # sign-ins and sessions, for the question "was that me?"
_ASKED_KEPT = timedelta(days=1)  # requests whose handler gave up
_BATCH = 1_000

# One's rows are deleted from inside that person alone, hence a definer function (migrations 0002, 0024).
_SWEEP = text("select identity_sweep(:now, :before, :batch), identity_sweep_letters(:now, :before, :batch)")


def sweep() -> None:
    """Drop failures, challenges, revoked tokens that every clock refuses by now, sessions and families long over,
    registrations that nobody confirmed and links that end."""
    now = clock.now()
    guesses.forget_old()
    challenges.sweep()
    session().execute(delete(AskedLetter).where(AskedLetter.created_at < now - _ASKED_KEPT))
    session().execute(_SWEEP, {"now": now, "before": now - _ENDED_KEPT, "batch": _BATCH})
