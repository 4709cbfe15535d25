"""The vault of an organization: members see what is there, administrators put in, replace and take out."""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.organizations import permissions
from castingops.organizations.errors import CredentialInUse, CredentialNameTaken
from castingops.organizations.schemas.credentials import (
    CredentialSchema,
    CredentialSecretSchema,
    DeletedCredentialSchema,
    NewCredentialSchema,
)
from castingops.organizations.schemas.organizations import PageSchema
from castingops.organizations.service import vault
from castingops.web.blueprints import HIRER, ApiBlueprint, success

blueprint = ApiBlueprint("credentials", __name__, description="Secrets of an organization for other systems")

PATH = "/organizations/<uuid:org_id>/credentials"
ONE = f"{PATH}/<uuid:credential_id>"


@blueprint.post(PATH, permission=permissions.STORE_CREDENTIAL, audience=HIRER, idempotent=True, limit="write",
                errors=(CredentialNameTaken,))
@blueprint.arguments(NewCredentialSchema())
@blueprint.response(201, CredentialSchema)
def store_credential(sent: dict[str, str], *, actor: Actor, org_id: UUID) -> Response:
    """Store a secret; it is never shown again"""
    return success(vault.store_credential(**sent, actor=actor), status=201)


@blueprint.get(PATH, permission=permissions.LIST_CREDENTIALS, audience=HIRER)
@blueprint.arguments(PageSchema(), location="query")
@blueprint.response(200, CredentialSchema(many=True))
def list_credentials(query: dict[str, Any], *, actor: Actor, org_id: UUID) -> Response:
    """List the organization's secrets, masked, the newest first"""
    page = vault.list_credentials(actor=actor, cursor=query["cursor"], size=query["limit"])
    return success(page.rows, next_cursor=page.next_cursor)


@blueprint.route(ONE, methods=["PUT"], permission=permissions.STORE_CREDENTIAL, audience=HIRER, limit="write")
@blueprint.arguments(CredentialSecretSchema())
@blueprint.response(200, CredentialSchema)
def replace_credential(sent: dict[str, str], *, actor: Actor, org_id: UUID, credential_id: UUID) -> Response:
    """Put a new secret in the place of an old one"""
    return success(vault.replace_credential(credential_id, secret=sent["secret"], actor=actor))


@blueprint.delete(ONE, permission=permissions.DELETE_CREDENTIAL, audience=HIRER, limit="write",
                  errors=(CredentialInUse,))
@blueprint.response(200, DeletedCredentialSchema)
def delete_credential(*, actor: Actor, org_id: UUID, credential_id: UUID) -> Response:
    """Take a secret out of the vault for good"""
    vault.delete_credential(credential_id, actor=actor)
    return success({"id": credential_id})
