"""What providers send us of themselves (API-10): capped, and nothing is looked at before it proves where it is from."""
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request
from pydantic import SecretStr
from standardwebhooks import Webhook

from castingops.core import clock
from castingops.core.crypto import is_same
from castingops.core.errors import Invalid, NotSignedIn
from castingops.core.messages import N_

BODY_MAX = 64 * 1024  # bytes; what they send is a handful of fields, or a token
SECRET_HEADER = "X-Webhook-Secret"
TOLERANCE = timedelta(minutes=5)  # between a message's time and ours, either way (Standard Webhooks 1.0)
_NAMES = ("webhook", "svix")  # the standard's headers, and those of the service that it came of
_ID, _TIME = re.compile(r"[\x21-\x7e]{1,200}"), re.compile(r"[0-9]{1,11}")
_SIGNATURES_MAX = 10


class WebhookUnsigned(NotSignedIn):
    """Without the secret or signature that proves the sender, or nothing is set to prove it by."""

    code, message = "webhook_unsigned", N_("This message does not prove where it comes from.")


class WebhookUnreadable(Invalid):
    """Of a form that this provider is not known for."""

    code, message = "webhook_unreadable", N_("This message cannot be read.")


def require_secret(expected: SecretStr | None, presented: str | None = None) -> None:
    """That the sender knows the secret we share: in a header of its own, as the password of Basic credentials, or as
    `presented` where a provider puts it into the body. Errors: WebhookUnsigned, also while none is set.
    """
    basic = request.authorization
    if presented is None:
        presented = request.headers.get(SECRET_HEADER) or (basic.password if basic and basic.type == "basic" else None)
    if expected is None or not is_same(presented or "", expected.get_secret_value()):
        raise WebhookUnsigned


def signed_message(secrets: Sequence[str]) -> tuple[str, bytes]:
    """Id and body of a message that one of these secrets signed, as Standard Webhooks 1.0 says, at most five minutes
    ago. Several secrets are in force while one is replaced; a header may hold several signatures for the same reason.

    Errors: WebhookUnsigned, whatever is wrong with it, and while no secret is set.
    """
    body = request.get_data()
    prefix = next((name for name in _NAMES if f"{name}-id" in request.headers), _NAMES[0])
    message_id, sent_at, signatures = (request.headers.get(f"{prefix}-{part}", "")
                                       for part in ("id", "timestamp", "signature"))
    if not _ID.fullmatch(message_id) or not _TIME.fullmatch(sent_at):
        raise WebhookUnsigned
    moment = datetime.fromtimestamp(int(sent_at), UTC)
    shown = signatures.split(" ")[:_SIGNATURES_MAX]
    found = [is_same(each, made) for made in _signatures(secrets, message_id, moment, body) for each in shown]
    if not any(found) or abs(clock.now() - moment) > TOLERANCE:
        raise WebhookUnsigned
    return message_id, body


def _signatures(secrets: Sequence[str], message_id: str, moment: datetime, body: bytes) -> list[str]:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise WebhookUnsigned from error
    return [Webhook(secret).sign(message_id, moment, text) for secret in secrets]


def document_of(body: bytes) -> dict[str, Any]:
    """The JSON object that a body holds. Errors: WebhookUnreadable."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WebhookUnreadable from error
    if not isinstance(document, dict):
        raise WebhookUnreadable
    return document


def fields_of_body() -> dict[str, Any]:
    """The members of a JSON object, or a form's fields. Errors: WebhookUnreadable."""
    if request.form:
        return dict(request.form)
    return document_of(request.get_data())


def text_of(fields: dict[str, Any], *names: str) -> str:
    """The first of these members that is a text or a whole number, as text; empty when none is."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)[:2000]
    return ""
