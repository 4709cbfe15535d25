"""Casting for staff, by use case."""
from castingops.casting.console import calls, share_links, share_links_page, talents

BLUEPRINTS = [calls.blueprint, talents.blueprint, share_links.blueprint]
PUBLIC = [share_links_page.blueprint]
