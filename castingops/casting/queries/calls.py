"""Selects over casting calls as their organization and the house see them."""
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, func, select

from castingops.casting.models import CallRevisionRow, CallRole, CastingCall, StopRuleRow
from castingops.casting.types import RevisionStatus
from castingops.casting.types.calls import CALLS_EXPORT_MAX, CALLS_PAGE, CallRevisionKind, CallStatus, StopRule
from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session


class CallRow(Struct, frozen=True):
    """A call as lists show it, in the order of LINE."""

    id: UUID
    org_id: UUID
    status: str
    change_status: str | None
    title_ar: str | None
    title_en: str | None
    project_type: str | None
    deadline: datetime | None
    confidential: bool
    created_by: UUID
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    version: int
    roles: int
    minors: bool


_ROLES = (select(func.count()).where(CallRole.org_id == CastingCall.org_id, CallRole.call_id == CastingCall.id,
                                     CallRole.deleted_at.is_(None)).scalar_subquery())
_MINORS = (select(CallRole.id).where(CallRole.org_id == CastingCall.org_id, CallRole.call_id == CastingCall.id,
                                     CallRole.deleted_at.is_(None), CallRole.minors).exists())
LINE = (
    CastingCall.id, CastingCall.org_id, CastingCall.status, CastingCall.change_status, CastingCall.title_ar,
    CastingCall.title_en, CastingCall.project_type, CastingCall.deadline, CastingCall.confidential,
    CastingCall.created_by, CastingCall.created_at, CastingCall.updated_at, CastingCall.published_at,
    CastingCall.closed_at, CastingCall.closed_by, CastingCall.version, _ROLES, _MINORS,
)


class CallFilter(Struct, frozen=True, kw_only=True):
    """What of a list of calls is asked for."""

    org_id: UUID | None = None
    org_ids: tuple[UUID, ...] | None = None
    status: CallStatus | None = None
    project_type: str | None = None
    change: bool = False  # only those with a change that is not settled
    minors: bool = False  # only those with a role that is open to minors
    due_before: datetime | None = None
    created_by: UUID | None = None


def list_calls(wanted: CallFilter, *, cursor: str | None, size: int = CALLS_PAGE) -> Page[CallRow]:
    """A page of calls, the newest first; of one organization the filter names it. Errors: Invalid for a bad cursor."""
    rows = select(*LINE).where(CastingCall.id < decode_id(cursor), *_conditions(wanted))
    found = session().execute(rows.order_by(CastingCall.id.desc()).limit(size + 1))
    return page_of([CallRow(*row) for row in found], size=size)


def list_export(wanted: CallFilter) -> list[CallRow]:
    """The calls of a filter for a file: one more than fits says that there are more."""
    rows = select(*LINE).where(*_conditions(wanted)).order_by(CastingCall.id.desc()).limit(CALLS_EXPORT_MAX + 1)
    return [CallRow(*row) for row in session().execute(rows)]


def find_call(call_id: UUID, *, actor: Actor, lock: bool = False) -> CastingCall | None:
    """A call of the actor's organization; with `lock` nobody else changes it before this transaction ends."""
    rows = select(CastingCall).where(CastingCall.org_id == actor.home, CastingCall.id == call_id,
                                     CastingCall.deleted_at.is_(None))
    return session().scalar(rows.with_for_update() if lock else rows, execution_options={"populate_existing": lock})


def find_home(call_id: UUID) -> UUID | None:
    """The organization that a call belongs to; asked as the house. None for one that does not exist."""
    return session().scalar(select(CastingCall.org_id).where(CastingCall.id == call_id))


def find_row(call_id: UUID) -> CallRow | None:
    """A call of any organization as lists show it, also one that was deleted; asked as the house."""
    row = session().execute(select(*LINE).where(CastingCall.id == call_id)).one_or_none()
    return CallRow(*row) if row else None


def list_roles(call: CastingCall) -> list[CallRole]:
    """The roles of a call's working copy, in their order."""
    rows = select(CallRole).where(CallRole.org_id == call.org_id, CallRole.call_id == call.id,
                                  CallRole.deleted_at.is_(None))
    return list(session().scalars(rows.order_by(CallRole.position, CallRole.id)))


