"""What an organization has paid for: a port. Features ask here; whoever knows of plans provides the answer.

The same gate stands in the database once more (`org_entitled` and the triggers that ask it), for what commits by any
other way.
"""
from collections.abc import Callable
from enum import StrEnum

from castingops.core.errors import Forbidden
from castingops.core.messages import N_


class Entitlement(StrEnum):
    """What a subscription opens to a hirer's organization (CAST-5)."""

    POST = "post"  # have casting calls published
    SEARCH = "search"  # search talent
    CONTACT = "contact"  # write to talent


class SubscriptionRequired(Forbidden):
    """The organization's plan does not include this; `details.entitlement` says what."""

    code = "subscription_required"
    message = N_("Your organization's plan does not include this. Please choose another plan first.")


Port = Callable[[Entitlement], bool]  # asked in the organization that the open unit of work is in

_PORTS: list[Port] = []


def provide(port: Port) -> None:
    """Say who knows what the organization at hand has paid for."""
    _PORTS[:] = [port]


def is_entitled(entitlement: Entitlement) -> bool:
    """Whether the plan of the organization that the unit of work is in includes this now. Nothing is included while
    nobody knows of plans."""
    return any(port(entitlement) for port in _PORTS)


def require(entitlement: Entitlement) -> None:
    """Errors: SubscriptionRequired, as `is_entitled`."""
    if not is_entitled(entitlement):
        raise SubscriptionRequired(details={"entitlement": entitlement})
