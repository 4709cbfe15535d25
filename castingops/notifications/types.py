"""What notifications are made of."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from castingops.core.actor import Actor
from castingops.core.messages import Message

REPORTS_KEPT = timedelta(days=30)  # carriers' words on texts; networks give up after three


class EmailState(StrEnum):
    """Where an e-mail stands. `failed` is final; what may pass later stays queued and is tried again.

    `skipped`: its person does not want it, as it stood when it was to be sent.
    """

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class SmsState(StrEnum):
    """Where a text stands. A network may never say that it was delivered: `sent` is final then."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"


class Channel(StrEnum):
    """The ways to a person."""

    INBOX = "inbox"
    EMAIL = "email"
    SMS = "sms"


class Category(StrEnum):
    """What a message is for; people choose by it. Security is told always, marketing only to who agreed to it."""

    SECURITY = "security"
    SERVICE = "service"
    REMINDER = "reminder"
    MARKETING = "marketing"


@dataclass(frozen=True)
class Bilingual:
    """A text that exists in both languages, such as a statement of reasons. It may have several paragraphs."""

    en: str
    ar: str


# Days are written out in both calendars, moments with the time of Riyadh, messages translated, names isolated.
Value = str | int | UUID | date | datetime | Message | Bilingual


@dataclass(frozen=True)
class Template:
    """A message to people: `feature.thing.happened`, its subject line and its body, in English with placeholders.

    Paragraphs of the body are parted by empty lines. `placeholders` names what both may fill in. A text message is the
    subject alone.
    """

    name: str
    subject: Message
    body: Message
    placeholders: frozenset[str]
    category: Category

    def __init__(self, name: str, subject: Message, body: Message, placeholders: Iterable[str] = (), *,
                 category: Category = Category.SERVICE) -> None:
        for field, value in (("name", name), ("subject", subject), ("body", body),
                             ("placeholders", frozenset(placeholders)), ("category", category)):
            object.__setattr__(self, field, value)


@dataclass(frozen=True)
class Recipient:
    """Where a person gets mail, in which language, how they are called, and their verified number if there is one."""

    address: str
    locale: str
    name: str
    phone: str = ""
    about: Bilingual | None = None  # whose guardian they are, when it is read for a ward


class Marketing(Protocol):
    """What consent knows of marketing; it is above us, and the composition root connects it."""

    def since(self, subject_id: UUID, *, actor: Actor) -> datetime | None:
        """Since when this person's consent to marketing stands; None without one."""
        ...

    def withdraw(self, subject_id: UUID, *, means: str, actor: Actor) -> None:
        """Withdraw it in the person's name, who said so by `link` or `reply`; nothing to withdraw is no fault."""
        ...


class Preference(Struct, frozen=True, kw_only=True):
    """Whether a person gets messages of one category by one channel, and whether that is theirs to choose."""

    channel: str
    category: str
    on: bool
    changeable: bool


@dataclass(frozen=True)
class Sealed:
    """What only the e-mail itself may say: `values` of placeholders, such as a link that lets somebody in.

    Kept sealed until the mail is sent, then forgotten; the text that stays has the placeholder's name in their place.
    `to` is whom to write to when it is not where the account gets its mail: an address to be proved, or a former one.
    """

    values: Mapping[str, str]
    to: Recipient | None = None


@dataclass(frozen=True)
class Rendered:
    """One language's text of a notification."""

    subject: str
    body: str


Values = Mapping[str, Value]
