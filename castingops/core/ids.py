"""Keys made by the application: UUID version 7 (RFC 9562), which sort by the time they were made."""
import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last_tick = 0


def new_id() -> UUID:
    """A new UUIDv7, greater than every one this process has made before.

    The 12 bits after the milliseconds hold their fraction (RFC 9562 §6.2, method 3), so that ids of one
    millisecond sort too; a clock that stands still or runs back only moves the fraction on.
    """
    global _last_tick
    with _lock:
        _last_tick = tick = max(_last_tick + 1, (time.time_ns() << 12) // 1_000_000)
    return uuid7(tick >> 12, fraction=tick & 0xFFF, noise=secrets.randbits(62))


def uuid7(milliseconds: int, *, fraction: int, noise: int) -> UUID:
    """The UUIDv7 of its parts: Unix milliseconds (48 bits), 12 bits of fraction and 62 of noise."""
    high = (milliseconds & (1 << 48) - 1) << 16 | 0x7000 | fraction & 0xFFF
    return UUID(int=high << 64 | 0b10 << 62 | noise & (1 << 62) - 1)
