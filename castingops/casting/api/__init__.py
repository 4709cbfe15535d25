"""What casting offers the apps, by use case."""
from castingops.casting.api import profiles

BLUEPRINTS = [profiles.blueprint]
