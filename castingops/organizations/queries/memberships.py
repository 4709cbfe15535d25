"""Who belongs to which organization."""
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Integer, Uuid, bindparam, case, func, literal_column, select

from castingops.core.actor import Actor, anonymous
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.core.roles import OrgRole
from castingops.organizations.models import MembershipRow
from castingops.organizations.types import PAGE_MAX, Membership, MyOrganization

_membership = func.org_membership(bindparam("org_id", type_=Uuid), bindparam("user_id", type_=Uuid)).table_valued(
    "role", "stamp", "state", name="m")
_memberships = func.org_memberships(
    bindparam("user_id", type_=Uuid), bindparam("below", type_=Uuid), bindparam("most", type_=Integer),
).table_valued("id", "membership_id", "name_ar", "name_en", "slug", "plan", "state", "closes_at", "role", "accepted_at",
               "is_current", name="o")
MEMBERSHIP = Read(select(*_membership.c), Membership)
MEMBERSHIPS = Read(select(*_memberships.c), MyOrganization)


class MemberRow(Struct):
    """A member as lists show one, in the order of the select."""

    id: UUID
    user_id: UUID
    role: str
    invited_by: UUID | None
    invited_at: datetime
    accepted_at: datetime


_MEMBERS = select(
    MembershipRow.id, MembershipRow.user_id, MembershipRow.role, MembershipRow.invited_by, MembershipRow.invited_at,
    MembershipRow.accepted_at,
).where(MembershipRow.org_id == bindparam("org_id"), MembershipRow.id < bindparam("below")).order_by(
    MembershipRow.id.desc()).limit(literal_column(str(PAGE_MAX + 1)))
MEMBERS = Read(_MEMBERS, MemberRow)
MEMBERS_OF_RANK = Read(_MEMBERS.where(MembershipRow.role == bindparam("role")), MemberRow)


def find_membership(org_id: UUID, user_id: UUID) -> Membership | None:
    """The rank of a person in an organization and the stamp it belongs to, as committed at this moment."""
    return next(iter(MEMBERSHIP(anonymous(), org_id=org_id, user_id=user_id)), None)


def list_memberships(user_id: UUID, *, cursor: str | None, size: int) -> Page[MyOrganization]:
    """A page of a person's organizations, the latest joined first. Errors: Invalid for a bad cursor."""
    rows = MEMBERSHIPS(anonymous(), user_id=user_id, below=decode_id(cursor), most=size + 1)
    return page_of(rows, size=size, key=lambda row: (row.membership_id,))


def list_members(*, actor: Actor, role: str | None, cursor: str | None, size: int) -> Page[MemberRow]:
    """A page of the members of the actor's organization, the latest joined first. Errors: Invalid for a bad cursor."""
    values = {"org_id": actor.home, "below": decode_id(cursor)}
    rows = MEMBERS_OF_RANK(actor, role=role, **values) if role else MEMBERS(actor, **values)
    return page_of(rows[:size + 1], size=size)


def lock_member(user_id: UUID, *, actor: Actor) -> MembershipRow | None:
    """A member of the actor's organization, to be changed. Ask after `organizations.lock`."""
    return session().scalar(
        select(MembershipRow).where(MembershipRow.org_id == actor.home, MembershipRow.user_id == user_id)
        .with_for_update().execution_options(populate_existing=True))


def find_rank(user_id: UUID, *, actor: Actor) -> OrgRole | None:
    """A person's rank in the actor's organization, as this unit of work sees it."""
    found = session().scalar(select(MembershipRow.role).where(
        MembershipRow.org_id == actor.home, MembershipRow.user_id == user_id))
    return OrgRole(found) if found else None


def count_owners(org_id: UUID) -> int:
    """How many owners an organization has, as this unit of work sees it."""
    return session().scalar(select(func.count()).where(
        MembershipRow.org_id == org_id, MembershipRow.role == OrgRole.OWNER)) or 0


def count_members(*, actor: Actor) -> int:
    """How many seats members take."""
    return session().scalar(select(func.count()).where(MembershipRow.org_id == actor.home)) or 0


def ranks(*, actor: Actor) -> list[tuple[UUID, str]]:
    """Who belongs to the actor's organization, with which rank, the oldest member first."""
    rows = session().execute(select(MembershipRow.user_id, MembershipRow.role).where(
        MembershipRow.org_id == actor.home).order_by(MembershipRow.id))
    return [(user_id, role) for user_id, role in rows]


def orgs_of(user_id: UUID) -> list[UUID]:
    """The organizations somebody belongs to. Asked as staff or system."""
    return list(session().scalars(select(MembershipRow.org_id).where(MembershipRow.user_id == user_id)))


def member_ids(*, actor: Actor) -> list[UUID]:
    """Everybody who belongs to the actor's organization, the oldest member first."""
    return [user_id for user_id, _ in ranks(actor=actor)]


def find_heir(order: tuple[OrgRole, ...], *, actor: Actor) -> MembershipRow | None:
    """Who stands highest in the actor's organization after its owners, and of those who has been there longest."""
    rank = case(*((MembershipRow.role == role, at) for at, role in enumerate(order)))
    return session().scalar(
        select(MembershipRow).where(MembershipRow.org_id == actor.home, MembershipRow.role.in_(order))
        .order_by(rank, MembershipRow.id).limit(1).with_for_update())
