"""Leases: who works on a case until when, and how that ends."""
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from castingops.core.messages import N_, Message

TAKEOVER_REASON_MAX = 300  # characters


class LeaseHow(StrEnum):
    """How a lease began. Only the last two are somebody's act, and stand in the timeline."""

    NEXT = "next"  # handed out
    OPENED = "opened"  # the case's page asked for it
    TAKEN = "taken"
    TAKEN_OVER = "taken_over"


class LeaseEnd(StrEnum):
    """How a lease ended."""

    RELEASED = "released"
    EXPIRED = "expired"
    TAKEN_OVER = "taken_over"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class LostWhy(StrEnum):
    """Why a token does not hold: how its lease ended, else that it never was this person's."""

    RELEASED = "released"
    EXPIRED = "expired"
    TAKEN_OVER = "taken_over"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


LOST: dict[str, Message] = {
    LostWhy.RELEASED: N_("You returned this case to the queue."),
    LostWhy.EXPIRED: N_("Your time with this case ran out."),
    LostWhy.TAKEN_OVER: N_("A colleague took this case over from you."),
    LostWhy.DECIDED: N_("This case was decided in the meantime."),
    LostWhy.WITHDRAWN: N_("The person withdrew this submission."),
    LostWhy.UNKNOWN: N_("You do not hold this case.")}


@dataclass(frozen=True)
class Lease:
    """A case in somebody's hands until a moment. Whoever shows the token acts as the one who acquired it."""

    case_id: UUID
    ref: str
    token: UUID
    until: datetime
    holder: UUID


@dataclass(frozen=True)
class LostLease:
    """Told to the former holder: who took which case over, when and why."""

    id: UUID
    ref: str
    by: UUID | None
    at: datetime
    reason: str
