"""Access tokens: short-lived, signed with Ed25519, checked without the database but for the account's state (ID-2)."""
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from castingops.core import clock
from castingops.core.config import current_settings
from castingops.core.errors import NotSignedIn
from castingops.identity.types import APP_AUDIENCE, LEEWAY, Access

ACT_TYPE = "act+jwt"  # good for one ward of its holder's; stands nowhere but inside an encrypted token (ID-12)
_TYPE = "at+jwt"  # RFC 9068: a token of another kind, signed with the same key, is not an access token
_REQUIRED = ["exp", "nbf", "iat", "sub", "iss", "aud", "jti", "sid", "epoch"]
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_LONGEST = 4096  # characters
_AUDIENCES = sorted(set(APP_AUDIENCE.values()))
_MOST_HELD = 10_000  # tokens
_held: OrderedDict[tuple[str, tuple[str, ...], str, str], tuple[float, Access]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class KeyRing:
    """The key that signs, and every key that verifies, by id."""

    kid: str
    signing: Ed25519PrivateKey
    verifying: Mapping[str, Ed25519PublicKey]


def mint(user_id: UUID, family_id: UUID, *, epoch: int, audience: str, proved_at: datetime | None) -> tuple[str, str]:
    """A new access token, and its jti. It says when its holder last proved who they are."""
    settings, now, jti = current_settings(), clock.now(), str(uuid4())
    claims: dict[str, Any] = {
        "iss": settings.public_url, "aud": audience, "sub": str(user_id), "sid": str(family_id), "epoch": epoch,
        "jti": jti, "iat": now, "nbf": now, "exp": now + timedelta(seconds=settings.access_token_seconds),
    }
    if proved_at is not None:
        claims["auth_time"] = int(proved_at.timestamp())  # RFC 9068 §2.2.1
    keys = key_ring()
    return jwt.encode(claims, keys.signing, algorithm="EdDSA", headers={"kid": keys.kid, "typ": _TYPE}), jti


def verify(token: str) -> Access:
    """What a token says, when it is one of ours and in its time. Errors: NotSignedIn.

    A token that held once is remembered until its end: its signature cannot change, and whether it was revoked is
    asked elsewhere each time.
    """
    settings = current_settings()
    name = (key_ring().kid, settings.token_key_fallbacks, settings.public_url, token)
    until, access = _held.get(name, (0.0, None))
    if access is not None and clock.now().timestamp() < until:
        return access
    access, until = _checked(token)
    with _lock:
        _held[name] = (until, access)
        if len(_held) > _MOST_HELD:
            _held.popitem(last=False)
    return access


def sign_for_ward(token: str, *, ward_id: UUID, guardianship_id: UUID) -> tuple[str, float]:
    """What an access token says, signed anew with the ward that it is good for: of the same sign-in, under the same
    jti, until the same moment (seconds since 1970). Errors: NotSignedIn.
    """
    claims = _claims(token) | {"ward": str(ward_id), "guardianship": str(guardianship_id)}
    keys = key_ring()
    signed = jwt.encode(claims, keys.signing, algorithm="EdDSA", headers={"kid": keys.kid, "typ": ACT_TYPE})
    return signed, float(claims["exp"])


def read_for_ward(signed: str) -> tuple[Access, UUID, UUID, float]:
    """What `sign_for_ward` wrote: the access, the ward, the guardianship, until when. Errors: NotSignedIn."""
    access, until = _checked(signed, ACT_TYPE)
    claims = jwt.decode(signed, options={"verify_signature": False})  # it was, a line above
    return access, UUID(claims["ward"]), UUID(claims["guardianship"]), until


def _checked(token: str, type_: str = _TYPE) -> tuple[Access, float]:
    try:
        claims = _claims(token, type_)
        epoch, proved_at = claims["epoch"], claims.get("auth_time")
        if type(epoch) is not int or type(proved_at) not in {int, type(None)}:  # True is an int to Python
            raise NotSignedIn
        access = Access(user_id=UUID(claims["sub"]), family_id=UUID(claims["sid"]), jti=claims["jti"], epoch=epoch,
                        audience=claims["aud"], proved_at=proved_at)
        return access, float(claims["exp"])
    except (jwt.InvalidTokenError, ValueError, AttributeError) as error:
        raise NotSignedIn from error


def key_ring() -> KeyRing:
    """The running app's keys. The first verifies and signs; the others verify until their tokens have ended."""
    settings = current_settings()
    return _ring(settings.token_key.get_secret_value(), settings.token_key_fallbacks)


def _claims(token: str, type_: str = _TYPE) -> dict[str, Any]:
    if len(token) > _LONGEST or not _is_canonical(token):
        raise NotSignedIn
    header = jwt.get_unverified_header(token)
    key = key_ring().verifying.get(header.get("kid", ""))
    if key is None or header.get("typ") != type_:
        raise NotSignedIn
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["EdDSA"], audience=_AUDIENCES, issuer=current_settings().public_url,
        leeway=LEEWAY, options={"require": _REQUIRED})
    return claims


def _is_canonical(token: str) -> bool:
    """Whether this is the one spelling of its bytes: base64 readers forgive what would make two tokens of one."""
    return _COMPACT.fullmatch(token) is not None and all(map(is_exact, token.split(".")))


def is_exact(part: str) -> bool:
    """Whether this is the one spelling of some bytes in URL-safe base64 without padding."""
    raw = urlsafe_b64decode(part + "=" * (-len(part) % 4)) if len(part) % 4 != 1 else b""
    return urlsafe_b64encode(raw).rstrip(b"=").decode() == part


@lru_cache(maxsize=4)
def _ring(signing_pem: str, fallbacks: tuple[str, ...]) -> KeyRing:
    signing = load_pem_private_key(signing_pem.encode(), password=None)
    if not isinstance(signing, Ed25519PrivateKey):
        raise TypeError("CASTINGOPS_TOKEN_KEY must be an Ed25519 private key")
    public = [signing.public_key(), *map(_public_of, fallbacks)]
    return KeyRing(_kid(public[0]), signing, {_kid(key): key for key in public})


def _public_of(pem: str) -> Ed25519PublicKey:
    if "PRIVATE" in pem:
        loaded: object = load_pem_private_key(pem.encode(), password=None)
        loaded = loaded.public_key() if isinstance(loaded, Ed25519PrivateKey) else None
    else:
        loaded = load_pem_public_key(pem.encode())
    if not isinstance(loaded, Ed25519PublicKey):
        raise TypeError("each of CASTINGOPS_TOKEN_KEY_FALLBACKS must be an Ed25519 key")
    return loaded


def _kid(key: Ed25519PublicKey) -> str:
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
