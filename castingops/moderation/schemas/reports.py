"""What the API of reports takes and documents. Shapes only: what a report may say is decided by rules."""
import marshmallow as ma
from flask_smorest.fields import Upload

from castingops.moderation.types.reports import (
    EVIDENCE_MAX,
    LINK_MAX,
    LINKS_MAX,
    REPORT_TEXT_MAX,
    ReportOutcome,
    ReportReason,
    ReportState,
)


class WhatSchema(ma.Schema):
    """What is reported, as the marketplace shows it."""

    kind = ma.fields.String(required=True, metadata={"enum": ["talent_profile", "photo", "casting_call"]})
    id = ma.fields.UUID(required=True)
    profile_id = ma.fields.UUID(load_default=None, allow_none=True, metadata={
        "description": "Of a photo: the published profile that shows it"})


class NewReportSchema(ma.Schema):
    """A report. Pictures follow by POST /reports/{id}/evidence."""

    what = ma.fields.Nested(WhatSchema, required=True)
    reason = ma.fields.String(required=True, metadata={"enum": list(ReportReason)})
    text = ma.fields.String(load_default="", metadata={
        "maxLength": REPORT_TEXT_MAX, "description": "Required for the reason other"})
    links = ma.fields.List(ma.fields.String(metadata={"maxLength": LINK_MAX}), load_default=list, metadata={
        "maxItems": LINKS_MAX, "description": "Addresses of evidence, kept as text"})


class ReportedSchema(ma.Schema):
    """What was reported."""

    kind = ma.fields.String(required=True, metadata={"example": "talent_profile"})
    id = ma.fields.UUID(required=True)


class ReportSchema(ma.Schema):
    """One of your reports and, once decided, its outcome. Nobody you report learns that it was you."""

    id = ma.fields.UUID(required=True)
    what = ma.fields.Nested(ReportedSchema, required=True)
    reason = ma.fields.String(required=True, metadata={"enum": list(ReportReason)})
    text = ma.fields.String(required=True)
    links = ma.fields.List(ma.fields.String(), required=True)
    pictures = ma.fields.Integer(required=True, metadata={"description": f"How many you added; at most {EVIDENCE_MAX}"})
    status = ma.fields.String(required=True, metadata={"enum": list(ReportState)})
    status_en = ma.fields.String(required=True)
    status_ar = ma.fields.String(required=True)
    outcome = ma.fields.String(required=True, allow_none=True, metadata={"enum": [*ReportOutcome, None]})
    outcome_en = ma.fields.String(required=True, allow_none=True)
    outcome_ar = ma.fields.String(required=True, allow_none=True)
    overturned = ma.fields.Boolean(required=True, metadata={
        "description": "Whether a second review changed the outcome"})
    created_at = ma.fields.AwareDateTime(required=True)
    closed_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class EvidenceFileSchema(ma.Schema):
    """The file part of an upload."""

    photo = Upload(metadata={"description": "JPEG, PNG or WebP, at most 10 MB and 50 megapixels"})


class ReasonToReportSchema(ma.Schema):
    """A reason to report something, in both languages."""

    code = ma.fields.String(required=True, metadata={"enum": list(ReportReason)})
    title_en = ma.fields.String(required=True)
    title_ar = ma.fields.String(required=True)
