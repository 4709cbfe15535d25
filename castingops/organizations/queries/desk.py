"""Organizations as staff see them: all of them, by plan, state and words."""
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, func, select

from castingops.core import clock
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import OrgOwned, session
from castingops.organizations.models import (
    Invitation,
    MembershipRow,
    Organization,
    OrganizationEvent,
    WebhookEndpoint,
)
from castingops.organizations.types import EXPORT_MAX, PAGE_SIZE, DisabledFor, EndpointState, InvitationState


class DeskOrganization(Struct, frozen=True):
    """An organization as the house's lists show it, in the order of `_LINE`."""

    id: UUID
    name_ar: str
    name_en: str
    slug: str
    plan: str
    seats: int
    state: str
    legal_name: str | None
    vat_number: str | None
    created_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    members: int
    invitations: int
    switched_off: int  # webhooks that were gone, or failed again and again

    def name(self, locale: str) -> str:
        """What it is called in a language."""
        return self.name_ar if locale == "ar" else self.name_en


class DeskEvent(Struct, frozen=True):
    """A step of an organization's life, in the order of the select."""

    kind: str
    before: str | None
    after: str
    created_at: datetime


class OrganizationFilter(Struct, frozen=True, kw_only=True):
    """What of all organizations is asked for; `words` are folded."""

    words: str = ""
    plan: str = ""
    state: str = ""
    trouble: bool = False  # only those whose webhooks were switched off by themselves


def _count(model: type[OrgOwned], *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(model).where(model.org_id == Organization.id, *conditions).scalar_subquery()


_OFF = and_(WebhookEndpoint.state == EndpointState.DISABLED,
            WebhookEndpoint.disabled_for.in_([DisabledFor.GONE, DisabledFor.FAILING]))
_LINE = (
    Organization.id, Organization.name_ar, Organization.name_en, Organization.slug, Organization.plan,
    Organization.seats, Organization.state, Organization.legal_name, Organization.vat_number, Organization.created_at,
    Organization.closes_at, Organization.closed_at, _count(MembershipRow),
)


def list_organizations(wanted: OrganizationFilter, *, cursor: str | None) -> Page[DeskOrganization]:
    """A page of organizations, the newest first. Errors: Invalid for a bad cursor."""
    rows = _lines(wanted).where(Organization.id < decode_id(cursor)).limit(PAGE_SIZE + 1)
    return page_of([DeskOrganization(*row) for row in session().execute(rows)], size=PAGE_SIZE)


def list_for_export(wanted: OrganizationFilter) -> list[DeskOrganization]:
    """The organizations of a filter for a file: one more than fits says that there are more."""
    return [DeskOrganization(*row) for row in session().execute(_lines(wanted).limit(EXPORT_MAX + 1))]


def find_organization(org_id: UUID) -> DeskOrganization | None:
    """One organization, whatever has become of it."""
    row = session().execute(_lines(OrganizationFilter()).where(Organization.id == org_id)).one_or_none()
    return DeskOrganization(*row) if row else None


def list_events(org_id: UUID, *, cursor: str | None) -> Page[DeskEvent]:
    """A page of an organization's life, the newest step first. Errors: Invalid for a bad cursor."""
    rows = session().execute(
        select(OrganizationEvent.kind, OrganizationEvent.before, OrganizationEvent.after, OrganizationEvent.created_at,
               OrganizationEvent.id)
        .where(OrganizationEvent.org_id == org_id, OrganizationEvent.id < decode_id(cursor))
        .order_by(OrganizationEvent.id.desc()).limit(PAGE_SIZE + 1)).all()
    page = page_of(rows, size=PAGE_SIZE)
    return Page([DeskEvent(*row[:-1]) for row in page.rows], page.next_cursor)


def _lines(wanted: OrganizationFilter) -> Select[Any]:
    open_ones = _count(Invitation, Invitation.state == InvitationState.OPEN, Invitation.expires_at > clock.now())
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        conditions.append(Organization.search_text.contains(wanted.words, autoescape=True))
    if wanted.plan:
        conditions.append(Organization.plan == wanted.plan)
    if wanted.state:
        conditions.append(Organization.state == wanted.state)
    if wanted.trouble:
        conditions.append(select(WebhookEndpoint.id).where(WebhookEndpoint.org_id == Organization.id, _OFF).exists())
    return select(*_LINE, open_ones, _count(WebhookEndpoint, _OFF)).where(*conditions).order_by(Organization.id.desc())
