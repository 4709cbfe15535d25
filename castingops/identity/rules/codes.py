"""One-time codes by time (TOTP, RFC 6238)."""
import unicodedata
from datetime import datetime

import pyotp

from castingops.core.crypto import is_same

STEP = 30  # seconds
_DIGITS = 6
IGNORED = {"Zs", "Cf", "Pd"}  # spaces, joiners and marks of direction, dashes: how people group digits


def folded_code(text: str) -> str | None:
    """Six ASCII digits out of digits of any script, grouped in any way; None for anything else."""
    kept = [character for character in text[:64] if unicodedata.category(character) not in IGNORED]
    digits = [unicodedata.decimal(character, -1) for character in kept]
    return "".join(map(str, digits)) if len(digits) == _DIGITS and -1 not in digits else None


def matching_step(secret: str, code: str, *, at: datetime, last_step: int) -> int | None:
    """The time step whose code this is: the present one or a neighbour, and later than the last one used.

    All three are compared whatever the outcome, so that the time taken tells nothing.
    """
    present, totp = int(at.timestamp()) // STEP, pyotp.TOTP(secret)
    matches = [step for step in (present - 1, present, present + 1)
               if is_same(totp.at(step * STEP), code) and step > last_step]
    return min(matches, default=None)


def otp_address(secret: str, *, email: str, issuer: str) -> str:
    """What an authenticator app reads from the QR code (otpauth:// key URI)."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer))
