"""National ids, and what may be done with a transaction: no database, no framework."""
import re
from datetime import datetime, timedelta

from castingops.core.arabic import fold_digits
from castingops.core.messages import N_
from castingops.identity.errors.verified import InvalidNationalId

_FORM = re.compile(r"[12][0-9]{9}")  # a citizen's begins with 1, a resident's (iqama) with 2
_IGNORED = str.maketrans("", "", " -\u200e\u200f\u00a0")


def checked_national_id(text: str) -> str:
    """Ten digits that carry their check digit, out of digits of any script. Errors: InvalidNationalId, without them."""
    number = fold_digits(text[:64]).translate(_IGNORED)
    if not _FORM.fullmatch(number) or not is_checked(number):
        raise InvalidNationalId(national_id=N_("Write the 10 digits of a national ID or iqama, as they stand on it."))
    return number


def is_checked(number: str) -> bool:
    """Whether the last digit is the check digit of those before it (Luhn, as the ids of the Kingdom use it)."""
    total = 0
    for place, digit in enumerate(map(int, number)):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def may_renew(expires_at: datetime, warn_days: int, *, now: datetime) -> bool:
    """Whether a verification is near enough to its end to be made anew."""
    return now >= expires_at - timedelta(days=warn_days)
