"""Values that every process may keep in Redis for a while, with a count of how often that helped (ORG-4).

Redis is a help here and never the truth: whoever keeps something in it must be able to tell that it has gone stale, and
does without when Redis does not answer. A Redis that hangs costs one request its timeout, and is then left alone for
some seconds.
"""
from collections import Counter
from threading import Lock
from time import monotonic
from typing import Any, cast

import structlog
from flask import current_app
from msgspec import Struct
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

LEFT_ALONE = 5.0  # seconds after a failure
COUNTED_EVERY = 1.0  # seconds: counts travel with a look-up that is made anyway


class Figures(Struct, frozen=True):
    """How look-ups ended since Redis began to count. `stale`: found, and no longer true."""

    hits: int = 0
    misses: int = 0
    stale: int = 0
    unreachable: int = 0

    @property
    def rate(self) -> float | None:
        """The share of look-ups that Redis answered rightly; None before the first."""
        asked = self.hits + self.misses + self.unreachable
        return (self.hits - self.stale) / asked if asked else None


class Shared:
    """Short texts by key, under one name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._counts: Counter[str] = Counter()
        self._counted_at = 0.0
        self._silent_until = 0.0
        self._lock = Lock()

    def get(self, key: str) -> str | None:
        """What was kept under `key`, or None; never an error."""
        if monotonic() < self._silent_until:
            self._count("unreachable")
            return None
        try:
            found = self._ask(key)
        except RedisError as error:
            self._fail(error)
            self._count("unreachable")
            return None
        self._count("misses" if found is None else "hits")
        return None if found is None else found.decode(errors="replace")

    def put(self, key: str, value: str, *, seconds: int) -> None:
        """Keep `value` for so long, if Redis lets us."""
        if monotonic() >= self._silent_until:
            try:
                self._redis.set(self._key(key), value, ex=seconds)
            except RedisError as error:
                self._fail(error)

    def note_stale(self) -> None:
        """Count that what was found did not hold any more."""
        self._count("stale")

    def figures(self) -> Figures:
        """How look-ups of all processes ended, up to a second ago. Errors: RedisError."""
        kept = cast(dict[bytes, bytes], self._redis.hgetall(self._figures_key))
        counts = Counter({name.decode(): int(count) for name, count in kept.items()}) + self._counts
        return Figures(**{name: counts[name] for name in Figures.__struct_fields__})

    @property
    def _redis(self) -> Any:
        return current_app.extensions["redis"]

    @property
    def _figures_key(self) -> str:
        return f"figures:{self._name}"

    def _key(self, key: str) -> str:
        return f"{self._name}:{key}"

    def _ask(self, key: str) -> bytes | None:
        counts = self._take_counts()
        if not counts:
            return cast(bytes | None, self._redis.get(self._key(key)))
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.get(self._key(key))
            for name, count in counts.items():
                pipe.hincrby(self._figures_key, name, count)
            return cast(bytes | None, pipe.execute()[0])

    def _take_counts(self) -> Counter[str]:
        with self._lock:
            if monotonic() - self._counted_at < COUNTED_EVERY:
                return Counter()
            counts, self._counts, self._counted_at = self._counts, Counter(), monotonic()
            return counts

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1

    def _fail(self, error: RedisError) -> None:
        self._silent_until = monotonic() + LEFT_ALONE
        log.error("shared.redis_unreachable", name=self._name, exc_info=error)
