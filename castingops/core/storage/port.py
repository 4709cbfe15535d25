"""What every store does, and which keys it takes."""
import re
from typing import Protocol

from castingops.core.errors import NotFound, Unavailable
from castingops.core.messages import N_

KEY_MAX = 512
# Segments of plain characters that start with a letter or digit: no "..", no hidden or empty name, no NUL,
# nothing absolute, nothing that a file system or a URL would read in its own way.
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}(/[A-Za-z0-9][A-Za-z0-9._-]{0,199})*", re.ASCII)


class ObjectNotFound(NotFound):
    code, message = "file_not_found", N_("This file is not here.")


class UnusableKey(ObjectNotFound):
    """No object can have this name, so none is found under it."""

    code = "file_key_unusable"


class StorageUnavailable(Unavailable):
    code, message = "storage_unavailable", N_("Files cannot be reached at the moment. Please retry.")


class Storage(Protocol):
    """A store of files by key. Every method refuses a key that `checked_key` refuses."""

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store `data` whole or not at all, over what was there. Errors: StorageUnavailable."""
        ...

    def get(self, key: str) -> bytes:
        """The bytes under `key`. Errors: ObjectNotFound, StorageUnavailable."""
        ...

    def content_type(self, key: str) -> str:
        """The media type given with `put`. Errors: ObjectNotFound, StorageUnavailable."""
        ...

    def exists(self, key: str) -> bool:
        """Whether there is something under `key`. Errors: StorageUnavailable."""
        ...

    def delete(self, key: str) -> None:
        """Remove what is under `key`; nothing there is fine. Errors: StorageUnavailable."""
        ...


def checked_key(key: str) -> str:
    """`key` as it is. Errors: UnusableKey."""
    if len(key) > KEY_MAX or not _KEY.fullmatch(key):
        raise UnusableKey
    return key
