"""What identity offers the apps, by use case."""
from castingops.identity.api import accounts, guardians

BLUEPRINTS = [accounts.blueprint, guardians.blueprint]
