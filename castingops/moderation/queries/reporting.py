"""What moderation did in a period: counts for the dashboard and for the published report. Cases and decisions only."""
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Float, Integer, bindparam, case, cast, func, literal_column, select
from sqlalchemy.orm import aliased

from castingops.core.actor import Actor
from castingops.core.reads import Read
from castingops.moderation.models import Case, Decision, DecisionAction, Policy, Report
from castingops.moderation.types.quality import Title, Words

_Reversal = aliased(Decision, name="reversal")
_TIME = Case.due_at.type
_SINCE, _UNTIL, _NOW = (bindparam(name, type_=_TIME) for name in ("since", "until", "now"))
_OPEN = Case.state == literal_column("'open'")
_EXECUTED = Decision.executed_at.is_not(None)
_IN_PERIOD = (Decision.executed_at >= _SINCE, Decision.executed_at < _UNTIL)
_OVERTURNED = (select(literal_column("1")).where(_Reversal.override_of == Decision.id,
                                                 _Reversal.executed_at.is_not(None))
               .correlate(Decision).exists())
_TOOK = func.extract("epoch", Decision.executed_at - Case.created_at)


class Backlog(Struct):
    """Open cases by how long they have waited; `oldest` is when the oldest came in."""

    under_day: int
    under_three: int
    under_week: int
    older: int
    overdue: int
    oldest: datetime | None

    @property
    def total(self) -> int:
        """All of them."""
        return self.under_day + self.under_three + self.under_week + self.older


class Group(Struct):
    """How many of something."""

    key: str
    number: int


class Outcomes(Struct):
    """Decisions of one kind and outcome that took effect, and how many of them were overturned since."""

    kind: str
    outcome: str
    number: int
    overturned: int


class Pace(Struct):
    """How long decisions of one kind took from submission, in seconds: half were faster, nine of ten were faster."""

    kind: str
    number: int
    half: int
    nine_in_ten: int


class Work(Struct):
    """What one colleague decided, and how many of it were overturned since."""

    user_id: UUID
    decided: int
    half: int
    overturned: int


class Day(Struct):
    """Cases that came in on one day in Riyadh."""

    day: date
    number: int


class PolicyTitle(Struct):
    """What a policy is called."""

    code: str
    en: str
    ar: str


def _older_than(days: int) -> ColumnElement[bool]:
    return Case.created_at < _NOW - literal_column(f"interval '{days} days'")


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(*conditions)


def _percentile(share: str) -> ColumnElement[int]:
    return cast(func.percentile_cont(cast(literal_column(share), Float)).within_group(_TOOK), Integer)


_BACKLOG = Read(select(
    _count(~_older_than(1)), _count(_older_than(1), ~_older_than(3)), _count(_older_than(3), ~_older_than(7)),
    _count(_older_than(7)), _count(Case.due_at < _NOW, Case.paused_at.is_(None)),
    func.min(Case.created_at)).where(_OPEN), Backlog)
_RECEIVED = Read(
    select(Case.kind, func.count()).where(Case.created_at >= _SINCE, Case.created_at < _UNTIL).group_by(Case.kind)
    .order_by(Case.kind), Group)
_MINORS = Read(
    select(case((Case.minor, literal_column("'minor'")), else_=literal_column("'adult'")), func.count())
    .where(Case.created_at >= _SINCE, Case.created_at < _UNTIL).group_by(Case.minor).order_by(Case.minor), Group)
_day = func.date(func.timezone(literal_column("interval '3 hours'"), Case.created_at))
_ARRIVALS = Read(
    select(_day, func.count()).where(Case.created_at >= _SINCE, Case.created_at < _UNTIL).group_by(_day).order_by(_day),
    Day)
_OUTCOMES = Read(
    select(Case.kind, Decision.outcome, func.count(), _count(_OVERTURNED)).join(Case, Case.id == Decision.case_id)
    .where(*_IN_PERIOD).group_by(Case.kind, Decision.outcome).order_by(Case.kind, Decision.outcome), Outcomes)
