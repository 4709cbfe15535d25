"""What talent see of casting calls: open ones in a list, one by its address, and whether a role can be applied to."""
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import (
    Boolean,
    DateTime,
    Integer,
    Select,
    String,
    and_,
    any_,
    bindparam,
    delete,
    literal_column,
    or_,
    select,
)

from castingops.casting.models import PublishedCall, PublishedRole
from castingops.casting.types.calls import CALLS_PAGE, ClosedBy, OpenRole
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read, read_together

FILTERS = ("city", "project_type", "gender", "playing_age", "deadline_after", "minors")


class PublishedCallRow(Struct):
    """A published call as lists show it, in the order of LINE."""

    id: UUID
    title_ar: str | None
    title_en: str | None
    project_type: str
    company: str | None
    confidential: bool
    cities: list[str]
    shoot_from: date
    shoot_to: date
    pay_guaranteed: bool
    pay_amount: int | None
    pay_basis: str | None
    currency: str
    deadline: datetime
    openings: int
    minors: bool
    published_at: datetime


class PublishedCallWhole(PublishedCallRow):
    """A published call with all that it says but its roles."""

    org_id: UUID
    casting_director: str | None
    synopsis_ar: str | None
    synopsis_en: str | None
    rehearsal_from: date | None
    rehearsal_to: date | None
    closed_at: datetime | None


class PublishedRoleRow(Struct):
    """A role of a published call."""

    id: UUID
    name_ar: str | None
    name_en: str | None
    kind: str
    gender: str | None
    playing_age_min: int
    playing_age_max: int
    height_min: int | None
    height_max: int | None
    description_ar: str | None
    description_en: str | None
    languages: list[str]
    dialects: list[str]
    skills: list[str]
    assets: list[str]
    openings: int
    minors: bool


LINE = (
    PublishedCall.id, PublishedCall.title_ar, PublishedCall.title_en, PublishedCall.project_type,
    PublishedCall.company, PublishedCall.confidential, PublishedCall.cities, PublishedCall.shoot_from,
    PublishedCall.shoot_to, PublishedCall.pay_guaranteed, PublishedCall.pay_amount, PublishedCall.pay_basis,
    PublishedCall.currency, PublishedCall.deadline, PublishedCall.openings, PublishedCall.minors,
    PublishedCall.published_at,
)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_CITY, _GENDER = bindparam("city", type_=String), bindparam("gender", type_=String)
_AGE = bindparam("playing_age", type_=Integer)
_AFTER = bindparam("deadline_after", type_=DateTime(timezone=True))
_ONLY_MINORS = bindparam("minors", type_=Boolean)
_OF_ROLES = ("gender", "playing_age", "minors")


def _open(*, of_type: bool, of_roles: bool) -> Select[*tuple[Any, ...]]:
    """The list, for a type of project or all, for something asked of roles or nothing; null asks nothing.

    Open calls are thousands at most, walked newest first by a partial index. What is asked of roles, one and the same
    role answers. `now` keeps out what the job has not closed yet.
    """
    rows = select(*LINE).where(
        PublishedCall.closed_at.is_(None), PublishedCall.deadline > _NOW, PublishedCall.id < bindparam("below"),
        or_(_CITY.is_(None), any_(PublishedCall.cities) == _CITY),
        or_(_AFTER.is_(None), PublishedCall.deadline > _AFTER))
    if of_type:
        rows = rows.where(PublishedCall.project_type == bindparam("project_type"))
    if of_roles:
        rows = rows.where(select(PublishedRole.id).where(
            PublishedRole.call_id == PublishedCall.id, or_(~_ONLY_MINORS, PublishedRole.minors),
            or_(_GENDER.is_(None), PublishedRole.gender.is_(None), PublishedRole.gender == _GENDER),
            or_(_AGE.is_(None), and_(PublishedRole.playing_age_min <= _AGE, PublishedRole.playing_age_max >= _AGE)),
        ).exists())
    return rows.order_by(PublishedCall.id.desc()).limit(literal_column(str(CALLS_PAGE + 1)))


