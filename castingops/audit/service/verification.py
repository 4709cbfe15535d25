"""Holding the whole trail against itself: rows, payloads, places, signed heads, and the head kept outside."""
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from castingops.audit import queries, rules
from castingops.audit.events import TrailBroken
from castingops.audit.models import AuditVerification
from castingops.audit.service.sequencing import anchored, head_of, trusted_keys
from castingops.audit.types import FINDINGS_KEPT, UNPLACED_AFTER, VERIFY_SECONDS, Tally
from castingops.audit.verifier import Check, Checkpoint, Frontier
from castingops.core import clock
from castingops.core.db import save
from castingops.core.outbox import publish


def verify(*, kept: Checkpoint | None = None) -> Tally:
    """Check every row of the trail against the signed heads, the one in the store and, if given, one `kept` elsewhere.

    An entry that has had no place for longer than UNPLACED_AFTER is a finding too. Reads one snapshot.
    Errors: StorageUnavailable.
    """
    queries.take_time(VERIFY_SECONDS)
    rows = queries.list_checkpoints()
    heads = [head_of(row) for row in rows]
    outside = [one for one in (anchored(), kept) if one is not None and one not in heads]
    check = Check([*heads, *outside], trusted_keys())
    for head in rows:
        if Frontier(head.tree_size, list(head.peaks)).root() != head.root:
            check.report("checkpoint", f"the peaks of the checkpoint of size {head.tree_size} do not lead to its root")
    overdue, unplaced = clock.now() - UNPLACED_AFTER, 0
    for row in queries.stream_rows():
        unplaced += row.seq is None
        _take(check, row, overdue)
    findings = check.finish()
    size, root = check.tree()
    return Tally(check.entries, check.erased, unplaced, size, root, len(heads), tuple(map(str, findings)))


def _take(check: Check, row: Row[Any], overdue: datetime) -> None:
    entry = None if row.id is None else rules.hashed(row)
    check.add(row.seq, entry, entry_id=str(row.id or row.leaf_of), leaf=row.leaf_hash or b"", salt=row.salt,
              payload=row.payload)
    if row.seq is None and row.occurred_at < overdue:
        check.report("unplaced", "the entry has had no place in the tree for too long", None, str(row.id))


def save_verification(started_at: datetime, tally: Tally) -> AuditVerification:
    """Keep how a verification ended, for the console, and tell whoever listens when the trail is broken."""
    row = AuditVerification(
        started_at=started_at, finished_at=clock.now(), entries=tally.entries, erased=tally.erased,
        unplaced=tally.unplaced, tree_size=tally.tree_size, root=tally.root, checkpoints=tally.checkpoints,
        findings=list(tally.findings[:FINDINGS_KEPT]))
    save(row)
    if not tally.holds:
        publish(TrailBroken(findings=len(tally.findings)))
    return row
