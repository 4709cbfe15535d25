"""What casting offers the apps, by use case."""
from castingops.casting.api import applications, calls, open_calls, profiles, received, share_links

BLUEPRINTS = [profiles.blueprint, calls.blueprint, open_calls.blueprint, applications.blueprint,
              received.blueprint, share_links.blueprint]