OPEN: dict[tuple[bool, bool], Read[PublishedCallRow]] = {
    (of_type, of_roles): Read(_open(of_type=of_type, of_roles=of_roles), PublishedCallRow)
    for of_type in (False, True) for of_roles in (False, True)}
_VISIBLE = or_(PublishedCall.closed_by.is_(None), PublishedCall.closed_by != ClosedBy.STAFF)
ONE = Read(
    select(*LINE, PublishedCall.org_id, PublishedCall.casting_director, PublishedCall.synopsis_ar,
           PublishedCall.synopsis_en, PublishedCall.rehearsal_from, PublishedCall.rehearsal_to, PublishedCall.closed_at)
    .where(PublishedCall.id == bindparam("id"), _VISIBLE), PublishedCallWhole)
ROLES = Read(
    select(*(getattr(PublishedRole, name) for name in PublishedRoleRow.__struct_fields__))
    .where(PublishedRole.call_id == bindparam("id")).order_by(PublishedRole.position), PublishedRoleRow)


def list_open(*, actor: Actor, cursor: str | None, filters: dict[str, Any]) -> Page[PublishedCallRow]:
    """A page of calls that can be applied to now, newest first; `filters` by name, as FILTERS.

    Errors: Invalid for a bad cursor.
    """
    values = {name: filters.get(name) for name in FILTERS} | {"minors": "minors" in filters}
    kind = "project_type" in filters, any(name in filters for name in _OF_ROLES)
    rows = OPEN[kind](actor, below=decode_id(cursor), now=clock.now(), **values)
    return page_of(rows, size=CALLS_PAGE)


def find_published(call_id: UUID, *, actor: Actor) -> tuple[PublishedCallWhole, list[PublishedRoleRow]] | None:
    """One published call and its roles; a closed one too, unless the house closed it. None when there is none."""
    calls, roles = read_together(actor, ONE.asking(id=call_id), ROLES.asking(id=call_id))
    return (calls[0], roles) if calls else None


def find_open_role(role_id: UUID) -> OpenRole | None:
    """A role that can be applied to at this moment, in the open transaction, or None."""
    row = session().execute(
        select(PublishedCall.org_id, PublishedCall.id, PublishedRole.id, PublishedCall.title_ar,
               PublishedCall.title_en, PublishedRole.minors, PublishedRole.assets, PublishedCall.deadline,
               PublishedRole.name_ar, PublishedRole.name_en)
        .join(PublishedRole, PublishedRole.call_id == PublishedCall.id)
        .where(PublishedRole.id == role_id, PublishedCall.closed_at.is_(None), PublishedCall.deadline > clock.now())
    ).one_or_none()
    if row is None:
        return None
    return OpenRole(row[0], row[1], row[2], row[3], row[4], row[5], tuple(row[6]), row[7], row[8], row[9])


def find_seen(call_id: UUID) -> tuple[UUID, int] | None:
    """Organization and revision of a call that talent can see, open or closed, in the open transaction."""
    row = session().execute(select(PublishedCall.org_id, PublishedCall.revision)
                            .where(PublishedCall.id == call_id, _VISIBLE)).one_or_none()
    return (row[0], row[1]) if row else None


def is_shown_role(role_id: UUID) -> bool:
    """Whether talent can see this role, open or not."""
    row = session().execute(
        select(PublishedRole.id).join(PublishedCall, PublishedCall.id == PublishedRole.call_id)
        .where(PublishedRole.id == role_id, _VISIBLE)).one_or_none()
    return row is not None


def find_titles(call_id: UUID) -> tuple[str | None, str | None]:
    """What talent read as a call's title, in Arabic and English."""
    row = session().execute(select(PublishedCall.title_ar, PublishedCall.title_en).where(PublishedCall.id == call_id)
                            ).one_or_none()
    return (row[0], row[1]) if row else (None, None)


def find_shown(call_id: UUID) -> PublishedCall | None:
    """The projection of a call, to be changed by the house."""
    return session().get(PublishedCall, call_id, populate_existing=True)


def drop_roles(call_id: UUID) -> None:
    """Take every role out of the projection of a call."""
    session().execute(delete(PublishedRole).where(PublishedRole.call_id == call_id))
