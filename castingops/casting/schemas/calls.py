"""Casting calls in the API: what hirers write and read, and what talent see."""
from typing import Any

import marshmallow as ma
from marshmallow.validate import Range

from castingops.casting import types
from castingops.casting.schemas.common import loose, text
from castingops.casting.types import Gender, RevisionStatus
from castingops.casting.types.calls import (
    CALLS_PAGE,
    COMPANY_MAX,
    CURRENCY,
    OPENINGS_MAX,
    PAY_MAX,
    PERMIT_MAX,
    ROLE_NAME_MAX,
    ROLE_TEXT_MAX,
    ROLES_MAX,
    SYNOPSIS_MAX,
    TITLE_MAX,
    Asset,
    CallRevisionKind,
    CallStatus,
    ChangeStatus,
    ClosedBy,
    PayBasis,
    ProjectType,
    RoleKind,
)
from castingops.web.paging import CursorSchema

AMOUNT = {"example": 150_000, "description": "halalas: 150000 is 1,500 riyals"}
TITLES = {"title_ar": "مسلسل «ليالي الرياض»: أدوار رئيسة", "title_en": "“Riyadh Nights”, a series: leading roles"}
SYNOPSES = {"synopsis_ar": "دراما عائلية في ثماني حلقات تدور أحداثها في الرياض.",
            "synopsis_en": "A family drama in eight episodes, set in Riyadh."}


def _word(words: Any, **options: Any) -> ma.fields.String:
    """One of a closed list. Rules refuse the rest, in words."""
    enum = [str(word) for word in words] + ([None] if options.get("allow_none") else [])
    return ma.fields.String(metadata={"enum": enum, "example": enum[0]}, **options)


def _words(words: Any, **options: Any) -> Any:
    return ma.fields.List(ma.fields.String(metadata={"enum": [str(word) for word in words]}), **options)


def _day(example: str) -> Any:
    return loose(["string"], format="date", example=example)


class CallRoleInSchema(ma.Schema):
    """A role, whole. With the `id` of a role that is there it takes its place; without one it is new."""

    id = ma.fields.String(allow_none=True, metadata={"format": "uuid"})
    name_ar = text("ليلى", ROLE_NAME_MAX)
    name_en = text("Layla", ROLE_NAME_MAX)
    kind = _word(RoleKind, allow_none=True)
    gender = _word(Gender, allow_none=True)
    playing_age_min = loose(["integer", "string"], example=25)
    playing_age_max = loose(["integer", "string"], example=35)
    height_min = loose(["integer", "string"], example=160, description="centimetres")
    height_max = loose(["integer", "string"], example=175, description="centimetres")
    description_ar = text("محامية تعود إلى الرياض بعد عشر سنوات.", ROLE_TEXT_MAX)
    description_en = text("A lawyer who comes back to Riyadh after ten years.", ROLE_TEXT_MAX)
    languages = _words(types.LANGUAGES, allow_none=True)
    dialects = _words(types.DIALECTS, allow_none=True)
    skills = ma.fields.List(ma.fields.String(metadata={"maxLength": types.SKILL_MAX, "example": "horse riding"}),
                            allow_none=True)
    assets = _words(Asset, allow_none=True)
    openings = loose(["integer", "string"], example=1, description=f"positions, from 1 to {OPENINGS_MAX}")
    minors = loose(["boolean"], example=False, description="whether children may apply")


class CallInSchema(ma.Schema):
    """What is written of a call. In a change, what is absent stays and null empties; `roles` replaces all of them."""

    title_ar = text(TITLES["title_ar"], TITLE_MAX)
    title_en = text(TITLES["title_en"], TITLE_MAX)
    project_type = _word(ProjectType, allow_none=True)
    company = text("نخلة للإنتاج", COMPANY_MAX)
    casting_director = text("Huda Al-Rashid", COMPANY_MAX)
    synopsis_ar = text(SYNOPSES["synopsis_ar"], SYNOPSIS_MAX)
    synopsis_en = text(SYNOPSES["synopsis_en"], SYNOPSIS_MAX)
    rehearsal_from = _day("2027-02-20")
    rehearsal_to = _day("2027-02-25")
    shoot_from = _day("2027-03-01")
    shoot_to = _day("2027-04-15")
    cities = _words(types.CITIES, allow_none=True)
    pay_guaranteed = loose(["boolean"], example=True)
    pay_amount = loose(["integer", "string"], maximum=PAY_MAX, **AMOUNT)
    pay_basis = _word(PayBasis, allow_none=True)
    currency = _word([CURRENCY], allow_none=True)
    confidential = loose(["boolean"], example=False, description="hides company and casting director from talent")
    deadline = loose(["string"], format="date-time", example="2027-01-31T20:00:00+03:00")
    contact_id = ma.fields.String(allow_none=True, metadata={
        "format": "uuid", "description": "the member whom talent's messages go to; nobody outside sees their details"})
    permit_number = text("EXAMPLE-2027-118", PERMIT_MAX)
    permit_until = _day("2027-12-31")
    roles = ma.fields.List(ma.fields.Nested(CallRoleInSchema), allow_none=True, metadata={"maxItems": ROLES_MAX})


