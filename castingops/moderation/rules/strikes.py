"""The ladder of strikes: how much a breach weighs, how long it counts, and what follows when points add up.

Ladders are dated: a change is a new entry, and what was previewed under the old one stays what it was.
"""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from castingops.core.messages import N_, NN_, Message
from castingops.moderation.types.decisions import ActionKind


@dataclass(frozen=True)
class Step:
    """From `points` on, `consequence` follows; `days` of a suspension."""

    points: int
    consequence: ActionKind
    days: int = 0


@dataclass(frozen=True)
class Ladder:
    """What strikes weigh and lead to from a moment on. `weights` and `lasts` by the severity of the policy."""

    since: datetime
    weights: dict[str, int]
    lasts: dict[str, timedelta]
    steps: tuple[Step, ...]

    @property
    def top(self) -> int:
        """The points of the last step."""
        return self.steps[-1].points


@dataclass(frozen=True)
class Standing:
    """A strike that was recorded: its points, when it began and stops to count, and whether it was voided."""

    weight: int
    created_at: datetime
    expires_at: datetime
    voided: bool = False


LADDERS = (
    Ladder(since=datetime(2026, 11, 1, tzinfo=UTC), weights={"low": 1, "medium": 1, "high": 2},
           lasts={"low": timedelta(days=90), "medium": timedelta(days=180), "high": timedelta(days=365)},
           steps=(Step(1, ActionKind.WARN), Step(3, ActionKind.SUSPEND, 7), Step(5, ActionKind.SUSPEND, 30),
                  Step(7, ActionKind.BAN))),
)


def ladder_at(moment: datetime) -> Ladder:
    """The ladder in force; the first one for what came before it."""
    return next((ladder for ladder in reversed(LADDERS) if ladder.since <= moment), LADDERS[0])


def points(strikes: Iterable[Standing], at: datetime) -> int:
    """The points that count at a moment: neither voided nor expired nor still to come."""
    return sum(each.weight for each in strikes if not each.voided and each.created_at <= at < each.expires_at)


def consequence(before: int, weight: int, ladder: Ladder) -> Step | None:
    """What a strike of `weight` leads to when `before` points count already: the highest step it reaches or passes.

    Above the last step every further strike leads to that one again. None when it reaches no step.
    """
    after = before + weight
    if before >= ladder.top:
        return ladder.steps[-1]
    reached = [step for step in ladder.steps if before < step.points <= after]
    return reached[-1] if reached else None


def told(after: int, step: Step | None, ladder: Ladder) -> Message:
    """What a strike leads to, in words, for who decides."""
    values = {"points": after, "of": ladder.top}
    if step is None:
        return N_("This strike makes %(points)d of %(of)d: nothing more follows.", **values)
    if step.consequence is ActionKind.SUSPEND:
        return NN_("This strike makes %(points)d of %(of)d: suspended for %(n)d day.",
                   "This strike makes %(points)d of %(of)d: suspended for %(n)d days.", n=step.days, **values)
    if step.consequence is ActionKind.BAN:
        return N_("This strike makes %(points)d of %(of)d: banned, once a second person approves.", **values)
    return N_("This strike makes %(points)d of %(of)d: warned.", **values)
