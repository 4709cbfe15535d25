"""Sealers of the running application, under the keys its settings hold."""
from functools import lru_cache

from castingops.core.config import current_settings
from castingops.core.crypto import Sealer, master_key_of


def sealer(purpose: str) -> Sealer:
    """A sealer under this application's master key, which also opens what older master keys sealed."""
    settings = current_settings()
    return _sealer(purpose, settings.master_key.get_secret_value(), settings.master_key_fallbacks)


@lru_cache(maxsize=64)
def _sealer(purpose: str, current: str, old: tuple[str, ...]) -> Sealer:
    return Sealer(master_key_of(current), purpose, old=[master_key_of(key) for key in old])
