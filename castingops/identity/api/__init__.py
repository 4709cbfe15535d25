"""What identity offers the apps, by use case."""
from castingops.identity.api import accounts, guardians, letters

BLUEPRINTS = [accounts.blueprint, guardians.blueprint, letters.blueprint]
