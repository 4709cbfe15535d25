"""The history of leases. Which one is live stands in the case itself: one row decides, so there cannot be two."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.moderation.models.common import FIVE_YEARS, STAFF_ID, WHY


class CaseLease(PlatformOwned, Base):
    """One time that somebody held a case. `seen_at`: the former holder has read that it was taken over."""

    __tablename__ = "case_leases"
    __table_args__ = (
        UniqueConstraint("token"),
        CheckConstraint("how in ('next', 'opened', 'taken', 'taken_over')", name="how"),
        CheckConstraint("ended_how in ('released', 'expired', 'taken_over', 'decided', 'withdrawn')",
                        name="ended_how"),
        CheckConstraint("(ended_at is null) = (ended_how is null)", name="ended_whole"),
        CheckConstraint("ended_how is distinct from 'taken_over' or (ended_by is not null and reason <> '')",
                        name="taken_over_by_someone"),
        Index(None, "case_id", "id"),
        Index("ix_case_leases_untold", "holder_id", "ended_at",
              postgresql_where=text("ended_how = 'taken_over' and seen_at is null")),
        {"info": {"subject": "case_id"}},
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), info=IMPERSONAL)
    token: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    holder_id: Mapped[UUID] = mapped_column(info=STAFF_ID)
    how: Mapped[str] = mapped_column(info=IMPERSONAL)
    started_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    ended_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    ended_how: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    ended_by: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    reason: Mapped[str] = mapped_column(server_default="", info=personal(
        category="free text", subject="submitter", purposes=WHY, retention=FIVE_YEARS, since="started_at",
        erase="redact"))
    seen_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
