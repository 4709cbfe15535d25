"""What actions do to a person and their things, and how each is taken back. Nothing here is destroyed."""
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from castingops.casting import service as casting
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, save, session
from castingops.identity import service as identity
from castingops.identity.types import Restriction
from castingops.media import service as media
from castingops.moderation.models import Case, Decision, DecisionAction, Sanction, Strike
from castingops.moderation.queries import decisions as rows
from castingops.moderation.types.decisions import ActionKind

Act = Callable[[Case, Decision, DecisionAction, Actor], None]


def apply_all(case: Case, decision: Decision, actions: Sequence[DecisionAction], *, actor: Actor) -> None:
    """Do each action of a decision, and then what stands against the person as a whole."""
    session().add_all(actions)
    for action in actions:
        _APPLY.get(action.kind, _nothing)(case, decision, action, actor)
        action.applied_at = clock.now()
    session().flush()
    if {ActionKind.SUSPEND, ActionKind.BAN, ActionKind.UNBAN} & {action.kind for action in actions}:
        settle_standing(case.subject_id, actor=actor)


def undo_all(case: Case, decision: Decision, by: UUID, *, actor: Actor) -> list[DecisionAction]:
    """Take back every action of a decision, its own and no other's; returns what was taken back.

    `by`: the decision that overturns it.
    """
    actions = [action for action in rows.list_actions(decision.id) if action.applied_at and not action.undone_at]
    for strike in rows.list_strikes_of(decision.id):
        strike.voided_at, strike.voided_by = clock.now(), by
        save(strike)
    for sanction in rows.list_sanctions_of(decision.id):
        sanction.lifted_at, sanction.lifted_by = clock.now(), actor.user_id or decision.decided_by
        save(sanction)
    for action in actions:
        action.undone_at = clock.now()
        save(action)
        _UNDO.get(action.kind, _nothing)(case, decision, action, actor)
    if actions:
        settle_standing(case.subject_id, actor=actor)
    return actions


def settle_standing(subject_id: UUID, *, actor: Actor) -> None:
    """Make the account and the profile as all sanctions in force together say, one decision after the other."""
    rows.hold_standing(subject_id)
    standing = rows.list_in_force(subject_id, clock.now())
    banned = any(sanction.kind == ActionKind.BAN for sanction in standing)
    until = max((sanction.ends_at for sanction in standing if sanction.ends_at is not None), default=None)
    if banned:
        identity.restrict(subject_id, Restriction.BANNED, None, actor=actor)
    else:
        identity.restrict(subject_id, Restriction.SUSPENDED if until else None, until, actor=actor)
    if banned or rows.has_hidden(subject_id):
        casting.withhold(subject_id, actor=actor)
    else:
        casting.show_again(subject_id, actor=actor)


def lift_hiding(subject_id: UUID, *, actor: Actor) -> None:
    """A newer revision of a profile was approved: what hid an earlier one is over. A ban is not."""
    hidden = rows.list_hiding(subject_id)
    for action in hidden:
        action.undone_at = clock.now()
        save(action)
    if hidden:
        settle_standing(subject_id, actor=actor)


def _nothing(case: Case, decision: Decision, action: DecisionAction, actor: Actor) -> None:
    """A warning is its words alone."""


def _strike(case: Case, decision: Decision, action: DecisionAction, actor: Actor) -> None:
    now = clock.now()
    save(Strike(subject_id=case.subject_id, decision_id=decision.id, policy_id=decision.policy_id,
                weight=action.parameters["weight"], expires_at=now + timedelta(days=action.parameters["days"]),
                created_at=now))


def _sanction(case: Case, decision: Decision, action: DecisionAction, actor: Actor) -> None:
    now, days = clock.now(), int(action.parameters.get("days", 0))
    save(Sanction(subject_id=case.subject_id, kind=action.kind, decision_id=decision.id, starts_at=now,
                  ends_at=now + timedelta(days=days) if action.kind == ActionKind.SUSPEND else None))


def _unban(case: Case, decision: Decision, action: DecisionAction, actor: Actor) -> None:
    for sanction in rows.list_in_force(case.subject_id, clock.now()):
        if sanction.kind == ActionKind.BAN:
            sanction.lifted_at, sanction.lifted_by = clock.now(), decision.decided_by
            save(sanction)


def _hide(case: Case, decision: Decision, action: DecisionAction, actor: Actor) -> None:
    casting.withhold(case.subject_id, actor=actor)


def _remove_photo(case: Case, decision: Decision, action: DecisionAction, actor: Actor) -> None:
    assert action.target_id is not None
    with entered(actor, case.subject_id) as inside:
        media.take_down(action.target_id, actor=inside)  # nothing to do when the person took it back themself


def _restore_photo(case: Case, decision: Decision, action: DecisionAction, actor: Actor) -> None:
    assert action.target_id is not None
    with entered(actor, case.subject_id) as inside:
        media.restore_photo(action.target_id, actor=inside)
    casting.show_restored(case.subject_id, actor=actor)


_APPLY: dict[str, Act] = {
    ActionKind.STRIKE: _strike, ActionKind.SUSPEND: _sanction, ActionKind.BAN: _sanction, ActionKind.UNBAN: _unban,
    ActionKind.HIDE_PROFILE: _hide, ActionKind.REMOVE_PHOTO: _remove_photo}
_UNDO: dict[str, Act] = {ActionKind.REMOVE_PHOTO: _restore_photo}
