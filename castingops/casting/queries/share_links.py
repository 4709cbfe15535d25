"""Selects over share links: by token for whoever holds one, by owner, by id for staff."""
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Text, bindparam, func, literal_column, or_, select

from castingops.casting.models import ShareLink, ShareView
from castingops.casting.types.share_links import SHARES_PAGE, Burst, ShareVisit
from castingops.core.actor import Actor, anonymous
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read


class Found(Struct, frozen=True):
    """Which link a token belongs to."""

    subject_id: UUID
    id: UUID


class ShareLinkRow(Struct):
    """A link as lists show it, in the order of the select. Never its token, nor the token's hash."""

    id: UUID
    label: str
    created_at: datetime
    expires_at: datetime
    max_views: int | None
    views: int
    last_viewed_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None


_link = func.casting_share_link(bindparam("token_hash", type_=Text)).table_valued("subject_id", "id", name="l")
BY_TOKEN = Read(select(*_link.c), Found)
_COLUMNS: tuple[Any, ...] = tuple(getattr(ShareLink, name) for name in ShareLinkRow.__struct_fields__)
LINKS = Read(
    select(*_COLUMNS).where(ShareLink.subject_id == bindparam("subject_id"), ShareLink.id < bindparam("below"))
    .order_by(ShareLink.id.desc()).limit(literal_column(str(SHARES_PAGE + 1))), ShareLinkRow)
VIEWS = Read(
    select(*(getattr(ShareView, name) for name in ShareVisit.__struct_fields__))
    .where(ShareView.subject_id == bindparam("subject_id"), ShareView.link_id == bindparam("link_id"),
           ShareView.id < bindparam("below"))
    .order_by(ShareView.id.desc()).limit(literal_column(str(SHARES_PAGE + 1))), ShareVisit)


def find_by_token(token_hash: str) -> Found | None:
    """The link whose token has this hash."""
    return next(iter(BY_TOKEN(anonymous(), token_hash=token_hash)), None)


def list_links(subject_id: UUID, *, actor: Actor, cursor: str | None) -> Page[ShareLinkRow]:
    """A page of a person's links, the newest first. Errors: Invalid for a bad cursor."""
    return page_of(LINKS(actor, subject_id=subject_id, below=decode_id(cursor)), size=SHARES_PAGE)


def list_views(subject_id: UUID, link_id: UUID, *, actor: Actor, cursor: str | None) -> Page[ShareVisit]:
    """A page of when a link was opened, the newest first. Errors: Invalid for a bad cursor."""
    return page_of(VIEWS(actor, subject_id=subject_id, link_id=link_id, below=decode_id(cursor)), size=SHARES_PAGE)


def find_link(subject_id: UUID, link_id: UUID, *, lock: bool = False) -> ShareLink | None:
    """A link of this person; with `lock` nobody else opens or ends it before this transaction ends."""
    rows = select(ShareLink).where(ShareLink.subject_id == subject_id, ShareLink.id == link_id)
    return session().scalar(rows.with_for_update() if lock else rows)


def find_for_staff(link_id: UUID) -> ShareLink | None:
    """A link of anybody's, by its id; asked as the house."""
    return session().scalar(select(ShareLink).where(ShareLink.id == link_id))


def lock_live(subject_id: UUID) -> list[ShareLink]:
    """A person's links that nobody has ended, held until this transaction ends."""
    rows = select(ShareLink).where(ShareLink.subject_id == subject_id, ShareLink.ended_at.is_(None))
    return list(session().scalars(rows.order_by(ShareLink.id).with_for_update()))


def count_open(subject_id: UUID, *, at: datetime) -> int:
    """How many of a person's links could be opened, or are paused, at this moment."""
    rows = select(func.count()).where(
        ShareLink.subject_id == subject_id, ShareLink.ended_at.is_(None), ShareLink.expires_at > at,
        or_(ShareLink.max_views.is_(None), ShareLink.views < ShareLink.max_views))
    return session().scalar(rows) or 0


def burst_of(subject_id: UUID, link_id: UUID, *, since: datetime) -> Burst:
    """How often a link was opened since then, and from how many networks."""
    row = session().execute(
        select(func.count(), func.count(ShareView.network.distinct()))
        .where(ShareView.subject_id == subject_id, ShareView.link_id == link_id, ShareView.viewed_at > since)).one()
    return Burst(row[0], row[1])


def sweep_views(before: datetime, batch: int) -> None:
    """Forget when links were opened before this moment, of everybody."""
    session().execute(select(func.casting_sweep_share_views(before, batch)))
