"""One review at a time: what is under appeal is not reversed, and an appeal that is upheld ends a waiting reversal."""
from uuid import UUID

from castingops.core.actor import Actor
from castingops.core.db import entered
from castingops.moderation.errors import AppealOpen
from castingops.moderation.models import Case
from castingops.moderation.queries import appeals, decisions
from castingops.moderation.service.waiting import fail
from castingops.moderation.types.decisions import Failure


def check_not_appealed(case: Case, decision_id: UUID, *, actor: Actor) -> None:
    """Errors: AppealOpen while the person's appeal of this decision is not answered."""
    with entered(actor, case.subject_id):
        decisions.lock_told(case.subject_id, decision_id)  # an appeal that is just being sent comes before or after
    found = appeals.find_open(case.subject_id, decision_id)
    if found is not None:
        raise AppealOpen(details={"appeal": found.ref, "case": found.case_ref})


def is_appealed(case: Case, decision_id: UUID, *, actor: Actor) -> bool:
    """Whether the person's appeal of this decision is not answered yet."""
    try:
        check_not_appealed(case, decision_id, actor=actor)
    except AppealOpen:
        return True
    return False


def give_way(original_id: UUID, *, actor: Actor) -> None:
    """An appeal overturns this decision: a reversal that waits comes to nothing. Call it before locking anything of
    the case: whoever approves or executes a reversal locks that first."""
    for reversal in decisions.lock_reversals(original_id):
        fail(decisions.lock_case_of(reversal), reversal, Failure.APPEALED, actor=actor)
