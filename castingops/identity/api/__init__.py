"""What identity offers the apps, by use case."""
from castingops.identity.api import accounts, letters

BLUEPRINTS = [accounts.blueprint, letters.blueprint]
