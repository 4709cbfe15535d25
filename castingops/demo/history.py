"""A year of a house at work, as a plan: who registers, submits, is decided on, and when. Pure: it writes nothing.

Talents write at all hours. Moderators work Sunday to Thursday, nine to five in Riyadh.
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from castingops.core.clock import RIYADH

Verb = Literal["register", "draft", "submit", "take", "note", "decide"]
Outcome = Literal["approve", "changes", "reject"]
Edit = Literal["first", "mended", "grown"]

YEAR = timedelta(days=365)
_OPENS, _CLOSES = 9, 17  # hours in Riyadh
_REST = (4, 5)  # Friday and Saturday
_WRITING_HOURS = (7, *range(9, 15), *(16, 17, 18, 19, 20) * 2, *(21, 22, 23) * 3, 0)
_CHANGES = {"PR-1.1": 34, "PR-4.1": 24, "PR-3.1": 14, "PR-1.2": 14, "PR-3.2": 14}
_REJECTS = {"PR-2.2": 55, "PR-3.1": 45}
_NOTED = 0.14  # share of decisions before which a moderator left a note


@dataclass(frozen=True, order=True)
class Act:
    """One thing that happened. `policy` of a submission is what its text breaks, of a decision what it rests on.

    `moderator` is a place in the list of those who decide.
    """

    at: datetime
    number: int  # of the person
    verb: Verb
    edit: Edit = "first"
    outcome: Outcome = "approve"
    policy: str | None = None
    moderator: int = 0


@dataclass(frozen=True)
class Round:
    """One submission and what becomes of it; without an outcome it waits for a decision."""

    edit: Edit
    outcome: Outcome | None


Story = tuple[Round, ...]
_FIRST, _WAITS = Round("first", "approve"), Round("first", None)
_BACK, _MENDED = Round("first", "changes"), Round("mended", "approve")

DRAFT: Story = ()
DECIDED: tuple[tuple[Story, int], ...] = (
    ((_FIRST,), 118),
    ((_BACK, _MENDED), 44),
    ((_FIRST, Round("grown", "approve")), 24),
    ((_BACK, Round("mended", "changes"), _MENDED), 5),
    ((_FIRST, Round("grown", "changes")), 6),
    ((_BACK,), 8),
    ((Round("first", "reject"),), 9),
    ((Round("first", "reject"), _MENDED), 4),
    ((_BACK, _MENDED, Round("grown", "approve")), 5),
)
OPEN: tuple[tuple[Story, int], ...] = (
    ((_WAITS,), 24),
    ((_FIRST, Round("grown", None)), 9),
    ((_BACK, Round("mended", None)), 6),
    ((Round("first", "reject"), Round("mended", None)), 2),
)
SHOWN: Story = (_FIRST, Round("grown", "changes"))  # of the talent one can sign in as: live, with a change sent back


def plan(rng: Random, *, adults: int, minors: int, queue: int, now: datetime, moderators: int) -> list[Act]:
    """Everything that happens to `adults` + `minors` people up to `now`, in order of time.

    People are numbered from 1, the minors last; number 1 has the story SHOWN. `queue` of them wait for a decision.
    """
    acts: list[Act] = []
    for number, (story, is_open) in enumerate(_stories(rng, adults, queue), start=1):
        acts += _lived(rng, number, story, now=now, is_open=is_open, moderators=moderators)
    for number in range(adults + 1, adults + minors + 1):
        acts += _drafted(rng, number, now)
    return sorted(acts)


def _stories(rng: Random, adults: int, queue: int) -> list[tuple[Story, bool]]:
    waiting = [(story, True) for story in _dealt(OPEN, queue)]
    drafts = [(DRAFT, False)] * max(1, adults // 18)
    decided = [(story, False) for story in _dealt(DECIDED, adults - 1 - len(waiting) - len(drafts))]
    rest = [*waiting, *drafts, *decided]
    rng.shuffle(rest)
    return [(SHOWN, False), *rest]


def _dealt(kinds: Sequence[tuple[Story, int]], count: int) -> list[Story]:
    """`count` stories in the proportion of their weights."""
    total = sum(weight for _, weight in kinds)
    dealt = [story for story, weight in kinds for _ in range(round(weight * count / total))]
    return [*dealt, *[kinds[0][0]] * count][:count]


def _lived(rng: Random, number: int, story: Story, *, now: datetime, is_open: bool, moderators: int) -> list[Act]:
    """One person's acts; tried again until everything that is decided was decided by now."""
    if not story:
        return _drafted(rng, number, now)
    while True:
        acts = _tried(rng, number, story, now=now, is_open=is_open, moderators=moderators)
        if all(act.at < now - timedelta(minutes=4) for act in acts):
            return acts


