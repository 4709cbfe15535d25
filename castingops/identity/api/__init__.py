"""What identity offers the apps, by use case."""
from castingops.identity.api import accounts, factors, federation, guardians, letters, nafath, phones, sessions

BLUEPRINTS = [accounts.blueprint, factors.blueprint, federation.blueprint, guardians.blueprint, letters.blueprint,
              phones.blueprint, nafath.blueprint, sessions.blueprint]
BROWSERS = [federation.browsers]  # where providers lead browsers back to: no JSON, so no part of the document
