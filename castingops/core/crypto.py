"""Keys, sealed values, tokens and keyed digests, all pure. Nothing else in the house touches a cipher."""
import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = "v1"
_NONCE_BYTES = 12  # NIST SP 800-38D §5.2.1.1: 96 bits, random; far below 2**32 values per key
_KEY_BYTES = 32
_MASTER_MIN_BYTES = 32


class SealBroken(ValueError):
    """A sealed value is malformed, was altered, belongs elsewhere, or its key is no longer known."""


def derive_key(master_key: bytes, purpose: str) -> bytes:
    """A 256-bit key for one purpose, by HKDF-SHA256 (RFC 5869). Keys of two purposes say nothing of each other.

    Errors: ValueError when the master key is shorter than 32 bytes.
    """
    if len(master_key) < _MASTER_MIN_BYTES:
        raise ValueError(f"a master key needs {_MASTER_MIN_BYTES} bytes, this one has {len(master_key)}")
    info = f"castingops/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(master_key)


class Sealer:
    """Seals short texts for one purpose with AES-256-GCM, under a key derived from the master key.

    Output is `v1.<key id>.<nonce and ciphertext>`. To rotate, make the new master key the first and pass
    those before it as `old`: they still open, and `is_stale` names what to seal again.
    """

    def __init__(self, master_key: bytes, purpose: str, *, old: Sequence[bytes] = ()) -> None:
        self._purpose = purpose
        keys = [derive_key(key, purpose) for key in (master_key, *old)]
        self._ciphers = {_key_id(key): AESGCM(key) for key in reversed(keys)}
        self._current = _key_id(keys[0])

    def seal(self, text: str, aad: str) -> str:
        """Seal `text`, bound to `aad` (which row and column it belongs to): it opens nowhere else."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound = self._bound(self._current, aad)
        sealed = nonce + self._ciphers[self._current].encrypt(nonce, text.encode(), bound)
        return f"{_VERSION}.{self._current}.{_encode(sealed)}"

    def open(self, sealed: str, aad: str) -> str:
        """The text that was sealed with this `aad`. Errors: SealBroken."""
        key_id, body = self._parsed(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealBroken("no key of this id")
        try:
            return cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], self._bound(key_id, aad)).decode()
        except (InvalidTag, UnicodeDecodeError) as error:
            raise SealBroken("altered, or sealed for something else") from error

    def is_stale(self, sealed: str) -> bool:
        """Whether an old key sealed this. Errors: SealBroken when malformed."""
        return self._parsed(sealed)[0] != self._current

    def _bound(self, key_id: str, aad: str) -> bytes:
        return "\0".join((_VERSION, key_id, self._purpose, aad)).encode()

    @staticmethod
    def _parsed(sealed: str) -> tuple[str, bytes]:
        version, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        try:
            raw = _decode(body)
        except ValueError as error:
            raise SealBroken("malformed") from error
        if version != _VERSION or len(raw) <= _NONCE_BYTES:
            raise SealBroken("malformed")
        return key_id, raw


def master_key_of(text: str) -> bytes:
    """The bytes of a master key as settings write it: 32 bytes in base64, either alphabet, padded or not.

    Errors: ValueError for anything else.
    """
    try:
        raw = _decode(text.strip().rstrip("=").replace("+", "-").replace("/", "_"))
    except ValueError:
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise ValueError("a master key is 32 bytes in base64")
    return raw


def token() -> str:
    """A new opaque token: 256 bits, safe in URLs."""
    return secrets.token_urlsafe(32)


def hash_token(value: str) -> str:
    """How a token is stored: SHA-256 in hex. No salt or stretching: 256 random bits cannot be guessed."""
    return hashlib.sha256(value.encode()).hexdigest()


def digest(secret: bytes, value: str) -> str:
    """HMAC-SHA256 in hex: finds equal values without keeping them, where a bare hash could be guessed."""
    return hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()


def is_same(left: str | bytes, right: str | bytes) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(_bytes(left), _bytes(right))


def _bytes(value: str | bytes) -> bytes:
    return value.encode(errors="surrogatepass") if isinstance(value, str) else value


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"castingops/key id\0" + key).hexdigest()[:8]


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """Errors: ValueError for anything but the one canonical spelling of some bytes."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (Base64Error, UnicodeEncodeError) as error:
        raise ValueError("not base64") from error
    if _encode(raw) != text:
        raise ValueError("not canonical base64")
    return raw
