"""Casting for staff, by use case."""
from castingops.casting.console import calls, talents

BLUEPRINTS = [calls.blueprint, talents.blueprint]
