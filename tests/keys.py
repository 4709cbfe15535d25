"""Secrets for tests: made anew in each run, shaped like production's."""
import base64
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def ed25519_pem() -> str:
    """A new private key."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def environment() -> dict[str, str]:
    """The secret settings, by environment variable."""
    return {
        "CASTINGOPS_SECRET_KEY": secrets.token_urlsafe(48),
        "CASTINGOPS_MASTER_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "CASTINGOPS_PEPPER": secrets.token_urlsafe(48),
        "CASTINGOPS_TOKEN_KEY": ed25519_pem(),
        "CASTINGOPS_AUDIT_SIGNING_KEY": ed25519_pem(),
    }
