"""The tables of moderation. What is the house's own no talent or hirer reads, whatever a query says."""
from castingops.moderation.models.cases import (
    Case,
    CaseEvent,
    CaseNote,
    CaseTerm,
)
from castingops.moderation.models.common import (
    DECIDED,
    FIVE_YEARS,
    OPEN,
    STAFF_ID,
    WHY,
)
from castingops.moderation.models.decisions import (
    Decision,
    Policy,
)
from castingops.moderation.models.items import ComplianceItem, ComplianceItemEvent

__all__ = [
    "DECIDED", "FIVE_YEARS", "OPEN", "STAFF_ID", "WHY", "Case", "CaseEvent", "CaseNote", "CaseTerm",
    "ComplianceItem", "ComplianceItemEvent", "Decision",
    "Policy",
]
