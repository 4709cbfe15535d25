"""Organizations in the API."""
import marshmallow as ma
from marshmallow.validate import Length, OneOf, Range

from castingops.core.i18n import LOCALES
from castingops.core.roles import OrgRole
from castingops.organizations.types import PAGE_MAX, PAGE_SIZE, OrgState, Plan
from castingops.web.paging import CursorSchema

TEXT = Length(max=1_000)  # characters: more is no name
RANKS = [str(role) for role in OrgRole]


class PageSchema(CursorSchema):
    """Where a list goes on and how much of it comes at once."""

    limit = ma.fields.Integer(load_default=PAGE_SIZE, validate=Range(min=1, max=PAGE_MAX))


class NewOrganizationSchema(ma.Schema):
    """An address (`slug`) is written in letters of one script, Latin or Arabic, digits and single dashes."""

    name_ar = ma.fields.String(required=True, validate=TEXT, metadata={"example": "استوديو النخيل"})
    name_en = ma.fields.String(required=True, validate=TEXT, metadata={"example": "Palm Studios"})
    slug = ma.fields.String(required=True, validate=TEXT, metadata={"example": "palm-studios"})


class MyOrganizationSchema(ma.Schema):
    """An organization that one is a member of."""

    id = ma.fields.UUID(required=True)
    membership_id = ma.fields.UUID(required=True)
    name_ar = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    slug = ma.fields.String(required=True)
    plan = ma.fields.String(required=True, metadata={"enum": [str(plan) for plan in Plan]})
    state = ma.fields.String(required=True, metadata={"enum": [str(state) for state in OrgState]})
    closes_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    role = ma.fields.String(required=True, metadata={"enum": RANKS})
    accepted_at = ma.fields.AwareDateTime(required=True)
    is_current = ma.fields.Boolean(required=True)


class OrganizationSchema(ma.Schema):
    """An organization as its members see it; `role` is the reader's own."""

    id = ma.fields.UUID(required=True)
    name_ar = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    slug = ma.fields.String(required=True)
    plan = ma.fields.String(required=True, metadata={"enum": [str(plan) for plan in Plan]})
    seats = ma.fields.Integer(required=True)
    settings = ma.fields.Dict(keys=ma.fields.String(), required=True)
    legal_name = ma.fields.String(required=True, allow_none=True)
    vat_number = ma.fields.String(required=True, allow_none=True)
    state = ma.fields.String(required=True, metadata={"enum": [str(state) for state in OrgState]})
    closes_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    version = ma.fields.Integer(required=True)
    role = ma.fields.String(required=True, metadata={"enum": RANKS})


class SettingsSchema(ma.Schema):
    """`locale`: the language that comes first in the organization's letters."""

    locale = ma.fields.String(validate=OneOf(LOCALES))


class OrganizationChangeSchema(NewOrganizationSchema):
    """The whole profile. `version` is the one that was read; `legal_name` and `vat_number` are for invoices, and an
    owner's alone to change: left out, they stay."""

    settings = ma.fields.Nested(SettingsSchema, required=True)
    legal_name = ma.fields.String(allow_none=True, validate=TEXT)
    vat_number = ma.fields.String(allow_none=True, validate=TEXT)
    version = ma.fields.Integer(required=True, validate=Range(min=1, max=2**31 - 1))


class CurrentOrganizationSchema(ma.Schema):
    """Null for none."""

    organization_id = ma.fields.UUID(required=True, allow_none=True)
