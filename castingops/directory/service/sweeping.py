"""What is forgotten by the clock."""
from datetime import timedelta

from castingops.core import clock
from castingops.core.config import current_settings
from castingops.directory import queries


def sweep() -> None:
    """Forget old messages, and people who were named and did not join. Runs as the system; safe to run twice."""
    before = clock.now() - timedelta(days=current_settings().directory_keep_days)
    queries.drop_settled(before)
    queries.forget_strangers(before)
