"""What counts as a recovery code, where passkeys belong, and what the counter of one tells."""
import unicodedata
from urllib.parse import urlsplit

from castingops.core.arabic import is_line, tidy
from castingops.core.messages import N_
from castingops.identity.errors import InvalidPasskeyName
from castingops.identity.rules.codes import IGNORED
from castingops.identity.types import PASSKEY_NAME_MAX

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: no I, L, O, U
CODE_LENGTH = 16  # characters, 80 bits
_MISREAD = str.maketrans("ILO", "110")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def folded_recovery_code(text: str) -> str | None:
    """The code as it was made, out of however it was typed; None for what is none."""
    kept = [character for character in text[:64] if unicodedata.category(character) not in IGNORED]
    plain = "".join(_digit(character) for character in kept).upper().translate(_MISREAD)
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(ALPHABET) else None


def grouped_code(code: str) -> str:
    """A code as it is read and typed: four and four."""
    return "-".join(code[start:start + 4] for start in range(0, len(code), 4))


def counter_moves_on(kept: int, shown: int) -> bool:
    """Whether an authenticator's counter may follow the one before. One that always says 0 keeps none (WebAuthn §7.2);
    one that stands still or falls back has a twin."""
    return shown > kept or kept == shown == 0


def relying_party(public_url: str, configured: str | None) -> str:
    """The domain that passkeys are bound to: as configured, else our own host. A development machine goes by the name
    localhost: authenticators bind to names, not to numbers."""
    host = urlsplit(public_url).hostname or ""
    return configured or ("localhost" if host in _LOOPBACK else host)


def own_origins(public_url: str) -> list[str]:
    """Our own pages' origin; a development machine's has a name besides its number."""
    url = urlsplit(public_url)
    own = f"{url.scheme}://{url.netloc}"
    named = f"{url.scheme}://localhost" + (f":{url.port}" if url.port else "")
    return [own, named] if url.hostname in _LOOPBACK and named != own else [own]


def checked_passkey_name(text: str) -> str:
    """What somebody calls a passkey. Errors: InvalidPasskeyName."""
    name = tidy(text) if is_line(text.strip()) else ""
    if not 1 <= len(name) <= PASSKEY_NAME_MAX:
        raise InvalidPasskeyName(name=N_("Use 1 to %(max)d characters on one line.", max=PASSKEY_NAME_MAX))
    return name


def _digit(character: str) -> str:
    """A digit of any script as ASCII, a full-width letter as the plain one."""
    digit = unicodedata.decimal(character, -1)
    return str(digit) if digit >= 0 else unicodedata.normalize("NFKC", character)
