"""Selects over decisions as their person reads them, and over appeals."""
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, bindparam, literal_column, not_, select
from sqlalchemy import Sequence as DatabaseSequence

from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.moderation.models import Case, Decision
from castingops.moderation.models.appeals import Appeal
from castingops.moderation.models.decisions import DecisionStatement
from castingops.moderation.types.appeals import Appealed, StatementState
from castingops.moderation.types.decisions import DecisionState

PAGE_SIZE = 50
_NUMBERS = DatabaseSequence("appeal_numbers")


class OwnDecision(Struct):
    """A decision as its person reads it, with their appeal when there is one, in the order of `_COLUMNS`."""

    id: UUID
    kind: str
    outcome: str
    policy_code: str
    policy_version: int
    statement_en: str
    statement_ar: str
    actions: list[dict[str, Any]]
    executed_at: datetime
    appeal_until: datetime | None
    state: str
    appeal_ref: str | None
    appeal_state: str | None


_COLUMNS = (
    DecisionStatement.id, DecisionStatement.kind, DecisionStatement.outcome, DecisionStatement.policy_code,
    DecisionStatement.policy_version, DecisionStatement.statement_en, DecisionStatement.statement_ar,
    DecisionStatement.actions, DecisionStatement.executed_at, DecisionStatement.appeal_until, DecisionStatement.state,
    Appeal.ref, Appeal.state)


# Whoever was reported for nothing need not know that somebody did.
_UNSPOKEN = and_(DecisionStatement.kind == literal_column("'report'"),
                 DecisionStatement.outcome == literal_column("'approve'"))


def _own(*conditions: ColumnElement[bool]) -> Select[Any]:
    joined = (Appeal.subject_id == DecisionStatement.subject_id) & (Appeal.decision_id == DecisionStatement.id)
    return select(*_COLUMNS).outerjoin(Appeal, joined).where(
        DecisionStatement.subject_id == bindparam("subject_id"), not_(_UNSPOKEN), *conditions)


_LIST = Read(
    _own(DecisionStatement.id < bindparam("below")).order_by(DecisionStatement.id.desc())
    .limit(literal_column(str(PAGE_SIZE + 1))), OwnDecision)


def list_own_decisions(*, actor: Actor, cursor: str | None) -> Page[OwnDecision]:
    """A page of the decisions about the actor, newest first. Errors: Invalid for a bad cursor."""
    return page_of(_LIST(actor, subject_id=actor.subject, below=decode_id(cursor)), size=PAGE_SIZE)


def find_own_decision(subject_id: UUID, decision_id: UUID) -> OwnDecision | None:
    """One decision about a person, or None."""
    row = session().execute(_own(DecisionStatement.id == decision_id), {"subject_id": subject_id}).one_or_none()
    return OwnDecision(*row) if row else None


def find_appeal(subject_id: UUID, decision_id: UUID) -> Appeal | None:
    """A person's appeal of one decision, or None."""
    return session().scalar(select(Appeal).where(Appeal.subject_id == subject_id, Appeal.decision_id == decision_id))


class OpenAppeal(Struct):
    """An appeal that is not answered yet, and the case in which it will be."""

    ref: str
    case_ref: str | None


def find_open(subject_id: UUID, decision_id: UUID) -> OpenAppeal | None:
    """The unanswered appeal of a decision. For the house."""
    row = session().execute(
        select(Appeal.ref, Case.ref).outerjoin(Case, Case.id == Appeal.case_id)
        .where(Appeal.subject_id == subject_id, Appeal.decision_id == decision_id, Appeal.closed_at.is_(None))
    ).one_or_none()
    return OpenAppeal(*row) if row else None


def lock_appeal(subject_id: UUID, appeal_id: UUID) -> Appeal | None:
    """One appeal, to change."""
    return session().get(Appeal, (subject_id, appeal_id), with_for_update=True, populate_existing=True)


def next_number() -> int:
    """The number of the next appeal."""
    number: int = session().scalar(_NUMBERS)
    return number


def find_appealed(decision_id: UUID) -> Appealed | None:
    """The decision that an appeal is about, and who took part in it. For the house."""
    row = session().execute(
        select(Decision.id, Decision.case_id, Case.subject_id, Case.kind, Case.entity_id, Decision.subject_revision,
               Decision.outcome, Decision.decided_by, Decision.approver_id)
        .join(Case, Case.id == Decision.case_id).where(Decision.id == decision_id)).one_or_none()
    if row is None:
        return None
    took_part = (row.decided_by, row.approver_id)
    return Appealed(row.id, row.case_id, row.subject_id, row.kind, row.entity_id, row.subject_revision, row.outcome,
                    tuple(person for person in took_part if person is not None))


def find_answer(decision_id: UUID) -> UUID | None:
    """The decision about an appeal of this one that is being made so at this moment."""
    return session().scalar(
        select(Decision.id).join(Case, Case.id == Decision.case_id)
        .where(Case.kind == "appeal", Case.entity_id == decision_id, Decision.state == DecisionState.SCHEDULED)
        .order_by(Decision.id.desc()).limit(1))


def find_remedy(subject_id: UUID, kind: str, entity_id: UUID) -> tuple[UUID, datetime] | None:
    """The newest decision on a thing that can be appealed: its id and until when."""
    row = session().execute(
        select(DecisionStatement.id, DecisionStatement.appeal_until)
        .where(DecisionStatement.subject_id == subject_id, DecisionStatement.kind == kind,
               DecisionStatement.entity_id == entity_id, DecisionStatement.state == StatementState.FORCE,
               DecisionStatement.appeal_until.is_not(None))
        .order_by(DecisionStatement.id.desc()).limit(1)).one_or_none()
    return (row[0], row[1]) if row and row[1] else None


def is_kept(subject_id: UUID, thing_id: UUID, now: datetime) -> bool:
    """Whether a decision that took this thing away can still be appealed, or is under appeal."""
    about = (DecisionStatement.entity_id == thing_id) | DecisionStatement.actions.contains(
        [{"target_id": str(thing_id)}])
    appealed = select(Appeal.id).where(
        Appeal.subject_id == subject_id, Appeal.decision_id == DecisionStatement.id, Appeal.closed_at.is_(None))
    rows = select(DecisionStatement.id).where(
        DecisionStatement.subject_id == subject_id, DecisionStatement.state == StatementState.FORCE, about,
        (DecisionStatement.appeal_until > now) | appealed.exists())
    return session().scalar(rows.limit(1)) is not None
