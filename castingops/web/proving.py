"""What a page that asks for a proof of identity keeps of the request it had to refuse."""
from collections.abc import Iterable

from flask import request
from msgspec import Struct

_CARRIED = "kept."
_NEVER = ("csrf_token", "password")  # a page has its own token; a secret is typed again


class Refused(Struct, frozen=True):
    """A request that can be sent again by hand: its method, path and fields."""

    method: str
    path: str
    fields: tuple[tuple[str, str], ...]


def refused_request() -> Refused:
    """The request at hand, as the page that refuses it carries it."""
    reads = request.method == "GET"
    return Refused("get" if reads else "post", request.full_path.rstrip("?"), () if reads else _kept(_fields()))


def carried() -> tuple[tuple[str, str], ...]:
    """The fields of a refused form that the proof's form brought along."""
    return _kept((name.removeprefix(_CARRIED), value) for name, value in _fields() if name.startswith(_CARRIED))


def _fields() -> Iterable[tuple[str, str]]:
    return request.form.items(multi=True)


def _kept(fields: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in fields if not any(word in name for word in _NEVER))
