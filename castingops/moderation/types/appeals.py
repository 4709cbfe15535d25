"""Names, bounds and value objects of appeals."""
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from castingops.core.messages import N_, NP_, Message

APPEAL_TEXT_MAX = 4000  # characters
APPEAL_POINTS = 50
APPEAL_LINK = "appeal"  # what the signature of an e-mailed link is good for


class AppealState(StrEnum):
    """Where an appeal stands. Upheld: the decision is overturned; dismissed: it stands."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class AppealVia(StrEnum):
    """How an appeal came in."""

    APP = "app"
    LINK = "link"


class StatementState(StrEnum):
    """Whether a decision stands."""

    FORCE = "force"
    OVERTURNED = "overturned"


APPEAL_STATES: dict[str, Message] = {
    AppealState.RECEIVED: NP_("appeal", "Received"), AppealState.IN_REVIEW: NP_("appeal", "Under review"),
    AppealState.UPHELD: NP_("appeal", "Upheld: the decision is overturned"),
    AppealState.DISMISSED: NP_("appeal", "Dismissed: the decision stands")}
DECISION_STANDS: dict[str, Message] = {
    StatementState.FORCE: NP_("decision", "In effect"), StatementState.OVERTURNED: NP_("decision", "Overturned")}
APPEAL_OUTCOMES: dict[str, Message] = {
    "approve": N_("Uphold the appeal: overturn the decision"), "reject": N_("Dismiss the appeal: the decision stands")}

APPEAL_OUTCOME_STATES: dict[str, Message] = {
    "approve": NP_("appeal", "Decision overturned"), "reject": NP_("appeal", "Appeal dismissed")}


@dataclass(frozen=True)
class Remedy:
    """How somebody can appeal a decision: a link that knows whom it was sent to, and until when it works."""

    url: str
    until: datetime


@dataclass(frozen=True)
class Appealed:
    """What an appeal is about: the decision, its case, and who took part."""

    decision_id: UUID
    case_id: UUID
    subject_id: UUID
    kind: str
    entity_id: UUID
    revision: int
    outcome: str
    took_part: tuple[UUID, ...]
