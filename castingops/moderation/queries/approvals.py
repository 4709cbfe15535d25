"""Decisions with what they do, for a case's page and for whoever has to approve them."""
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Select, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.cursor import Page, decode, page_of
from castingops.core.db import session
from castingops.moderation.models import Case, Decision, DecisionAction, Policy
from castingops.moderation.types.decisions import DecisionState

APPROVALS_PAGE = 20


class ActionRow(Struct):
    """What a decision does beside its outcome."""

    kind: str
    target_id: UUID | None
    parameters: dict[str, Any]
    applied_at: datetime | None
    undone_at: datetime | None


class PanelDecision(Struct):
    """A decision as staff read it, wherever it stands."""

    id: UUID
    case_id: UUID
    ref: str
    kind: str
    case_version: int
    minor: bool
    case_title_en: str
    case_title_ar: str
    subject_revision: int
    outcome: str
    code: str
    policy_version: int
    title_en: str
    title_ar: str
    policy_id: UUID
    facts_en: str
    facts_ar: str
    statement_en: str
    statement_ar: str
    private_note: str
    decided_by: UUID
    created_at: datetime
    execute_after: datetime
    executed_at: datetime | None
    state: str
    needs_second: bool
    approver_id: UUID | None
    approved_at: datetime | None
    override_of: UUID | None
    payload_hash: str
    failure: str | None
    settled_by: UUID | None
    settled_at: datetime | None
    settled_reason: str | None
    actions: list[ActionRow]


def list_decisions(case_id: UUID, revision: int) -> list[PanelDecision]:
    """Every decision on one revision of a case, the newest first."""
    return _read(_decisions().where(Decision.case_id == case_id, Decision.subject_revision == revision))


def find_panel_decision(decision_id: UUID) -> PanelDecision | None:
    """One decision."""
    return next(iter(_read(_decisions().where(Decision.id == decision_id))), None)


def list_proposed(*, kind: str = "", proposer: UUID | None = None, others_of: UUID | None = None,
                  cursor: str | None = None) -> Page[PanelDecision]:
    """A page of the decisions that wait for a second person, the longest first. Errors: Invalid."""
    after = decode(cursor, UUID)
    wanted = _decisions().where(Decision.state == DecisionState.PROPOSED).order_by(None).order_by(Decision.id)
    if after is not None:
        wanted = wanted.where(Decision.id > after[0])
    if kind:
        wanted = wanted.where(Case.kind == kind)
    if proposer is not None:
        wanted = wanted.where(Decision.decided_by == proposer)
    if others_of is not None:
        wanted = wanted.where(Decision.decided_by != others_of)
    return page_of(_read(wanted.limit(APPROVALS_PAGE + 1)), size=APPROVALS_PAGE)


def _decisions() -> Select[*tuple[Any, ...]]:
    acts = select(DecisionAction.kind, DecisionAction.target_id, DecisionAction.parameters, DecisionAction.applied_at,
                  DecisionAction.undone_at).where(DecisionAction.decision_id == Decision.id).order_by(
        DecisionAction.id).correlate(Decision).subquery()
    actions = select(func.coalesce(func.jsonb_agg(acts.table_valued(), type_=JSONB), literal([], JSONB))
                     ).correlate(Decision).scalar_subquery()
    return select(
        Decision.id, Decision.case_id, Case.ref, Case.kind, Case.version, Case.minor, Case.title_en, Case.title_ar,
        Decision.subject_revision, Decision.outcome, Policy.code, Policy.version, Policy.title_en, Policy.title_ar,
        Decision.policy_id, Decision.facts_en, Decision.facts_ar, Decision.statement_en, Decision.statement_ar,
        Decision.private_note, Decision.decided_by, Decision.created_at,
        Decision.execute_after, Decision.executed_at, Decision.state, Decision.needs_second, Decision.approver_id,
        Decision.approved_at, Decision.override_of, Decision.payload_hash, Decision.failure, Decision.settled_by,
        Decision.settled_at, Decision.settled_reason, actions,
    ).join(Case, Case.id == Decision.case_id).join(Policy, Policy.id == Decision.policy_id).order_by(
        Decision.id.desc())


def _read(statement: Select[*tuple[Any, ...]]) -> list[PanelDecision]:
    names = PanelDecision.__struct_fields__
    rows = (dict(zip(names, row, strict=True)) for row in session().execute(statement))
    return [PanelDecision(**row | {"actions": msgspec.convert(row["actions"], list[ActionRow], strict=False)})
            for row in rows]
