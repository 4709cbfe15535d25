"""Policies, and the decisions that rest on them."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.moderation.models.common import FIVE_YEARS, STAFF_ID, WHY


class Policy(PlatformOwned, Base):
    """One version of one rule. A change is a new version, so that an old decision still shows the words it used.

    `statements` holds a template per outcome and language; `fact_en` and `fact_ar` say the usual fact.
    """

    __tablename__ = "policies"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("severity in ('low', 'medium', 'high')", name="severity"),
    )

    code: Mapped[str] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    severity: Mapped[str] = mapped_column(info=IMPERSONAL)
    title_en: Mapped[str] = mapped_column(info=IMPERSONAL)
    title_ar: Mapped[str] = mapped_column(info=IMPERSONAL)
    fact_en: Mapped[str] = mapped_column(info=IMPERSONAL)
    fact_ar: Mapped[str] = mapped_column(info=IMPERSONAL)
    statements: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, info=IMPERSONAL)
    retired_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


def _told(category: str) -> dict[str, Any]:
    return personal(category=category, subject="submitter", purposes=WHY, retention=FIVE_YEARS, erase="redact",
                    minor=True)


class Decision(PlatformOwned, Base):
    """What was decided on one revision, under which policy version, and the very words the person got."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("case_id", "subject_revision"),
        CheckConstraint("outcome in ('approve', 'changes', 'reject')", name="outcome"),
        Index(None, "policy_id"),
        {"info": {"subject": "case_id"}},
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), info=IMPERSONAL)
    subject_revision: Mapped[int] = mapped_column(info=IMPERSONAL)
    outcome: Mapped[str] = mapped_column(info=IMPERSONAL)
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policies.id", ondelete="RESTRICT"), info=IMPERSONAL)
    facts_en: Mapped[str] = mapped_column(info=_told("free text"))
    facts_ar: Mapped[str] = mapped_column(info=_told("free text"))
    statement_en: Mapped[str] = mapped_column(info=_told("decision"))
    statement_ar: Mapped[str] = mapped_column(info=_told("decision"))
    private_note: Mapped[str] = mapped_column(info=_told("free text"))
    decided_by: Mapped[UUID] = mapped_column(info=STAFF_ID)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    execute_after: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    executed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
