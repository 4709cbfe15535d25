"""Proposing a decision, approving it as a second person, undoing it in time, and reversing one in force."""
from contextlib import nullcontext
from datetime import timedelta
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.db import add_row, entered, plain_row, save, session, together
from castingops.core.errors import Conflict
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.moderation import permissions, queries, rules
from castingops.moderation.errors import (
    CaseChanged,
    CaseNotFound,
    DecisionChanged,
    DecisionNotFound,
    DecisionSettled,
    InvalidDecision,
    NotReversible,
    NotYours,
    OwnDecision,
    SecondPersonNeeded,
    UndoOver,
)
from castingops.moderation.events import DecisionProposed
from castingops.moderation.models import Case, Decision, DecisionAction
from castingops.moderation.queries import decisions as rows
from castingops.moderation.rules import decisions as decision_rules
from castingops.moderation.rules.appeals import check_apart
from castingops.moderation.service import leases, work
from castingops.moderation.service.decisions.appealing import check_not_appealed
from castingops.moderation.service.decisions.drafting import Preview, check_decidable, prepared
from castingops.moderation.service.decisions.executing import (
    apply_outcome,
    as_actions,
    carry_out,
    payload_of,
    put_in_force,
)
from castingops.moderation.service.timeline import add_event
from castingops.moderation.service.waiting import call_off
from castingops.moderation.types import CaseEventKind, CaseState, Draft
from castingops.moderation.types.decisions import REASON_MAX, ActionKind, DecisionState, Seen


def propose(ref: str, draft: Draft, *, actor: Actor, seen: Seen) -> Decision:
    """As `send`, for who needs the decision only."""
    return send(ref, draft, actor=actor, seen=seen)[0]


def send(ref: str, draft: Draft, *, actor: Actor, seen: Seen) -> tuple[Decision, Case]:
    """Decide a case as its moderator saw it. What takes two persons waits for the second (`proposed`), the rest for
    the end of its undo window (`scheduled`); without one it is made so at once (`executed`).

    The row is locked first: of two moderators the second finds the first's decision.
    Errors: CaseNotFound, CaseAlreadyDecided and CasePending (`details`: who, when, how), CaseWithdrawn, CaseChanged,
    LeaseLost, InvalidDecision.
    """
    actor.require(permissions.DECIDE)
    case = queries.lock_case(rules.checked_ref(ref))
    if case is None:
        raise CaseNotFound
    check_decidable(case, seen.version)
    if case.subject_revision != seen.revision:
        raise CaseChanged
    leases.check(case, seen.lease_token, actor=actor)
    shown = _prepared(case, draft, actor=actor)
    decision, actions = _draw_up(case, shown, actor=actor)
    at_once = decision.state == DecisionState.SCHEDULED and shown.undo_seconds == 0
    with entered(actor, case.subject_id) if at_once else nullcontext(), together():
        if at_once:  # without an undo window there is nothing to wait for
            _carry_out_new(case, decision, actions, shown, actor=actor)
        else:
            _put_off(case, decision, actions, shown, actor=actor)
    return decision, case


def _put_off(case: Case, decision: Decision, actions: list[DecisionAction], shown: Preview, *, actor: Actor) -> None:
    """The decision waits, for a second person or for the end of its undo window."""
    _take_off(case, actor=actor)
    case.state, case.assigned_to = CaseState.PENDING, actor.user_id
    save(case)
    decision.case_version = case.version
    _keep(decision, actions)
    _note_proposed(case, decision, shown, actor=actor)


