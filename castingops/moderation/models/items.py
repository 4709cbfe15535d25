"""Compliance items and their histories."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.moderation.models.common import FIVE_YEARS, STAFF_ID, WHY

LIVE_ITEM = text("state in ('open', 'in_progress', 'waiting')")
CLOSED_ITEM = text("state in ('resolved', 'dismissed')")


def _words() -> dict[str, Any]:
    return personal(category="free text", subject="person concerned", purposes=WHY, retention=FIVE_YEARS,
                    erase="redact", minor=True)


class ComplianceItem(PlatformOwned, Base):
    """What blocks a person until it is looked into. `entity` and `entity_id` name the thing that it is about.

    `reason` is a code of `ITEM_REASONS` or a colleague's words; `evidence` holds references, nothing of the person.
    """

    __tablename__ = "compliance_items"
    __table_args__ = (
        UniqueConstraint("ref"),
        CheckConstraint("state in ('open', 'in_progress', 'waiting', 'resolved', 'dismissed')", name="state"),
        CheckConstraint("opened_by in ('system', 'staff')", name="opened_by"),
        CheckConstraint("(state in ('resolved', 'dismissed')) = (closed_at is not null)", name="closed_whole"),
        CheckConstraint("(state = 'waiting') = (paused_at is not null)", name="paused_whole"),
        # one open item per kind and thing, so that an event delivered twice cannot open two
        Index("ix_compliance_items_one_open", "kind", "entity", "entity_id", unique=True,
              postgresql_where=LIVE_ITEM),
        Index("ix_compliance_items_live", "due_at", "id", postgresql_where=LIVE_ITEM),
        Index("ix_compliance_items_owner", "owner", "due_at", "id", postgresql_where=LIVE_ITEM),
        Index("ix_compliance_items_closed", "closed_at", "id", postgresql_where=CLOSED_ITEM),
        Index(None, "subject_id", "id"),
        {"info": {"subject": "subject_id"}},
    )

    ref: Mapped[str] = mapped_column(info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("subjects.id", ondelete="RESTRICT"), info=personal(
        category="identifier", subject="person concerned", purposes=WHY, retention=FIVE_YEARS, erase="keep"))
    entity: Mapped[str] = mapped_column(info=IMPERSONAL)
    entity_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    owner: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    reason: Mapped[str] = mapped_column(info=_words())
    evidence: Mapped[dict[str, str]] = mapped_column(JSONB, info=IMPERSONAL)
    opened_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    due_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    paused_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    overdue_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)  # when somebody was told that it is late
    closed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    closed_by: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class ComplianceItemEvent(PlatformOwned, Base):
    """A line of an item's history; never changed, but for what an erasure takes out of it."""

    __tablename__ = "compliance_item_events"
    __table_args__ = (Index(None, "item_id", "id"), {"info": {"subject": "item_id"}})

    item_id: Mapped[UUID] = mapped_column(ForeignKey("compliance_items.id", ondelete="CASCADE"), info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    actor_id: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    before: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    after: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str] = mapped_column(info=_words())
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
