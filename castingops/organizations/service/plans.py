"""What an organization's plan includes, and another plan. Billing takes both over when it lands."""
from uuid import UUID

from sqlalchemy import func, select

from castingops.audit import service as audit
from castingops.core.actor import Actor
from castingops.core.db import entered_org, save, session
from castingops.core.entitlements import Entitlement
from castingops.core.privacy import Purpose
from castingops.organizations.errors import OrganizationNotFound
from castingops.organizations.queries import organizations as queries
from castingops.organizations.service.base import note
from castingops.organizations.types import Plan


def is_entitled(entitlement: Entitlement) -> bool:
    """Whether the plan of the organization that the unit of work is in includes this: provides `core.entitlements`."""
    return bool(session().scalar(select(func.org_entitled(str(entitlement)))))


def set_plan(org_id: UUID, plan: Plan, *, actor: Actor) -> None:
    """Give an organization another plan. For the system. Errors: OrganizationNotFound."""
    with entered_org(actor, org_id) as inside:
        organization = queries.lock(org_id)
        if organization is None:
            raise OrganizationNotFound
        before = organization.plan
        if before == plan:
            return
        organization.plan = plan
        save(organization)
        note(organization, "plan", before, plan, actor=inside)
        audit.record("organizations.organization.plan", actor=inside, entity="organization", entity_id=org_id,
                     org_id=org_id, purpose=Purpose.BILLING, before={"plan": before}, after={"plan": plan},
                     details={"slug": organization.slug})
