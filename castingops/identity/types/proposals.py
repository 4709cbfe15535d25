"""Acts that take two people: what one proposes and another approves or refuses (reliability.md §3)."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from castingops.core.messages import N_, Message
from castingops.core.roles import StaffRole

PROPOSAL_LIFE = timedelta(hours=24)  # an approval is for what is so now, not for what was so last week
REASON_MAX = 1_000  # characters
HOLDERS_MIN = 2  # of an approving role: with fewer its acts are shut, never skipped
PROPOSALS_PAGE = 25

# Whoever approves another person's proposal holds one of these (the matrix's columns with an A). Of none of them may
# an act of the console leave a single holder; triggers say the same.
APPROVING = (StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER, StaffRole.FINANCE, StaffRole.ADMIN)


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"  # and carried out, in the same transaction
    REFUSED = "refused"
    CANCELLED = "cancelled"  # by the proposer
    EXPIRED = "expired"


class ProposalView(StrEnum):
    """The inbox's tabs."""

    WAITING = "waiting"  # for this reader's answer
    MINE = "mine"
    OPEN = "open"
    CLOSED = "closed"


PROPOSAL_VIEWS: Mapping[ProposalView, Message] = {
    ProposalView.WAITING: N_("For you to answer"), ProposalView.MINE: N_("Proposed by you"),
    ProposalView.OPEN: N_("All that is open"), ProposalView.CLOSED: N_("Settled"),
}
PROPOSAL_STATES: Mapping[str, Message] = {
    ProposalState.PROPOSED: N_("Waits for a second person"), ProposalState.APPROVED: N_("Approved and done"),
    ProposalState.REFUSED: N_("Proposal refused"), ProposalState.CANCELLED: N_("Proposal withdrawn"),
    ProposalState.EXPIRED: N_("Time ran out"),
}
PROPOSAL_TONES: Mapping[str, tuple[str, str]] = {  # tone and icon of the state's tag
    ProposalState.PROPOSED: ("warn", "clock"), ProposalState.APPROVED: ("good", "check"),
    ProposalState.REFUSED: ("bad", "x"), ProposalState.CANCELLED: ("quiet", "arrow-back-up"),
    ProposalState.EXPIRED: ("quiet", "clock"),
}


class Asked(Struct, frozen=True, kw_only=True):
    """What is proposed, as its kind judges, shows and does it."""

    id: UUID
    kind: str
    subject_id: UUID | None  # the person it is about: neither the proposer nor the approver
    arguments: Mapping[str, Any]
    reason: str
    proposer_id: UUID


Facts = Sequence[tuple[Message, str]]


def _nothing(asked: Asked) -> str:
    return ""


@dataclass(frozen=True)
class ProposalKind:
    """An act that takes two people. A feature registers its own with `service.register_proposal`.

    `check(asked)` refuses what cannot be done, by raising; it is asked when it is proposed and again before it is done.
    `execute(asked, actor=…)` does it, in the approver's transaction; the actor is the approver. `describe(asked)` says
    what would be done, in rows of name and value. Of one `topic(asked)` about one person only one proposal is open.
    """

    name: str  # feature.thing.verb
    title: Message
    proposes: frozenset[str]
    approves: frozenset[str]
    check: Callable[[Asked], None]
    execute: Callable[..., None]
    describe: Callable[[Asked], Facts]
    topic: Callable[[Asked], str] = _nothing
    lasts: timedelta = PROPOSAL_LIFE


class ProposalRow(Struct, frozen=True):
    """A proposal as lists and its page show it, in the order of the select."""

    id: UUID
    kind: str
    subject_id: UUID | None
    arguments: dict[str, Any] | None  # None once the person was erased
    reason: str
    proposer_id: UUID
    settled_by: UUID | None
    answer: str | None
    state: str
    created_at: datetime
    expires_at: datetime
    settled_at: datetime | None
    version: int

    def asked(self) -> Asked:
        """What is proposed."""
        return Asked(id=self.id, kind=self.kind, subject_id=self.subject_id, arguments=self.arguments or {},
                     reason=self.reason, proposer_id=self.proposer_id)
