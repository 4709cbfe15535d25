"""Organizations for the hirer app. A path that names one is for its members alone: the guard sees to it."""
from castingops.organizations.api import invitations, members, organizations, trail, transfers

BLUEPRINTS = [organizations.blueprint, members.blueprint, invitations.blueprint, transfers.blueprint, trail.blueprint]
