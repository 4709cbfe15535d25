"""One act on many cases: frozen when it is previewed, done one by one, each with a result of its own (MOD-2)."""
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from castingops.core.messages import N_, NP_, Message

BULK_MAX = 1_000  # cases in one job
BULK_PAGE = 100
JOBS_PAGE = 50
SAMPLE = 3  # statements that a preview shows
TRIES_MAX = 3  # times that a process may die over one item before it is given up
STALLED_AFTER = timedelta(minutes=2)  # without a result: the process died, and the work is taken up again
DRAFT_KEPT = timedelta(days=7)  # a frozen list that nobody confirmed


class BulkState(StrEnum):
    DRAFT = "draft"  # frozen, and nothing is done yet
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class BulkAct(StrEnum):
    APPROVE = "approve"
    CHANGES = "changes"
    REJECT = "reject"
    QUEUE = "queue"
    RETURN = "return"
    NOTE = "note"


DECIDING = (BulkAct.APPROVE, BulkAct.CHANGES, BulkAct.REJECT)


class ItemResult(StrEnum):
    PENDING = "pending"
    DONE = "done"
    CONFLICT = "conflict"  # it was not any more as it was previewed, or in somebody's hands
    DENIED = "denied"  # the one who asked may not, or the rules do not allow it
    FAILED = "failed"
    CANCELLED = "cancelled"  # the job was stopped before it
    UNDONE = "undone"


BULK_STATES: dict[str, tuple[Message, str, str]] = {  # words, tone, icon
    BulkState.DRAFT: (NP_("bulk", "Not started"), "quiet", "circle-dashed"),
    BulkState.RUNNING: (NP_("bulk", "Running"), "accent", "refresh"),
    BulkState.DONE: (NP_("bulk", "Finished"), "good", "check"),
    BulkState.CANCELLED: (NP_("bulk", "Stopped"), "warn", "x")}
BULK_ACTS: dict[str, Message] = {
    BulkAct.APPROVE: N_("Approve"), BulkAct.CHANGES: N_("Ask for changes"), BulkAct.REJECT: N_("Reject"),
    BulkAct.QUEUE: N_("Assign to a queue"), BulkAct.RETURN: N_("Return to the queue"), BulkAct.NOTE: N_("Write a note")}
RESULTS: dict[str, tuple[Message, str, str]] = {
    ItemResult.PENDING: (NP_("result", "Waiting"), "quiet", "circle-dashed"),
    ItemResult.DONE: (NP_("result", "Done"), "good", "check"),
    ItemResult.CONFLICT: (NP_("result", "Conflict"), "warn", "alert-triangle"),
    ItemResult.DENIED: (NP_("result", "Refused"), "bad", "lock"),
    ItemResult.FAILED: (NP_("result", "Failed"), "bad", "alert-circle"),
    ItemResult.CANCELLED: (NP_("result", "Not done"), "quiet", "x"),
    ItemResult.UNDONE: (NP_("result", "Undone"), "warn", "arrow-back-up")}
GAVE_UP, UNEXPECTED = "gave_up", "unexpected"
# What became of an item in words, by its code; codes of refusals that are not here keep the refusal's own sentence.
CODES: dict[str, Message] = {
    "proposed": N_("Waiting for second approval"), "scheduled": N_("Sent soon"), "executed": N_("In effect"),
    "queued": N_("Assigned to the queue"), "returned": N_("Returned to the queue"), "noted": N_("Note written"),
    "case_changed": N_("It changed after the list was frozen."),
    "case_already_decided": N_("Somebody decided it meanwhile."), "case_withdrawn": N_("The person withdrew it."),
    "case_taken": N_("Somebody is working on it."), "lease_lost": N_("Somebody is working on it."),
    "case_pending": N_("A decision on it is on its way."),
    "forbidden": N_("You may not do this to it."), "decision_invalid": N_("The rules do not allow this decision."),
    "publication_blocked": N_("An open compliance item keeps the person from being published."),
    "case_not_found": N_("It does not exist any more."),
    GAVE_UP: N_("It was tried several times and broke off each time."),
    UNEXPECTED: N_("Something went wrong on our side."),
    "undone": N_("Undone before it took effect."), "cancelled": N_("The job was stopped before it.")}


@dataclass(frozen=True)
class BulkDraft:
    """What is to be done to every case of a job."""

    act: BulkAct
    policy_id: UUID | None = None
    facts_en: str = ""
    facts_ar: str = ""
    note: str = ""
    queue: str = ""


@dataclass(frozen=True)
class Tally:
    """How a job stands: cases by result."""

    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All cases of the job."""
        return sum(self.counts.values())

    @property
    def handled(self) -> int:
        """Cases that have their result."""
        return self.total - self.counts.get(ItemResult.PENDING, 0)

    def __getitem__(self, result: str) -> int:
        return self.counts.get(result, 0)
