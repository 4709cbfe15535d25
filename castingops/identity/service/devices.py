"""Devices that have signed an account in: while strangers guess at it, these still get in (reliability.md row 10).

A mark is signed, names one account and opens nothing: it only has tries with it counted by themselves, under the same
limit, instead of together with those of everybody else (OWASP's device cookies).
"""
import secrets

from castingops.core import signing
from castingops.core.signing import LinkExpired, LinkInvalid
from castingops.identity.types import DEVICE_SECONDS, Credentials

_PURPOSE = "identity/device"


def mark(user_id: object) -> str:
    """A mark for a device that has just signed this account in."""
    return signing.sign({"u": str(user_id), "d": secrets.token_hex(8)}, purpose=_PURPOSE, seconds=DEVICE_SECONDS)


def own_name(mark_: str, account: Credentials | None) -> str | None:
    """Under which name tries from this device are counted; None when it is not known for this account."""
    if account is None or not mark_:
        return None
    try:
        found = signing.verify(mark_, purpose=_PURPOSE)
    except (LinkInvalid, LinkExpired):
        return None
    return f"{account.user_id}/device/{found['d']}" if found["u"] == str(account.user_id) else None
