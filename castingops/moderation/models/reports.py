"""Reports. A person's own: whoever sent one reads it, the house reads all, and nobody else knows of it."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.moderation.models.common import FIVE_YEARS, WHY


def _said(category: str, **how: Any) -> dict[str, Any]:
    return personal(category=category, subject="reporter", purposes=WHY, retention=FIVE_YEARS, minor=True, **how)


class Report(PersonOwned, Base):
    """What one person reported, at which revision, and what became of it.

    `thing_id` is the public id that they named; `entity_id` and `reported_id` are how moderation knows the thing and
    whose it is. `links` holds a line each; `evidence` names pictures in storage.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("state in ('received', 'in_review', 'closed')", name="state"),
        CheckConstraint("outcome in ('breach', 'no_breach', 'reviewed_already', 'gone')", name="outcome"),
        CheckConstraint("(state = 'closed') = (outcome is not null and closed_at is not null)", name="closed_whole"),
        Index("uq_reports_subject_id_open", "subject_id", "entity_id", "reason", unique=True,
              postgresql_where=text("state <> 'closed'")),
        Index(None, "case_id", "id", postgresql_where=text("case_id is not null")),  # the house's own way to them
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    thing_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    entity_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    reported_id: Mapped[UUID] = mapped_column(info=personal(
        category="identifier", subject="reported", purposes=WHY, retention=FIVE_YEARS, erase="keep", minor=True))
    revision: Mapped[int] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str] = mapped_column(info=IMPERSONAL)
    body: Mapped[str] = mapped_column(info=_said("free text", erase="redact"))
    links: Mapped[str] = mapped_column(info=_said("free text", erase="redact"))
    evidence: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid), info=_said("image", erase="null", sensitive=True))
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    outcome: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"), info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    closed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    overturned_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}
