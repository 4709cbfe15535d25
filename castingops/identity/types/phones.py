"""Mobile numbers of people, and the codes that prove them."""
from datetime import datetime, timedelta

from msgspec import Struct

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5  # wrong ones, then another code has to be asked for


class PhoneState(Struct, frozen=True, kw_only=True):
    """One's own number as the API shows it: in E.164, as people of its country write it, and what is being proved."""

    number: str | None
    shown: str | None
    verified_at: datetime | None
    pending_number: str | None
    pending_until: datetime | None
