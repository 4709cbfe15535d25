"""Names and values that the whole feature shares."""
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

NEVER_OF_MINORS = frozenset({"marketing", "sensitive"})  # purposes that nobody consents to for a minor


class Basis(StrEnum):
    """The legal basis of a purpose (PDPL art. 5 and 6). Only a consent can be given and withdrawn."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTEREST = "legitimate_interest"


class AgeBand(StrEnum):
    """For whom a notice is written (Implementing Regulation art. 4: suitable language for minors)."""

    ADULT = "adult"
    MINOR = "minor"


class NoticeKind(StrEnum):
    PRIVACY = "privacy"
    TERMS = "terms"
    MARKETING = "marketing"  # agreed to by a text of its own, since it needs nothing of the rest


class Change(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class Means(StrEnum):
    """How somebody said so; part of the proof (Implementing Regulation art. 11)."""

    REGISTRATION = "registration"
    SUBMISSION = "submission"  # sending a profile for publication
    APP = "app"  # the privacy choices
    LINK = "link"  # the link that every marketing message carries
    REPLY = "reply"  # the word stop, sent back to a text
    LAPSE = "lapse"  # nobody said so: the guardianship that it rested on is over


class NoticeText(Struct, frozen=True):
    """A notice as it is shown, in the order of the select."""

    id: UUID
    kind: str
    version: str
    locale: str
    age_band: str
    title: str
    body: str
    text_hash: str
    published_at: datetime


class PurposeRow(Struct, frozen=True):
    """A purpose of processing, in the order of the select."""

    code: str
    basis: str
    title: str


class ConsentRow(Struct, frozen=True):
    """The last word on one purpose, in the order of the select."""

    purpose: str
    change: str
    at: datetime
    notice_version: str
    age_band: str
    guardianship_id: UUID | None  # that a guardian's word rests on


class ConsentState(Struct, frozen=True, kw_only=True):
    """How things stand with one purpose, as its person sees it."""

    purpose: str
    title: str
    basis: str
    withdrawable: bool
    given: bool
    since: datetime | None
    notice_version: str | None
