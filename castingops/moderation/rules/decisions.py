"""What a decision may hold, when it takes two persons, what an approver agrees to, and when it may take effect."""
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from castingops.core.messages import N_, NN_, Message
from castingops.moderation.errors import InvalidDecision
from castingops.moderation.rules.strikes import Ladder, Step
from castingops.moderation.types import CaseState, Outcome
from castingops.moderation.types.decisions import (
    ACTIONS_MAX,
    APPROVAL_LASTS,
    HARMFUL,
    SECOND_PERSON,
    SUSPEND_DAYS_MAX,
    Action,
    ActionKind,
    DecisionState,
    Failure,
)

APPEAL = "appeal"  # the kind of case whose approval overturns a decision
_NEXT = {
    DecisionState.PROPOSED: {DecisionState.SCHEDULED, DecisionState.EXECUTED, DecisionState.CANCELLED,
                             DecisionState.DECLINED, DecisionState.FAILED},
    DecisionState.SCHEDULED: {DecisionState.EXECUTED, DecisionState.CANCELLED, DecisionState.FAILED},
}


def may_become(state: DecisionState, following: DecisionState) -> bool:
    """Whether a decision may go from one state to another. What is final stays."""
    return following in _NEXT.get(state, ())


def needs_second(outcome: Outcome, actions: Iterable[Action], *, kind: str, minor: bool, is_override: bool) -> bool:
    """Whether it takes a second person (reliability.md §3): bans, a minor's publication, whatever reverses a decision.

    The database asks the same once more (migration 0009).
    """
    published_minor = outcome is Outcome.APPROVE and (minor or kind == APPEAL)
    return is_override or published_minor or any(action.kind in SECOND_PERSON for action in actions)


