"""Outgoing webhooks: what may be asked for, how a message is signed (Standard Webhooks 1.0), when it is tried again."""
import secrets
from base64 import b64encode
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from standardwebhooks import Webhook

from castingops.core.arabic import is_line, tidy
from castingops.core.messages import N_
from castingops.organizations.errors import InvalidWebhook
from castingops.organizations.types import ANSWER_KEPT, NAME_MAX

EVERYTHING = "*"
PING = "webhook.ping"
_PREFIX, _SECRET_BYTES = "whsec_", 32  # the standard asks for 24 to 64 bytes


def checked_types(wanted: Sequence[str], known: Collection[str]) -> list[str]:
    """The events that an address is sent, each once and in order; all of them by "*". Errors: InvalidWebhook."""
    types = sorted(set(wanted))
    if types != [EVERYTHING] and (not types or not set(types) <= set(known)):
        raise InvalidWebhook(types=N_("Choose from the list of event types, or send * for all of them."))
    return types


def checked_description(text: str) -> str:
    """What an address is for, on one line; it may be empty. Errors: InvalidWebhook."""
    words = text.strip()
    if words and (not is_line(words) or len(words) > NAME_MAX):
        raise InvalidWebhook(description=N_("Use up to %(max)d characters on one line.", max=NAME_MAX))
    return tidy(words)


def new_secret() -> str:
    """What an organization verifies our messages with, as the standard writes it."""
    return _PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def headers(keys: Sequence[str], *, message_id: str, body: str, at: datetime) -> dict[str, str]:
    """The three headers of a message: its id, the moment of this try, and a signature by each key."""
    signatures = [Webhook(key).sign(message_id, at, body) for key in keys]
    return {"webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures)}


def next_try(pauses: Sequence[int], tries: int, *, at: datetime) -> datetime | None:
    """When a message that failed `tries` times goes out again; None when it was tried often enough."""
    return at + timedelta(seconds=pauses[tries - 1]) if tries <= len(pauses) else None


def shown_answer(body: bytes) -> str:
    """The beginning of a receiver's answer as text that can be kept and shown."""
    text = body[:4 * ANSWER_KEPT].decode(errors="replace")
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd"
                   for character in text)[:ANSWER_KEPT]
