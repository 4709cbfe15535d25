"""Where acts are recorded: the audit trail stands beside us and not below, so the composition root connects it."""
from collections.abc import Callable
from typing import Any

Record = Callable[..., object]

_trail: list[Record] = []


def provide_trail(record: Record) -> None:
    """Say how an act is recorded; `record` is the audit trail's own."""
    _trail[:] = [record]


def record(action: str, **facts: Any) -> None:
    """Record an act as the audit trail does, in this transaction. Errors: IndexError when nothing is connected."""
    _trail[0](action, **facts)
