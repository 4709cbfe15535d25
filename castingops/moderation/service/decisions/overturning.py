"""Overturning a decision because another one says so: an appeal that was upheld."""
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save
from castingops.core.ids import new_id
from castingops.moderation.errors import NotReversible, SecondPersonNeeded
from castingops.moderation.models import Decision
from castingops.moderation.queries import decisions as rows
from castingops.moderation.rules.items import publishes
from castingops.moderation.service import items
from castingops.moderation.service.decisions import effects
from castingops.moderation.service.decisions.appealing import give_way
from castingops.moderation.service.decisions.executing import apply_outcome, note_executed, take_back
from castingops.moderation.types import Outcome
from castingops.moderation.types.decisions import DecisionState


def overturn(original_id: UUID, because: UUID, *, actor: Actor) -> Decision:
    """Reverse an executed decision in the transaction of the decision `because`, with its two persons and its words.

    Call it from the `apply` of that decision: what was refused is approved, every action is taken back, the strike
    voided, and everyone who was told is told. A reversal of it that waits comes to nothing. The appeal's own statement
    goes to the person.
    Errors: NotReversible when it is not in force any more; SecondPersonNeeded when `because` had one person only;
    PublicationBlocked while a compliance item, of another matter, keeps the person from being published.
    """
    give_way(original_id, actor=actor)
    original, cause = rows.lock_decision(original_id), rows.lock_decision(because)
    if original is None or cause is None or original.state != DecisionState.EXECUTED or rows.is_overridden(original_id):
        raise NotReversible
    if cause.approver_id is None or cause.approved_at is None:
        raise SecondPersonNeeded
    case, policy, now = rows.lock_case_of(original), rows.get_policy(cause.policy_id), clock.now()
    outcome = Outcome.REJECT if original.outcome == Outcome.APPROVE else Outcome.APPROVE
    override = Decision(
        id=new_id(), case_id=case.id, subject_revision=original.subject_revision, outcome=outcome,
        policy_id=cause.policy_id, facts_en=cause.facts_en, facts_ar=cause.facts_ar, statement_en=cause.statement_en,
        statement_ar=cause.statement_ar, private_note="", decided_by=cause.decided_by, created_at=now,
        execute_after=now, executed_at=now, state=DecisionState.EXECUTED, needs_second=True,
        approver_id=cause.approver_id, approved_at=cause.approved_at, override_of=original.id,
        payload_hash=cause.payload_hash)
    waits = take_back(case, original.id, override.id, actor=actor)
    save(override)
    before: dict[str, object] = {"state": case.state, "version": case.version, "outcome": case.outcome}
    if waits and publishes(case.kind, outcome):
        items.check_publishable(case.subject_id, besides=original.id)
    if waits:
        apply_outcome(case, override, policy, actor=actor)
    case.outcome, case.decided_by, case.decided_at = outcome, cause.decided_by, now
    save(case)
    effects.apply_all(case, override, (), actor=actor)
    note_executed(case, override, policy, before, actor=actor)
    return override
