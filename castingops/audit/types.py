"""Names and bounds that the whole feature shares."""
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from castingops.core.messages import N_, Message

PLACE_BATCH = 2_000  # entries per statement of the sequencer
PLACE_LIMIT = 50_000  # entries per run: a long backlog is worked off over several
UNPLACED_AFTER = timedelta(minutes=15)  # an entry without a place for so long is a finding
SEQUENCE_EVERY = timedelta(seconds=10)
CHECKPOINT_EVERY = timedelta(minutes=10)  # the head leaves the database this often (reliability.md row 19)
VERIFY_EVERY = timedelta(days=1)
FINDINGS_KEPT = 100  # of one verification, in the database; the command prints all
VERIFY_SECONDS = 600  # what one verification may take: about 8 million entries
EXPORT_MAX = 100_000  # rows of one download; the whole trail is exported by the operators' command

ACTOR_KINDS: dict[str, Message] = {
    "anonymous": N_("Not signed in"), "person": N_("Person"), "member": N_("Member of an organization"),
    "staff": N_("Staff"), "system": N_("The platform itself")}
ROLES: dict[str, Message] = {
    "moderator": N_("Moderator"), "senior_moderator": N_("Senior moderator"),
    "compliance_officer": N_("Compliance officer"), "finance": N_("Finance"), "support": N_("Support"),
    "auditor": N_("Auditor"), "admin": N_("Admin"), "talent": N_("Talent"), "guardian": N_("Legal guardian"),
    "hirer": N_("Hirer")}
PURPOSES: dict[str, Message] = {
    "account": N_("Account"), "security": N_("Security"), "profile": N_("Profile"), "moderation": N_("Moderation"),
    "notification": N_("Notification"), "casting": N_("Casting"), "billing": N_("Billing"),
    "legal": N_("Legal duty")}


class Scope(StrEnum):
    """Whose acts a reader of the trail sees (reliability.md §3, row "Audit log")."""

    ALL = "all"
    TEAM = "team"  # moderators' acts and one's own
    OWN = "own"


@dataclass(frozen=True)
class Tally:
    """How a verification ended: counts, and what does not hold."""

    entries: int
    erased: int
    unplaced: int
    tree_size: int
    root: bytes
    checkpoints: int
    findings: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings
