"""Selects over staff accounts, the reviews of their access, and accounts of the apps as support sees them."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, String, and_, exists, func, literal_column, or_, select, tuple_

from castingops.core import clock
from castingops.core.cursor import Page, decode, page_of
from castingops.core.db import session
from castingops.identity.models import (
    AccessMark,
    Passkey,
    Proposal,
    RefreshFamily,
    RefreshToken,
    RoleGrant,
    StaffSessionRow,
    TotpSecret,
    User,
)
from castingops.identity.types import (
    STAFF_EXPORT_MAX,
    STAFF_PAGE,
    AccountKind,
    GrantRow,
    MarkRow,
    PersonRow,
    StaffFilter,
    StaffRow,
    StaffState,
    Verdict,
)

_ROLES = func.array(select(RoleGrant.role).where(RoleGrant.user_id == User.id).order_by(RoleGrant.role)
                    .correlate(User).scalar_subquery(), type_=ARRAY(String))
_FACTOR = or_(exists().where(TotpSecret.subject_id == User.id, TotpSecret.confirmed_at.is_not(None)),
              exists().where(Passkey.subject_id == User.id))
_SEEN = (select(func.max(StaffSessionRow.last_seen)).where(StaffSessionRow.subject_id == User.id)
         .correlate(User).scalar_subquery())
_STAFF = select(User.id, User.email, User.display_name, User.sort_name, User.status, User.locale, User.created_at,
                User.version, _ROLES, _SEEN, _FACTOR).where(User.kind == literal_column(f"'{AccountKind.STAFF}'"))


def list_staff(wanted: StaffFilter, *, cursor: str | None = None, unmarked_in: str = "") -> Page[StaffRow]:
    """A page of staff accounts by name; with `unmarked_in`, those whose access that quarter's review has not settled.

    Errors: Invalid for a foreign cursor.
    """
    after = decode(cursor, str, UUID)
    statement = _filtered(wanted)
    if unmarked_in:
        statement = statement.where(~_marked(unmarked_in))
    if after is not None:
        statement = statement.where(tuple_(User.sort_name, User.id) > after)
    rows = [StaffRow(*row) for row in session().execute(statement.limit(STAFF_PAGE + 1))]
    return page_of(rows, size=STAFF_PAGE, key=lambda row: (row.sort_name, row.user_id))


def list_staff_export(wanted: StaffFilter) -> list[StaffRow]:
    """Every staff account of the filter, at most STAFF_EXPORT_MAX + 1: the one too many says there are more."""
    return [StaffRow(*row) for row in session().execute(_filtered(wanted).limit(STAFF_EXPORT_MAX + 1))]


def find_staff(user_id: UUID) -> StaffRow | None:
    """One staff account as lists show it."""
    row: Any = session().execute(_STAFF.where(User.subject_id == user_id, User.id == user_id)).one_or_none()
    return StaffRow(*row) if row else None


def list_grants(user_id: UUID) -> list[GrantRow]:
    """The roles someone holds, with who proposed and who approved each."""
    rows = session().execute(
        select(RoleGrant.role, RoleGrant.granted_at, RoleGrant.granted_by, Proposal.settled_by, RoleGrant.proposal_id)
        .outerjoin(Proposal, Proposal.id == RoleGrant.proposal_id).where(RoleGrant.user_id == user_id)
        .order_by(RoleGrant.granted_at, RoleGrant.id))
    return [GrantRow(*row) for row in rows]


def count_sessions(user_id: UUID, *, since: datetime) -> int:
    """How many console sessions of someone are open: not ended, and used since then."""
    mine = select(func.count()).where(StaffSessionRow.subject_id == user_id, StaffSessionRow.ended_at.is_(None),
                                      StaffSessionRow.last_seen > since)
    return session().scalar(mine) or 0


def marks_of(ids: list[UUID], quarter: str) -> dict[UUID, MarkRow]:
    """The marks of a quarter's review, by person."""
    rows = session().execute(
        select(AccessMark.subject_id, AccessMark.verdict, AccessMark.roles, AccessMark.marked_by, AccessMark.marked_at,
               AccessMark.note).where(AccessMark.quarter == quarter, AccessMark.subject_id.in_(ids)))
    return {row[0]: MarkRow(*row) for row in rows}


def lock_mark(user_id: UUID, quarter: str) -> AccessMark | None:
    """The mark to change."""
    return session().scalar(select(AccessMark).where(AccessMark.quarter == quarter, AccessMark.subject_id == user_id)
                            .with_for_update().execution_options(populate_existing=True))


def count_review(quarter: str) -> tuple[int, int]:
    """How many active staff accounts a quarter's review has settled, and of how many."""
    active = select(func.count().filter(_marked(quarter)), func.count()).select_from(User).where(
        User.kind == literal_column(f"'{AccountKind.STAFF}'"), User.status == StaffState.ACTIVE)
    done, total = session().execute(active).one()
    return done, total


def find_person(person_id: UUID) -> PersonRow | None:
    """An account of an app, as support sees it."""
    now = clock.now()
    live = and_(RefreshFamily.subject_id == User.id, RefreshFamily.ended_at.is_(None), RefreshFamily.expires_at > now,
                RefreshFamily.epoch == User.epoch)
    sign_ins = select(func.count()).select_from(RefreshFamily).where(live).scalar_subquery()
    used = select(func.max(RefreshToken.created_at)).where(RefreshToken.subject_id == User.id).scalar_subquery()
    row = session().execute(
        select(User.id, User.email, User.display_name, User.status, User.locale, User.restriction,
               User.restricted_until, User.created_at, _ROLES, sign_ins, used, _FACTOR)
        .where(User.subject_id == person_id, User.id == person_id, User.kind == AccountKind.APP)).one_or_none()
    return PersonRow(*row) if row else None


def _filtered(wanted: StaffFilter) -> Select[Any]:
    statement: Select[Any] = _STAFF  # type: ignore[assignment]  # its columns are told by StaffRow
    if wanted.state is not StaffState.ALL:
        statement = statement.where(User.status == wanted.state)
    if wanted.role:
        statement = statement.where(exists().where(RoleGrant.user_id == User.id, RoleGrant.role == wanted.role))
    for word in wanted.words:
        statement = statement.where(or_(func.strpos(User.sort_name, word) > 0, func.strpos(User.email, word) > 0))
    return statement.order_by(User.sort_name, User.id)


def _marked(quarter: str) -> ColumnElement[bool]:
    """A change was proposed, or what they hold is what was looked at."""
    return (select(AccessMark.id).where(
        AccessMark.subject_id == User.id, AccessMark.quarter == quarter,
        or_(AccessMark.verdict == Verdict.CHANGE, AccessMark.roles == _ROLES)).correlate(User).exists())
