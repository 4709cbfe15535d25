"""Decisions on their way that come to nothing: the case is open again, and its timeline says why."""
from dataclasses import replace
from typing import Any

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.moderation.events import DecisionCancelled, DecisionFailed
from castingops.moderation.models import Case, Decision
from castingops.moderation.queries import decisions as rows
from castingops.moderation.service.timeline import add_event
from castingops.moderation.types import CaseEventKind, CaseState
from castingops.moderation.types.decisions import DecisionState, Failure

_EVENTS = {DecisionState.CANCELLED: CaseEventKind.CANCELLED, DecisionState.DECLINED: CaseEventKind.DECLINED}
_ACTS = {DecisionState.CANCELLED: "moderation.decision.cancel", DecisionState.DECLINED: "moderation.decision.decline"}


def fail(case: Case, decision: Decision, failure: Failure, *, actor: Actor, code: str = "") -> None:
    """A decision cannot take effect: `failure` says why, `code` the thing's own word for it."""
    decision.state, decision.failure = DecisionState.FAILED, failure
    _end(case, decision, CaseEventKind.FAILED, "moderation.decision.fail", actor=actor, failure=str(failure), code=code)
    publish(DecisionFailed(subject_id=case.subject_id, case_id=case.id, decision_id=decision.id, failure=str(failure)))


def call_off(case: Case, decision: Decision, state: DecisionState, *, actor: Actor, reason: str = "") -> None:
    """A decision was undone (CANCELLED) or not approved (DECLINED) by the actor before it had any effect."""
    decision.state, decision.settled_by, decision.settled_at = state, actor.user_id, clock.now()
    decision.settled_reason = reason or None
    _end(case, decision, _EVENTS[state], _ACTS[state], actor=actor)
    publish(DecisionCancelled(subject_id=case.subject_id, case_id=case.id, decision_id=decision.id, state=str(state)))


def fail_waiting(case: Case, failure: Failure, *, actor: Actor) -> None:
    """What waits to be made so on this case will not be: something newer has come, or the person is gone."""
    if case.state == CaseState.PENDING:
        for decision in rows.lock_waiting(case.id):
            fail(case, decision, failure, actor=actor)


def _end(case: Case, decision: Decision, kind: CaseEventKind, act: str, *, actor: Actor, **data: Any) -> None:
    save(decision)
    if case.state == CaseState.PENDING:
        case.state, case.assigned_to = CaseState.OPEN, None
        save(case)
    add_event(case, kind, actor=replace(actor, user_id=actor.user_id or decision.decided_by),
              decision_id=str(decision.id), outcome=decision.outcome, **data)
    audit.record(act, actor=actor, entity="decision", entity_id=decision.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, after={"state": decision.state}, details={"ref": case.ref, **data})
