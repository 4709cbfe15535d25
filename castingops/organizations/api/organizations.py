"""Organizations: made, listed, read, changed, chosen, deleted and restored."""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.organizations import permissions, service
from castingops.organizations.schemas.organizations import (
    CurrentOrganizationSchema,
    MyOrganizationSchema,
    NewOrganizationSchema,
    OrganizationChangeSchema,
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


@blueprint.put("/organizations/<uuid:org_id>", permission=permissions.CHANGE, audience=HIRER, limit="write")
@blueprint.arguments(OrganizationChangeSchema())
@blueprint.response(200, OrganizationSchema)
def change_organization(sent: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """Change your organization's profile"""
    return success(service.change(sent, actor=actor))


@blueprint.delete("/organizations/<uuid:org_id>", permission=permissions.CLOSE, audience=HIRER, limit="write")
@blueprint.response(200, OrganizationSchema)
def delete_organization(*, actor: Actor, org_id: UUID) -> Response:
    """Delete your organization; it can be restored until its grace period is over"""
    return success(service.close(actor=actor))


@blueprint.put("/organizations/<uuid:org_id>/restored", permission=permissions.RESTORE, audience=HIRER, limit="write")
@blueprint.response(200, OrganizationSchema)
def restore_organization(*, actor: Actor, org_id: UUID) -> Response:
    """Take the deletion of your organization back"""
    return success(service.restore(actor=actor))


@blueprint.put("/me/current-organization", permission=permissions.CHOOSE, audience=HIRER, limit="write")
@blueprint.arguments(CurrentOrganizationSchema())
@blueprint.response(200, CurrentOrganizationSchema)
def choose_organization(sent: dict[str, UUID | None], *, actor: Actor) -> Response:
    """Choose the organization you work in, or none"""
    service.choose(sent["organization_id"], actor=actor)
    return success({"organization_id": sent["organization_id"]})
