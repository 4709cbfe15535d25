"""Keyed digests of what can be guessed and must not be kept: national ids, phone numbers, addresses that said stop.

A bare hash of ten digits is undone in seconds. The key, the pepper, lies in the settings and never in the database.
"""
from castingops.core.config import current_settings
from castingops.core.crypto import derive_key, digest


def digest_of(purpose: str, value: str) -> str:
    """What is kept of `value` for one purpose, under the pepper in force."""
    return digests_of(purpose, value)[0]


def digests_of(purpose: str, value: str) -> list[str]:
    """Everything that may have been kept of `value`: under the pepper in force, then under those before it.

    A pepper that is turned over stays among the fallbacks for as long as something that it made is looked for.
    """
    settings = current_settings()
    peppers = [settings.pepper.get_secret_value(), *settings.pepper_fallbacks]
    return [digest(derive_key(pepper.encode(), f"pepper/{purpose}"), value) for pepper in peppers]
