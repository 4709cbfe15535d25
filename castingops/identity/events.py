"""What happens to accounts. Ids only: an event outlives the erasure of a person."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class UserRegistered(Event, frozen=True, kw_only=True):
    """Someone made an account in an app; `subject_id` is theirs."""

    name: ClassVar[str] = "user.registered"
    role: str


class AccountAsked(Event, frozen=True, kw_only=True):
    """Someone asked for an account: its address has to be proved first."""

    name: ClassVar[str] = "identity.account.asked"
    queue: ClassVar[str] = "email"
    pending_id: UUID


class LetterAsked(Event, frozen=True, kw_only=True):
    """Someone asked for a letter to an address that may have an account."""

    name: ClassVar[str] = "identity.letter.asked"
    queue: ClassVar[str] = "email"
    letter_id: UUID
