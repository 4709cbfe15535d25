"""The one place where code is imported by name when it is wanted, for what most processes never need.

Every process of ours (web, worker, relay, beat, each command) imports the application. What only one of them uses, or
only some settings ask for, costs all of them a second at each start when it is imported at the top of a module.
"""
from importlib import import_module
from typing import Any


def load(place: str) -> Any:
    """What `place` names, as `package.module:name` or `package.module`; the module is imported now."""
    module, _, name = place.partition(":")
    found: Any = import_module(module)
    return getattr(found, name) if name else found
