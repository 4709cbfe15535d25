"""Decisions between proposal and effect: their states, their actions, and what their moderator saw."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from castingops.core.messages import N_, NP_, Message

APPROVAL_LASTS = timedelta(hours=24)  # from the second person's word to the effect (reliability.md §3)
ACTIONS_MAX = 5  # of one decision, as typed; what follows of a strike comes on top
SUSPEND_DAYS_MAX = 365
REASON_MAX = 1000  # characters, of a refusal to approve


class DecisionState(StrEnum):
    """Proposed waits for a second person, scheduled for the end of its undo window; the others are final."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    EXECUTED = "executed"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    FAILED = "failed"


LIVE = (DecisionState.PROPOSED, DecisionState.SCHEDULED, DecisionState.EXECUTED)
WAITING = (DecisionState.PROPOSED, DecisionState.SCHEDULED)


class ActionKind(StrEnum):
    """What a decision does to a person or their things beside its outcome."""

    WARN = "warn"
    STRIKE = "strike"
    REMOVE_PHOTO = "remove_photo"
    HIDE_PROFILE = "hide_profile"
    SUSPEND = "suspend"
    BAN = "ban"
    UNBAN = "unban"


class Failure(StrEnum):
    """Why a decision could not take effect."""

    REVISION_CHANGED = "revision_changed"
    CASE_CHANGED = "case_changed"
    WITHDRAWN = "case_withdrawn"
    HELD = "held"
    BLOCKED = "blocked"
    POLICY_RETIRED = "policy_retired"
    AUTHORITY_LOST = "authority_lost"
    SECOND_MISSING = "second_missing"
    APPROVAL_EXPIRED = "approval_expired"
    PAYLOAD_CHANGED = "payload_changed"
    CONSEQUENCE_CHANGED = "consequence_changed"
    APPEALED = "appealed"
    OVERTURNED = "overturned"
    REFUSED = "refused"  # by the thing itself, in its own words


SECOND_PERSON = frozenset({ActionKind.BAN, ActionKind.UNBAN})
HARMFUL = frozenset(ActionKind) - {ActionKind.UNBAN}  # each rests on a policy that was breached

DECISION_STATES: dict[str, Message] = {
    DecisionState.PROPOSED: N_("Waiting for second approval"), DecisionState.SCHEDULED: N_("Sent soon"),
    DecisionState.EXECUTED: NP_("decision", "In effect"), DecisionState.CANCELLED: NP_("decision", "Undone"),
    DecisionState.DECLINED: NP_("decision", "Not approved"), DecisionState.FAILED: NP_("decision", "Not carried out")}
ACTIONS: dict[str, Message] = {
    ActionKind.WARN: N_("Warn"), ActionKind.STRIKE: N_("Record a strike"),
    ActionKind.REMOVE_PHOTO: N_("Remove the photo"), ActionKind.HIDE_PROFILE: N_("Hide the profile"),
    ActionKind.SUSPEND: N_("Suspend"), ActionKind.BAN: N_("Ban"), ActionKind.UNBAN: N_("Lift the ban")}
FAILURES: dict[str, Message] = {
    Failure.REVISION_CHANGED: N_("The person submitted a newer revision before it took effect."),
    Failure.CASE_CHANGED: N_("The case changed before it took effect."),
    Failure.WITHDRAWN: N_("The person withdrew this submission before it took effect."),
    Failure.HELD: N_("The case is on hold."),
    Failure.BLOCKED: N_("An open compliance item keeps the person from being published."),
    Failure.POLICY_RETIRED: N_("The policy it rests on is no longer in force."),
    Failure.AUTHORITY_LOST: N_("Somebody who had to agree may no longer decide."),
    Failure.SECOND_MISSING: N_("It needs a second person's approval."),
    Failure.APPROVAL_EXPIRED: N_("The approval was older than 24 hours."),
    Failure.PAYLOAD_CHANGED: N_("It was no longer what was approved."),
    Failure.CONSEQUENCE_CHANGED: N_("Other strikes changed what would follow."),
    Failure.APPEALED: N_("The person appealed the decision that it would reverse: the appeal decides."),
    Failure.OVERTURNED: N_("The decision that is appealed was reversed meanwhile: the appeal can only be upheld."),
    Failure.REFUSED: N_("The thing it is about does not allow it any more.")}


@dataclass(frozen=True)
class Action:
    """One act of a decision. `target_id`: the photo, else the person. `parameters`: `days` of a suspension; `weight`,
    `points`, `of` and `expires_at` of a strike; `automatic` for what follows of a strike by itself."""

    kind: ActionKind
    target_id: UUID | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def automatic(self) -> bool:
        """Whether the ladder of strikes added it."""
        return bool(self.parameters.get("automatic"))


@dataclass(frozen=True)
class Seen:
    """What the page showed to who decides: the case's version and revision, and the token of their lease."""

    version: int
    revision: int
    lease_token: UUID | None = None
