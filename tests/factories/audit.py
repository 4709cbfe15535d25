"""Acts to record, and the trail they leave."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from flask import Flask

from castingops.audit import service
from castingops.core import clock
from castingops.core.actor import Actor, Origin, system
from castingops.core.db import unit_of_work
from castingops.core.privacy import Purpose


def staff(*roles: str) -> Actor:
    """Somebody of the house with these roles, as a request of theirs carries them."""
    return Actor("staff", uuid4(), roles=frozenset(roles), origin=Origin("192.0.2.7", "Firefox", uuid4()),
                 proved_at=clock.now())


def talent() -> Actor:
    """A talent at their own rows."""
    user_id = uuid4()
    return Actor("person", user_id, user_id, roles=frozenset({"talent"}), origin=Origin("198.51.100.9", "App", uuid4()))


def record(app: Flask, actor: Actor, action: str = "casting.profile.submit", **values: Any) -> UUID:
    """One recorded act, committed."""
    act: dict[str, Any] = {"entity": "talent_profile", "entity_id": uuid4(), "purpose": Purpose.PROFILE, **values}
    with app.app_context(), unit_of_work(actor):
        return service.record(action, actor=actor, **act)


@contextmanager
def as_system(app: Flask) -> Iterator[None]:
    """A unit of work of the system's."""
    with app.app_context(), unit_of_work(system()):
        yield