def find_revision(org_id: UUID, call_id: UUID, number: int, *, lock: bool = False) -> CallRevisionRow | None:
    """One submission, or None; with `lock` nobody else decides on it before this transaction ends."""
    rows = select(CallRevisionRow).where(CallRevisionRow.org_id == org_id, CallRevisionRow.call_id == call_id,
                                         CallRevisionRow.number == number)
    return session().scalar(rows.with_for_update() if lock else rows)


def find_approved_before(org_id: UUID, call_id: UUID, number: int) -> CallRevisionRow | None:
    """The latest submission before `number` that was approved."""
    rows = select(CallRevisionRow).where(
        CallRevisionRow.org_id == org_id, CallRevisionRow.call_id == call_id, CallRevisionRow.number < number,
        CallRevisionRow.status == RevisionStatus.APPROVED)
    return session().scalar(rows.order_by(CallRevisionRow.number.desc()).limit(1))


def find_pending(org_id: UUID, call_id: UUID) -> CallRevisionRow | None:
    """The submission that waits for a decision, to be changed."""
    rows = select(CallRevisionRow).where(
        CallRevisionRow.org_id == org_id, CallRevisionRow.call_id == call_id,
        CallRevisionRow.status == RevisionStatus.PENDING)
    return session().scalar(rows.with_for_update())


def pending_number(org_id: UUID, call_id: UUID) -> int | None:
    """The number of the submission that waits for a decision."""
    return session().scalar(select(CallRevisionRow.number).where(
        CallRevisionRow.org_id == org_id, CallRevisionRow.call_id == call_id,
        CallRevisionRow.status == RevisionStatus.PENDING))


def find_reviewed(org_id: UUID, call_id: UUID) -> CallRevisionRow | None:
    """The latest submission that a moderator looks or looked at."""
    rows = select(CallRevisionRow).where(
        CallRevisionRow.org_id == org_id, CallRevisionRow.call_id == call_id,
        CallRevisionRow.kind != CallRevisionKind.TOUCH, CallRevisionRow.status != RevisionStatus.SUPERSEDED)
    return session().scalar(rows.order_by(CallRevisionRow.number.desc()).limit(1))


def list_revisions(org_id: UUID, call_id: UUID) -> list[CallRevisionRow]:
    """Every submission of a call, the latest first."""
    rows = select(CallRevisionRow).where(CallRevisionRow.org_id == org_id, CallRevisionRow.call_id == call_id)
    return list(session().scalars(rows.order_by(CallRevisionRow.number.desc()).limit(CALLS_PAGE)))


def due(moment: datetime, *, most: int) -> Sequence[tuple[UUID, UUID]]:
    """Organization and id of published calls whose deadline has passed, the longest first. Asked as the system."""
    rows = (select(CastingCall.org_id, CastingCall.id)
            .where(CastingCall.status == CallStatus.PUBLISHED, CastingCall.deadline <= moment)
            .order_by(CastingCall.deadline).limit(most))
    return [(row[0], row[1]) for row in session().execute(rows)]


def list_living(*, actor: Actor) -> list[UUID]:
    """The calls of the actor's organization that are published or under review."""
    rows = select(CastingCall.id).where(
        CastingCall.org_id == actor.home, CastingCall.deleted_at.is_(None),
        CastingCall.status.in_((CallStatus.PUBLISHED, CallStatus.UNDER_REVIEW)))
    return list(session().scalars(rows))


def list_stop_rules() -> list[StopRule]:
    """Every rule that stops calls, by code, the latest first: for whoever is signed in."""
    rows = select(StopRuleRow).order_by(StopRuleRow.code, StopRuleRow.valid_from.desc())
    return [StopRule(id=row.id, code=row.code, value=row.value, valid_from=row.valid_from, valid_until=row.valid_until,
                     source_en=row.source_en, source_ar=row.source_ar) for row in session().scalars(rows)]


def _conditions(wanted: CallFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [CastingCall.deleted_at.is_(None)]
    for name in ("org_id", "status", "project_type", "created_by"):
        if getattr(wanted, name) is not None:
            conditions.append(getattr(CastingCall, name) == getattr(wanted, name))
    if wanted.org_ids is not None:
        conditions.append(CastingCall.org_id.in_(wanted.org_ids))
    if wanted.change:
        conditions.append(CastingCall.change_status.is_not(None))
    if wanted.minors:
        conditions.append(_MINORS)
    if wanted.due_before is not None:
        conditions.append(CastingCall.deadline < wanted.due_before)
    return conditions
