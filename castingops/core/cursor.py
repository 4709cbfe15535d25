"""Keyset paging: a cursor holds the sort values of the last row seen, so that decided rows never shift a page."""
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from castingops.core.errors import Invalid
from castingops.core.messages import N_

_INTEGER_END = 2**31  # PostgreSQL's integer ends here, and answers anything larger with an error of its own
NEWEST = UUID(int=2**128 - 1)  # above every uuidv7: where a list sorted newest first begins

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """Rows in order, and the cursor of the next page or None at the end."""

    rows: Sequence[RowT]
    next_cursor: str | None


def page_of(rows: Sequence[RowT], *, size: int, key: Callable[[RowT], tuple[Any, ...]] | None = None) -> Page[RowT]:
    """A page out of up to `size` + 1 rows: the one too many only says that there is more.

    `key` gives the sort values of a row; without it a row's `id` is the whole key.
    """
    more = len(rows) > size
    sort_key = key or (lambda row: (row.id,))  # type: ignore[attr-defined]
    return Page(rows[:size], encode(*sort_key(rows[size - 1])) if more else None)


def encode(*values: Any) -> str:
    """An opaque, URL-safe cursor that continues after a row with these sort values."""
    return urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def decode(cursor: str | None, *types: type) -> tuple[Any, ...] | None:
    """The sort values to continue after, or None for the first page. Errors: Invalid for a cursor we never gave."""
    if not cursor:
        return None
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        values: tuple[Any, ...] = msgspec.json.decode(raw, type=tuple[types])  # type: ignore[valid-type]
        if any(isinstance(value, int) and abs(value) >= _INTEGER_END for value in values):
            raise ValueError("a number that no list of ours is sorted by")
        if any(isinstance(value, str) and "\0" in value for value in values):
            raise ValueError("a text that no row of ours holds")
    except (ValueError, msgspec.MsgspecError) as error:
        raise Invalid(cursor=N_("This is not a cursor of ours.")) from error
    return values


def decode_id(cursor: str | None) -> UUID:
    """The id to continue below; NEWEST for no cursor. Errors: Invalid."""
    values = decode(cursor, UUID)
    return values[0] if values else NEWEST
