"""Which queue a case goes to: the first rule that matches, else the default."""
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from castingops.core.arabic import tidy
from castingops.core.messages import N_
from castingops.moderation.errors import InvalidQueue
from castingops.moderation.rules.names import name_problem
from castingops.moderation.types import LANGUAGES
from castingops.moderation.types.queues import (
    PRIORITY_MAX,
    QUEUE_TITLE_MAX,
    WORKERS,
    Facts,
    MatchedBy,
    Queue,
    Routed,
)


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


def checked_queue(draft: Queue, *, kinds: Collection[str]) -> Queue:
    """A queue as it is kept. Errors: InvalidQueue names each field that cannot be."""
    problems: dict[str, Any] = {}
    for name, problem in (
        ("title_en", name_problem(draft.title_en, QUEUE_TITLE_MAX)),
        ("title_ar", name_problem(draft.title_ar, QUEUE_TITLE_MAX)),
        ("kind", None if draft.kind in {"", *kinds} else N_("There is no such kind.")),
        ("language", None if draft.language in {"", *LANGUAGES} else N_("There is no such language.")),
        ("priority_from", None if 0 <= draft.priority_from <= PRIORITY_MAX
         else N_("Give a number from 0 to %(max)d.", max=PRIORITY_MAX)),
        ("roles", None if set(draft.roles) <= set(WORKERS) else N_("This role does not decide cases.")),
        ("kind", None if draft.is_default or is_narrowed(draft)
         else N_("Say what goes here: a queue without a rule would get nothing.")),
    ):
        if problem:
            problems.setdefault(name, problem)
    if problems:
        raise InvalidQueue(**problems)
    return replace(draft, title_en=tidy(draft.title_en), title_ar=tidy(draft.title_ar))


def code_for(title: str, taken: Collection[str]) -> str:
    """A queue's code, for addresses: its English title in small letters, with a number where that is taken."""
    stem = "-".join(re.findall(r"[a-z0-9]+", title.casefold()))[:40] or "queue"
    return next(code for n in range(len(taken) + 1) if (code := stem if not n else f"{stem}-{n + 1}") not in taken)
