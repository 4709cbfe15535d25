"""Decisions and what follows of them: the ones that wait, those that stand, and what a person may read."""
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import or_, select

from castingops.core.db import hold, session
from castingops.moderation.models import (
    Case,
    Decision,
    DecisionAction,
    DecisionStatement,
    Policy,
    Sanction,
    Strike,
)
from castingops.moderation.rules.strikes import Standing
from castingops.moderation.types.decisions import LIVE, WAITING, ActionKind, DecisionState


class WaitingRow(Struct):
    """A decision on its way."""

    id: UUID
    state: str
    outcome: str
    needs_second: bool
    decided_by: UUID
    approver_id: UUID | None
    created_at: datetime
    execute_after: datetime
    payload_hash: str


def find_decision(decision_id: UUID) -> Decision | None:
    """A decision to read."""
    return session().get(Decision, decision_id)


def lock_decision(decision_id: UUID, *, skip: bool = False) -> Decision | None:
    """The decision to change, once nobody else does; with `skip` None while somebody else does."""
    return session().scalar(select(Decision).where(Decision.id == decision_id)
                            .with_for_update(skip_locked=skip).execution_options(populate_existing=True))


def lock_case_of(decision: Decision) -> Case:
    """The case of a decision, to change."""
    return session().get_one(Case, decision.case_id, with_for_update=True, populate_existing=True)


def get_policy(policy_id: UUID) -> Policy:
    """A policy version, retired or not."""
    return session().get_one(Policy, policy_id)


def find_waiting(case_id: UUID) -> WaitingRow | None:
    """The decision of a case that is on its way."""
    row = session().execute(
        select(Decision.id, Decision.state, Decision.outcome, Decision.needs_second, Decision.decided_by,
               Decision.approver_id, Decision.created_at, Decision.execute_after, Decision.payload_hash)
        .where(Decision.case_id == case_id, Decision.state.in_(WAITING)).order_by(Decision.id.desc()).limit(1)
    ).one_or_none()
    return WaitingRow(*row) if row else None


def lock_waiting(case_id: UUID) -> list[Decision]:
    """The decisions of a case that are on their way, to change."""
    rows = select(Decision).where(Decision.case_id == case_id, Decision.state.in_(WAITING))
    return list(session().scalars(rows.with_for_update()))


def lock_reversals(decision_id: UUID) -> list[Decision]:
    """The decisions on their way that would take the place of this one, to change."""
    rows = select(Decision).where(Decision.override_of == decision_id, Decision.state.in_(WAITING))
    return list(session().scalars(rows.with_for_update().execution_options(populate_existing=True)))


def list_due(now: datetime, *, limit: int) -> list[UUID]:
    """Decisions whose undo window is over, oldest first."""
    rows = select(Decision.id).where(Decision.state == DecisionState.SCHEDULED, Decision.execute_after <= now)
    return list(session().scalars(rows.order_by(Decision.execute_after, Decision.id).limit(limit)))


def list_actions(decision_id: UUID) -> list[DecisionAction]:
    """What a decision does beside its outcome, in its order."""
    rows = select(DecisionAction).where(DecisionAction.decision_id == decision_id)
    return list(session().scalars(rows.order_by(DecisionAction.id)))


def list_strikes_of(decision_id: UUID) -> list[Strike]:
    """The strike that a decision recorded, unless it was voided."""
    return list(session().scalars(select(Strike).where(Strike.decision_id == decision_id, Strike.voided_at.is_(None))))


def list_sanctions_of(decision_id: UUID) -> list[Sanction]:
    """The sanctions that a decision caused and nobody lifted."""
    return list(session().scalars(
        select(Sanction).where(Sanction.decision_id == decision_id, Sanction.lifted_at.is_(None))))


def is_overridden(decision_id: UUID) -> bool:
    """Whether another decision takes the place of this one, or waits to."""
    found = select(Decision.id).where(Decision.override_of == decision_id, Decision.state.in_(LIVE))
    return session().scalar(found) is not None


def hold_standing(subject_id: UUID) -> None:
    """One decision at a time counts and changes what stands against a person, until its transaction ends."""
    hold(f"standing/{subject_id}")


def list_standing(subject_id: UUID, *, without: UUID | None = None) -> list[Standing]:
    """A person's strikes as the ladder counts them; `without` leaves out the one of a decision."""
    rows = session().execute(
        select(Strike.weight, Strike.created_at, Strike.expires_at, Strike.voided_at.is_not(None), Strike.decision_id)
        .where(Strike.subject_id == subject_id))
    return [Standing(*row[:4]) for row in rows if row[4] != without]


def list_in_force(subject_id: UUID, now: datetime) -> list[Sanction]:
    """The sanctions against a person that are neither lifted nor over."""
    rows = select(Sanction).where(Sanction.subject_id == subject_id, Sanction.lifted_at.is_(None),
                                  or_(Sanction.ends_at.is_(None), Sanction.ends_at > now))
    return list(session().scalars(rows.order_by(Sanction.id)))


def list_hiding(subject_id: UUID) -> list[DecisionAction]:
    """The actions that hide a person's profile."""
    rows = (select(DecisionAction).join(Decision, Decision.id == DecisionAction.decision_id)
            .join(Case, Case.id == Decision.case_id)
            .where(Case.subject_id == subject_id, DecisionAction.kind == ActionKind.HIDE_PROFILE,
                   DecisionAction.applied_at.is_not(None), DecisionAction.undone_at.is_(None)))
    return list(session().scalars(rows))


def has_hidden(subject_id: UUID) -> bool:
    """Whether an action hides a person's profile."""
    return bool(list_hiding(subject_id))


def find_told(subject_id: UUID, decision_id: UUID) -> DecisionStatement | None:
    """A decision as its person may read it, or None."""
    return session().get(DecisionStatement, (subject_id, decision_id))


def lock_told(subject_id: UUID, decision_id: UUID) -> None:
    """Hold the same row until the transaction ends: it is not overturned and not appealed meanwhile. The actor has
    entered the person."""
    session().get(DecisionStatement, (subject_id, decision_id), with_for_update=True, populate_existing=True)


def appeal_end(moment: datetime, days: int) -> datetime:
    """Until when a decision that takes effect at `moment` can be appealed."""
    return moment + timedelta(days=days)
