"""What providers publish of themselves: where to ask, and with which keys they sign. Remembered for ten minutes."""
import time
from dataclasses import dataclass
from threading import Lock
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from castingops.core.config import current_settings
from castingops.core.http import AnswerUnusable, Client
from castingops.identity import rules
from castingops.identity.types import Provider, Registered

_REMEMBERED = 600.0  # seconds
_ANEW_AFTER = 60.0  # seconds between two questions for keys, whatever names tokens come with
_DISCOVERY = "/.well-known/openid-configuration"

_lock = Lock()
_known: dict[tuple[str, str], tuple[float, Any]] = {}


@dataclass(frozen=True)
class Metadata:
    """Where a provider is asked what."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def get(known: Registered, client: Client) -> Metadata:
    """A provider's addresses. Errors: AnswerUnusable for a document of somebody else; ProviderFailed's classes."""
    if known.provider is Provider.GITHUB:
        base = f"{known.issuer}/login/oauth"
        return Metadata(known.issuer, f"{base}/authorize", f"{base}/access_token", "")
    found: Metadata = _remembered(("metadata", known.issuer), _REMEMBERED, lambda: _discovered(known, client))
    return found


def keys(known: Registered, client: Client, *, anew: bool = False) -> KeySet:
    """The keys that a provider signs with. Errors: AnswerUnusable; ProviderFailed's classes."""
    found: KeySet = _remembered(("keys", known.issuer), _ANEW_AFTER if anew else _REMEMBERED,
                                lambda: _key_set(get(known, client).jwks_uri, client))
    return found


def forget() -> None:
    """Ask everybody anew: what a restart does."""
    with _lock:
        _known.clear()


def _remembered(key: tuple[str, str], seconds: float, ask: Any) -> Any:
    """What was answered at most so long ago, else the answer to asking now. A failure is not remembered."""
    with _lock:
        asked_at, answer = _known.get(key, (0.0, None))
    if answer is not None and time.monotonic() - asked_at < seconds:
        return answer
    answer = ask()
    with _lock:
        _known[key] = (time.monotonic(), answer)
    return answer


def _discovered(known: Registered, client: Client) -> Metadata:
    document = _document(client, known.issuer + _DISCOVERY)
    found = Metadata(*(rules.text_claim(document, name) for name in (
        "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")))
    common = known.provider is Provider.MICROSOFT and known.issuer.endswith("/common/v2.0")
    ours = known.issuer.removesuffix("/common/v2.0") + "/{tenantid}/v2.0" if common else known.issuer
    if found.issuer.rstrip("/") != ours or not all(map(_is_safe, (
            found.authorization_endpoint, found.token_endpoint, found.jwks_uri))):
        raise AnswerUnusable
    return found


def _key_set(url: str, client: Client) -> KeySet:
    try:
        return KeySet.import_key_set(_document(client, url))  # type: ignore[arg-type]  # it checks the shape itself
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise AnswerUnusable from error


def _document(client: Client, url: str) -> dict[str, Any]:
    answer = client.get(url, headers={"Accept": "application/json"})
    document = answer.json()
    if not answer.ok or not isinstance(document, dict):
        raise AnswerUnusable
    return document


def _is_safe(url: str) -> bool:
    """TLS, always but on a development machine."""
    return url.startswith("https://") or (current_settings().environment == "development" and url.startswith("http://"))
