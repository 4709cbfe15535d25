"""Outgoing webhooks (ORG-5): the addresses, what is sent to them, and the sending itself."""
from castingops.organizations.service.webhooks.endpoints import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    get_endpoint,
    list_endpoints,
    ping,
    renew_secret,
)
from castingops.organizations.service.webhooks.fanout import catalogue, offer, on_event
from castingops.organizations.service.webhooks.log import list_deliveries, replay
from castingops.organizations.service.webhooks.offers import OFFERS
from castingops.organizations.service.webhooks.sending import SEND, send_due, sweep

__all__ = [
    "OFFERS", "SEND", "catalogue", "change_endpoint", "create_endpoint", "delete_endpoint", "get_endpoint",
    "list_deliveries", "list_endpoints", "offer", "on_event", "ping", "renew_secret", "replay", "send_due", "sweep",
]
