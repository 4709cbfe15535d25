"""Making a decision so: the one place where a decision has effects, with everything asked once more before.

Whatever leads here (a page, a bulk, the timer, an appeal), the same checks stand before the same effects, under the
locks of the decision and its case. Done twice it has its effect once.
"""
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.db import add_row, entered, plain_row, save, savepoint, session, together
from castingops.core.errors import Conflict, DomainError, Unavailable
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.moderation.errors import DecisionNotDue, DecisionNotFound
from castingops.moderation.events import CaseDecided
from castingops.moderation.models import Case, Decision, DecisionAction, DecisionStatement, Policy
from castingops.moderation.queries import PolicyRow
from castingops.moderation.queries import decisions as rows
from castingops.moderation.rules import decisions as decision_rules
from castingops.moderation.rules.items import publishes
from castingops.moderation.service import items
from castingops.moderation.service.decisions import effects
from castingops.moderation.service.decisions.appealing import is_appealed
from castingops.moderation.service.decisions.authority import is_held
from castingops.moderation.service.decisions.drafting import ladder_step
from castingops.moderation.service.subjects import kind_of
from castingops.moderation.service.timeline import add_event
from castingops.moderation.service.waiting import fail
from castingops.moderation.types import CaseEventKind, CaseState, Outcome, Statement
from castingops.moderation.types.decisions import Action, ActionKind, DecisionState, Failure

DUE_AT_ONCE = 500  # decisions that one look at the clock hands out


def execute(decision_id: UUID, *, actor: Actor) -> Decision:
    """Make a scheduled decision so, once its undo window is over; what has been settled before stays as it is.

    A check that fails makes it FAILED and opens the case again: look at the state of what is returned.
    Errors: DecisionNotFound, DecisionNotDue.
    """
    decision = rows.lock_decision(decision_id)
    if decision is None:
        raise DecisionNotFound
    if decision.state == DecisionState.PROPOSED or (
            decision.state == DecisionState.SCHEDULED and decision.execute_after > clock.now()):
        raise DecisionNotDue(details={"state": decision.state})
    if decision.state == DecisionState.SCHEDULED:
        carry_out(decision, rows.lock_case_of(decision), actor=actor)
    return decision


def execute_due(*, actor: Actor) -> list[UUID]:
    """The decisions that are due now; each is for a job of its own."""
    return rows.list_due(clock.now(), limit=DUE_AT_ONCE)


def carry_out(decision: Decision, case: Case, *, actor: Actor) -> None:
    """Check a decision whose locks are held, then make it so or let it fail. Errors: Unavailable, to be tried again."""
    policy, actions = rows.get_policy(decision.policy_id), rows.list_actions(decision.id)
    failure = _obstacle(case, decision, policy, actions, actor=actor)
    if failure is not None:
        fail(case, decision, failure, actor=actor)
        return
    try:
        with savepoint(), entered(actor, case.subject_id), together():
            make_so(case, decision, policy, actions, actor=actor)
    except Unavailable:
        raise
    except DomainError as refusal:
        session().refresh(case)
        session().refresh(decision)
        fail(case, decision, _REFUSALS.get(refusal.code, Failure.REFUSED), actor=actor, code=refusal.code)


_REFUSALS = {"revision_decided": Failure.REVISION_CHANGED, "case_changed": Failure.REVISION_CHANGED,
             "publication_blocked": Failure.BLOCKED, "decision_overturned": Failure.OVERTURNED}


def payload_of(case_id: UUID, decision: Decision, actions: Sequence[Action]) -> dict[str, object]:
    """Everything that an approver agrees to."""
    return {"case": case_id, "revision": decision.subject_revision, "outcome": str(decision.outcome),
            "policy": decision.policy_id, "override_of": decision.override_of,
            "facts": [decision.facts_en, decision.facts_ar], "note": decision.private_note,
            "statement": [decision.statement_en, decision.statement_ar],
            "actions": [decision_rules.plain(action) for action in actions]}


def as_actions(actions: Sequence[DecisionAction]) -> tuple[Action, ...]:
    """Stored actions as values."""
    return tuple(Action(ActionKind(row.kind), row.target_id, row.parameters) for row in actions)


def _obstacle(case: Case, decision: Decision, policy: Policy, actions: Sequence[DecisionAction], *,
              actor: Actor) -> Failure | None:
    """Why this decision must not be made so at this moment."""
    values = as_actions(actions)
    needs = decision.needs_second or decision_rules.needs_second(
        Outcome(decision.outcome), values, kind=case.kind, minor=case.minor,
        is_override=decision.override_of is not None)
    approval = decision_rules.approval_failure(
        needs=needs, approver=decision.approver_id, proposer=decision.decided_by, approved_at=decision.approved_at,
        now=clock.now())
    if approval is not None:
        return approval
    changed = decision_rules.case_failure(
        CaseState(case.state), revision=case.subject_revision, made_for=decision.subject_revision,
        version=case.version, waits_since=decision.case_version, held=case.paused_at is not None)
    if changed is not None:
        return changed
    if publishes(case.kind, Outcome(decision.outcome)) and items.blocking(
            case.subject_id, besides=decision.override_of):
        return Failure.BLOCKED
    if decision.override_of is not None and is_appealed(case, decision.override_of, actor=actor):
        return Failure.APPEALED
    if policy.retired_at is not None:
        return Failure.POLICY_RETIRED
    if decision_rules.payload_hash(payload_of(case.id, decision, values)) != decision.payload_hash:
        return Failure.PAYLOAD_CHANGED
    if not is_held(decision, actor=actor):
        return Failure.AUTHORITY_LOST
    return _changed_consequence(case, policy, values)


