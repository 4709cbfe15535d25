"""Forgetting what no decision looks back to."""
from datetime import timedelta

from sqlalchemy import text

from castingops.core import clock
from castingops.core.db import session
from castingops.identity.service import guesses

_ENDED_KEPT = timedelta(days=90)  # sign-ins and sessions, for the question "was that me?"
_BATCH = 1_000

# One's rows are deleted from inside that person alone, hence a definer function (migration 0002).
_SWEEP = text("select identity_sweep(:now, :before, :batch)")


def sweep() -> None:
    """Drop failures, revoked tokens that every clock refuses by now, and sessions and families long over."""
    now = clock.now()
    guesses.forget_old()
    session().execute(_SWEEP, {"now": now, "before": now - _ENDED_KEPT, "batch": _BATCH})
