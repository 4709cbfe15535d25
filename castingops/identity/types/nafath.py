"""Proving by Nafath who one is: a transaction with a provider, and the verification that comes of it."""
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

STARTING_LIFE = timedelta(seconds=60)  # until a provider has answered that it asks the person
TRANSACTION_LIFE = timedelta(seconds=200)  # what Nafath gives the person, unless the provider says otherwise
CALLBACK_GRACE = timedelta(seconds=30)  # for a callback on its way while the time runs out
STARTS_PER_DAY = 5  # of one account, and about one national id: each makes somebody's phone ring
NUMBER_SECONDS = 3  # how often an app asks how it stands


class Attempt(StrEnum):
    """Where a transaction stands. Only `verified` proves anything."""

    STARTING = "starting"  # the provider is being asked
    PENDING = "pending"  # the person is being asked, and compares the two-digit number
    ANSWERED = "answered"  # the provider's word is stored, and is being looked into
    VERIFIED = "verified"
    REJECTED = "rejected"  # by the person
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


LIVE = (Attempt.STARTING, Attempt.PENDING, Attempt.ANSWERED)


class Failure(StrEnum):
    """Why an attempt failed."""

    BUSY = "busy"  # another request about this person is open in their Nafath app
    REFUSED = "refused"  # the provider does not take this request
    UNAVAILABLE = "unavailable"
    UNPROVED = "unproved"  # said to be approved, and nothing came that proves it
    USED_ELSEWHERE = "used_elsewhere"  # this person has verified another account


class Ending(StrEnum):
    """Why a verification holds no more."""

    EXPIRED = "expired"
    REMOVED = "removed"  # by its person
    REPLACED = "replaced"  # by a newer one


class Progress(StrEnum):
    """A provider's word on a transaction."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Started(Struct, frozen=True, kw_only=True):
    """What a provider answers to a request: its id of it, the number to show, how long the person has."""

    provider_id: str
    number: str
    life: timedelta = TRANSACTION_LIFE


class Claims(Struct, frozen=True, kw_only=True):
    """What a provider vouches for. The national id is compared and dropped; the rest is kept."""

    national_id: str
    name_ar: str = ""
    name_en: str = ""
    birth_date: date | None = None


class Callback(Struct, frozen=True, kw_only=True):
    """An authentic message of a provider about a transaction. Without `claims` it is a hint: the truth is asked for.

    `fingerprint` is the same for the same message only.
    """

    provider_id: str
    national_id: str
    fingerprint: str
    issued_at: datetime | None = None
    claims: Claims | None = None


class Asked(Struct, frozen=True, kw_only=True):
    """What a provider needs to know of the person while a transaction lives; sealed, and gone with its end."""

    national_id: str
    locale: str
    ip: str


class AttemptState(Struct, frozen=True, kw_only=True):
    """An attempt as its person sees it."""

    state: str
    reason: str | None
    number: str | None
    expires_at: datetime


class NafathState(Struct, frozen=True, kw_only=True):
    """How things stand with one's identity: verified until when, and the latest attempt."""

    verified: bool
    verified_at: datetime | None
    verified_until: datetime | None
    attempt: AttemptState | None
    ask_again_seconds: int | None


class Verified(Struct, frozen=True):
    """What is known of a verified person, in the order of the select."""

    birth_date: date | None
    expires_at: datetime