def _tried(rng: Random, number: int, story: Story, *, now: datetime, is_open: bool, moderators: int) -> list[Act]:
    joined = _evening(rng, now - YEAR * (1 - rng.random() ** 0.6))
    acts = [Act(joined, number, "register")]
    at = joined + timedelta(minutes=rng.uniform(15, 60 * 24 * 6))
    for place, step in enumerate(story):
        if is_open and step.outcome is None:
            at = max(at, now - _waited(rng))
        policy = _policy(rng, step, story[place + 1:place + 2])
        acts.append(Act(at, number, "submit", edit=step.edit, policy=policy))
        if step.outcome is None:
            acts += _begun(rng, at, number, now, moderators)
            break
        decided = working_time(rng, at + timedelta(hours=rng.uniform(0.4, 27)))
        acts += _decided(rng, decided, number, step.outcome, policy, moderators)
        pause = rng.uniform(40, 150) if story[place + 1:] and story[place + 1].edit == "grown" else rng.uniform(0.05, 6)
        at = _evening(rng, decided + timedelta(days=pause))
    return acts


def _policy(rng: Random, step: Round, following: Sequence[Round]) -> str | None:
    if step.outcome in ("changes", "reject"):
        weights = _CHANGES if step.outcome == "changes" else _REJECTS
        return rng.choices(list(weights), list(weights.values()))[0]
    # among those that wait some are not fit to be published, so that there is something to find
    return rng.choice(("PR-1.1", "PR-3.1", "PR-1.2")) if step.outcome is None and rng.random() < 0.3 else None


def _decided(rng: Random, at: datetime, number: int, outcome: Outcome, policy: str | None,
             moderators: int) -> Iterator[Act]:
    by = rng.randrange(moderators)
    if rng.random() < _NOTED:
        yield Act(at - timedelta(minutes=rng.uniform(3, 14)), number, "note", moderator=rng.randrange(moderators))
    yield Act(at, number, "decide", outcome=outcome, policy=policy if outcome != "approve" else None, moderator=by)


def _begun(rng: Random, at: datetime, number: int, now: datetime, moderators: int) -> Iterator[Act]:
    """Some of what waits has been taken by somebody."""
    if rng.random() < 0.24:
        taken = at + (now - at) * rng.uniform(0.3, 0.9)
        yield Act(taken, number, "take", moderator=rng.randrange(moderators))


def _drafted(rng: Random, number: int, now: datetime) -> list[Act]:
    joined = _evening(rng, now - timedelta(days=rng.uniform(1, 90)))
    joined = min(joined, now - timedelta(hours=1))
    return [Act(joined, number, "register"), Act(joined + timedelta(minutes=rng.uniform(10, 50)), number, "draft")]


def _waited(rng: Random) -> timedelta:
    """How long a case of the queue has waited: most are fresh, some due, a few overdue."""
    low, high = rng.choices(((0.2, 4), (4, 22), (22, 46), (46, 96)), (34, 36, 20, 10))[0]
    return timedelta(hours=rng.uniform(low, high))


def working_time(rng: Random, earliest: datetime) -> datetime:
    """A moment at which somebody works, not before `earliest`: Sunday to Thursday, nine to five in Riyadh."""
    local = earliest.astimezone(RIYADH)
    if local.weekday() not in _REST and _OPENS <= local.hour < _CLOSES:
        return local
    day = local if local.hour < _OPENS else local + timedelta(days=1)
    while day.weekday() in _REST:
        day += timedelta(days=1)
    opening = day.replace(hour=_OPENS, minute=0, second=0, microsecond=0)
    return opening + timedelta(minutes=rng.uniform(2, 200))


def _evening(rng: Random, near: datetime) -> datetime:
    """The hour at which people sit down to write, on the day of `near` or, to be no earlier, the next."""
    local = near.astimezone(RIYADH)
    moment = local.replace(hour=rng.choice(_WRITING_HOURS), minute=rng.randrange(60), second=rng.randrange(60))
    return moment if moment >= local else moment + timedelta(days=1)
