"""What happens to accounts. Ids only: an event outlives the erasure of a person."""
from typing import ClassVar

from castingops.core.events import Event


class UserRegistered(Event, frozen=True, kw_only=True):
    """Someone made an account in an app; `subject_id` is theirs."""

    name: ClassVar[str] = "user.registered"
    role: str