class CallPatchSchema(CallInSchema):
    """A change of a call that was read at `version`."""

    version = ma.fields.Integer(strict=True, load_default=None, validate=Range(min=1, max=2**31 - 1), metadata={
        "description": "The version you saw; If-Match says the same. Another one by now is answered with 409."})


class CallRoleSchema(ma.Schema):
    """A role of a call."""

    id = ma.fields.UUID(required=True)
    name_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": "ليلى"})
    name_en = ma.fields.String(required=True, allow_none=True, metadata={"example": "Layla"})
    kind = _word(RoleKind, required=True, allow_none=True)
    gender = _word(Gender, required=True, allow_none=True)
    playing_age_min = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 25})
    playing_age_max = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 35})
    height_min = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 160})
    height_max = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 175})
    description_ar = ma.fields.String(required=True, allow_none=True, metadata={
        "example": "محامية تعود إلى الرياض بعد عشر سنوات."})
    description_en = ma.fields.String(required=True, allow_none=True, metadata={
        "example": "A lawyer who comes back to Riyadh after ten years."})
    languages = ma.fields.List(ma.fields.String(), required=True)
    dialects = ma.fields.List(ma.fields.String(), required=True)
    skills = ma.fields.List(ma.fields.String(metadata={"example": "horse riding"}), required=True)
    assets = _words(Asset, required=True)
    openings = ma.fields.Integer(required=True, metadata={"example": 1})
    minors = ma.fields.Boolean(required=True, metadata={"example": False})


class CallSubmissionSchema(ma.Schema):
    """How one submission stands and, once decided, its statement of reasons in both languages."""

    number = ma.fields.Integer(required=True)
    kind = _word(CallRevisionKind, required=True)
    status = _word(RevisionStatus, required=True)
    submitted_at = ma.fields.AwareDateTime(required=True)
    decided_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    reason_code = ma.fields.String(required=True, allow_none=True)
    statement_en = ma.fields.String(required=True, allow_none=True)
    statement_ar = ma.fields.String(required=True, allow_none=True)


