"""Organizations for the hirer app. A path that names one is for its members alone: the guard sees to it."""
from castingops.organizations.api import organizations

BLUEPRINTS = [organizations.blueprint]
