"""Deciding: what would be sent, and sending it. One transaction holds the case, the thing, the words and the trail."""
from dataclasses import dataclass
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save
from castingops.core.errors import Conflict
from castingops.core.i18n import translate
from castingops.core.messages import N_, Message
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.moderation import queries, rules
from castingops.moderation.errors import CaseAlreadyDecided, CaseChanged, CaseNotFound, InvalidDecision
from castingops.moderation.events import CaseDecided
from castingops.moderation.models import Case, Decision
from castingops.moderation.queries import PolicyRow
from castingops.moderation.service.cases import get_case
from castingops.moderation.service.subjects import kind_of
from castingops.moderation.service.timeline import add_event, verdict_details
from castingops.moderation.types import LOCALES, CaseEventKind, CaseState, Draft, Outcome, Statement


@dataclass(frozen=True)
class Preview:
    """What a draft would send, and what else would happen."""

    draft: Draft
    policy: PolicyRow
    statement: Statement
    consequences: tuple[Message, ...]


def preview(ref: str, draft: Draft, *, actor: Actor, seen_version: int | None = None) -> Preview:
    """The statement a draft would send. Changes nothing; with `seen_version` it also says what sending would meet.

    Errors: CaseNotFound, InvalidDecision; CaseAlreadyDecided, CaseWithdrawn, CaseChanged.
    """
    case = get_case(ref)
    if seen_version is not None:
        _check_decidable(case, seen_version)
    return _prepared(case, draft, actor=actor)


def decide(ref: str, draft: Draft, *, actor: Actor, seen_version: int) -> Decision:
    """Decide a case as its moderator saw it at `seen_version`, make it so and tell the person.

    The row is locked first: of two moderators the second finds the first's decision.
    Errors: CaseNotFound, CaseAlreadyDecided (`details`: who, when, how), CaseWithdrawn, CaseChanged, InvalidDecision.
    """
    case = queries.lock_case(rules.checked_ref(ref))
    if case is None:
        raise CaseNotFound
    _check_decidable(case, seen_version)
    prepared = _prepared(case, draft, actor=actor)
    _apply(case, prepared, actor=actor)
    decision = _record(case, prepared, actor=actor)
    publish(CaseDecided(subject_id=case.subject_id, case_id=case.id, decision_id=decision.id, kind=case.kind,
                        entity_id=case.entity_id, subject_revision=case.subject_revision, outcome=draft.outcome))
    return decision


def _apply(case: Case, prepared: Preview, *, actor: Actor) -> None:
    """First of all that is written: when the thing itself refuses, nothing of the decision is there to undo.

    Errors: CaseChanged when a newer revision is on its way here.
    """
    try:
        kind_of(case.kind).apply(case.entity_id, case.subject_revision, prepared.draft.outcome, prepared.policy.code,
                                 prepared.statement, actor=actor)
    except Conflict as refusal:
        raise CaseChanged from refusal


def _check_decidable(case: Case, seen_version: int) -> None:
    try:
        rules.check_decidable(CaseState(case.state), version=case.version, seen_version=seen_version)
    except CaseAlreadyDecided as refusal:
        details = verdict_details(case.decided_by, case.decided_at, case.outcome)
        raise CaseAlreadyDecided(details=details) from refusal


def _prepared(case: Case, draft: Draft, *, actor: Actor) -> Preview:
    rules.check_draft(draft)
    rules.check_outcome(draft.outcome, minor=case.minor)
    policy = _policy_of(case.kind, draft)
    gaps = rules.statement_gaps(policy.statements, draft.outcome)
    if gaps:
        raise InvalidDecision(policy=gaps[0])
    kind = kind_of(case.kind)
    approved = kind.find_approved(case.entity_id, case.subject_revision, actor=actor.entering(case.subject_id))
    effect = _effect(draft.outcome, is_published=approved is not None)
    told = N_("The person is told in Arabic and English, in the inbox and by e-mail.")
    return Preview(draft, policy, _statement(case, draft, policy, effect), (effect, told))


def _policy_of(kind: str, draft: Draft) -> PolicyRow:
    if draft.policy_id is None:  # only an approval may leave it open: the policy that states approvals
        found = next((row for row in queries.list_policies(kind) if draft.outcome in row.statements), None)
    else:
        found = queries.find_policy(draft.policy_id, kind)
    if found is None:
        raise InvalidDecision(policy=N_("This policy is no longer in force. Choose another."))
    return found


def _effect(outcome: Outcome, *, is_published: bool) -> Message:
    if outcome is Outcome.APPROVE:
        return N_("This revision replaces the published one.") if is_published else N_("The profile is published.")
    if is_published:
        return N_("The profile approved earlier stays published.")
    return N_("The profile is not published yet.")


def _statement(case: Case, draft: Draft, policy: PolicyRow, effect: Message) -> Statement:
    typed = {"en": draft.facts_en, "ar": draft.facts_ar}
    usual = {"en": policy.fact_en, "ar": policy.fact_ar}
    facts = {locale: rules.sentence(typed[locale] or usual[locale]) for locale in LOCALES}
    words = {locale: rules.render(policy.statements[draft.outcome][locale], {
        "revision": str(case.subject_revision), "facts": facts[locale], "code": policy.code, "ref": case.ref,
        "policy": policy.title(locale), "effect": translate(effect, locale)}) for locale in LOCALES}
    return Statement(en=words["en"], ar=words["ar"], facts_en=facts["en"], facts_ar=facts["ar"])


def _record(case: Case, prepared: Preview, *, actor: Actor) -> Decision:
    now, draft = clock.now(), prepared.draft
    before = {"state": case.state, "version": case.version}
    case.state, case.outcome, case.decided_by, case.decided_at = CaseState.DECIDED, draft.outcome, actor.user_id, now
    save(case)
    statement = prepared.statement
    decision = Decision(
        case_id=case.id, subject_revision=case.subject_revision, outcome=draft.outcome, policy_id=prepared.policy.id,
        facts_en=statement.facts_en, facts_ar=statement.facts_ar, statement_en=statement.en,
        statement_ar=statement.ar, private_note=draft.note, decided_by=actor.user_id, created_at=now,
        execute_after=now, executed_at=now)
    save(decision)
    add_event(case, CaseEventKind.DECIDED, actor=actor, outcome=draft.outcome, policy=prepared.policy.code,
              revision=case.subject_revision)
    audit.record("moderation.case.decide", actor=actor, entity="case", entity_id=case.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, before=before,
                 after={"state": case.state, "version": case.version, "outcome": case.outcome},
                 details={"ref": case.ref, "policy": prepared.policy.code, "policy_version": prepared.policy.version,
                          "revision": case.subject_revision, "decision_id": decision.id})
    return decision


def neighbours(case: Case) -> tuple[str | None, str | None]:
    """References of the open cases before and after this one in the order of the queue."""
    return queries.find_neighbours(case)


def find_decision(case_id: UUID, revision: int) -> queries.DecisionRow | None:
    """The decision on one revision of a case, with the policy version it used."""
    return queries.find_decision(case_id, revision)
