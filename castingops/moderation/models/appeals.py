"""Appeals: a person's own word against a decision about them, one each."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.moderation.models.common import FIVE_YEARS, WHY


def _said(category: str) -> dict[str, Any]:
    return personal(category=category, subject="appellant", purposes=WHY, retention=FIVE_YEARS, erase="redact",
                    minor=True)


class Appeal(PersonOwned, Base):
    """What somebody objects to in one decision, and the answer they got. `decision_id` is the statement's id too."""

    __tablename__ = "appeals"
    __table_args__ = (
        ForeignKeyConstraint(["subject_id", "decision_id"], ["statements.subject_id", "statements.id"],
                             ondelete="CASCADE"),
        UniqueConstraint("subject_id", "decision_id"),
        UniqueConstraint("ref"),
        CheckConstraint("state in ('received', 'in_review', 'upheld', 'dismissed')", name="state"),
        CheckConstraint("via in ('app', 'link')", name="via"),
        CheckConstraint("(state in ('upheld', 'dismissed')) = (closed_at is not null)", name="closed_whole"),
        Index("ix_appeals_open", "subject_id", "decision_id", postgresql_where=text("closed_at is null")),
        Index(None, "case_id", postgresql_where=text("case_id is not null")),
    )

    ref: Mapped[str] = mapped_column(info=IMPERSONAL)
    decision_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    body: Mapped[str] = mapped_column(info=_said("free text"))
    via: Mapped[str] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"), info=IMPERSONAL)
    answer_en: Mapped[str] = mapped_column(info=_said("decision"))
    answer_ar: Mapped[str] = mapped_column(info=_said("decision"))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    closed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}
