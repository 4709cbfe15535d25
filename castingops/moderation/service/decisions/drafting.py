"""What a draft would send and do: the statement in both languages, its actions, what follows of a strike."""
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.i18n import translate
from castingops.core.messages import N_, Message
from castingops.moderation import queries, rules
from castingops.moderation.errors import CaseAlreadyDecided, CasePending, InvalidDecision
from castingops.moderation.models import Case
from castingops.moderation.queries import PolicyRow
from castingops.moderation.queries import decisions as rows
from castingops.moderation.rules import decisions as decision_rules
from castingops.moderation.rules import strikes as ladder_rules
from castingops.moderation.rules.items import publishes
from castingops.moderation.service import items
from castingops.moderation.service.cases import get_case
from castingops.moderation.service.subjects import SubjectKind, kind_of
from castingops.moderation.service.timeline import verdict_details
from castingops.moderation.types import LOCALES, CaseState, Draft, Outcome, Statement
from castingops.moderation.types.decisions import Action, ActionKind

TOLD = N_("The person is told in Arabic and English, in the inbox and by e-mail.")


@dataclass(frozen=True)
class Preview:
    """What a draft would send, what else would happen, whether that takes a second person, and how long undo is."""

    draft: Draft
    policy: PolicyRow
    statement: Statement
    consequences: tuple[Message, ...]
    actions: tuple[Action, ...] = ()
    needs_second: bool = False
    undo_seconds: int = 0


def preview(ref: str, draft: Draft, *, actor: Actor, seen_version: int | None = None,
            override_of: UUID | None = None) -> Preview:
    """The statement a draft would send and what would follow. Changes nothing; with `seen_version` it also says what
    sending would meet. `override_of`: the decision that it would take the place of.

    Errors: CaseNotFound, InvalidDecision; CaseAlreadyDecided, CasePending, CaseWithdrawn, CaseChanged.
    """
    case = get_case(ref)
    if seen_version is not None:
        check_decidable(case, seen_version)
    return prepared(case, draft, actor=actor, override_of=override_of)


def check_decidable(case: Case, seen_version: int) -> None:
    """Errors: CaseAlreadyDecided and CasePending (`details`: who, when, how), CaseWithdrawn, CaseChanged."""
    if case.state == CaseState.PENDING:
        live = rows.find_waiting(case.id)
        told = verdict_details(live.decided_by, live.created_at, live.outcome) if live else {}
        raise CasePending(details=told | {"state": live.state if live else None})
    try:
        rules.check_decidable(CaseState(case.state), version=case.version, seen_version=seen_version)
    except CaseAlreadyDecided as refusal:
        details = verdict_details(case.decided_by, case.decided_at, case.outcome)
        raise CaseAlreadyDecided(details=details) from refusal


def prepared(case: Case, draft: Draft, *, actor: Actor, override_of: UUID | None = None) -> Preview:
    """The draft with everything that the house adds to it. Errors: InvalidDecision."""
    if draft.outcome is Outcome.APPROVE and case.kind != decision_rules.APPEAL:  # it states no breach
        draft = replace(draft, facts_en="", facts_ar="")
    rules.check_draft(draft)
    kind = kind_of(case.kind)
    if draft.outcome not in kind.outcomes:
        raise InvalidDecision(outcome=N_("Choose an outcome."))
    if publishes(case.kind, draft.outcome):
        items.check_publishable(case.subject_id, besides=override_of)
    policy = _policy_of(case.kind, draft)
    gaps = rules.statement_gaps(policy.statements, draft.outcome)
    if gaps:
        raise InvalidDecision(policy=gaps[0])
    actions, follows = _actions(case, draft, kind, policy, actor=actor)
    inside = actor.entering(case.subject_id)
    approved = kind.find_approved(case.entity_id, case.subject_revision, actor=inside)
    effect = kind.effect(draft.outcome, replaces=approved is not None)
    return Preview(
        replace(draft, actions=actions), policy, _statement(case, draft, policy, effect, actions),
        (effect, *follows, TOLD), actions,
        decision_rules.needs_second(draft.outcome, actions, kind=case.kind, minor=case.minor,
                                    is_override=override_of is not None),
        current_settings().undo_seconds)


def ladder_step(subject_id: UUID, severity: str, *, without: UUID | None = None,
                ) -> tuple[int, ladder_rules.Step | None, ladder_rules.Ladder]:
    """The points that count now and what one more strike under such a policy leads to."""
    now = clock.now()
    ladder = ladder_rules.ladder_at(now)
    before = ladder_rules.points(rows.list_standing(subject_id, without=without), now)
    return before, ladder_rules.consequence(before, ladder.weights[severity], ladder), ladder


def _actions(case: Case, draft: Draft, kind: SubjectKind, policy: PolicyRow, *,
             actor: Actor) -> tuple[tuple[Action, ...], list[Message]]:
    if not draft.actions:
        return (), []
    photos: Iterable[UUID] = ()
    if any(action.kind is ActionKind.REMOVE_PHOTO for action in draft.actions):
        photos = kind.load(case.entity_id, case.subject_revision, actor=actor.entering(case.subject_id)).photo_ids
    decision_rules.check_actions(draft.actions, allowed=kind.actions, photos=tuple(photos),
                                 has_policy=draft.policy_id is not None and draft.outcome is not Outcome.APPROVE)
    typed = tuple(_typed(action) for action in draft.actions)
    if all(action.kind is not ActionKind.STRIKE for action in typed):
        return typed, [decision_rules.effect_of(action) for action in typed]
    before, step, ladder = ladder_step(case.subject_id, policy.severity)
    actions = decision_rules.with_consequence(typed, policy.severity, before, step, ladder)
    follows = [decision_rules.effect_of(action) for action in actions if action.kind is not ActionKind.STRIKE]
    return actions, [ladder_rules.told(before + ladder.weights[policy.severity], step, ladder), *follows]


def _typed(action: Action) -> Action:
    """Of what was typed, only what may be: days of a suspension."""
    days = action.parameters.get("days")
    return replace(action, parameters={"days": days} if action.kind is ActionKind.SUSPEND else {})


def _policy_of(kind: str, draft: Draft) -> PolicyRow:
    if draft.policy_id is None:  # only an approval may leave it open: the policy that states approvals
        found = next((row for row in queries.list_policies(kind) if draft.outcome in row.statements), None)
    else:
        found = queries.find_policy(draft.policy_id, kind)
    if found is None:
        raise InvalidDecision(policy=N_("This policy is no longer in force. Choose another."))
    return found


def _statement(case: Case, draft: Draft, policy: PolicyRow, effect: Message,
               actions: tuple[Action, ...]) -> Statement:
    typed = {"en": draft.facts_en, "ar": draft.facts_ar}
    usual = {"en": policy.fact_en, "ar": policy.fact_ar}
    facts = {locale: rules.sentence(typed[locale] or usual[locale]) for locale in LOCALES}
    more = [decision_rules.effect_of(action) for action in actions]
    if decision_rules.is_appealable(Outcome(draft.outcome), actions, kind=case.kind):
        more.append(decision_rules.remedy(current_settings().appeal_days))
    words = {}
    for locale in LOCALES:
        text = rules.render(policy.statements[draft.outcome][locale], {
            "revision": str(case.subject_revision), "facts": facts[locale], "code": policy.code, "ref": case.ref,
            "policy": policy.title(locale), "effect": translate(effect, locale)})
        words[locale] = " ".join([text, *(translate(sentence, locale) for sentence in more)])
    return Statement(en=words["en"], ar=words["ar"], facts_en=facts["en"], facts_ar=facts["ar"])
