"""Samples for blind re-review, and the pairs of judgements that came of them."""
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, all_, and_, func, literal, or_, select, text, tuple_
from sqlalchemy.orm import aliased

from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode, page_of
from castingops.core.db import hold, session
from castingops.moderation.models import Case, Decision, Policy
from castingops.moderation.models.quality import QualityDraw, QualitySample
from castingops.moderation.types.cases import PAGE_SIZE
from castingops.moderation.types.quality import Pair, SampleState

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_First, _Second = aliased(Policy, name="first_policy"), aliased(Policy, name="second_policy")


class Executed(Struct):
    """A decision that took effect."""

    id: UUID
    case_id: UUID
    executed_at: datetime


class ReviewedRow(Struct):
    """A finished re-review beside the decision it repeats."""

    id: UUID
    number: int
    ref: str
    kind: str
    first_outcome: str
    second_outcome: str
    first_policy: str
    second_policy: str | None
    decided_by: UUID
    reviewer: UUID
    note: str | None
    reviewed_at: datetime

    @property
    def agrees(self) -> bool:
        """Same outcome, and, where something was refused, under the same policy."""
        return self.first_outcome == self.second_outcome and (
            self.first_outcome == "approve" or self.first_policy == self.second_policy)


def lock_last_draw() -> datetime:
    """Up to when decisions were considered; a second draw waits here until the first is done."""
    hold("moderation/quality_draws")
    return session().scalar(select(func.max(QualityDraw.until))) or _BEGINNING


def list_executed(since: datetime, until: datetime) -> list[Executed]:
    """What was executed after `since` and before `until`, oldest first, at most 10,000; reversals too."""
    rows = (select(Decision.id, Decision.case_id, Decision.executed_at)
            .where(Decision.executed_at > since, Decision.executed_at < until)
            .order_by(Decision.executed_at, Decision.id).limit(10_000))
    return [Executed(decision_id, case_id, at) for decision_id, case_id, at in session().execute(rows) if at]


def _not_theirs(reviewer: UUID) -> tuple[ColumnElement[bool], ...]:
    """Neither decided nor approved by this person, and no appeal of what they decided."""
    return (Decision.decided_by != reviewer,
            or_(Decision.approver_id.is_(None), Decision.approver_id != reviewer),
            literal(reviewer) != all_(Case.barred))


def lock_next(reviewer: UUID, stale_before: datetime) -> QualitySample | None:
    """The oldest open sample this person may review and nobody else holds: their own first, then a free one."""
    held_by_other = and_(QualitySample.reviewer.is_not(None), QualitySample.reviewer != reviewer,
                         QualitySample.taken_at >= stale_before)
    rows = (select(QualitySample).join(Decision, Decision.id == QualitySample.decision_id)
            .join(Case, Case.id == QualitySample.case_id)
            .where(QualitySample.state == SampleState.OPEN, ~held_by_other, *_not_theirs(reviewer))
            .order_by((QualitySample.reviewer == reviewer).desc().nulls_last(), QualitySample.drawn_at,
                      QualitySample.id)
            .limit(1).with_for_update(of=QualitySample, skip_locked=True))
    return session().scalar(rows)


def find_sample(number: int, *, lock: bool = False) -> QualitySample | None:
    """A sample by its number."""
    rows = select(QualitySample).where(QualitySample.number == number)
    return session().scalar(rows.with_for_update() if lock else rows)


def find_case_of(sample: QualitySample) -> Case:
    """The case a sample is about."""
    return session().get_one(Case, sample.case_id)


def count_open(reviewer: UUID) -> int:
    """Open samples this person may review, whoever holds them now."""
    rows = (select(func.count()).select_from(QualitySample).join(Decision, Decision.id == QualitySample.decision_id)
            .join(Case, Case.id == QualitySample.case_id)
            .where(QualitySample.state == SampleState.OPEN, *_not_theirs(reviewer)))
    return session().scalar(rows) or 0


def _reviewed() -> Select[*tuple[Any, ...]]:
    return (select(QualitySample.id, QualitySample.number, Case.ref, Case.kind, Decision.outcome, QualitySample.outcome,
                   _First.code, _Second.code, Decision.decided_by, QualitySample.reviewer, QualitySample.note,
                   QualitySample.reviewed_at)
            .join(Decision, Decision.id == QualitySample.decision_id).join(Case, Case.id == QualitySample.case_id)
            .join(_First, _First.id == Decision.policy_id)
            .outerjoin(_Second, _Second.id == QualitySample.policy_id)
            .where(QualitySample.state == SampleState.DONE))


def list_reviewed(*, cursor: str | None, differing: bool, kind: str, size: int = PAGE_SIZE) -> Page[ReviewedRow]:
    """Finished re-reviews, newest first. `differing`: only where the two judgements differ. Errors: Invalid."""
    after = decode(cursor, datetime, UUID)
    rows = _reviewed().order_by(QualitySample.reviewed_at.desc(), QualitySample.id.desc()).limit(size + 1)
    if differing:
        rows = rows.where(or_(QualitySample.outcome != Decision.outcome, and_(
            Decision.outcome != "approve", _First.code != func.coalesce(_Second.code, ""))))
    if kind:
        rows = rows.where(Case.kind == kind)
    if after:
        rows = rows.where(tuple_(QualitySample.reviewed_at, QualitySample.id) < tuple_(*after))
    return page_of([ReviewedRow(*row) for row in session().execute(rows)], size=size,
                   key=lambda row: (row.reviewed_at, row.id))


def find_reviewed(number: int) -> ReviewedRow | None:
    """A finished re-review by its number."""
    row = session().execute(_reviewed().where(QualitySample.number == number)).one_or_none()
    return ReviewedRow(*row) if row else None


def list_pairs(since: datetime, until: datetime, *, kind: str = "", actor: Actor) -> list[Pair]:
    """Both judgements of every sample finished in [since, until), at most 20,000."""
    rows = _reviewed().where(QualitySample.reviewed_at >= since, QualitySample.reviewed_at < until)
    if kind:
        rows = rows.where(Case.kind == kind)
    found = session().execute(rows.order_by(QualitySample.reviewed_at.desc()).limit(20_000))
    return [Pair(row[4], row[5], _cited(row[4], row[6]), _cited(row[5], row[7])) for row in found]


def _cited(outcome: str, code: str | None) -> str:
    """An approval cites no breach, though it rests on the policy that states approvals."""
    return code or "" if outcome != "approve" else ""


def next_number() -> int:
    """The number of a new sample."""
    return session().scalar(text("select nextval('quality_numbers')")) or 0
