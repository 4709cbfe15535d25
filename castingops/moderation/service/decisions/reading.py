"""What is known of decisions: for the case page, for who approves, for the person."""
from uuid import UUID

from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.moderation import queries
from castingops.moderation.models import Case, DecisionAction
from castingops.moderation.queries import decisions as rows
from castingops.moderation.queries.decisions import ProposedRow, Stands, WaitingRow
from castingops.moderation.types.decisions import Told


def neighbours(case: Case) -> tuple[str | None, str | None]:
    """References of the open cases before and after this one in the order of the queue."""
    return queries.find_neighbours(case)


def find_decision(case_id: UUID, revision: int) -> queries.DecisionRow | None:
    """The decision in force on one revision of a case, with the policy version it used."""
    return queries.find_decision(case_id, revision)


def find_live(case_id: UUID) -> WaitingRow | None:
    """The decision of a case that waits for a second person or for the end of its undo window."""
    return rows.find_waiting(case_id)


def list_actions(decision_id: UUID) -> list[DecisionAction]:
    """What a decision does beside its outcome, in its order."""
    return rows.list_actions(decision_id)


def list_proposed(*, actor: Actor, cursor: str | None = None) -> Page[ProposedRow]:
    """Decisions that wait for a second person, oldest first; `own` are those this actor may not approve."""
    return rows.list_proposed(actor=actor, cursor=cursor)


def list_told(*, actor: Actor, cursor: str | None = None) -> Page[Told]:
    """The decisions about the actor's own person, newest first."""
    return rows.list_told(actor=actor, cursor=cursor)


def standing_of(subject_id: UUID) -> Stands:
    """What stands against a person: points that count, strikes and sanctions in force."""
    return rows.standing_of(subject_id)
