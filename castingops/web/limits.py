"""Rate limits: a sliding window per IP before sign-in and per person after, kept in Redis (API-5).

Without Redis the ordinary limits let requests through and count what they missed; sign-in falls to a stricter limit
kept in this process.
"""
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

STRICT = frozenset({"auth", "auth_account"})  # these hold without Redis too


class Limiter:
    """The app's limits by name, each a setting `limit_<name>`."""

    def __init__(self, settings: Settings) -> None:
        names = ("auth", "auth_account", "general", "write", "upload", "console")
        self._items: dict[str, RateLimitItem] = {name: parse(getattr(settings, f"limit_{name}")) for name in names}
        self._shared = SlidingWindowCounterRateLimiter(
            cast(Any, storage_from_string(settings.limits_url, socket_timeout=1, socket_connect_timeout=1)))
        self._local = SlidingWindowCounterRateLimiter(MemoryStorage())
        self.missed = 0  # requests let through because Redis did not answer

    def hit(self, name: str, who: str) -> None:
        """Count one request of `who`. Errors: TooManyRequests with the seconds until the next may come."""
        item = self._items[name]
        try:
            allowed = self._shared.hit(item, name, who)
        except RedisError as error:
            self.missed += 1
            log.error("limits.redis_unreachable", limit=name, exc_info=error)
            allowed = name not in STRICT or self._local.hit(_half(item), name, who)
        if not allowed:
            raise TooManyRequests(retry_after=max(1, int(item.get_expiry())))


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
