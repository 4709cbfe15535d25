"""An organization's part of the audit trail."""
from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from castingops.audit import service as audit
from castingops.core.actor import Actor
from castingops.core.formats import format_datetime
from castingops.organizations import permissions, service
from castingops.organizations.schemas.trail import TrailEntrySchema, TrailQuerySchema
from castingops.web.blueprints import HIRER, ApiBlueprint, success
from castingops.web.downloads import csv_download

blueprint = ApiBlueprint("organization_trail", __name__, description="An organization's part of the audit trail")


@blueprint.get("/organizations/<uuid:org_id>/audit", permission=permissions.READ_TRAIL, audience=HIRER, records=True,
                also="text/csv")
@blueprint.arguments(TrailQuerySchema(), location="query")
@blueprint.response(200, TrailEntrySchema(many=True))
def list_trail(query: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """Read what happened in your organization, newest first, or download it as CSV"""
    filters = audit.OrgFilters(action=query["action"], actor_id=query["actor_id"], first=query["since"],
                               last=query["until"])
    if query["format"] == "csv":
        return _csv(filters, actor)
    page = service.list_trail(filters, actor=actor, cursor=query["cursor"], size=query["limit"])
    return success(page.rows, next_cursor=page.next_cursor)


def _csv(filters: audit.OrgFilters, actor: Actor) -> Response:
    """The download is itself an act."""
    heading = [_("Time"), _("Action"), _("Done by"), _("Item"), _("Reference")]
    rows = ([format_datetime(row.occurred_at, style="iso"), row.title, row.actor_name or row.actor_kind, row.entity,
             str(row.entity_id or "")] for row in service.export_trail(filters, actor=actor))
    return csv_download([heading, *rows], "organization-audit.csv")
