"""Selects over open sign-ins of one person."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, select

from castingops.core.db import session
from castingops.identity.models import RefreshFamily, RefreshToken, StaffSessionRow

Found = list[tuple[UUID, datetime, datetime, str, str]]  # id, opened at, used at, address, user agent
_MOST: ColumnElement[int] = literal_column("100")  # the newest: who has more ends them all


def list_families(user_id: UUID, *, epoch: int, at: datetime, idle_since: datetime) -> Found:
    """An app account's sign-ins that are open: id, when opened, when last refreshed, address, user agent."""
    last = func.max(RefreshToken.created_at)
    rows = (select(RefreshFamily.id, RefreshFamily.created_at, last, RefreshFamily.ip, RefreshFamily.user_agent)
            .join(RefreshToken, (RefreshToken.subject_id == RefreshFamily.subject_id)
                  & (RefreshToken.family_id == RefreshFamily.id))
            .where(RefreshFamily.subject_id == user_id, RefreshFamily.ended_at.is_(None),
                   RefreshFamily.epoch == epoch, RefreshFamily.expires_at > at)
            .group_by(RefreshFamily.subject_id, RefreshFamily.id).having(last > idle_since)
            .order_by(last.desc(), RefreshFamily.id).limit(_MOST))
    return [(id_, opened, used, ip, agent) for id_, opened, used, ip, agent in session().execute(rows)]


def list_staff_sessions(user_id: UUID, *, opened_since: datetime, seen_since: datetime) -> Found:
    """A member of staff's console sessions that are open: the same columns."""
    rows = (select(StaffSessionRow.id, StaffSessionRow.created_at, StaffSessionRow.last_seen, StaffSessionRow.ip,
                   StaffSessionRow.user_agent)
            .where(StaffSessionRow.subject_id == user_id, StaffSessionRow.ended_at.is_(None),
                   StaffSessionRow.created_at >= opened_since, StaffSessionRow.last_seen >= seen_since)
            .order_by(StaffSessionRow.last_seen.desc(), StaffSessionRow.id).limit(_MOST))
    return [(id_, opened, used, ip, agent) for id_, opened, used, ip, agent in session().execute(rows)]
