"""Which queue a case goes to: the first rule that matches, else the default."""
from collections.abc import Sequence
from typing import Any

from castingops.moderation.types.queues import Facts, MatchedBy, Queue, Routed


def route(facts: Facts, queues: Sequence[Queue]) -> Routed:
    """The queue of a case and why. `queues` stand in their order, the default among them.

    Errors: LookupError without a default queue, which the database does not allow.
    """
    for queue in queues:
        if not queue.is_default and is_narrowed(queue) and matches(queue, facts):
            return Routed(queue, because(queue))
    default = next((queue for queue in queues if queue.is_default), None)
    if default is None:
        raise LookupError("there is no default queue")
    return Routed(default, ())


def matches(queue: Queue, facts: Facts) -> bool:
    """Whether each part of the rule that says something says it of this case."""
    return ((not queue.kind or queue.kind == facts.kind)
            and (not queue.language or queue.language == facts.language)
            and (queue.minor is None or queue.minor == facts.minor)
            and facts.priority >= queue.priority_from)


def is_narrowed(queue: Queue) -> bool:
    """Whether the rule says anything: one that matched everything would starve those after it."""
    return bool(queue.kind or queue.language or queue.minor is not None or queue.priority_from)


def because(queue: Queue) -> tuple[tuple[MatchedBy, Any], ...]:
    """The parts of a queue's rule, as the page explains where a case went."""
    parts = ((MatchedBy.KIND, queue.kind, bool(queue.kind)), (MatchedBy.LANGUAGE, queue.language, bool(queue.language)),
             (MatchedBy.MINOR, queue.minor, queue.minor is not None),
             (MatchedBy.PRIORITY, queue.priority_from, bool(queue.priority_from)))
    return tuple((part, value) for part, value, said in parts if said)
