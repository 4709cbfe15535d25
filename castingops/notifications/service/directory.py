"""Who knows people's addresses: a port that identity fills."""
from collections.abc import Callable, Collection
from uuid import UUID

from castingops.notifications.types import Recipient

Directory = Callable[[UUID], Recipient | tuple[str, str, str] | None]

PhoneBook = Callable[[str], Collection[UUID]]

_directory: list[Directory] = []
_phone_book: list[PhoneBook] = []


def set_directory(directory: Directory) -> None:
    """Say who knows people's addresses: the composition root connects identity.

    `directory(subject_id)` runs in the open unit of work and returns (address, locale, name), or None for nobody.
    """
    _directory[:] = [directory]


def set_phone_book(holders: PhoneBook) -> None:
    """Say whose verified number a number (E.164) is; it may be of several people. Connected like the directory."""
    _phone_book[:] = [holders]


def holders_of(number: str) -> Collection[UUID]:
    """Whose verified number this is."""
    return _phone_book[0](number) if _phone_book else ()


def recipient_of(subject_id: UUID) -> Recipient | None:
    """Where this person gets messages; None for nobody."""
    known = _directory[0](subject_id) if _directory else None
    return known if known is None or isinstance(known, Recipient) else Recipient(*known)
