"""An authenticator in software: real CBOR, COSE and ES256, and a browser's client data round it (WebAuthn)."""
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One credential of one person. Its attributes are what an attacker would bend."""

    rp_id: str = "localhost"
    origin: str = "http://localhost:5000"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: uuid4().bytes + uuid4().bytes)
    counter: int = 0
    flags: int = PRESENT | VERIFIED
    user_handle: str | None = None

    def create(self, options: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """What a browser gives back from `navigator.credentials.create`."""
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._cose()
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | ATTESTED) + attested}
        return self._credential({"clientDataJSON": self._client("webauthn.create", options, changed),
                                 "attestationObject": b64(cbor2.dumps(statement)), "transports": ["internal", "x"]})

    def get(self, options: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """What a browser gives back from `navigator.credentials.get`; the counter moves on by one."""
        self.counter += 1
        client, data = self._client("webauthn.get", options, changed), self._data(self.flags)
        signature = self.key.sign(data + sha256(unb64(client)).digest(), ec.ECDSA(SHA256()))
        return self._credential({"clientDataJSON": client, "authenticatorData": b64(data),
                                 "signature": b64(signature), "userHandle": self.user_handle})

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        id_ = b64(self.credential_id)
        return {"id": id_, "rawId": id_, "type": "public-key", "response": response,
                "clientExtensionResults": {}, "authenticatorAttachment": "platform"}

    def _client(self, kind: str, options: dict[str, Any], changed: dict[str, Any]) -> str:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False, **changed}
        return b64(json.dumps(told).encode())

    def _data(self, flags: int) -> bytes:
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
