"""What identity offers the apps, by use case."""
from castingops.identity.api import accounts, federation

BLUEPRINTS = [accounts.blueprint, federation.blueprint]
