"""What identity offers the apps, by use case."""
from castingops.identity.api import accounts, federation, guardians, letters

BLUEPRINTS = [accounts.blueprint, federation.blueprint, guardians.blueprint, letters.blueprint]
BROWSERS = [federation.browsers]  # where providers lead browsers back to: no JSON, so no part of the document
