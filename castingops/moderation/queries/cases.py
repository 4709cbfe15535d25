"""One case and what its page shows. Plain rows in the open transaction, so that an answer sees its own write."""
from uuid import UUID

from msgspec import Struct
from sqlalchemy import func, select

from castingops.core.db import session
from castingops.moderation.models import Case, Policy
from castingops.moderation.queries.queue import COLUMNS, CaseRow


class PolicyRow(Struct):
    """A policy version that can be cited."""

    id: UUID
    code: str
    version: int
    severity: str
    title_en: str
    title_ar: str
    fact_en: str
    fact_ar: str
    statements: dict[str, dict[str, str]]

    def title(self, locale: str) -> str:
        """Its name in `locale`."""
        return self.title_ar if locale == "ar" else self.title_en


def find_case(ref: str) -> Case | None:
    """The case to read."""
    return session().scalar(select(Case).where(Case.ref == ref))


def lock_case(ref: str) -> Case | None:
    """The case to change, as it is once nobody else changes it: a second moderator waits here and sees the first."""
    return session().scalar(
        select(Case).where(Case.ref == ref).with_for_update().execution_options(populate_existing=True))


def lock_open(kind: str, entity_id: UUID) -> Case | None:
    """The undecided case of a thing, to change; its decision may be on its way."""
    return session().scalar(select(Case).where(
        Case.kind == kind, Case.entity_id == entity_id, Case.state.in_(("open", "pending"))).with_for_update())


def last_revision(kind: str, entity_id: UUID, subject_id: UUID) -> int:
    """The newest revision of a thing that any case was opened for; 0 before the first."""
    newest = select(func.max(Case.subject_revision)).where(
        Case.subject_id == subject_id, Case.kind == kind, Case.entity_id == entity_id)
    return session().scalar(newest) or 0


def find_row(ref: str) -> CaseRow | None:
    """A case as its row in the queue shows it."""
    row = session().execute(select(*COLUMNS).where(Case.ref == ref)).one_or_none()
    return CaseRow(*row) if row else None


_POLICY = (Policy.id, Policy.code, Policy.version, Policy.severity, Policy.title_en, Policy.title_ar, Policy.fact_en,
           Policy.fact_ar, Policy.statements)


def list_policies(kind: str) -> list[PolicyRow]:
    """The newest version of each policy for this kind that is not retired, by code."""
    rows = session().execute(
        select(*_POLICY).where(Policy.kind == kind, Policy.retired_at.is_(None)).order_by(Policy.code, Policy.version))
    return list({row.code: PolicyRow(*row) for row in rows}.values())


def find_policy(policy_id: UUID, kind: str) -> PolicyRow | None:
    """A policy version that may still be cited for this kind."""
    row = session().execute(select(*_POLICY).where(
        Policy.id == policy_id, Policy.kind == kind, Policy.retired_at.is_(None))).one_or_none()
    return PolicyRow(*row) if row else None