def payload_hash(payload: Mapping[str, Any]) -> str:
    """The SHA-256 of everything an approver agrees to; any change of it is another one."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return sha256(text.encode()).hexdigest()


def plain(action: Action) -> dict[str, Any]:
    """An action as it is stored and hashed."""
    return {"kind": str(action.kind), "target_id": str(action.target_id) if action.target_id else None,
            "parameters": dict(action.parameters)}


def check_actions(actions: Collection[Action], *, allowed: Collection[ActionKind], photos: Collection[UUID],
                  has_policy: bool) -> None:
    """Errors: InvalidDecision for actions that this kind has not, that exclude each other or lack what they need."""
    problem = _problem(actions, allowed, photos, has_policy=has_policy)
    if problem is not None:
        raise InvalidDecision(actions=problem)


def _problem(actions: Collection[Action], allowed: Collection[ActionKind], photos: Collection[UUID], *,
             has_policy: bool) -> Message | None:
    kinds = [action.kind for action in actions]
    if len(actions) > ACTIONS_MAX or len({(action.kind, action.target_id) for action in actions}) < len(actions):
        return N_("Choose each action once, and at most %(max)d of them.", max=ACTIONS_MAX)
    if not set(kinds) <= set(allowed):
        return N_("One of these actions does not exist here.")
    if len({ActionKind.SUSPEND, ActionKind.BAN, ActionKind.UNBAN} & set(kinds)) > 1:
        return N_("Choose one of suspending, banning and lifting a ban.")
    if not has_policy and HARMFUL & set(kinds):
        return N_("An action against a person rests on a policy: choose it.")
    return next((problem for problem in map(_action_problem, actions, [photos] * len(actions)) if problem), None)


def _action_problem(action: Action, photos: Collection[UUID]) -> Message | None:
    if action.kind is ActionKind.REMOVE_PHOTO and action.target_id not in photos:
        return N_("Choose a photo of this case.")
    days = action.parameters.get("days")
    if action.kind is ActionKind.SUSPEND and (type(days) is not int or not 1 <= days <= SUSPEND_DAYS_MAX):
        return N_("Suspend for 1 to %(max)d days.", max=SUSPEND_DAYS_MAX)
    return None


def with_consequence(actions: Iterable[Action], severity: str, before: int, step: Step | None,
                     ladder: Ladder) -> tuple[Action, ...]:
    """The actions with what the server knows: the weight of the strike, and what follows of it by itself.

    `before`: the points that count already. What was chosen and is as hard already takes the place of what follows.
    """
    weight = ladder.weights[severity]
    filled = [replace(action, target_id=None, parameters={
        "weight": weight, "days": ladder.lasts[severity].days, "points": before + weight, "of": ladder.top})
        if action.kind is ActionKind.STRIKE else action for action in actions]
    if step is None or any(_as_hard(action, step) for action in filled):
        return tuple(filled)
    kept = [action for action in filled
            if step.consequence is ActionKind.WARN or action.kind not in (ActionKind.SUSPEND, ActionKind.BAN)]
    parameters: dict[str, Any] = {"automatic": True} | ({"days": step.days} if step.days else {})
    return (*kept, Action(step.consequence, None, parameters))


def _as_hard(action: Action, step: Step) -> bool:
    order = [ActionKind.WARN, ActionKind.SUSPEND, ActionKind.BAN]
    if action.kind not in order:
        return False
    if action.kind is step.consequence:
        return int(action.parameters.get("days", 0)) >= step.days
    return order.index(action.kind) > order.index(step.consequence)


def effect_of(action: Action) -> Message:
    """What an action means, in words for its person. Durations and not dates: it may take effect a day later."""
    days = int(action.parameters.get("days", 0))
    match action.kind:
        case ActionKind.STRIKE:
            return NN_("A strike was recorded, %(points)d of %(of)d points; it expires after %(n)d day.",
                       "A strike was recorded, %(points)d of %(of)d points; it expires after %(n)d days.", n=days,
                       points=action.parameters.get("points", 0), of=action.parameters.get("of", 0))
        case ActionKind.SUSPEND:
            return NN_("Your account is suspended for %(n)d day; you can still sign in and read our decisions.",
                       "Your account is suspended for %(n)d days; you can still sign in and read our decisions.",
                       n=days)
        case kind:
            return _EFFECTS[kind]


_EFFECTS: dict[ActionKind, Message] = {
    ActionKind.WARN: N_("This is a warning."),
    ActionKind.REMOVE_PHOTO: N_("One photo was removed."),
    ActionKind.HIDE_PROFILE: N_("Your profile is hidden until a new revision of it is approved."),
    ActionKind.BAN: N_("Your account is banned and your profile hidden; you can still sign in and read our decisions."),
    ActionKind.UNBAN: N_("Your account is no longer banned."),
}


def remedy(days: int) -> Message:
    """How long the person may appeal."""
    return NN_("You can appeal within %(n)d day.", "You can appeal within %(n)d days.", n=days)


def is_appealable(outcome: Outcome, actions: Iterable[Action], *, kind: str) -> bool:
    """Whether there is something to appeal: a refusal or an action against the person, and no second appeal."""
    refused = outcome is not Outcome.APPROVE and kind not in (APPEAL, "report")
    return kind != APPEAL and (refused or any(action.kind in HARMFUL for action in actions))


def approval_failure(*, needs: bool, approver: UUID | None, proposer: UUID, approved_at: datetime | None,
                     now: datetime) -> Failure | None:
    """Why an approval does not carry a decision at this moment; None when it does, or when none is needed."""
    if not needs:
        return None
    if approver is None or approved_at is None or approver == proposer:
        return Failure.SECOND_MISSING
    return Failure.APPROVAL_EXPIRED if now - approved_at > APPROVAL_LASTS else None


def case_failure(state: CaseState, *, revision: int, made_for: int, version: int, waits_since: int | None,
                 held: bool) -> Failure | None:
    """Why a case is no longer the one that was decided on; None when it is."""
    if state is CaseState.WITHDRAWN:
        return Failure.WITHDRAWN
    if revision != made_for:
        return Failure.REVISION_CHANGED
    if version != waits_since:
        return Failure.CASE_CHANGED
    return Failure.HELD if held else None
