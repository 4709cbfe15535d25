"""What providers send us of themselves (API-10): capped, and nothing is looked at before it proves where it is from."""
from typing import Any

from flask import request
from pydantic import SecretStr

from castingops.core.crypto import is_same
from castingops.core.errors import Invalid, NotSignedIn
from castingops.core.messages import N_

BODY_MAX = 64 * 1024  # bytes; what they send is a handful of fields, or a token
SECRET_HEADER = "X-Webhook-Secret"


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


def fields_of_body() -> dict[str, Any]:
    """The members of a JSON object, or a form's fields. Errors: WebhookUnreadable."""
    if request.form:
        return dict(request.form)
    try:
        document = request.get_json(force=True, silent=True)
    except RecursionError as error:
        raise WebhookUnreadable from error
    if not isinstance(document, dict):
        raise WebhookUnreadable
    return document


def text_of(fields: dict[str, Any], *names: str) -> str:
    """The first of these members that is a text or a whole number, as text; empty when none is."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)[:2000]
    return ""
