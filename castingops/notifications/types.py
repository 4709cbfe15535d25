"""What notifications are made of."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from castingops.core.messages import Message


class EmailState(StrEnum):
    """Where an e-mail stands. `failed` is final; what may pass later stays queued and is tried again."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Channel(StrEnum):
    """The ways to a person."""

    INBOX = "inbox"
    EMAIL = "email"


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

    Paragraphs of the body are parted by empty lines. `placeholders` names what both may fill in.
    """

    name: str
    subject: Message
    body: Message
    placeholders: frozenset[str]

    def __init__(self, name: str, subject: Message, body: Message, placeholders: Iterable[str] = ()) -> None:
        for field, value in (("name", name), ("subject", subject), ("body", body),
                             ("placeholders", frozenset(placeholders))):
            object.__setattr__(self, field, value)


@dataclass(frozen=True)
class Recipient:
    """Where a person gets mail, in which language, and how they are called."""

    address: str
    locale: str
    name: str


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
