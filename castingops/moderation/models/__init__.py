"""The tables of moderation. What is the house's own no talent or hirer reads, whatever a query says."""
from castingops.moderation.models.bulk import BulkItem, BulkJob
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
from castingops.moderation.models.conversations import CaseMessage, ModeratorSettings, PersonNote, QuickReplyRow
from castingops.moderation.models.decisions import (
    Decision,
    DecisionAction,
    DecisionStatement,
    Policy,
)
from castingops.moderation.models.items import ComplianceItem, ComplianceItemEvent
from castingops.moderation.models.leases import CaseLease
from castingops.moderation.models.media_care import Exposure, MediaMatch, PhotoCare, RemovedMedia
from castingops.moderation.models.quality import QualityDraw, QualitySample
from castingops.moderation.models.queues import HolidayRow, QueueRow, SavedViewRow
from castingops.moderation.models.reports import Report
from castingops.moderation.models.strikes import Sanction, Strike

__all__ = [
    "DECIDED", "FIVE_YEARS", "OPEN", "STAFF_ID", "WHY", "BulkItem", "BulkJob", "Case", "CaseEvent", "CaseLease",
    "CaseMessage", "CaseNote", "CaseTerm", "ComplianceItem", "ComplianceItemEvent", "Decision", "DecisionAction",
    "DecisionStatement", "Exposure", "HolidayRow", "MediaMatch", "ModeratorSettings", "PersonNote", "PhotoCare",
    "Policy", "QualityDraw", "QualitySample", "QueueRow", "QuickReplyRow", "RemovedMedia", "Report", "Sanction",
    "SavedViewRow", "Strike",
]
