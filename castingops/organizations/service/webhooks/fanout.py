"""Which events leave the house, what is told of them, and to whom.

A feature offers an event with the facts that an organization may know of it; what is not offered never leaves.
"""
from collections.abc import Callable, Mapping
from typing import Any

from castingops.core.actor import Actor
from castingops.core.db import entered_org
from castingops.core.events import Event
from castingops.core.ids import new_id
from castingops.organizations.queries import organizations
from castingops.organizations.queries import webhooks as queries
from castingops.organizations.service.webhooks import sending
from castingops.organizations.types import OrgState

Facts = Callable[[Any], Mapping[str, Any]]

_OFFERED: dict[str, Facts] = {}


def offer(event: type[Event], facts: Facts) -> tuple[type[Event], Callable[..., None]]:
    """Let an event leave, with `facts(event)` as its data; returns the subscription to connect. Offering it again
    replaces the facts."""
    _OFFERED[event.name] = facts
    return event, on_event


def catalogue() -> list[str]:
    """The types of events that an address may be sent."""
    return sorted(_OFFERED)


def on_event(event: Event, *, actor: Actor) -> None:
    """Put an event on its way to every address of its organization that is sent its type.

    One message, with one id at every address. The consumer hands each event over once.
    """
    if event.org_id is None:
        return
    with entered_org(actor, event.org_id) as inside:
        organization = organizations.find(event.org_id)
        if organization is None or organization.state != OrgState.ACTIVE:
            return
        facts, message_id = _OFFERED[event.name](event), new_id()
        for endpoint_id in queries.list_takers(event.name, actor=inside):
            sending.put(endpoint_id, message_id, event.name, facts, actor=inside)
