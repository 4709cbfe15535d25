"""What time has done to sessions, refresh tokens and guesses."""
from collections.abc import Sequence
from datetime import datetime, timedelta

from castingops.identity.types import REUSE_GRACE, Turn

Limits = Sequence[tuple[int, timedelta]]  # how many failures in how long

# One-time codes have a million values: as PyPI limits them. Passwords: a setting (limit_auth_account).
CODE_LIMITS: Limits = [(5, timedelta(minutes=5)), (20, timedelta(hours=1)), (50, timedelta(days=1))]
LONGEST = timedelta(days=1)  # older failures count for nothing


def seconds_to_wait(limits: Limits, failures: Sequence[datetime], *, at: datetime) -> int:
    """Seconds until another try is heard; 0 when it is now. A moving window: no burst fits across its edge."""
    waits = [0.0]
    for limit, window in limits:
        recent = sorted(moment for moment in failures if moment > at - window)
        if len(recent) >= limit:
            waits.append((recent[-limit] + window - at).total_seconds())
    return -int(-max(waits) // 1)


def session_lives(*, created_at: datetime, last_seen: datetime, idle: timedelta, life: timedelta, at: datetime) -> bool:
    """Whether a staff session still holds: not idle for longer than `idle`, not older than `life` (ID-6)."""
    return at - last_seen <= idle and at - created_at <= life


def refresh_turn(*, created_at: datetime, used_at: datetime | None, family_lives: bool, idle: timedelta,
                 at: datetime) -> Turn:
    """What a refresh token made at `created_at` leads to (RFC 9700 §4.14.2)."""
    if not family_lives or at - created_at > idle:
        return Turn.DEAD
    if used_at is None:
        return Turn.ROTATE
    return Turn.RACE if at - used_at <= REUSE_GRACE else Turn.REUSE
