"""Figures of moderation: the dashboard for those who steer it, and the report that is published."""
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.messages import N_, Message
from castingops.core.privacy import Purpose
from castingops.moderation.errors import InvalidPeriod
from castingops.moderation.queries import reporting
from castingops.moderation.queries.reporting import Backlog, Outcomes, Pace, Work
from castingops.moderation.rules.quality import published
from castingops.moderation.service.quality import Quality, bounds, measure
from castingops.moderation.service.subjects import all_kinds, outcome_state
from castingops.moderation.types.decisions import ACTIONS
from castingops.moderation.types.quality import SMALL, Count, Counts, Period, Title
from castingops.moderation.types.reports import REPORT_REASONS

LONGEST = timedelta(days=366)  # of a period: more is several reports
EARLIEST = date(2000, 1, 1)  # no house of ours is older


@dataclass(frozen=True)
class Dashboard:
    """What the figures page shows of one period; the backlog is as it is now."""

    period: Period
    backlog: Backlog
    days: tuple[date, ...]
    received: tuple[int, ...]
    outcomes: tuple[Outcomes, ...]
    pace: tuple[Pace, ...]
    work: tuple[Work, ...]
    quality: Quality

    @property
    def decided(self) -> int:
        """Decisions that took effect."""
        return sum(row.number for row in self.outcomes)

    @property
    def overturned(self) -> int:
        """How many of them were overturned since."""
        return sum(row.overturned for row in self.outcomes)


@dataclass(frozen=True)
class Section:
    """A table of the published report."""

    code: str
    title: Message
    counts: Counts
    unit: Message | None = None  # of figures that are no counts


@dataclass(frozen=True)
class Transparency:
    """The published report: a period, when it was made, its tables in order."""

    period: Period
    made_at: datetime
    sections: tuple[Section, ...]


def checked_period(first: date | None, last: date | None, *, today: date) -> Period:
    """Whole days up to today; without any, the last 30. Errors: InvalidPeriod naming the day that cannot be."""
    until = last or today
    if until > today:
        raise InvalidPeriod(last=N_("This day is not over yet or lies ahead."))
    if until < EARLIEST:  # near the first day that can be named, no arithmetic holds
        raise InvalidPeriod(last=N_("This is no day."))
    since = first or last_days(30, today=until).first
    if since > until:
        raise InvalidPeriod(first=N_("The first day lies after the last."))
    if until - since > LONGEST:
        raise InvalidPeriod(first=N_("Ask for a year at most."))
    return Period(since, until)


def dashboard(period: Period, *, actor: Actor) -> Dashboard:
    """The figures of a period for those who steer moderation."""
    since, until = bounds(period)
    days = tuple(period.first + timedelta(days=n) for n in range((period.last - period.first).days + 1))
    arrivals = {day.day: day.number for day in reporting.list_arrivals(since, until, actor=actor)}
    return Dashboard(
        period, reporting.backlog(clock.now(), actor=actor), days, tuple(arrivals.get(day, 0) for day in days),
        tuple(reporting.list_outcomes(since, until, actor=actor)),
        tuple(reporting.list_pace(since, until, actor=actor)),
        tuple(reporting.list_work(since, until, actor=actor)), measure(period, actor=actor))


def export_dashboard(period: Period, *, actor: Actor) -> Dashboard:
    """The same for a file, on record: it names colleagues."""
    audit.record("moderation.figures.export", actor=actor, entity="moderation_figures", entity_id=None,
                 purpose=Purpose.MODERATION, details={"first": period.first, "last": period.last})
    return dashboard(period, actor=actor)


def transparency(period: Period, *, actor: Actor) -> Transparency:
    """The report of a period for publication: no count from 1 to 4, nobody named. Taking it is on record."""
    since, until = bounds(period)
    titles = _kind_titles()
    sections = [
        _section("received", N_("Cases received, by kind"), reporting.list_received(since, until, actor=actor), titles),
        _section("age", N_("Cases received, by the age of the person"),
                 reporting.list_ages(since, until, actor=actor), AGES),
        *_outcome_sections(reporting.list_outcomes(since, until, actor=actor)),
        _section("policies", N_("Refusals, by policy"), reporting.list_policies_cited(since, until, actor=actor),
                 reporting.policy_titles(actor=actor)),
        _section("reports", N_("Reports received, by reason"), reporting.list_reasons(since, until, actor=actor),
                 dict(REPORT_REASONS)),
        _section("measures", N_("Measures taken, by kind"), reporting.list_measures(since, until, actor=actor),
                 dict(ACTIONS)),
        _pace_section(reporting.list_pace(since, until, actor=actor), titles),
    ]
    report = Transparency(period, clock.now(), tuple(sections))
    audit.record("moderation.report.export", actor=actor, entity="transparency_report", entity_id=None,
                 purpose=Purpose.LEGAL, details={"first": period.first, "last": period.last})
    return report


AGES: dict[str, Title] = {"adult": N_("Adults"), "minor": N_("Minors")}


def _kind_titles() -> dict[str, Title]:
    return {kind.name: kind.title for kind in all_kinds()}


def _section(code: str, title: Message, groups: list[reporting.Group], titles: dict[str, Title]) -> Section:
    return Section(code, title, published({group.key: group.number for group in groups}, titles))


def _outcome_sections(rows: list[Outcomes]) -> list[Section]:
    """One table for each kind and none over all: from both, a hidden row could be worked out."""
    sections = []
    for kind in all_kinds():
        of_kind = {row.outcome: row for row in rows if row.kind == kind.name}
        if not of_kind:
            continue
        words: dict[str, Title] = {outcome: outcome_state(kind.name, outcome) for outcome in of_kind}
        counts = {outcome: row.number for outcome, row in of_kind.items()}
        sections.append(Section(f"outcomes.{kind.name}", N_("Decisions: %(kind)s", kind=kind.title),
                                published(counts, words)))
        overturned = sum(row.overturned for row in of_kind.values())
        stood = sum(counts.values()) - overturned
        sections.append(Section(
            f"overturned.{kind.name}", N_("Decisions since overturned: %(kind)s", kind=kind.title),
            published({"overturned": overturned, "stands": stood},
                      {"overturned": N_("Overturned"), "stands": N_("Stand")})))
    return sections


def _pace_section(rows: list[Pace], titles: dict[str, Title]) -> Section:
    """Hours from receipt to decision, half were faster; a kind with few decisions shows none."""
    counts = tuple(Count(titles.get(row.kind, row.kind), None if row.number < SMALL else round(row.half / 3600))
                   for row in rows)
    return Section("pace", N_("Time to decide, by kind"), Counts(counts, None), N_("hours, half were faster"))


def last_days(days: int, *, today: date) -> Period:
    """So many days, today the last of them."""
    return Period(today - timedelta(days=days - 1), today)


def last_quarter(today: date) -> Period:
    """The quarter of the calendar that ended last before `today`."""
    first_month = 3 * ((today.month - 1) // 3) + 1
    last = date(today.year, first_month, 1) - timedelta(days=1)
    return Period(date(last.year, last.month - 2, 1), last)
