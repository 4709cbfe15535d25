"""Strikes and sanctions: what stands against a person, until when, and which decision it comes from."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.moderation.models.common import FIVE_YEARS, STAFF_ID, WHY

_SUBJECT = personal(category="identifier", subject="person", purposes=WHY, retention=FIVE_YEARS, erase="keep")


class Strike(PlatformOwned, Base):
    """Points against a person until they expire. How many stand is counted, never kept."""

    __tablename__ = "strikes"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        CheckConstraint("weight between 1 and 10", name="weight"),
        CheckConstraint("(voided_at is null) = (voided_by is null)", name="voided_whole"),
        Index(None, "subject_id", "id"),
        {"info": {"subject": "subject_id"}},
    )

    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="RESTRICT"), info=_SUBJECT)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), info=IMPERSONAL)
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policies.id", ondelete="RESTRICT"), info=IMPERSONAL)
    weight: Mapped[int] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    voided_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    voided_by: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # the decision that voided it
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class Sanction(PlatformOwned, Base):
    """A suspension or a ban. It is lifted by the overturning of its own decision or by a decision to unban."""

    __tablename__ = "sanctions"
    __table_args__ = (
        UniqueConstraint("decision_id", "kind"),
        CheckConstraint("kind in ('suspend', 'ban')", name="kind"),
        CheckConstraint("(kind = 'suspend') = (ends_at is not null)", name="suspension_ends"),
        CheckConstraint("(lifted_at is null) = (lifted_by is null)", name="lifted_whole"),
        Index(None, "subject_id", "id"),
        Index("ix_sanctions_standing", "subject_id", postgresql_where=text("lifted_at is null")),
        {"info": {"subject": "subject_id"}},
    )

    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="RESTRICT"), info=_SUBJECT)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), info=IMPERSONAL)
    starts_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    ends_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    lifted_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    lifted_by: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
