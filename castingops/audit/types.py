"""Names and bounds that the whole feature shares."""
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

PLACE_BATCH = 2_000  # entries per statement of the sequencer
PLACE_LIMIT = 50_000  # entries per run: a long backlog is worked off over several
UNPLACED_AFTER = timedelta(minutes=15)  # an entry without a place for so long is a finding
SEQUENCE_EVERY = timedelta(seconds=10)
CHECKPOINT_EVERY = timedelta(minutes=10)  # the head leaves the database this often (reliability.md row 19)
VERIFY_EVERY = timedelta(days=1)
FINDINGS_KEPT = 100  # of one verification, in the database; the command prints all
VERIFY_SECONDS = 600  # what one verification may take: about 8 million entries


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