class CallLineSchema(ma.Schema):
    """A call as its organization's list shows it."""

    id = ma.fields.UUID(required=True)
    org_id = ma.fields.UUID(required=True)
    status = _word(CallStatus, required=True)
    change_status = _word(ChangeStatus, required=True, allow_none=True)
    title_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": TITLES["title_ar"]})
    title_en = ma.fields.String(required=True, allow_none=True, metadata={"example": TITLES["title_en"]})
    project_type = _word(ProjectType, required=True, allow_none=True)
    deadline = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": "2027-01-31T17:00:00Z"})
    confidential = ma.fields.Boolean(required=True)
    created_by = ma.fields.UUID(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    updated_at = ma.fields.AwareDateTime(required=True)
    published_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    closed_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": None})
    closed_by = _word(ClosedBy, required=True, allow_none=True)
    version = ma.fields.Integer(required=True)
    roles = ma.fields.Integer(required=True, metadata={"example": 2, "description": "how many"})
    minors = ma.fields.Boolean(required=True, metadata={"example": False})


class CallSchema(ma.Schema):
    """A call as its organization sees it, with its roles and the latest submission."""

    id = ma.fields.UUID(required=True)
    status = _word(CallStatus, required=True)
    change_status = _word(ChangeStatus, required=True, allow_none=True)
    version = ma.fields.Integer(required=True)
    title_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": TITLES["title_ar"]})
    title_en = ma.fields.String(required=True, allow_none=True, metadata={"example": TITLES["title_en"]})
    project_type = _word(ProjectType, required=True, allow_none=True)
    company = ma.fields.String(required=True, allow_none=True, metadata={"example": "نخلة للإنتاج"})
    casting_director = ma.fields.String(required=True, allow_none=True, metadata={"example": "Huda Al-Rashid"})
    synopsis_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": SYNOPSES["synopsis_ar"]})
    synopsis_en = ma.fields.String(required=True, allow_none=True, metadata={"example": SYNOPSES["synopsis_en"]})
    rehearsal_from = ma.fields.Date(required=True, allow_none=True, metadata={"example": "2027-02-20"})
    rehearsal_to = ma.fields.Date(required=True, allow_none=True, metadata={"example": "2027-02-25"})
    shoot_from = ma.fields.Date(required=True, allow_none=True, metadata={"example": "2027-03-01"})
    shoot_to = ma.fields.Date(required=True, allow_none=True, metadata={"example": "2027-04-15"})
    cities = ma.fields.List(ma.fields.String(metadata={"example": "riyadh"}), required=True)
    pay_guaranteed = ma.fields.Boolean(required=True)
    pay_amount = ma.fields.Integer(required=True, allow_none=True, metadata=AMOUNT)
    pay_basis = _word(PayBasis, required=True, allow_none=True)
    currency = _word([CURRENCY], required=True)
    confidential = ma.fields.Boolean(required=True)
    deadline = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": "2027-01-31T17:00:00Z"})
    contact_id = ma.fields.UUID(required=True, allow_none=True)
    permit_number = ma.fields.String(required=True, allow_none=True, metadata={"example": "EXAMPLE-2027-118"})
    permit_until = ma.fields.Date(required=True, allow_none=True, metadata={"example": "2027-12-31"})
    roles = ma.fields.List(ma.fields.Nested(CallRoleSchema), required=True)
    created_by = ma.fields.UUID(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    updated_at = ma.fields.AwareDateTime(required=True)
    published_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    closed_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": None})
    closed_by = _word(ClosedBy, required=True, allow_none=True)
    closed_reason_en = ma.fields.String(required=True, allow_none=True, metadata={
        "example": None, "description": "where the house closed it"})
    closed_reason_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": None})
    submission = ma.fields.Nested(CallSubmissionSchema, required=True, allow_none=True)
    missing = ma.fields.List(ma.fields.String(metadata={"example": "roles.0.kind"}), required=True, metadata={
        "description": "Names of what a submission still lacks"})


class CallsQuerySchema(CursorSchema):
    """Narrows the list of an organization's calls."""

    limit = ma.fields.Integer(load_default=CALLS_PAGE, validate=Range(min=1, max=100))
    status = _word(CallStatus)
    project_type = _word(ProjectType)
    mine = ma.fields.Boolean(load_default=False, metadata={"description": "only those that you made"})


class DeletedCallSchema(ma.Schema):
    """What was deleted."""

    id = ma.fields.UUID(required=True)


class OpenCallsQuerySchema(CursorSchema):
    """Narrows the list of open calls. What is asked of roles, one and the same role answers."""

    city = _word(types.CITIES)
    project_type = _word(ProjectType)
    gender = _word(Gender)
    playing_age = ma.fields.String(metadata={"type": "integer", "minimum": 0, "maximum": types.PLAYING_AGE_MAX,
                                             "example": 30})
    deadline_after = ma.fields.String(metadata={
        "example": "2027-01-15", "description": "a day, as year-month-day; empty narrows nothing"})
    minors = ma.fields.String(metadata={"enum": ["true"], "description": "only with a role that children may apply to"})


class OpenCallSchema(ma.Schema):
    """An open call as lists show it. Company is null where the call is confidential."""

    id = ma.fields.UUID(required=True)
    title_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": TITLES["title_ar"]})
    title_en = ma.fields.String(required=True, allow_none=True, metadata={"example": TITLES["title_en"]})
    project_type = _word(ProjectType, required=True)
    company = ma.fields.String(required=True, allow_none=True, metadata={"example": "نخلة للإنتاج"})
    confidential = ma.fields.Boolean(required=True)
    cities = ma.fields.List(ma.fields.String(metadata={"example": "riyadh"}), required=True)
    shoot_from = ma.fields.Date(required=True, metadata={"example": "2027-03-01"})
    shoot_to = ma.fields.Date(required=True, metadata={"example": "2027-04-15"})
    pay_guaranteed = ma.fields.Boolean(required=True)
    pay_amount = ma.fields.Integer(required=True, allow_none=True, metadata=AMOUNT)
    pay_basis = _word(PayBasis, required=True, allow_none=True)
    currency = _word([CURRENCY], required=True)
    deadline = ma.fields.AwareDateTime(required=True, metadata={"example": "2027-01-31T17:00:00Z"})
    openings = ma.fields.Integer(required=True, metadata={"example": 2})
    minors = ma.fields.Boolean(required=True)
    published_at = ma.fields.AwareDateTime(required=True)


class OpenCallDetailSchema(OpenCallSchema):
    """A published call with all that it says; `closed_at` says since when nobody can apply any more."""

    casting_director = ma.fields.String(required=True, allow_none=True, metadata={"example": "Huda Al-Rashid"})
    synopsis_ar = ma.fields.String(required=True, allow_none=True, metadata={"example": SYNOPSES["synopsis_ar"]})
    synopsis_en = ma.fields.String(required=True, allow_none=True, metadata={"example": SYNOPSES["synopsis_en"]})
    rehearsal_from = ma.fields.Date(required=True, allow_none=True, metadata={"example": "2027-02-20"})
    rehearsal_to = ma.fields.Date(required=True, allow_none=True, metadata={"example": "2027-02-25"})
    closed_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": None})
    roles = ma.fields.List(ma.fields.Nested(CallRoleSchema), required=True)
