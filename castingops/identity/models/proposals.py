"""The table of acts that take two people."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

_KEPT = timedelta(days=3 * 365)


def _about(category: str, erase: Any) -> dict[str, Any]:
    return personal(category=category, subject="person concerned", purposes=(Purpose.SECURITY,), retention=_KEPT,
                    erase=erase, minor=True)


class Proposal(PlatformOwned, Base):
    """What one person proposes and another approves or refuses. An edit would void the approval, so there is none:
    triggers of migration 0018 hold what is proposed, and who may move it on."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'approved', 'refused', 'cancelled', 'expired')", name="state"),
        CheckConstraint("settled_by <> proposer_id or state = 'cancelled'", name="two_persons"),
        CheckConstraint("subject_id <> proposer_id", name="not_about_oneself"),
        CheckConstraint("subject_id <> settled_by or state = 'cancelled'", name="not_for_oneself"),
        CheckConstraint("(state = 'proposed') = (settled_at is null)", name="settled_whole"),
        CheckConstraint("(state in ('approved', 'refused', 'cancelled')) = (settled_by is not null)",
                        name="settled_by_someone"),
        CheckConstraint("state <> 'refused' or answer is not null", name="refused_for_a_reason"),
        CheckConstraint("state <> 'approved' or settled_at < expires_at", name="approved_in_time"),
        CheckConstraint("length(reason) between 1 and 1000 and length(answer) <= 1000", name="reason_length"),
        Index("uq_proposals_one_open", "kind", "subject_id", "topic", unique=True,
              postgresql_where=text("state = 'proposed' and subject_id is not null")),
        Index("ix_proposals_open", "expires_at", postgresql_where=text("state = 'proposed'")),
        Index(None, "subject_id", "id"),
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    topic: Mapped[str] = mapped_column(info=IMPERSONAL)
    subject_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    arguments: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), info=_about("any", "null"))
    reason: Mapped[str] = mapped_column(info=_about("note", "redact"))
    proposer_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    settled_by: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    answer: Mapped[str | None] = mapped_column(info=_about("note", "redact"))
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    settled_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    # the transaction that approved it, by a trigger's hand: what it allows can be done in that one alone
    approved_in: Mapped[int | None] = mapped_column(BigInteger, info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}
