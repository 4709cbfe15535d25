"""Hooks: how a lower feature lets a higher one take part in its transaction. Connected in app.py."""
from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Hook(Generic[P]):
    """A point in a use case where higher features act inside the same transaction; one that raises undoes it all."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._takers: list[Callable[P, None]] = []

    def connect(self, taker: Callable[P, None]) -> None:
        """Have `taker` called each time, in order of connection; connecting it twice changes nothing."""
        if taker not in self._takers:
            self._takers.append(taker)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call every taker now, in this transaction."""
        for taker in self._takers:
            taker(*args, **kwargs)
