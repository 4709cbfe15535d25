"""Cases, the words they are found by, their timelines and notes."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.moderation.models.common import DECIDED, FIVE_YEARS, FREE, OPEN, STAFF_ID, UNDECIDED, WHY


class Case(PlatformOwned, Base):
    """One submission of one thing by one person, waiting for or holding a decision. A newer revision moves it on."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("ref"),
        CheckConstraint("state in ('open', 'pending', 'decided', 'withdrawn')", name="state"),
        CheckConstraint("outcome in ('approve', 'changes', 'reject')", name="outcome"),
        CheckConstraint("language in ('en', 'ar', 'both')", name="language"),
        CheckConstraint("(state = 'decided') = (outcome is not null and decided_at is not null)",
                        name="decided_whole"),
        # an open case is somebody's only by a lease, and no lease outlives the open case
        CheckConstraint("(lease_token is null) = (lease_until is null) and case when state = 'open'"
                        " then (assigned_to is null) = (lease_token is null) else lease_token is null end",
                        name="lease_whole"),
        # one open case per thing, so that a submission delivered twice cannot open two
        Index("ix_cases_one_open", "kind", "entity_id", unique=True, postgresql_where=UNDECIDED),
        # each order the queue pages through; every column leakproof, so that row level security keeps the index
        Index("ix_cases_queue", "queue_rank", "due_at", "id", postgresql_where=OPEN),
        Index("ix_cases_queue_language", "language", "queue_rank", "due_at", "id", postgresql_where=OPEN),
        Index("ix_cases_queue_minors", "queue_rank", "due_at", "id",
              postgresql_where=text("state = 'open' and minor")),
        Index("ix_cases_queue_mine", "assigned_to", "queue_rank", "due_at", "id", postgresql_where=OPEN),
        Index("ix_cases_due", "due_at", "id", postgresql_where=OPEN),
        Index("ix_cases_waiting", "created_at", "id", postgresql_where=OPEN),
        Index("ix_cases_decided", "decided_at", "id", postgresql_where=DECIDED),
        Index("ix_cases_free", "queue_rank", "due_at", "id", postgresql_where=FREE),
        Index("ix_cases_free_queue", "queue", "queue_rank", "due_at", "id", postgresql_where=FREE),
        Index("ix_cases_queue_kind", "kind", "queue_rank", "due_at", "id", postgresql_where=OPEN),
        Index("ix_cases_queue_code", "queue", "queue_rank", "due_at", "id", postgresql_where=OPEN),
        Index("ix_cases_leased", "lease_until", "id", postgresql_where=text("lease_token is not null")),
        Index("ix_cases_paused", "due_at", "id", postgresql_where=text("state = 'open' and paused_at is not null")),
        Index("ix_cases_pending", "queue_rank", "due_at", "id", postgresql_where=text("state = 'pending'")),
        Index("ix_cases_decided_by", "decided_by", "decided_at", "id", postgresql_where=DECIDED),
        Index(None, "subject_id", "id"),
        {"info": {"subject": "subject_id"}},
    )

    ref: Mapped[str] = mapped_column(info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="RESTRICT"), info=personal(
        category="identifier", subject="submitter", purposes=WHY, retention=FIVE_YEARS, erase="keep"))
    entity_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    subject_revision: Mapped[int] = mapped_column(info=IMPERSONAL)
    title_en: Mapped[str] = mapped_column(info=personal(
        category="name", subject="submitter", purposes=WHY, retention=FIVE_YEARS, erase="redact", minor=True))
    title_ar: Mapped[str] = mapped_column(info=personal(
        category="name", subject="submitter", purposes=WHY, retention=FIVE_YEARS, erase="redact", minor=True))
    language: Mapped[str] = mapped_column(info=IMPERSONAL)
    minor: Mapped[bool] = mapped_column(info=personal(
        category="age group", subject="submitter", purposes=WHY, retention=FIVE_YEARS, erase="keep", minor=True))
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    outcome: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)
    priority: Mapped[int] = mapped_column(info=IMPERSONAL)
    # the priority turned round: one direction for the whole key, so that paging compares rows and uses the index
    queue_rank: Mapped[int] = mapped_column(Integer, Computed("-priority", persisted=True), info=IMPERSONAL)
    priority_reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info=IMPERSONAL)  # [{code, points}]
    due_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    due_reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]", info=IMPERSONAL)
    paused_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)  # its clock stands still since
    paused_seconds: Mapped[int] = mapped_column(server_default="0", info=IMPERSONAL)  # of pauses that are over
    queue: Mapped[str] = mapped_column(server_default="general", info=IMPERSONAL)  # its code
    # who works on it: the holder of the lease while that runs; without a lease, who proposed or decided
    assigned_to: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    lease_token: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    lease_until: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    barred: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}", info=STAFF_ID)  # may not work on it
    decided_by: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    decided_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class CaseTerm(Base):
    """A folded word under which a case is found. Byte order, so that a range of words is a range of the index."""

    __tablename__ = "case_terms"
    __table_args__ = (Index(None, "term", "case_id"), {"info": {"subject": "case_id"}})

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, info=IMPERSONAL)
    term: Mapped[str] = mapped_column(String(collation="C"), primary_key=True, info=personal(
        category="name", subject="submitter", purposes=WHY, retention=FIVE_YEARS, since="cases.created_at",
        minor=True))


class CaseEvent(PlatformOwned, Base):
    """A line of a case's timeline; never changed. `data` holds codes and ids, nothing about the person."""

    __tablename__ = "case_events"
    __table_args__ = (Index(None, "case_id", "id"), {"info": {"subject": "case_id"}})

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    actor_id: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class CaseNote(PlatformOwned, Base):
    """What staff write for each other about a case. The person does not read it, but may ask what it says."""

    __tablename__ = "case_notes"
    __table_args__ = (Index(None, "case_id", "id"), {"info": {"subject": "case_id"}})

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), info=IMPERSONAL)
    author_id: Mapped[UUID] = mapped_column(info=STAFF_ID)
    body: Mapped[str] = mapped_column(info=personal(
        category="free text", subject="submitter", purposes=WHY, retention=FIVE_YEARS, erase="redact", minor=True))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
