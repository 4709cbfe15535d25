"""What is sent by e-mail before anybody is signed in: links that prove an address, and how long they live."""
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

CONFIRM_LIVES = timedelta(days=2)  # from registration to the proof that the address is one's own
RESET_LIVES = timedelta(hours=1)
EMAIL_LIVES = timedelta(days=1)
UNDO_LIVES = timedelta(days=7)


class Letter(StrEnum):
    """What a link that was e-mailed to an account does."""

    RESET = "reset"  # choose a new password
    EMAIL = "email"  # prove the new address
    UNDO = "undo"  # take a change of address back, from the former one


class Pending(Struct, frozen=True):
    """A registration whose address is not proved yet, in the order of the look-up."""

    id: UUID
    email: str
    password_hash: str
    registration: Mapping[str, Any]  # a `Registration`, as JSON
    expires_at: datetime


class Link(Struct, frozen=True):
    """A link that works at this moment, in the order of the look-up."""

    id: UUID
    user_id: UUID
    kind: str
    email: str | None
    keep_id: UUID | None
