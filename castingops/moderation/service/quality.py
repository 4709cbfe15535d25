"""Blind re-review: a random sample of decisions is made again by somebody who has not seen the first (MOD-2)."""
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.db import save
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.moderation import queries, rules
from castingops.moderation.errors import InvalidDecision, SampleDone, SampleNotFound, SampleTaken
from castingops.moderation.models import Case
from castingops.moderation.models.quality import QualityDraw, QualitySample
from castingops.moderation.queries import quality as samples
from castingops.moderation.queries.quality import ReviewedRow
from castingops.moderation.rules import quality as measures
from castingops.moderation.types.cases import Draft, Outcome
from castingops.moderation.types.quality import REVIEW_MINUTES, SAMPLED_IN_100, Agreement, Period, SampleState

SETTLED = timedelta(minutes=5)
LAST = 2**31


@dataclass(frozen=True)
class PolicyAgreement:
    """How far two judgements agree on one policy, over how many pairs, and in how many of them it was cited."""

    code: str
    cited: int
    agreement: Agreement


@dataclass(frozen=True)
class Quality:
    """Agreement of a period: on the outcome, and on each policy."""

    outcome: Agreement
    policies: tuple[PolicyAgreement, ...]


def draw(*, actor: Actor, percent: int = SAMPLED_IN_100) -> QualityDraw | None:
    """Draw `percent` of a hundred of the decisions executed since the last draw; None when there were none.

    Chosen by the system's own randomness, so that nobody can foresee whether a decision will be looked at again.
    What was executed within SETTLED is left for the next draw: its transaction may not be done.
    """
    now = clock.now()
    since, until = samples.lock_last_draw(), now - SETTLED
    found = samples.list_executed(since, until)
    if not found:
        return None
    chosen = [row for row in found if secrets.randbelow(100) < percent]
    for row in chosen:
        save(QualitySample(number=samples.next_number(), case_id=row.case_id, decision_id=row.id,
                           state=SampleState.OPEN, drawn_at=now))
    done = QualityDraw(until=found[-1].executed_at, considered=len(found), drawn=len(chosen), created_at=now)
    save(done)
    return done


def take_next(*, actor: Actor) -> int | None:
    """The number of the sample to review next, held for the actor for REVIEW_MINUTES; None when there is none."""
    assert actor.user_id is not None
    now = clock.now()
    sample = samples.lock_next(actor.user_id, now - timedelta(minutes=REVIEW_MINUTES))
    if sample is None:
        return None
    sample.reviewer, sample.taken_at = actor.user_id, now
    save(sample)
    return sample.number


def get_mine(number: int, *, actor: Actor) -> tuple[QualitySample, Case]:
    """A sample that the actor holds or has reviewed, and its case. Errors: SampleNotFound, SampleTaken."""
    sample = _checked(_found(number), actor)
    return sample, samples.find_case_of(sample)


def _found(number: int, *, lock: bool = False) -> QualitySample | None:
    """No number of ours reaches LAST, where PostgreSQL's integer ends."""
    return samples.find_sample(number, lock=lock) if number < LAST else None


def _checked(sample: QualitySample | None, actor: Actor) -> QualitySample:
    if sample is None:
        raise SampleNotFound
    if sample.reviewer != actor.user_id:
        raise SampleTaken
    return sample


def review(number: int, draft: Draft, *, actor: Actor) -> QualitySample:
    """Judge a sample. The first decision stands whatever this says: it is measured, not reversed.

    Errors: SampleNotFound, SampleTaken when it is not in the actor's hands, SampleDone, InvalidDecision.
    """
    sample = _checked(_found(number, lock=True), actor)
    if sample.state == SampleState.DONE:
        raise SampleDone
    rules.check_draft(draft)
    case = samples.find_case_of(sample)
    sample.policy_id = _policy_of(case, draft)
    sample.state, sample.outcome, sample.note = SampleState.DONE, draft.outcome, draft.note or None
    sample.reviewed_at = clock.now()
    save(sample)
    audit.record("moderation.quality.review", actor=actor, entity="quality_sample", entity_id=sample.id,
                 subject_id=case.subject_id, purpose=Purpose.MODERATION,
                 after={"state": sample.state, "outcome": sample.outcome}, details={"number": sample.number})
    return sample


def _policy_of(case: Case, draft: Draft) -> UUID | None:
    """The policy a refusal cites. Errors: InvalidDecision for one that is not in force for this kind."""
    if draft.outcome is Outcome.APPROVE or draft.policy_id is None:
        return None
    if queries.find_policy(draft.policy_id, case.kind) is None:
        raise InvalidDecision(policy=N_("This policy is no longer in force. Choose another."))
    return draft.policy_id


def get_reviewed(number: int) -> ReviewedRow:
    """Both judgements of a finished review. Errors: SampleNotFound, also while it is not finished."""
    row = samples.find_reviewed(number)
    if row is None:
        raise SampleNotFound
    return row


def open_reviews(*, actor: Actor) -> int:
    """How many samples wait for somebody like the actor."""
    return samples.count_open(actor.user_id) if actor.user_id else 0


def list_reviewed(*, actor: Actor, cursor: str | None = None, differing: bool = False, kind: str = "",
                  ) -> Page[ReviewedRow]:
    """Finished re-reviews, newest first. Errors: Invalid for a cursor that was never given."""
    return samples.list_reviewed(cursor=cursor, differing=differing, kind=kind)


def measure(period: Period, *, actor: Actor, kind: str = "") -> Quality:
    """Agreement and κ of what was re-reviewed in a period, each with its denominator."""
    since, until = bounds(period)
    pairs = samples.list_pairs(since, until, kind=kind, actor=actor)
    policies = tuple(PolicyAgreement(code, measures.cited_in(pairs, code), found)
                     for code, found in measures.by_policy(pairs).items())
    return Quality(measures.by_outcome(pairs), policies)


def bounds(period: Period) -> tuple[datetime, datetime]:
    """A period as moments: from its first midnight in Riyadh up to the midnight after its last day."""
    return clock.midnight(period.first), clock.midnight(period.last + timedelta(days=1))
