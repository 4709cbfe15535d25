"""What is known of decisions: on a case, and against a person."""
from uuid import UUID

from castingops.moderation import queries
from castingops.moderation.models import Case, DecisionAction
from castingops.moderation.queries import decisions as rows
from castingops.moderation.queries.decisions import Stands, WaitingRow


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


def standing_of(subject_id: UUID) -> Stands:
    """What stands against a person: points that count, strikes and sanctions in force."""
    return rows.standing_of(subject_id)
