"""Short-lived signed payloads, for URLs. They are readable by whoever holds them: put ids in, never secrets."""
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from functools import lru_cache
from typing import Any

from castingops.core import clock
from castingops.core.config import current_settings
from castingops.core.crypto import derive_key
from castingops.core.errors import NotFound
from castingops.core.messages import N_

_LONGEST = 4096  # characters; what a URL can carry


class LinkInvalid(NotFound):
    """Forged, altered, or made for something else."""

    code, message = "link_invalid", N_("This link is not valid.")


class LinkExpired(NotFound):
    """Ours, and too old."""

    code, message = "link_expired", N_("This link has expired. Reloading the page makes a new one.")


class Signer:
    """Signs payloads for one purpose; a token of one purpose does not verify for another."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._key = derive_key(secret, f"signing/{purpose}")

    def sign(self, payload: dict[str, Any], *, seconds: int, grain: int = 1) -> str:
        """A token of `payload` (JSON values) that lives for `seconds`.

        Its end is rounded up to a multiple of `grain` seconds: with a coarse grain the same payload gives the
        same URL for a while, so that browsers can cache what lies behind it.
        """
        end = int(clock.now().timestamp()) + seconds
        body = {"e": -(-end // grain) * grain, "p": payload}
        text = json.dumps(body, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        head = urlsafe_b64encode(text.encode()).rstrip(b"=")
        return f"{head.decode()}.{self._seal(head)}"

    def verify(self, token: str) -> dict[str, Any]:
        """The payload of `token`. Errors: LinkInvalid when forged or altered, LinkExpired when too old."""
        head, _, seal = token.partition(".")
        if len(token) > _LONGEST or not token.isascii() or not hmac.compare_digest(seal, self._seal(head.encode())):
            raise LinkInvalid
        body: dict[str, Any] = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        if body["e"] <= clock.now().timestamp():
            raise LinkExpired
        payload: dict[str, Any] = body["p"]
        return payload

    def _seal(self, head: bytes) -> str:
        return urlsafe_b64encode(hmac.digest(self._key, head, hashlib.sha256)).rstrip(b"=").decode()


def sign(payload: dict[str, Any], *, purpose: str, seconds: int, grain: int = 1) -> str:
    """`Signer.sign` with this application's secret key."""
    return _signer(_secrets()[0], purpose).sign(payload, seconds=seconds, grain=grain)


def verify(token: str, *, purpose: str) -> dict[str, Any]:
    """`Signer.verify` with this application's secret key, or one it is rotating away from.

    Errors: LinkInvalid, LinkExpired.
    """
    for secret in _secrets():
        with suppress(LinkInvalid):
            return _signer(secret, purpose).verify(token)
    raise LinkInvalid


def _secrets() -> list[str]:
    settings = current_settings()
    return [settings.secret_key.get_secret_value(), *settings.secret_key_fallbacks]


@lru_cache(maxsize=64)
def _signer(secret: str, purpose: str) -> Signer:
    return Signer(secret.encode(), purpose)
