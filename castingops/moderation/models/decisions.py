"""Policies, the decisions that rest on them, what these do, and what their people may read of them."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned, PlatformOwned
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


LIVE = text("state in ('proposed', 'scheduled', 'executed') and override_of is null")
LIVE_OVERRIDE = text("state in ('proposed', 'scheduled', 'executed') and override_of is not null")


class Decision(PlatformOwned, Base):
    """What was decided on one revision, under which policy version, and the very words the person gets.

    `decided_by` proposed it. What was proposed never changes (see the grants): only where it stands does. A trigger
    (migration 0009) refuses a ban, an unban, a minor's publication and a reversal without a second person.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("outcome in ('approve', 'changes', 'reject')", name="outcome"),
        CheckConstraint("state in ('proposed', 'scheduled', 'executed', 'cancelled', 'declined', 'failed')",
                        name="state"),
        CheckConstraint("approver_id <> decided_by", name="two_persons"),
        CheckConstraint("(approver_id is null) = (approved_at is null)", name="approved_whole"),
        CheckConstraint("not needs_second or approver_id is not null or state not in ('scheduled', 'executed')",
                        name="second_person"),
        CheckConstraint("(state = 'executed') = (executed_at is not null)", name="executed_whole"),
        CheckConstraint("(state = 'failed') = (failure is not null)", name="failed_whole"),
        # one decision in force or on its way for what was shown; what overrides it is a chain and never a fork
        Index("uq_decisions_one_live", "case_id", "subject_revision", unique=True, postgresql_where=LIVE),
        Index("uq_decisions_one_override", "override_of", unique=True, postgresql_where=LIVE_OVERRIDE),
        Index("ix_decisions_due", "execute_after", "id", postgresql_where=text("state = 'scheduled'")),
        Index("ix_decisions_executed", "executed_at", "id", postgresql_where=text("executed_at is not null")),
        Index("ix_decisions_proposed", "id", postgresql_where=text("state = 'proposed'")),
        Index(None, "case_id", "subject_revision", "id"),
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
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    needs_second: Mapped[bool] = mapped_column(info=IMPERSONAL)
    approver_id: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    approved_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    override_of: Mapped[UUID | None] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), info=IMPERSONAL)
    payload_hash: Mapped[str] = mapped_column(info=IMPERSONAL)  # of what an approver reads; empty before approvals
    case_version: Mapped[int | None] = mapped_column(info=IMPERSONAL)  # of the case since it waits for this decision
    failure: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    settled_by: Mapped[UUID | None] = mapped_column(info=STAFF_ID)  # who undid or did not approve it
    settled_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    settled_reason: Mapped[str | None] = mapped_column(info=_told("free text"))


class DecisionAction(PlatformOwned, Base):
    """One act of a decision: applied when that takes effect, undone when it is overturned."""

    __tablename__ = "decision_actions"
    __table_args__ = (
        CheckConstraint("kind in ('warn', 'strike', 'remove_photo', 'hide_profile', 'suspend', 'ban', 'unban')",
                        name="kind"),
        CheckConstraint("undone_at is null or applied_at is not null", name="undone_after_applied"),
        Index(None, "decision_id", "id"),
        {"info": {"subject": "decision_id"}},
    )

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    target_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, info=IMPERSONAL)
    applied_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    undone_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class DecisionStatement(PersonOwned, Base):
    """A decision in effect as its person may read and appeal it; `id` is the decision's.

    Kept with the person's own rows: who decided and what staff wrote for each other is not in it.
    """

    __tablename__ = "statements"
    __table_args__ = (
        CheckConstraint("state in ('force', 'overturned')", name="state"),
        CheckConstraint("outcome in ('approve', 'changes', 'reject')", name="outcome"),
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    entity_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    outcome: Mapped[str] = mapped_column(info=IMPERSONAL)
    policy_code: Mapped[str] = mapped_column(info=IMPERSONAL)
    policy_version: Mapped[int] = mapped_column(info=IMPERSONAL)
    statement_en: Mapped[str] = mapped_column(info=personal(
        category="decision", subject="submitter", purposes=WHY, retention=FIVE_YEARS, since="executed_at",
        minor=True))
    statement_ar: Mapped[str] = mapped_column(info=personal(
        category="decision", subject="submitter", purposes=WHY, retention=FIVE_YEARS, since="executed_at",
        minor=True))
    actions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info=IMPERSONAL)
    executed_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    appeal_until: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)  # None: nothing to appeal
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
