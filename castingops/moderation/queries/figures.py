"""Numbers of the home page and of the queue's tabs. Counting stops where more would not change what anyone does."""
from datetime import date, datetime, timedelta

from msgspec import Struct
from sqlalchemy import Integer, bindparam, cast, func, literal_column, or_, select

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.reads import Asked, Read, read_together
from castingops.moderation.models import Case, Decision, QualitySample
from castingops.moderation.types import COUNT_CAP, View

HOME_CAP = 10_000
NAV_CAP = 999
SAMPLE = 1000  # newest decisions that the median looks at


class Counts(Struct):
    """Cases of each tab, counted to the cap."""

    open: int
    mine: int
    free: int
    overdue: int
    minors: int
    pending: int


class Figures(Struct):
    """Today's numbers; `median_seconds` from submission to decision, None before the first."""

    open: int
    due_today: int
    overdue: int
    oldest_due: datetime | None
    decided_today: int
    median_seconds: int | None

    @property
    def median(self) -> timedelta | None:
        """The same as a length of time."""
        return None if self.median_seconds is None else timedelta(seconds=self.median_seconds)


class Duties(Struct):
    """What waits for one person beside the queue, counted to COUNT_CAP + 1: proposals of others to approve, open
    appeals, decisions of others to look at a second time."""

    approvals: int
    appeals: int
    looks: int


class Day(Struct):
    """How many cases were decided on one day in Riyadh."""

    day: date
    decided: int


def _capped(cap: int, *conditions: object) -> object:
    rows = select(literal_column("1")).where(*conditions).limit(literal_column(str(cap + 1))).subquery()  # type: ignore[arg-type]
    return select(func.count()).select_from(rows).scalar_subquery()


_IS_OPEN = Case.state == literal_column("'open'")
_IS_DECIDED = Case.state == literal_column("'decided'")
_NOW, _MIDNIGHT, _TODAY = (bindparam(name, type_=Case.due_at.type) for name in ("now", "midnight", "today"))

_OPEN = Read(select(_capped(NAV_CAP, _IS_OPEN)), int)  # type: ignore[call-overload]
_COUNTS = Read(
    select(  # type: ignore[call-overload]
        _capped(COUNT_CAP, _IS_OPEN),
        _capped(COUNT_CAP, _IS_OPEN, Case.assigned_to == bindparam("me"), Case.lease_until > _NOW),
        _capped(COUNT_CAP, _IS_OPEN, or_(Case.assigned_to.is_(None), Case.lease_until <= _NOW)),
        _capped(COUNT_CAP, _IS_OPEN, Case.due_at < _NOW, Case.paused_at.is_(None)),
        _capped(COUNT_CAP, _IS_OPEN, Case.minor),
        _capped(COUNT_CAP, Case.state == literal_column("'pending'")),
    ), Counts)

_newest = (
    select(func.extract("epoch", Case.decided_at - Case.created_at).label("seconds"))
    .where(_IS_DECIDED).order_by(Case.decided_at.desc()).limit(literal_column(str(SAMPLE))).subquery()
)
_FIGURES = Read(
    select(  # type: ignore[call-overload]
        _capped(HOME_CAP, _IS_OPEN),
        _capped(HOME_CAP, _IS_OPEN, Case.due_at >= _NOW, Case.due_at < _MIDNIGHT),
        _capped(HOME_CAP, _IS_OPEN, Case.due_at < _NOW),
        select(func.min(Case.due_at)).where(_IS_OPEN, Case.due_at < _NOW).scalar_subquery(),
        _capped(HOME_CAP, _IS_DECIDED, Case.decided_at >= _TODAY),
        select(cast(func.percentile_cont(literal_column("0.5")).within_group(_newest.c.seconds), Integer))
        .scalar_subquery(),
    ), Figures)

_day = func.date(func.timezone(literal_column("interval '3 hours'"), Case.decided_at))
_DAYS = Read(
    select(_day, func.count()).where(_IS_DECIDED, Case.decided_at >= bindparam("since", type_=Case.due_at.type))
    .group_by(_day).order_by(_day), Day)

_ME = bindparam("me", type_=Decision.decided_by.type)
_DUTIES = Read(
    select(  # type: ignore[call-overload]
        _capped(COUNT_CAP, Decision.state == literal_column("'proposed'"), Decision.decided_by != _ME),
        _capped(COUNT_CAP, _IS_OPEN, Case.kind == literal_column("'appeal'")),
        _capped(COUNT_CAP, QualitySample.state == literal_column("'open'"), Decision.id == QualitySample.decision_id,
                Decision.decided_by != _ME, Decision.approver_id.is_distinct_from(_ME)),
    ), Duties)


def count_open(*, actor: Actor) -> int:
    """Open cases, counted up to NAV_CAP + 1."""
    return _OPEN(actor)[0]


def ask_views(actor: Actor) -> Asked:
    """Cases of each tab of open ones, counted up to COUNT_CAP + 1; `by_view` reads the answer."""
    return _COUNTS.asking(me=actor.user_id, now=clock.now())


def by_view(counts: Counts) -> dict[View, int]:
    """Counts by the view they are of."""
    return {View.OPEN: counts.open, View.MINE: counts.mine, View.FREE: counts.free, View.OVERDUE: counts.overdue,
            View.MINORS: counts.minors, View.PENDING: counts.pending}


def read_home(today: datetime, midnight: datetime, since: datetime, *, actor: Actor
              ) -> tuple[Figures, list[Day], Duties]:
    """The numbers of the day from `today` to `midnight`, counted up to HOME_CAP + 1; decisions per day in Riyadh since
    `since`, days without one left out; what waits for the actor. One round trip."""
    figures, days, duties = read_together(
        actor, _FIGURES.asking(now=clock.now(), today=today, midnight=midnight), _DAYS.asking(since=since),
        _DUTIES.asking(me=actor.user_id))
    return figures[0], days, duties[0]
