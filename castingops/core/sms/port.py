"""What every carrier of texts takes and answers."""
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol

from castingops.core.config import Settings
from castingops.core.errors import Unavailable
from castingops.core.messages import N_


class SmsUnavailable(Unavailable):
    """The carrier does not take texts now. Try again later."""

    code, message = "sms_unavailable", N_("Text messages cannot be sent at the moment.")


class TextKind(StrEnum):
    """What a text is to the carriers of the Kingdom: a promotional one needs a sender of its own and stops at night."""

    SERVICE = "service"
    PROMOTIONAL = "promotional"


@dataclass(frozen=True)
class Sms:
    """One text to one number (E.164). `key` is the same on every try, so that a carrier may know a double as one.

    What it says and to whom stays out of what is printed of it.
    """

    to: str = field(repr=False)
    body: str = field(repr=False)
    key: str
    kind: TextKind = TextKind.SERVICE

    @property
    def digits(self) -> str:
        """The number as every Saudi carrier spells it: digits alone, the country first."""
        return self.to.removeprefix("+")


@dataclass(frozen=True)
class Outcome:
    """How a carrier took a text: its id of it, the numbers it accepted and rejected, whether another try may pass.

    `reason` is a code of ours for what was not accepted.
    """

    provider_id: str | None
    accepted: tuple[str, ...] = field(repr=False)
    rejected: tuple[str, ...] = field(repr=False)
    retryable: bool = False
    reason: str = ""


class SmsSender(Protocol):
    """A carrier. `name` is how its delivery reports and our rows call it."""

    name: ClassVar[str]

    def send(self, sms: Sms) -> Outcome:
        """Hand the text over."""
        ...


def taken(sms: Sms, provider_id: str) -> Outcome:
    """The carrier has it."""
    return Outcome(provider_id, (sms.to,), ())


def refused(sms: Sms, reason: str, *, retryable: bool = False) -> Outcome:
    """The carrier has it not, for good unless `retryable`."""
    return Outcome(None, (), (sms.to,), retryable, reason)


def signature_for(kind: TextKind, sender: str) -> str:
    """The sender's name for a kind of text: promotional ones end in -AD (rule of the Saudi carriers)."""
    return f"{sender}-AD" if kind is TextKind.PROMOTIONAL else sender


def secret_of(settings: Settings, name: str) -> str:
    """A carrier's secret. Errors: ValueError when it is not set."""
    value = getattr(settings, name)
    if value is None:
        raise ValueError(f"CASTINGOPS_{name.upper()} is not set, and CASTINGOPS_SMS is {settings.sms}")
    return str(value.get_secret_value())
