"""What identity offers the apps, by use case."""
from castingops.identity.api import accounts

BLUEPRINTS = [accounts.blueprint]
