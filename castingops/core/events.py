"""Domain events: what happened, as plain facts. Publishing is `outbox`'s work, delivery `consumer`'s."""
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from msgspec import Struct, convert, to_builtins


class Event(Struct, frozen=True, kw_only=True):
    """A fact. `name` is stable: it outlives the class in stored rows. Payloads carry ids, never personal data."""

    name: ClassVar[str]
    queue: ClassVar[str] = "alerts"
    org_id: UUID | None = None
    subject_id: UUID | None = None


EventT = TypeVar("EventT", bound=Event)
Handler = Callable[..., None]  # handler(event, *, actor)

_TYPES: dict[str, type[Event]] = {}
_HANDLERS: dict[str, dict[str, Handler]] = {}


def subscribe(event: type[EventT], handler: Handler) -> None:
    """Have `handler(event, actor=…)` called once for each `event`. Its dotted name is its identity: keep it."""
    _TYPES[event.name] = event
    _HANDLERS.setdefault(event.name, {})[f"{handler.__module__}.{handler.__name__}"] = handler


def handlers_of(name: str) -> dict[str, Handler]:
    """The subscribers of an event by their dotted names."""
    return _HANDLERS.get(name, {})


def catalogue() -> dict[str, list[str]]:
    """Every event somebody listens to, and who: for the table in docs/."""
    return {name: sorted(handlers) for name, handlers in sorted(_HANDLERS.items())}


def dump(event: Event) -> dict[str, Any]:
    """The event as JSON-ready values."""
    return {str(key): value for key, value in to_builtins(event).items()}


def load(name: str, payload: dict[str, Any]) -> Event:
    """The event that `dump` wrote. Errors: KeyError for a name that nobody subscribed to."""
    return convert(payload, _TYPES[name])
