"""WebAuthn's two ceremonies: what a browser is asked, and whether what it answers holds (ID-5).

The library that verifies takes a second to import, hence only when the first answer comes.
"""
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Any

from castingops.core.config import current_settings
from castingops.core.late import load
from castingops.identity import rules
from castingops.identity.models import Passkey, User
from castingops.identity.types import CHALLENGE_LIVES, AccountKind, NewPasskey

ALGORITHMS = (-8, -7, -257)  # EdDSA, ES256, RS256, as COSE numbers them
_TIMEOUT = int(CHALLENGE_LIVES.total_seconds() * 1000)
_TRANSPORTS = frozenset({"usb", "nfc", "ble", "hybrid", "internal", "smart-card", "cable"})


def creation_options(challenge: str, user: User, known: Iterable[Passkey]) -> dict[str, Any]:
    """What the browser gives to `navigator.credentials.create`, in WebAuthn's JSON."""
    return {
        "rp": {"id": _rp_id(), "name": "castingops"},
        "user": {"id": encoded(user.id.bytes), "name": user.email or "", "displayName": user.display_name},
        "challenge": challenge, "timeout": _TIMEOUT, "attestation": "none",
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS],
        "authenticatorSelection": {"residentKey": "discouraged", "requireResidentKey": False,
                                   "userVerification": "required"},
        "excludeCredentials": [_described(one) for one in known]}


def request_options(challenge: str, known: Iterable[Passkey]) -> dict[str, Any]:
    """What the browser gives to `navigator.credentials.get`, in WebAuthn's JSON."""
    return {"rpId": _rp_id(), "challenge": challenge, "timeout": _TIMEOUT, "userVerification": "required",
            "allowCredentials": [_described(one) for one in known]}


def created(credential: dict[str, Any], challenge: str, *, kind: str) -> NewPasskey | None:
    """The credential that an authenticator has made in answer to `challenge`; None when anything is wrong with it."""
    try:
        made = load("webauthn:verify_registration_response")(
            credential=credential, expected_challenge=decoded(challenge), expected_rp_id=_rp_id(),
            expected_origin=_origins(kind), require_user_verification=True,
            supported_pub_key_algs=list(ALGORITHMS))
        named = credential["response"].get("transports") or []
        return NewPasskey(credential_id=made.credential_id, public_key=made.credential_public_key,
                          sign_count=made.sign_count,
                          transports=sorted(_TRANSPORTS.intersection(named)))
    except Exception:  # strangers' CBOR makes its readers raise all sorts; each means the same
        return None


def asserted(credential: dict[str, Any], challenge: str, passkey: Passkey, *, kind: str) -> int | None:
    """The counter of an authenticator that has signed `challenge` with `passkey`; None when anything is wrong."""
    try:
        held = load("webauthn:verify_authentication_response")(
            credential=credential, expected_challenge=decoded(challenge), expected_rp_id=_rp_id(),
            expected_origin=_origins(kind), require_user_verification=True,
            credential_public_key=passkey.public_key, credential_current_sign_count=0)
        return int(held.new_sign_count)
    except Exception:  # as above
        return None


def encoded(raw: bytes) -> str:
    """Bytes as WebAuthn's JSON spells them."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of WebAuthn's JSON. Errors: ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _described(passkey: Passkey) -> dict[str, Any]:
    return {"type": "public-key", "id": encoded(passkey.credential_id), "transports": list(passkey.transports)}


def _rp_id() -> str:
    settings = current_settings()
    return rules.relying_party(settings.public_url, settings.webauthn_rp_id)


def _origins(kind: str) -> list[str]:
    """Where this kind of account signs in: staff in our own pages alone, apps on their own origins too."""
    settings = current_settings()
    own = rules.own_origins(settings.public_url)
    return own if kind == AccountKind.STAFF else [*own, *settings.cors_origins]
