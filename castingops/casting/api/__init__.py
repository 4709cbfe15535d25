"""What casting offers the apps, by use case."""
from castingops.casting.api import calls, open_calls, profiles

BLUEPRINTS = [profiles.blueprint, calls.blueprint, open_calls.blueprint]
