"""Rate limits: a sliding window per IP before sign-in and per person after, kept in Redis (API-5).

A process takes a few requests at once from a generous limit and spends them by itself within a second, so that most
requests ask Redis nothing; whoever comes near the limit is counted one by one. The strict limits always are.
Without Redis the ordinary limits let requests through and count what they missed; sign-in falls to a stricter limit
kept in this process.
"""
from collections import OrderedDict
from threading import Lock
from time import monotonic
from typing import Any, cast

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from castingops.core.actor import Actor
from castingops.core.config import Settings
from castingops.core.errors import TooManyRequests

log = structlog.get_logger(__name__)

NAMES = ("auth", "sign_in", "auth_account", "general", "write", "upload", "console", "report", "report_address",
         "appeal", "org_write", "webhook", "share")
STRICT = frozenset(NAMES) - {"general", "write", "console", "org_write", "webhook"}  # counted one by one, always
GUARDED = frozenset({"auth", "sign_in", "auth_account"})  # these hold without Redis too
HANDFUL, LARGEST_PART = 10, 20  # requests taken at once: at most ten, and a twentieth of the limit
LASTS = 1.0  # seconds; what is not spent by then is lost, to the asker's disadvantage
_MOST_HELD = 20_000


class Limiter:
    """The app's limits by name, each a setting `limit_<name>`."""

    def __init__(self, settings: Settings) -> None:
        self._items: dict[str, RateLimitItem] = {name: parse(getattr(settings, f"limit_{name}")) for name in NAMES}
        self._shared = SlidingWindowCounterRateLimiter(
            cast(Any, storage_from_string(settings.limits_url, socket_timeout=1, socket_connect_timeout=1)))
        self._local = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._held: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()  # requests left, until when
        self._lock = Lock()
        self.missed = 0  # requests let through because Redis did not answer

    def hit(self, name: str, who: str) -> None:
        """Count one request of `who`. Errors: TooManyRequests with the seconds until the next may come."""
        if self._spend(name, who):
            return
        item = self._items[name]
        patience = item.get_expiry()
        try:
            allowed = self._take(item, name, who)
            if not allowed:
                counted = cast(Any, self._shared.storage).get_sliding_window(item.key_for(name, who), patience)
                patience = seconds_until_next(item.amount, patience, *counted)
        except RedisError as error:
            self.missed += 1
            log.error("limits.redis_unreachable", limit=name, exc_info=error)
            allowed = name not in GUARDED or self._local.hit(_half(item), name, who)
        if not allowed:
            raise TooManyRequests(retry_after=patience)

    def _spend(self, name: str, who: str) -> bool:
        with self._lock:
            left, until = self._held.get((name, who), (0, 0.0))
            if left == 0 or until < monotonic():
                return False
            self._held[name, who] = (left - 1, until)
            return True

    def _take(self, item: RateLimitItem, name: str, who: str) -> bool:
        handful = 1 if name in STRICT else max(1, min(HANDFUL, item.amount // LARGEST_PART))
        if handful > 1 and self._shared.hit(item, name, who, cost=handful):
            with self._lock:
                self._held[name, who] = (handful - 1, monotonic() + LASTS)
                self._held.move_to_end((name, who))
                if len(self._held) > _MOST_HELD:
                    self._held.popitem(last=False)
            return True
        return self._shared.hit(item, name, who)


def seconds_until_next(amount: int, window: int, previous: int, previous_left: float, current: int,
                       current_left: float) -> int:
    """Whole seconds, at least one, until a sliding window of `window` seconds takes one more request.

    `previous` and `current` are the requests counted in the window before and in this one, `…_left` the seconds their
    counters live: the one before counts by the share of its time that is left, and this one lives a window longer than
    it is the current one. A request passes when both together are less than `amount`.
    """
    turn = max(0.0, current_left - window)  # then this window becomes the one before
    if previous and current < amount:
        enough = previous_left - (amount - current) * window / previous
        if enough <= turn:
            return int(max(0.0, enough)) + 1
    after = window * (1 - amount / current) if current > amount else 0.0
    return int(turn + after) + 1


def _half(item: RateLimitItem) -> RateLimitItem:
    """The same window with half the requests, at least one: every process counts for itself then."""
    return type(item)(max(1, item.amount // 2), item.multiples)


def init_limits(app: Flask, settings: Settings) -> None:
    """Give `app` its limiter."""
    app.extensions["limiter"] = Limiter(settings)


def hit(name: str, who: str) -> None:
    """Count one request against the limit `name`. Errors: TooManyRequests."""
    limiter: Limiter = current_app.extensions["limiter"]
    limiter.hit(name, who)


def hit_for(name: str, actor: Actor) -> None:
    """Count one request of this actor: by person once signed in, by address before. Errors: TooManyRequests."""
    hit(name, str(actor.user_id) if actor.user_id else f"ip:{request.remote_addr}")