def _changed_consequence(case: Case, policy: Policy, actions: tuple[Action, ...]) -> Failure | None:
    if all(action.kind is not ActionKind.STRIKE for action in actions):
        return None
    rows.hold_standing(case.subject_id)
    before, step, ladder = ladder_step(case.subject_id, policy.severity)
    chosen = [action for action in actions if not action.automatic]
    expected = decision_rules.with_consequence(chosen, policy.severity, before, step, ladder)
    same = [decision_rules.plain(each) for each in expected] == [decision_rules.plain(each) for each in actions]
    return None if same else Failure.CONSEQUENCE_CHANGED


def make_so(case: Case, decision: Decision, policy: Policy | PolicyRow, actions: Sequence[DecisionAction], *,
            actor: Actor) -> None:
    """The outcome, then everything else. Errors: Conflict when the thing refuses."""
    waits = True
    if decision.override_of is not None:
        waits = take_back(case, decision.override_of, decision.id, actor=actor)
    if waits:
        apply_outcome(case, decision, policy, actor=actor)
    put_in_force(case, decision, policy, actions, actor=actor)


def put_in_force(case: Case, decision: Decision, policy: Policy | PolicyRow, actions: Sequence[DecisionAction], *,
                 actor: Actor, is_new: bool = False) -> None:
    """After the outcome: the case, the decision and its actions, what the person may read, the trail.

    `is_new`: the decision is not written yet.
    """
    now = clock.now()
    before = {"state": case.state, "version": case.version}
    case.state, case.outcome = CaseState.DECIDED, decision.outcome
    case.decided_by, case.decided_at, case.assigned_to = decision.decided_by, now, decision.decided_by
    decision.state, decision.executed_at = DecisionState.EXECUTED, now
    if actions or not is_new or not add_row("decisions", plain_row(decision)):
        session().add(decision)
    session().flush()
    if actions:
        effects.apply_all(case, decision, actions, actor=actor)
    write_statement(case, decision, policy, actions, actor=actor)
    note_executed(case, decision, policy, before, actor=actor)


def take_back(case: Case, original_id: UUID, by: UUID, *, actor: Actor) -> bool:
    """Undo the outcome and the actions of an executed decision; returns whether the thing waits for another outcome."""
    original = rows.lock_decision(original_id)
    if original is None or original.state != DecisionState.EXECUTED:
        raise Conflict
    waits = kind_of(case.kind).undo(case.entity_id, original.subject_revision, Outcome(original.outcome), actor=actor)
    effects.undo_all(case, original, by, actor=actor)
    with entered(actor, case.subject_id):
        told = rows.find_told(case.subject_id, original.id)
        if told is not None:
            told.state = "overturned"
            save(told)
    return waits


def apply_outcome(case: Case, decision: Decision, policy: Policy | PolicyRow, *, actor: Actor) -> None:
    """First of all that is written: when the thing itself refuses, nothing of the decision is there to undo."""
    statement = Statement(en=decision.statement_en, ar=decision.statement_ar, facts_en=decision.facts_en,
                          facts_ar=decision.facts_ar)
    outcome = Outcome(decision.outcome)
    kind_of(case.kind).apply(case.entity_id, case.subject_revision, outcome, policy.code, statement, actor=actor)


def write_statement(case: Case, decision: Decision, policy: Policy | PolicyRow, actions: Sequence[DecisionAction], *,
                    actor: Actor) -> None:
    """What the person may read of it, and until when they may appeal."""
    assert decision.executed_at is not None
    values = as_actions(actions)
    appealable = decision_rules.is_appealable(Outcome(decision.outcome), values, kind=case.kind)
    until = rows.appeal_end(decision.executed_at, current_settings().appeal_days) if appealable else None
    row = DecisionStatement(
        subject_id=case.subject_id, id=decision.id, kind=case.kind, entity_id=case.entity_id,
        outcome=decision.outcome, policy_code=policy.code, policy_version=policy.version,
        statement_en=decision.statement_en, statement_ar=decision.statement_ar,
        actions=[decision_rules.plain(action) for action in values], executed_at=decision.executed_at,
        appeal_until=until, state="force")
    with entered(actor, case.subject_id):
        if not add_row("statements", plain_row(row)):
            save(row)


def note_executed(case: Case, decision: Decision, policy: Policy | PolicyRow, before: dict[str, object], *,
                  actor: Actor) -> None:
    """The timeline, the trail, and the event that others listen to."""
    as_decider = replace(actor, user_id=decision.decided_by)
    kind = CaseEventKind.OVERTURNED if decision.override_of else CaseEventKind.DECIDED
    add_event(case, kind, actor=as_decider, outcome=decision.outcome, policy=policy.code,
              revision=decision.subject_revision, decision_id=str(decision.id))
    audit.record("moderation.case.decide", actor=actor, entity="case", entity_id=case.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, before=before,
                 after={"state": case.state, "version": case.version, "outcome": case.outcome},
                 details={"ref": case.ref, "policy": policy.code, "policy_version": policy.version,
                          "revision": decision.subject_revision, "decision_id": decision.id,
                          "decided_by": decision.decided_by, "approver": decision.approver_id})
    publish(CaseDecided(subject_id=case.subject_id, case_id=case.id, decision_id=decision.id, kind=case.kind,
                        entity_id=case.entity_id, subject_revision=decision.subject_revision,
                        outcome=decision.outcome, override_of=decision.override_of))
