"""Selects of the sequencer, the verification, exports and erasures."""
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, text

from castingops.audit.models import (
    AuditCheckpoint,
    AuditEntry,
    AuditLeaf,
    AuditPayload,
    AuditPending,
    AuditVerification,
)
from castingops.audit.verifier import ERASE
from castingops.core.db import session

_TURN = 0x0A0D17  # the advisory lock of whoever grows the tree
_STREAM = {"yield_per": 2000}

_ALL_ROWS = text("""
select l.seq, l.entry_id as leaf_of, l.leaf_hash, e.id, e.occurred_at, e.action, e.entity_kind, e.entity_id, e.org_id,
       e.subject_id, e.actor_kind, e.actor_role, e.purpose, e.request_id, e.commitment, p.salt, p.payload
from audit_leaves l full join audit_entries e on e.id = l.entry_id left join audit_payloads p on p.entry_id = e.id
order by l.seq nulls last, e.id""")


def take_turn() -> bool:
    """Whether this transaction is the one that may grow the tree now; it is until it ends."""
    return bool(session().scalar(select(func.pg_try_advisory_xact_lock(_TURN))))


def wait_for_turn() -> None:
    """Like `take_turn`, and waits for whoever is at it."""
    session().execute(select(func.pg_advisory_xact_lock(_TURN)))


def take_time(seconds: int) -> None:
    """Let the statements of this transaction run for so long."""
    session().execute(select(func.set_config("statement_timeout", f"{seconds}s", True)))


def tree_size() -> int:
    """How many leaves have a place."""
    return int(session().scalar(select(func.coalesce(func.max(AuditLeaf.seq) + 1, 0))) or 0)


def count_pending(limit: int = 10_000) -> int:
    """How many entries wait for a place, counted up to `limit`."""
    waiting = select(AuditPending.entry_id).limit(limit).subquery()
    return int(session().scalar(select(func.count()).select_from(waiting)) or 0)


def list_pending(limit: int) -> Sequence[AuditEntry]:
    """Entries without a place, oldest first."""
    waiting = select(AuditEntry).join(AuditPending, AuditPending.entry_id == AuditEntry.id)
    return session().scalars(waiting.order_by(AuditPending.entry_id).limit(limit)).all()


def place_leaves(leaves: Sequence[dict[str, Any]]) -> None:
    """Write leaves (`seq`, `entry_id`, `leaf_hash`) and take their entries off the waiting list."""
    session().execute(insert(AuditLeaf), leaves)
    session().execute(delete(AuditPending).where(AuditPending.entry_id.in_([leaf["entry_id"] for leaf in leaves])))


def stream_leaf_hashes(first: int = 0) -> Iterator[bytes]:
    """The leaf hashes from place `first` on, in order."""
    rows = select(AuditLeaf.leaf_hash).where(AuditLeaf.seq >= first).order_by(AuditLeaf.seq)
    with closing(session().scalars(rows, execution_options=_STREAM)) as hashes:
        yield from hashes


def find_last_checkpoint() -> AuditCheckpoint | None:
    """The largest signed head, or None before the first."""
    return session().scalar(select(AuditCheckpoint).order_by(AuditCheckpoint.tree_size.desc()).limit(1))


def find_checkpoint(size: int) -> AuditCheckpoint | None:
    """The signed head of this size, or None."""
    return session().get(AuditCheckpoint, size)


def list_checkpoints() -> Sequence[AuditCheckpoint]:
    """Every signed head, smallest first."""
    return session().scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.tree_size)).all()


def stream_rows() -> Iterator[Row[Any]]:
    """Every leaf and entry with its payload in order of place, entries without one last: one snapshot."""
    with closing(session().execute(_ALL_ROWS, execution_options=_STREAM)) as rows:
        yield from rows


def list_entries_to_erase(subject_id: UUID) -> list[UUID]:
    """Entries whose payload goes with this person: about them, or done by them other than as staff."""
    about, by = AuditEntry.subject_id == subject_id, AuditPayload.actor_id == subject_id
    rows = (select(AuditEntry.id).join(AuditPayload, AuditPayload.entry_id == AuditEntry.id)
            .where(AuditEntry.action != ERASE, about | (by & (AuditEntry.actor_kind != "staff")))
            .order_by(AuditEntry.id))
    return list(session().scalars(rows))


def list_of_person(subject_id: UUID) -> Sequence[Row[Any]]:
    """What the trail holds of a person, oldest first: entries about them or by them, with payloads that are left."""
    about, by = AuditEntry.subject_id == subject_id, AuditPayload.actor_id == subject_id
    rows = (select(AuditEntry.id, AuditEntry.occurred_at, AuditEntry.action, AuditEntry.entity_kind, AuditEntry.purpose,
                   AuditEntry.actor_kind, AuditPayload.actor_id, AuditPayload.payload)
            .outerjoin(AuditPayload, AuditPayload.entry_id == AuditEntry.id).where(about | by).order_by(AuditEntry.id))
    return session().execute(rows).all()


def erase_payloads(erasure_id: UUID) -> int:
    """Delete the payloads that this erasure entry lists; returns how many (see 0003_audit for what it refuses)."""
    return int(session().scalar(select(func.audit_erase_payloads(erasure_id))) or 0)


def find_last_verification() -> AuditVerification | None:
    """How the latest scheduled verification ended, or None before the first."""
    return session().scalar(select(AuditVerification).order_by(AuditVerification.id.desc()).limit(1))
