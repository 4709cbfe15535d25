"""Organizations: making one, listing one's own, reading one."""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.organizations import permissions, service
from castingops.organizations.schemas.organizations import (
    MyOrganizationSchema,
    NewOrganizationSchema,
    OrganizationSchema,
    PageSchema,
)
from castingops.web.blueprints import HIRER, ApiBlueprint, success

blueprint = ApiBlueprint("organizations", __name__, description="Organizations of hirers")


@blueprint.post("/organizations", permission=permissions.CREATE, audience=HIRER, idempotent=True, limit="write")
@blueprint.arguments(NewOrganizationSchema())
@blueprint.response(201, OrganizationSchema)
def create_organization(sent: dict[str, str], *, actor: Actor) -> Response:
    """Make an organization; you become its owner"""
    return success(service.create(sent, actor=actor), status=201)


@blueprint.get("/organizations", permission=permissions.LIST_OWN, audience=HIRER)
@blueprint.arguments(PageSchema(), location="query")
@blueprint.response(200, MyOrganizationSchema(many=True))
def list_organizations(query: dict[str, Any], *, actor: Actor) -> Response:
    """List the organizations you are a member of, the latest joined first"""
    page = service.list_own(actor=actor, cursor=query["cursor"], size=query["limit"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.get("/organizations/<uuid:org_id>", permission=permissions.READ, audience=HIRER)
@blueprint.response(200, OrganizationSchema)
def get_organization(*, actor: Actor, org_id: UUID) -> Response:
    """Read one of your organizations"""
    return success(service.get(actor=actor))
