"""Who knows people's addresses: a port that identity fills."""
from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from castingops.notifications.types import Recipient

Directory = Callable[[UUID], Recipient | tuple[str, str, str] | None]

Readers = Callable[[UUID], Mapping[UUID, Recipient]]
PhoneBook = Callable[[str], Collection[UUID]]

_directory: list[Directory] = []
_readers: list[Readers] = []
_phone_book: list[PhoneBook] = []


def set_directory(directory: Directory, readers: Readers | None = None) -> None:
    """Say who knows people's addresses: the composition root connects identity.

    `directory(subject_id)` runs in the open unit of work and returns (address, locale, name), or None for nobody.
    `readers(subject_id)`: who reads what is sent to somebody without an account, by id: the guardians of a ward.
    """
    _directory[:] = [directory]
    _readers[:] = [readers] if readers else []


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


def readers_of(subject_id: UUID) -> Mapping[UUID, Recipient]:
    """Who reads what is sent to somebody without an account."""
    return _readers[0](subject_id) if _readers else {}
