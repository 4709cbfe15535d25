"""Kinds of things that can be moderated: a port. A feature hands in how its things are read and an outcome applied."""
from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from castingops.core.actor import Actor
from castingops.core.messages import Message
from castingops.moderation.errors import CaseNotFound
from castingops.moderation.types import OUTCOME_ACTS, OUTCOME_STATES, Outcome, Statement, Submission
from castingops.moderation.types.decisions import ActionKind


class SubjectKind(Protocol):
    """How moderation reads and changes one kind of thing.

    `outcomes` are those that the kind has, in its own words for choosing them, `outcome_states` the same once decided;
    `actions` what else a decision on it may do. `tells`: the thing's own feature tells the person the outcome, with its
    statement; else moderation does.
    `actor` has entered the person whose thing it is, except for `apply` and `undo`, which enter by themselves.
    """

    name: str
    title: Message
    outcomes: Mapping[Outcome, Message]
    outcome_states: Mapping[Outcome, Message]
    actions: frozenset[ActionKind]
    tells: bool

    def load(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission:
        """One revision as it was submitted. Errors: NotFound."""
        ...

    def find_approved(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission | None:
        """The revision approved last before this one."""
        ...

    def effect(self, outcome: Outcome, *, replaces: bool) -> Message:
        """What an outcome means for the thing; `replaces`: an earlier revision is approved."""
        ...

    def apply(self, entity_id: UUID, revision: int, outcome: Outcome, policy_code: str, statement: Statement, *,
              actor: Actor) -> None:
        """Make the outcome so, in the open transaction. Errors: Conflict when it cannot be, before it writes."""
        ...

    def undo(self, entity_id: UUID, revision: int, outcome: Outcome, *, actor: Actor) -> bool:
        """Take back what `apply` did with `outcome`, in the open transaction; nothing was destroyed meanwhile.

        Returns whether the thing waits for another outcome now, which `apply` then gets; it does not where something
        newer has taken its place.
        """
        ...

    def photo_url(self, photo_id: UUID, *, clear: bool, actor: Actor) -> str:
        """A short-lived address of a photo of the thing, blurred unless `clear`."""
        ...


_KINDS: dict[str, SubjectKind] = {}


def register_subject(kind: SubjectKind) -> None:
    """Make a kind known. Registering the same name again replaces it."""
    _KINDS[kind.name] = kind


def kind_of(name: str) -> SubjectKind:
    """The kind by its name. Errors: CaseNotFound for one that is not registered in this process."""
    if name not in _KINDS:
        raise CaseNotFound
    return _KINDS[name]


def outcome_state(kind: str, outcome: str) -> Message:
    """What a decided case of this kind is called; the common words where the kind has none, or is not registered."""
    known = _KINDS.get(kind)
    return (known.outcome_states.get(Outcome(outcome)) if known else None) or OUTCOME_STATES[outcome]


def outcome_act(kind: str, outcome: str) -> Message:
    """What deciding so is called, likewise."""
    known = _KINDS.get(kind)
    return (known.outcomes.get(Outcome(outcome)) if known else None) or OUTCOME_ACTS[outcome]


def all_kinds() -> list[SubjectKind]:
    """Every registered kind, by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]
