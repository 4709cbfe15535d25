"""What is forgotten by the clock."""
from datetime import timedelta

from castingops.core import clock
from castingops.core.config import current_settings
from castingops.directory import queries


def sweep() -> None:
    """Forget old messages, people who were named and did not join, and what waited for them.

    Runs as the system; safe to run twice.
    """
    before = clock.now() - timedelta(days=current_settings().directory_keep_days)
    queries.drop_settled(before)
    queries.forget_strangers(before)
    queries.drop_held(before)
