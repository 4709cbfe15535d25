"""Names, bounds and value objects of reports: what people tell the house about something they saw."""
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from castingops.core.messages import N_, NP_, Message

REPORT_TEXT_MAX = 2000  # characters
LINKS_MAX, LINK_MAX = 5, 300  # of one report; characters of each
EVIDENCE_MAX = 3  # pictures of one report
OPEN_REPORTS_MAX = 20  # of one person that nobody has decided yet; beyond it we ask for patience
REPORTS_SHOWN = 20  # of one case, the newest; the rest are counted
SEVERAL_MOST = 30  # points for many people at most: a crowd is a hint, not a verdict


class ReportReason(StrEnum):
    """What a report is about."""

    CHILD_SAFETY = "child_safety"
    HARASSMENT = "harassment"
    HATE = "hate"
    NUDITY = "nudity_or_sexual"
    IMPERSONATION = "impersonation"
    SCAM = "scam_or_fee"
    PRIVACY = "privacy"
    CONTACT = "contact_details"
    OTHER = "other"


class ReportState(StrEnum):
    """Where a report stands, for who sent it."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    CLOSED = "closed"


class ReportOutcome(StrEnum):
    """What became of a closed report. `reviewed_already`: the thing was decided before and is as it was; `gone`: it was
    erased before anyone decided."""

    BREACH = "breach"
    NO_BREACH = "no_breach"
    REVIEWED_ALREADY = "reviewed_already"
    GONE = "gone"


class Folding(StrEnum):
    """What a new report does: opens a case, joins the open one, moves it on, or meets one that is decided."""

    OPEN = "open"
    JOIN = "join"
    MOVE_ON = "move_on"
    REVIEWED = "reviewed"


REPORT_REASONS: dict[str, Message] = {
    ReportReason.CHILD_SAFETY: N_("The safety of a child"),
    ReportReason.HARASSMENT: N_("Harassment"),
    ReportReason.HATE: N_("Hatred or insult of a group"),
    ReportReason.NUDITY: N_("Nudity or sexual content"),
    ReportReason.IMPERSONATION: N_("Pretending to be someone else"),
    ReportReason.SCAM: N_("Fraud, or asking for a fee"),
    ReportReason.PRIVACY: N_("Somebody's private data"),
    ReportReason.CONTACT: N_("Contact details"),
    ReportReason.OTHER: N_("Something else")}
REPORT_POINTS: dict[str, int] = {  # of the gravest reason; a child's safety comes before anything else can
    ReportReason.CHILD_SAFETY: 200, ReportReason.NUDITY: 45, ReportReason.HARASSMENT: 40, ReportReason.HATE: 40,
    ReportReason.IMPERSONATION: 35, ReportReason.SCAM: 35, ReportReason.PRIVACY: 30, ReportReason.CONTACT: 15,
    ReportReason.OTHER: 10}
REPORT_STATES: dict[str, Message] = {
    ReportState.RECEIVED: NP_("report", "Received"), ReportState.IN_REVIEW: NP_("report", "Under review"),
    ReportState.CLOSED: NP_("report", "Closed")}
REPORT_OUTCOMES: dict[str, Message] = {
    ReportOutcome.BREACH: N_("We reviewed what you reported, found that it breaks our rules, and acted on it."),
    ReportOutcome.NO_BREACH: N_("We reviewed what you reported and found that it does not break our rules."),
    ReportOutcome.REVIEWED_ALREADY: N_("We had reviewed this before you reported it, and it has not changed since."),
    ReportOutcome.GONE: N_("What you reported is no longer on the platform.")}


@dataclass(frozen=True)
class What:
    """What somebody reports, as they know it. A photo is named with the profile that shows it."""

    kind: str
    id: UUID
    profile_id: UUID | None = None


@dataclass(frozen=True)
class Reported:
    """The same as moderation knows it: whose it is, and which revision of it was there to be seen."""

    kind: str
    entity_id: UUID
    subject_id: UUID
    revision: int


@dataclass(frozen=True)
class ReportDraft:
    """A report as it was sent."""

    what: What
    reason: str
    text: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """The reports of one case: how many of each reason, how many in all, how many people."""

    reasons: dict[str, int]
    people: int

    @property
    def reports(self) -> int:
        """How many there are."""
        return sum(self.reasons.values())


@dataclass(frozen=True)
class Accuracy:
    """Of the reports of one person that were decided, how many were right."""

    upheld: int
    decided: int
