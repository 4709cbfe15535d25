"""Bulk jobs and the cases frozen in them."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.moderation.models.common import FIVE_YEARS, STAFF_ID, WHY


def _words() -> dict[str, Any]:
    return personal(category="free text", subject="staff", purposes=WHY, retention=FIVE_YEARS, erase="keep")


class BulkJob(PlatformOwned, Base):
    """One act on the cases that its preview froze. `created_by` asked for it; the rights are read at each item."""

    __tablename__ = "bulk_jobs"
    __table_args__ = (
        UniqueConstraint("ref"),
        CheckConstraint("state in ('draft', 'running', 'done', 'cancelled')", name="state"),
        CheckConstraint("act in ('approve', 'changes', 'reject', 'queue', 'return', 'note')", name="act"),
        CheckConstraint("state not in ('running', 'done') or (act is not null and started_at is not null)",
                        name="started_whole"),
        CheckConstraint("(state in ('done', 'cancelled')) = (finished_at is not null)", name="finished_whole"),
        Index(None, "created_by", "id"),
        Index("ix_bulk_jobs_running", "id", postgresql_where=text("state = 'running'")),
        {"info": {"subject": "created_by"}},
    )

    ref: Mapped[str] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)  # of all its cases; empty when they are of several
    total: Mapped[int] = mapped_column(info=IMPERSONAL)
    left_out: Mapped[int] = mapped_column(info=IMPERSONAL)  # asked for, and not open when the list was frozen
    act: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    policy_id: Mapped[UUID | None] = mapped_column(ForeignKey("policies.id", ondelete="RESTRICT"), info=IMPERSONAL)
    queue: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    # about many cases at once, so nobody's in particular: what a person was told stands in their own decision
    facts_en: Mapped[str] = mapped_column(info=_words())
    facts_ar: Mapped[str] = mapped_column(info=_words())
    note: Mapped[str] = mapped_column(info=_words())
    created_by: Mapped[UUID] = mapped_column(info=STAFF_ID)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    started_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    beat_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)  # when work was last taken up
    finished_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class BulkItem(PlatformOwned, Base):
    """One case of a job as its preview saw it: version and revision are frozen with the list."""

    __tablename__ = "bulk_items"
    __table_args__ = (
        UniqueConstraint("job_id", "case_id"),
        UniqueConstraint("job_id", "position"),
        CheckConstraint("result in ('pending', 'done', 'conflict', 'denied', 'failed', 'cancelled', 'undone')",
                        name="result"),
        CheckConstraint("(result = 'pending') = (done_at is null)", name="done_whole"),
        Index("ix_bulk_items_pending", "job_id", "position", postgresql_where=text("result = 'pending'")),
        Index(None, "case_id"),
        Index(None, "decision_id"),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("bulk_jobs.id", ondelete="CASCADE"), info=IMPERSONAL)
    position: Mapped[int] = mapped_column(info=IMPERSONAL)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)
    revision: Mapped[int] = mapped_column(info=IMPERSONAL)
    result: Mapped[str] = mapped_column(info=IMPERSONAL)
    code: Mapped[str] = mapped_column(info=IMPERSONAL)
    tries: Mapped[int] = mapped_column(info=IMPERSONAL)
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decisions.id", ondelete="SET NULL"), info=IMPERSONAL)
    done_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
