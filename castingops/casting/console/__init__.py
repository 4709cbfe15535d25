"""Casting for staff, by use case."""
from castingops.casting.console import calls

BLUEPRINTS = [calls.blueprint]