def reverse(decision_id: UUID, draft: Draft, *, actor: Actor) -> Decision:
    """Propose another decision in place of one in force; it always takes a second person, and nobody reverses their
    own. The case stays decided until then. The answer to an appeal ends the review: it is not reversed.

    Errors: DecisionNotFound, NotReversible, OwnDecision, AppealOpen while the person's appeal of it is not answered,
    InvalidDecision.
    """
    actor.require(permissions.DECIDE)
    original = rows.lock_decision(decision_id)
    if original is None:
        raise DecisionNotFound
    if original.state != DecisionState.EXECUTED or rows.is_overridden(original.id):
        raise NotReversible
    if actor.user_id in (original.decided_by, original.approver_id):
        raise OwnDecision
    case = rows.lock_case_of(original)
    is_in_force = case.state == CaseState.DECIDED and case.subject_revision == original.subject_revision
    if not is_in_force or case.kind == decision_rules.APPEAL:
        raise NotReversible
    check_not_appealed(case, original.id, actor=actor)
    shown = _prepared(case, draft, actor=actor, override_of=original.id)
    decision, actions = _draw_up(case, shown, actor=actor, override_of=original.id)
    decision.case_version = case.version
    _keep(decision, actions)
    _note_proposed(case, decision, shown, actor=actor)
    return decision


def approve(decision_id: UUID, *, actor: Actor, seen_hash: str) -> Decision:
    """Agree as the second person to what was read: `seen_hash` is its payload hash. The undo window begins now.

    Errors: DecisionNotFound, DecisionSettled, DecisionChanged, SecondPersonNeeded (for the proposer), OwnDecision (of
    the decision that it reverses), AppealOpen (likewise), Forbidden without the right to approve.
    """
    actor.require(permissions.APPROVE)
    decision = _lock_waiting(decision_id, DecisionState.SCHEDULED)
    case = rows.lock_case_of(decision)
    _check_apart(decision, case, actor)
    if actor.user_id in (decision.decided_by, case.subject_id):
        raise SecondPersonNeeded
    if decision.override_of is not None:
        check_not_appealed(case, decision.override_of, actor=actor)
    values = as_actions(rows.list_actions(decision.id))
    if seen_hash != decision.payload_hash or \
            decision_rules.payload_hash(payload_of(case.id, decision, values)) != decision.payload_hash:
        raise DecisionChanged
    undo, now = current_settings().undo_seconds, clock.now()
    decision.approver_id, decision.approved_at = actor.user_id, now
    decision.execute_after, decision.state = now + timedelta(seconds=undo), DecisionState.SCHEDULED
    save(decision)
    _note(case, decision, CaseEventKind.APPROVED, "moderation.decision.approve", actor=actor)
    if undo == 0:
        carry_out(decision, case, actor=actor)
    return decision


def decline(decision_id: UUID, *, actor: Actor, reason: str) -> Decision:
    """Refuse as the second person; the case is open again. Errors: DecisionNotFound, DecisionSettled,
    SecondPersonNeeded (for the proposer, who undoes it), OwnDecision, InvalidDecision without a usable reason."""
    actor.require(permissions.DECLINE)
    words = rules.checked_text(reason, REASON_MAX, InvalidDecision, "reason")
    decision = _lock_waiting(decision_id, DecisionState.SCHEDULED)
    case = rows.lock_case_of(decision)
    _check_apart(decision, case, actor)
    if actor.user_id == decision.decided_by:
        raise SecondPersonNeeded
    call_off(case, decision, DecisionState.DECLINED, actor=actor, reason=words)
    return decision


def cancel(decision_id: UUID, *, actor: Actor) -> Decision:
    """Undo a decision before it takes effect: nothing of it was sent, and the case is open again.

    For who proposed it and for seniors. Errors: DecisionNotFound, DecisionSettled, UndoOver, NotYours, OwnDecision.
    """
    actor.require(permissions.DECIDE)
    decision = _lock_waiting(decision_id, DecisionState.CANCELLED)
    if actor.user_id != decision.decided_by and not actor.may(permissions.APPROVE):
        raise NotYours
    if decision.state == DecisionState.SCHEDULED and decision.execute_after <= clock.now():
        raise UndoOver
    case = rows.lock_case_of(decision)
    _check_apart(decision, case, actor)
    call_off(case, decision, DecisionState.CANCELLED, actor=actor)
    return decision


def _check_apart(decision: Decision, case: Case, actor: Actor) -> None:
    """Whoever took part in what is looked at again neither agrees nor stops it. Errors: CaseBarred, OwnDecision."""
    check_apart(case.barred, actor.user_id)
    if decision.override_of is not None:
        original = session().get_one(Decision, decision.override_of)
        if actor.user_id in (original.decided_by, original.approver_id):
            raise OwnDecision


