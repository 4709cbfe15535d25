"""Organizations for the hirer app. A path that names one is for its members alone: the guard sees to it."""
from castingops.organizations.api import (
    credentials,
    invitations,
    members,
    organizations,
    trail,
    transfers,
    webhooks,
)

BLUEPRINTS = [organizations.blueprint, members.blueprint, invitations.blueprint, transfers.blueprint, trail.blueprint,
              credentials.blueprint, webhooks.blueprint]
