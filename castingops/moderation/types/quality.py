"""Names and value objects of blind re-review and of published figures."""
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from castingops.core.messages import N_, NP_, Message

SAMPLED_IN_100 = 5  # decisions of a hundred that a second person decides again (reliability.md §2, moderator)
REVIEW_MINUTES = 30  # how long a sample waits for who took it
SMALL = 5  # counts from 1 to below this are not published


class SampleState(StrEnum):
    """Where a re-review stands."""

    OPEN = "open"
    DONE = "done"


SAMPLE_STATES: dict[str, Message] = {
    SampleState.OPEN: N_("Waiting for review"), SampleState.DONE: NP_("sample", "Reviewed")}


@dataclass(frozen=True)
class Pair:
    """One thing judged twice, the second time without sight of the first. Codes of policies; empty where none."""

    first_outcome: str
    second_outcome: str
    first_policy: str
    second_policy: str


@dataclass(frozen=True)
class Agreement:
    """How often two judgements agree. `kappa` is None where chance alone would always agree (nothing to measure)."""

    pairs: int
    agreed: int
    kappa: float | None

    @property
    def rate(self) -> Fraction | None:
        """The share that agrees; None without a pair."""
        return Fraction(self.agreed, self.pairs) if self.pairs else None


@dataclass(frozen=True)
class Period:
    """Whole days in Riyadh, `last` included."""

    first: date
    last: date


@dataclass(frozen=True)
class Words:
    """A title that is kept in both languages, such as a policy's."""

    en: str
    ar: str


Title = Message | Words | str


@dataclass(frozen=True)
class Count:
    """A row of a published table. None where the number is small enough to point at a person."""

    title: Title
    number: int | None


@dataclass(frozen=True)
class Counts:
    """A published table: its rows, and their sum unless that would give a hidden row away."""

    rows: tuple[Count, ...]
    total: int | None
