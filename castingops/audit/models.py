"""The tables of the trail. The app role may add rows and take nothing back (only `audit_pending` empties)."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, MixedOwned, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

# As long as the longest duty to keep books that an act may be evidence for (Law of Commercial Books art. 8: ten years).
TEN_YEARS = timedelta(days=3653)


class AuditEntry(MixedOwned, Base):
    """One act: what, on what, about whom, in which capacity and why. It commits to its payload, never holds it.

    `org_id` and `subject_id` say whose part of the trail it is in. They carry no foreign key: evidence outlives
    what it speaks of. Every column is in the leaf, so none can change unseen.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("actor_kind in ('anonymous', 'person', 'member', 'staff', 'system')", name="actor_kind"),
        CheckConstraint("length(commitment) = 32", name="commitment"),
        Index(None, "action", "id"),
        Index(None, "entity_id", "id", postgresql_where=text("entity_id is not null")),
        Index(None, "subject_id", "id", postgresql_where=text("subject_id is not null")),
        Index(None, "org_id", "id", postgresql_where=text("org_id is not null")),
    )

    occurred_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    action: Mapped[str] = mapped_column(info=IMPERSONAL)
    entity_kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    entity_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    actor_kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    actor_role: Mapped[str | None] = mapped_column(info=IMPERSONAL)  # all roles held, joined by commas
    purpose: Mapped[str] = mapped_column(info=IMPERSONAL)
    request_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    commitment: Mapped[bytes] = mapped_column(LargeBinary, info=IMPERSONAL)


class AuditPayload(Base):
    """What is personal in an entry: who, from where, what changed. It goes with an erasure; the entry stays."""

    __tablename__ = "audit_payloads"
    __table_args__ = (Index(None, "actor_id", "entry_id"), {"info": {"subject": "actor_id"}})

    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("audit_entries.id", ondelete="RESTRICT"), primary_key=True, info=IMPERSONAL)
    salt: Mapped[bytes] = mapped_column(LargeBinary, info=IMPERSONAL)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, info=personal(
        category="trace of an act", subject="who acted, and whom it was about",
        purposes=(Purpose.SECURITY, Purpose.LEGAL), retention=TEN_YEARS,
        since="entry_id", erase="delete", minor=True))  # the id is a UUIDv7: it carries the time
    actor_id: Mapped[UUID | None] = mapped_column(
        Computed("((payload ->> 'actor_id'::text))::uuid", persisted=True), info=personal(
            category="identifier", subject="who acted", purposes=(Purpose.SECURITY, Purpose.LEGAL),
            retention=TEN_YEARS, since="entry_id", erase="delete"))


class AuditPending(Base):
    """An entry that has no place in the tree yet. By row, not by high-water mark: a late commit is not skipped."""

    __tablename__ = "audit_pending"

    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("audit_entries.id", ondelete="CASCADE"), primary_key=True, info=IMPERSONAL)


class AuditLeaf(Base):
    """The place of an entry in the tree: `seq` counts from 0 without a gap."""

    __tablename__ = "audit_leaves"
    __table_args__ = (CheckConstraint("seq >= 0", name="seq"), CheckConstraint("length(leaf_hash) = 32", name="leaf"))

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, info=IMPERSONAL)
    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("audit_entries.id", ondelete="RESTRICT"), unique=True, info=IMPERSONAL)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary, info=IMPERSONAL)


class AuditCheckpoint(Base):
    """A signed head of the tree. `peaks` are its perfect subtrees, so that the next one is cheap to make."""

    __tablename__ = "audit_checkpoints"

    tree_size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, info=IMPERSONAL)
    root: Mapped[bytes] = mapped_column(LargeBinary, info=IMPERSONAL)
    peaks: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary), info=IMPERSONAL)
    signed_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    key_id: Mapped[str] = mapped_column(info=IMPERSONAL)
    signature: Mapped[bytes] = mapped_column(LargeBinary, info=IMPERSONAL)


class AuditVerification(PlatformOwned, Base):
    """How a scheduled verification of the whole trail ended."""

    __tablename__ = "audit_verifications"

    started_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    finished_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    entries: Mapped[int] = mapped_column(BigInteger, info=IMPERSONAL)
    erased: Mapped[int] = mapped_column(BigInteger, info=IMPERSONAL)
    unplaced: Mapped[int] = mapped_column(BigInteger, info=IMPERSONAL)
    tree_size: Mapped[int] = mapped_column(BigInteger, info=IMPERSONAL)
    root: Mapped[bytes] = mapped_column(LargeBinary, info=IMPERSONAL)
    checkpoints: Mapped[int] = mapped_column(BigInteger, info=IMPERSONAL)
    findings: Mapped[list[str]] = mapped_column(JSONB, info=IMPERSONAL)  # the first of them; ids and places only
