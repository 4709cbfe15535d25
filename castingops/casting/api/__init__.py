"""What casting offers the apps, by use case."""
from castingops.casting.api import calls, open_calls, profiles, share_links

BLUEPRINTS = [profiles.blueprint, calls.blueprint, open_calls.blueprint, share_links.blueprint]
