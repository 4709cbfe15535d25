"""What the use cases of webhooks share."""
from datetime import datetime
from uuid import UUID

from castingops.audit import service as audit
from castingops.core.actor import Actor, system
from castingops.core.crypto import Sealer
from castingops.core.keys import sealer
from castingops.core.privacy import Purpose
from castingops.organizations.errors import WebhookNotFound
from castingops.organizations.models import WebhookEndpoint
from castingops.organizations.queries import webhooks as queries
from castingops.organizations.types import EndpointRow

SYSTEM = system()
_ACTS = {
    "create": "organizations.webhook.create", "change": "organizations.webhook.change",
    "delete": "organizations.webhook.delete", "disable": "organizations.webhook.disable",
    "renew_secret": "organizations.webhook.renew_secret", "replay": "organizations.webhook.replay",
}


def get_row(endpoint_id: UUID, *, actor: Actor, lock: bool = True) -> WebhookEndpoint:
    """An address of the actor's organization. Errors: WebhookNotFound."""
    row = queries.find_endpoint(endpoint_id, actor=actor, lock=lock)
    if row is None:
        raise WebhookNotFound
    return row


def sealed(row: WebhookEndpoint, secret: str) -> str:
    """A signing secret as the row keeps it."""
    return _sealer(row.org_id).seal(secret, _aad(row))


def keys_of(row: WebhookEndpoint, *, at: datetime) -> list[str]:
    """The secrets that sign now: the present one, and for a day the one before it."""
    own, kept = _sealer(row.org_id), [row.secret]
    if row.secret_before is not None and row.before_until is not None and at < row.before_until:
        kept.append(row.secret_before)
    return [own.open(each, _aad(row)) for each in kept]


def shown(row: WebhookEndpoint) -> EndpointRow:
    """An address as its organization sees it."""
    return EndpointRow(row.id, row.url, row.description, row.types, row.state, row.disabled_for, row.credential_id,
                       row.failures, row.last_delivered_at, row.created_at, row.version)


def record(verb: str, row: WebhookEndpoint, *, actor: Actor, **details: object) -> None:
    """Write what was done with an address into the trail; never the address itself, which may hold a secret."""
    audit.record(_ACTS[verb], actor=actor, entity="webhook", entity_id=row.id, org_id=row.org_id,
                 purpose=Purpose.SECURITY, details=details)


def _sealer(org_id: UUID) -> Sealer:
    return sealer(f"organizations/webhooks/{org_id}")


def _aad(row: WebhookEndpoint) -> str:
    return f"webhook_endpoints/{row.org_id}/{row.id}"