_POLICIES = Read(
    select(Policy.code, func.count()).select_from(Decision).join(Policy, Policy.id == Decision.policy_id)
    .where(*_IN_PERIOD, Decision.outcome != literal_column("'approve'")).group_by(Policy.code).order_by(Policy.code),
    Group)
_REASONS = Read(
    select(Report.reason, func.count()).where(Report.created_at >= _SINCE, Report.created_at < _UNTIL)
    .group_by(Report.reason).order_by(Report.reason), Group)
_MEASURES = Read(
    select(DecisionAction.kind, func.count()).join(Decision, Decision.id == DecisionAction.decision_id)
    .where(*_IN_PERIOD, DecisionAction.applied_at.is_not(None)).group_by(DecisionAction.kind)
    .order_by(DecisionAction.kind), Group)
_PACE = Read(
    select(Case.kind, func.count(), _percentile("0.5"), _percentile("0.9")).join(Case, Case.id == Decision.case_id)
    .where(*_IN_PERIOD, Decision.override_of.is_(None)).group_by(Case.kind).order_by(Case.kind), Pace)
_WORK = Read(
    select(Decision.decided_by, func.count(), _percentile("0.5"), _count(_OVERTURNED))
    .join(Case, Case.id == Decision.case_id).where(*_IN_PERIOD).group_by(Decision.decided_by)
    .order_by(func.count().desc(), Decision.decided_by).limit(literal_column("200")), Work)

_TITLES = Read(
    select(Policy.code, Policy.title_en, Policy.title_ar).order_by(Policy.code, Policy.version), PolicyTitle)


def backlog(now: datetime, *, actor: Actor) -> Backlog:
    """Open cases by age at `now`."""
    return _BACKLOG(actor, now=now)[0]


def list_received(since: datetime, until: datetime, *, actor: Actor) -> list[Group]:
    """Cases received, by kind."""
    return _RECEIVED(actor, since=since, until=until)


def list_ages(since: datetime, until: datetime, *, actor: Actor) -> list[Group]:
    """Cases received about adults and about minors."""
    return _MINORS(actor, since=since, until=until)


def list_arrivals(since: datetime, until: datetime, *, actor: Actor) -> list[Day]:
    """Cases received on each day in Riyadh; days without one are left out."""
    return _ARRIVALS(actor, since=since, until=until)


def list_outcomes(since: datetime, until: datetime, *, actor: Actor) -> list[Outcomes]:
    """Decisions that took effect, by kind and outcome; a reversal counts as the decision it is."""
    return _OUTCOMES(actor, since=since, until=until)


def list_policies_cited(since: datetime, until: datetime, *, actor: Actor) -> list[Group]:
    """Refusals by the policy they rest on."""
    return _POLICIES(actor, since=since, until=until)


def list_reasons(since: datetime, until: datetime, *, actor: Actor) -> list[Group]:
    """Reports received, by reason."""
    return _REASONS(actor, since=since, until=until)


def list_measures(since: datetime, until: datetime, *, actor: Actor) -> list[Group]:
    """What decisions did beside their outcome, by kind of act; those taken back since count too."""
    return _MEASURES(actor, since=since, until=until)


def list_pace(since: datetime, until: datetime, *, actor: Actor) -> list[Pace]:
    """How long first decisions took, by kind."""
    return _PACE(actor, since=since, until=until)


def list_work(since: datetime, until: datetime, *, actor: Actor) -> list[Work]:
    """What each colleague decided, busiest first."""
    return _WORK(actor, since=since, until=until)


def policy_titles(*, actor: Actor) -> dict[str, Title]:
    """What each policy is called in its newest version, by code."""
    return {row.code: Words(f"{row.code} {row.en}", f"{row.code} {row.ar}") for row in _TITLES(actor)}
