"""What one act on many cases must hold to: no database, no framework."""
import re
from uuid import UUID

from castingops.core.messages import N_
from castingops.moderation import rules
from castingops.moderation.errors import BulkNotFound, InvalidBulk, TooManyCases
from castingops.moderation.types import Draft, Outcome
from castingops.moderation.types.bulk import BULK_MAX, DECIDING, BulkAct, BulkDraft

_REF = re.compile(r"BULK-\d{6,12}")
_CASE = re.compile(r"CASE-\d{6,12}")


def checked_job_ref(ref: str) -> str:
    """A job's reference as it is kept. Errors: BulkNotFound for what cannot be one."""
    if not _REF.fullmatch(ref) or not ref.isascii():
        raise BulkNotFound
    return ref


def is_case_ref(text: str) -> bool:
    """Whether this can be a case's reference: nothing else is asked for."""
    return _CASE.fullmatch(text) is not None and text.isascii()


def id_of(text: str) -> UUID | None:
    """The id that this is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def check_size(cases: int) -> None:
    """Errors: TooManyCases, which names the most; InvalidBulk for none."""
    if cases > BULK_MAX:
        raise TooManyCases(details={"most": BULK_MAX, "asked": cases})
    if cases == 0:
        raise InvalidBulk(case=N_("Choose at least one case that is still open."))


def acts_for(kind: str) -> tuple[BulkAct, ...]:
    """What can be done to cases that are all of one kind; deciding cases of several kinds at once is not."""
    return tuple(act for act in BulkAct if kind or act not in DECIDING)


def decision_of(draft: BulkDraft) -> Draft:
    """The decision that every case of a job gets. An approval states no breach."""
    if draft.act is BulkAct.APPROVE:
        return Draft(outcome=Outcome.APPROVE, policy_id=None, note=draft.note)
    return Draft(outcome=Outcome(draft.act), policy_id=draft.policy_id, facts_en=draft.facts_en,
                 facts_ar=draft.facts_ar, note=draft.note)


def check_bulk_draft(draft: BulkDraft, *, kind: str) -> None:
    """Errors: InvalidBulk for an act that its cases do not have; InvalidDecision, InvalidNote for what was typed."""
    if draft.act not in acts_for(kind):
        raise InvalidBulk(act=N_("These cases are of several kinds. Decide those of one kind at a time."))
    if draft.act in DECIDING:
        rules.check_draft(decision_of(draft))
    elif draft.act is BulkAct.NOTE:
        rules.checked_note(draft.note)