def _prepared(case: Case, draft: Draft, *, actor: Actor, override_of: UUID | None = None) -> Preview:
    if any(action.kind is ActionKind.STRIKE for action in draft.actions):
        rows.hold_standing(case.subject_id)  # two decisions at once must not count the same points
    return prepared(case, draft, actor=actor, override_of=override_of)


def _draw_up(case: Case, shown: Preview, *, actor: Actor,
             override_of: UUID | None = None) -> tuple[Decision, list[DecisionAction]]:
    """The rows of a new decision, not written yet."""
    now, draft, statement = clock.now(), shown.draft, shown.statement
    state = DecisionState.PROPOSED if shown.needs_second else DecisionState.SCHEDULED
    assert actor.user_id is not None
    decision = Decision(
        id=new_id(), case_id=case.id, subject_revision=case.subject_revision, outcome=draft.outcome,
        policy_id=shown.policy.id, facts_en=statement.facts_en, facts_ar=statement.facts_ar,
        statement_en=statement.en, statement_ar=statement.ar, private_note=draft.note, decided_by=actor.user_id,
        created_at=now, execute_after=now + timedelta(seconds=shown.undo_seconds), executed_at=None, state=state,
        needs_second=shown.needs_second, approver_id=None, approved_at=None, override_of=override_of, failure=None)
    decision.payload_hash = decision_rules.payload_hash(payload_of(case.id, decision, shown.actions))
    actions = [DecisionAction(id=new_id(), decision_id=decision.id, kind=action.kind, target_id=action.target_id,
                              parameters=dict(action.parameters)) for action in shown.actions]
    return decision, actions


def _keep(decision: Decision, actions: list[DecisionAction]) -> None:
    if not actions and add_row("decisions", plain_row(decision)):
        return
    save(decision)
    if actions:
        session().add_all(actions)
        session().flush()


def _carry_out_new(case: Case, decision: Decision, actions: list[DecisionAction], shown: Preview, *,
                   actor: Actor) -> None:
    """Make a decision so that nobody has written yet. Errors: CaseChanged when the thing itself refuses.

    The thing is asked first of all: a refusal is shown on a page whose transaction goes on, and leaves nothing to undo.
    """
    try:
        apply_outcome(case, decision, shown.policy, actor=actor)
    except Conflict as refusal:
        raise CaseChanged from refusal
    _take_off(case, actor=actor)
    put_in_force(case, decision, shown.policy, actions, actor=actor, is_new=True)


def _take_off(case: Case, *, actor: Actor) -> None:
    """The case leaves the open ones: its lease ends, and whoever decided waits for no answer any more."""
    leases.settle(case)
    work.resume(case, actor=actor)


def _lock_waiting(decision_id: UUID, following: DecisionState) -> Decision:
    """The decision to change, if it may become that. Errors: DecisionNotFound, DecisionSettled."""
    decision = rows.lock_decision(decision_id)
    if decision is None:
        raise DecisionNotFound
    if not decision_rules.may_become(DecisionState(decision.state), following):
        raise DecisionSettled(details={"state": decision.state, "failure": decision.failure})
    return decision


def _note_proposed(case: Case, decision: Decision, shown: Preview, *, actor: Actor) -> None:
    _note(case, decision, CaseEventKind.PROPOSED, "moderation.decision.propose", actor=actor)
    publish(DecisionProposed(subject_id=case.subject_id, case_id=case.id, decision_id=decision.id,
                             needs_second=shown.needs_second))


def _note(case: Case, decision: Decision, kind: CaseEventKind, act: str, *, actor: Actor) -> None:
    add_event(case, kind, actor=actor, outcome=decision.outcome, revision=decision.subject_revision,
              decision_id=str(decision.id), needs_second=decision.needs_second)
    audit.record(act, actor=actor, entity="decision", entity_id=decision.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, after={"state": decision.state, "payload_hash": decision.payload_hash},
                 details={"ref": case.ref, "outcome": decision.outcome, "needs_second": decision.needs_second})
