"""Who may propose, approve and see an act that takes two people."""
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from castingops.core.arabic import is_storable, tidy
from castingops.core.messages import N_
from castingops.core.roles import StaffRole
from castingops.identity.errors import InvalidReason
from castingops.identity.types import HOLDERS_MIN, REASON_MAX, ProposalKind, ProposalState


def checked_reason(text: str) -> str:
    """A reason as it is kept. Errors: InvalidReason: empty, too long, or holding what reorders its neighbours."""
    reason = tidy(text)
    if not is_storable(reason):
        raise InvalidReason(reason=N_("Some characters cannot be kept. Please type the text anew."))
    if not 1 <= len(reason) <= REASON_MAX:
        raise InvalidReason(reason=N_("Say why, in at most %(max)d characters.", max=REASON_MAX))
    return reason


def lacking(roles: Collection[str], holders: Mapping[str, int]) -> list[str]:
    """Those of `roles` that fewer than two people hold, in alphabetical order."""
    return sorted(role for role in roles if holders.get(role, 0) < HOLDERS_MIN)


def sees_kind(kind: ProposalKind, roles: Collection[str]) -> bool:
    """Whether someone with these roles sees proposals of this kind: who proposes or approves it, and auditors."""
    return bool((kind.proposes | kind.approves | {StaffRole.AUDITOR}) & frozenset(roles))


def may_answer(kind: ProposalKind, roles: Collection[str], who: UUID | None, *, proposer: UUID,
               subject: UUID | None) -> bool:
    """Whether `who` may approve or refuse: an approving role, and neither the proposer nor the person concerned."""
    return bool(kind.approves & frozenset(roles)) and who not in (proposer, subject)


def is_open(state: str, expires_at: datetime, *, at: datetime) -> bool:
    """Whether it can still be answered: one whose time is over cannot, also before it was swept."""
    return state == ProposalState.PROPOSED and at < expires_at
