"""Decisions that a second person makes again without seeing the first."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.moderation.models.common import FIVE_YEARS, STAFF_ID, WHY


class QualitySample(PlatformOwned, Base):
    """One executed decision drawn for blind re-review. Its number is all that its reviewer sees of it beforehand.

    The reviewer is neither who proposed nor who approved: a trigger says so too.
    """

    __tablename__ = "quality_samples"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        UniqueConstraint("number"),
        CheckConstraint("state in ('open', 'done')", name="state"),
        CheckConstraint("outcome in ('approve', 'changes', 'reject')", name="outcome"),
        CheckConstraint("(state = 'done') = (outcome is not null and reviewed_at is not null and reviewer is not null)",
                        name="done_whole"),
        Index("ix_quality_samples_open", "drawn_at", "id", postgresql_where=text("state = 'open'")),
        Index("ix_quality_samples_done", "reviewed_at", "id", postgresql_where=text("state = 'done'")),
        Index(None, "case_id"),
        Index(None, "policy_id"),
        {"info": {"subject": "case_id"}},
    )

    number: Mapped[int] = mapped_column(info=IMPERSONAL)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), info=IMPERSONAL)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    reviewer: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    taken_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    outcome: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    policy_id: Mapped[UUID | None] = mapped_column(ForeignKey("policies.id", ondelete="RESTRICT"), info=IMPERSONAL)
    note: Mapped[str | None] = mapped_column(info=personal(
        category="free text", subject="submitter", purposes=WHY, retention=FIVE_YEARS, since="drawn_at", erase="redact",
        minor=True))
    drawn_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    reviewed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class QualityDraw(PlatformOwned, Base):
    """One draw: how many decisions stood for choice and how many were drawn, so that the rate can be shown."""

    __tablename__ = "quality_draws"
    __table_args__ = (CheckConstraint("drawn between 0 and considered", name="drawn"),
                      Index("ix_quality_draws_until", "until"))

    until: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    considered: Mapped[int] = mapped_column(info=IMPERSONAL)
    drawn: Mapped[int] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
