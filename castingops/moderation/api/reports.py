"""Reports for the apps of talent and hirers."""
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, request
from msgspec import Struct

from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.media.errors import PhotoMissing
from castingops.moderation import permissions
from castingops.moderation.errors import AlreadyReported
from castingops.moderation.queries.reports import ReportRow
from castingops.moderation.schemas.reports import (
    EvidenceFileSchema,
    NewReportSchema,
    ReasonToReportSchema,
    ReportSchema,
)
from castingops.moderation.service import reports as service
from castingops.moderation.types.reports import REPORT_REASONS, REPORT_STATES, ReportDraft, What
from castingops.web import limits
from castingops.web.blueprints import BOTH, ApiBlueprint, success
from castingops.web.paging import CursorSchema

blueprint = ApiBlueprint("reports", __name__, description="Reports of what breaks the rules")


class ReportView(Struct):
    """A report as its sender sees it."""

    id: UUID
    what: dict[str, Any]
    reason: str
    text: str
    links: list[str]
    pictures: int
    status: str
    status_en: str
    status_ar: str
    outcome: str | None
    outcome_en: str | None
    outcome_ar: str | None
    overturned: bool
    created_at: datetime
    closed_at: datetime | None


@blueprint.post("/reports", permission=permissions.SEND_REPORT, audience=BOTH, idempotent=True, limit="report",
                errors=(AlreadyReported,))
@blueprint.arguments(NewReportSchema())
@blueprint.response(201, ReportSchema)
def send_report(sent: dict[str, Any], *, actor: Actor) -> Response:
    """Report something that breaks the rules"""
    limits.hit("report_address", f"ip:{request.remote_addr}")
    what = sent["what"]
    draft = ReportDraft(What(what["kind"], what["id"], what["profile_id"]), sent["reason"], sent["text"],
                        tuple(sent["links"]))
    return success(_view(service.submit(draft, actor=actor)), status=201)


@blueprint.post("/reports/<uuid:report_id>/evidence", permission=permissions.SEND_REPORT, audience=BOTH,
                idempotent=True, limit="upload")
@blueprint.arguments(EvidenceFileSchema(), location="files")
@blueprint.response(201, ReportSchema)
def add_evidence(files: dict[str, Any], *, actor: Actor, report_id: UUID) -> Response:
    """Add a picture to your report while nobody has decided it"""
    if "photo" not in files:
        raise PhotoMissing
    return success(_view(service.add_evidence(report_id, files["photo"].read(), actor=actor)), status=201)


@blueprint.get("/reports", permission=permissions.READ_REPORTS, audience=BOTH)
@blueprint.arguments(CursorSchema(), location="query")
@blueprint.response(200, ReportSchema(many=True))
def list_reports(query: dict[str, Any], *, actor: Actor) -> Response:
    """List your reports, newest first, 50 a page"""
    page = service.list_own(actor=actor, cursor=query["cursor"])
    return success([_view(row) for row in page.rows], next_cursor=page.next_cursor)


@blueprint.get("/reports/<uuid:report_id>", permission=permissions.READ_REPORTS, audience=BOTH)
@blueprint.response(200, ReportSchema)
def get_report(*, actor: Actor, report_id: UUID) -> Response:
    """Read one of your reports: where it stands and what came of it"""
    return success(_view(service.get_own(report_id, actor=actor)))


@blueprint.get("/report-reasons", permission=permissions.READ_REPORTS, audience=BOTH)
@blueprint.response(200, ReasonToReportSchema(many=True))
def list_report_reasons(*, actor: Actor) -> Response:
    """List the reasons to report something, in both languages"""
    return success([{"code": code, "title_en": translate(title, "en"), "title_ar": translate(title, "ar")}
                    for code, title in REPORT_REASONS.items()])


def _view(row: ReportRow) -> ReportView:
    state = REPORT_STATES[row.state]
    outcome = service.said(row.outcome) if row.outcome else None
    return ReportView(
        id=row.id, what={"kind": row.kind, "id": row.thing_id}, reason=row.reason, text=row.body,
        links=row.links.split("\n") if row.links else [], pictures=len(row.evidence or ()), status=row.state,
        status_en=translate(state, "en"), status_ar=translate(state, "ar"), outcome=row.outcome,
        outcome_en=translate(outcome, "en") if outcome else None,
        outcome_ar=translate(outcome, "ar") if outcome else None, overturned=row.overturned_at is not None,
        created_at=row.created_at, closed_at=row.closed_at)
