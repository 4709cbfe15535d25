"""What organizations' own systems are told of them: ids and ranks, which they can look up with us while they may."""
from castingops.organizations.events import (
    MembershipCreated,
    MembershipRemoved,
    MembershipRoleChanged,
    OrganizationCreated,
)
from castingops.organizations.service.webhooks.fanout import offer

OFFERS = [
    offer(OrganizationCreated, lambda event: {"organization_id": event.org_id, "user_id": event.user_id}),
    offer(MembershipCreated, lambda event: {
        "organization_id": event.org_id, "user_id": event.user_id, "role": event.role}),
    offer(MembershipRoleChanged, lambda event: {
        "organization_id": event.org_id, "user_id": event.user_id, "role": event.role, "before": event.before}),
    offer(MembershipRemoved, lambda event: {
        "organization_id": event.org_id, "user_id": event.user_id, "role": event.role, "left": event.left}),
]
