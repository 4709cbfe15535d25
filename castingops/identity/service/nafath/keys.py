"""The provider's public keys, by id: fetched when one is unknown or the set is old, never more often than sensible.

A key that is rotated in is found at its first use; one that is rotated out is gone with the next fetch. While the
provider is down the keys we have still count, for a day.
"""
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

import jwt

from castingops.core.http import ProviderFailed

FRESH_SECONDS = 3600.0
STALE_SECONDS = 86_400.0
PAUSE_SECONDS = 10.0  # between two fetches, however many unknown ids are shown to us
ALGORITHMS = {"RSA": ("RS256", "RS384", "RS512"), "EC": ("ES256", "ES384")}  # never a shared secret, never none


class KeySet:
    """The keys of one provider in this process."""

    def __init__(self) -> None:
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = self._tried_at = -STALE_SECONDS
        self._lock = Lock()

    def find(self, kid: str, fetch: Callable[[], Any]) -> jwt.PyJWK | None:
        """The key of this id, asking `fetch` for the set when that may help. Errors: ProviderFailed without any key."""
        with self._lock:
            now = time.monotonic()
            due = kid not in self._keys or now - self._fetched_at > FRESH_SECONDS
            if due and now - self._tried_at > PAUSE_SECONDS:
                self._tried_at = now
                self._refresh(fetch, now)
            return self._keys.get(kid)

    def _refresh(self, fetch: Callable[[], Any], now: float) -> None:
        try:
            self._keys = dict(_usable(fetch()))
        except ProviderFailed:
            if not self._keys or now - self._fetched_at > STALE_SECONDS:
                self._tried_at = -STALE_SECONDS  # nothing to go by: the next message asks again
                raise
        else:
            self._fetched_at = now


def _usable(document: Any) -> list[tuple[str, jwt.PyJWK]]:
    """The keys of a set that we would trust a signature to; whatever else stands in it is left out."""
    entries = document.get("keys") if isinstance(document, dict) else None
    found = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("kid"), str) and entry.get("kty") in ALGORITHMS:
            try:
                found.append((entry["kid"], jwt.PyJWK(entry, algorithm=entry.get("alg") or _usual(entry["kty"]))))
            except (jwt.PyJWKError, jwt.InvalidKeyError, ValueError):
                continue
    return found


def _usual(kind: str) -> str:
    return ALGORITHMS[kind][0]
