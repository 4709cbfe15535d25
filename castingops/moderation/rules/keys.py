"""Which keys a person may give to which acts."""
from collections.abc import Mapping
from typing import Any

from castingops.core.messages import N_
from castingops.moderation.errors import InvalidKeys
from castingops.moderation.types.keys import CAPS, DEFAULT_KEYS


def checked_keys(typed: Mapping[str, str]) -> dict[str, str]:
    """The keys that differ from the usual ones. Errors: InvalidKeys names each act that shares its key with another."""
    chosen = DEFAULT_KEYS | {act: typed[act] for act in DEFAULT_KEYS if typed.get(act)}
    problems: dict[str, Any] = {}
    holders: dict[str, str] = {}
    for act, code in chosen.items():
        if code not in CAPS:
            problems[act] = N_("Choose one of the keys that we list.")
        elif code in holders:
            problems[act] = problems[holders[code]] = N_("%(key)s is given twice. Choose another.", key=CAPS[code])
        else:
            holders[code] = act
    if problems:
        raise InvalidKeys(**problems)
    return {act: code for act, code in chosen.items() if code != DEFAULT_KEYS[act]}
