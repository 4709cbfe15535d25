"""A breaker: after five failures in a row a provider is left alone for a while, then asked once.

The states and names are pybreaker's. Its own `call` holds one lock for as long as the call takes, so that a slow
provider would be asked by one thread of a process at a time; ours is held only while counting.
"""
from collections import OrderedDict
from threading import Lock
from time import monotonic

from castingops.core.http.errors import ProviderPaused

FAIL_MAX = 5
RESET_SECONDS = 30.0
_MOST_HELD = 10_000

_breakers: OrderedDict[str, "Breaker"] = OrderedDict()
_lock = Lock()


class Breaker:
    """Closed: calls pass. Open: none does for `RESET_SECONDS`. Half open: one does, and its end decides."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    def enter(self) -> None:
        """Ask to call. Errors: ProviderPaused while open, or while another call is the probe."""
        with self._lock:
            if self._opened_at is None:
                return
            left = self._opened_at + RESET_SECONDS - monotonic()
            if left > 0 or self._probing:
                raise ProviderPaused(retry_after=max(1, int(left) + 1))
            self._probing = True

    def succeed(self) -> None:
        """The provider answered: it is well."""
        with self._lock:
            self._failures, self._opened_at, self._probing = 0, None, False

    def fail(self) -> bool:
        """The provider failed; whether the breaker has opened with this, or opened again."""
        with self._lock:
            self._failures += 1
            probed, self._probing = self._probing, False
            opens = probed or (self._opened_at is None and self._failures >= FAIL_MAX)
            if opens:
                self._opened_at = monotonic()
            return opens

    def leave(self) -> None:
        """The call ended without a word on the provider's health; the next may be the probe."""
        with self._lock:
            self._probing = False


def breaker_of(name: str) -> Breaker:
    """This process's breaker of one provider; the longest unused are forgotten beyond ten thousand."""
    with _lock:
        found = _breakers.setdefault(name, Breaker())
        _breakers.move_to_end(name)
        if len(_breakers) > _MOST_HELD:
            _breakers.popitem(last=False)
        return found


def reset_breakers() -> None:
    """Forget every failure: what a restart does."""
    with _lock:
        _breakers.clear()
