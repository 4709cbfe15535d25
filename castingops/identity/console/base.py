"""What the pages of identity share."""
import json
from typing import Any

from flask import Response, redirect, request

from castingops.identity.types import Shown
from castingops.web.blueprints import ConsoleBlueprint

_LONGEST = 16_384  # characters of an authenticator's answer

blueprint = ConsoleBlueprint("identity_console", __name__)


def go(path: str) -> Response:
    """On to another page; a form is not sent again."""
    response = redirect(path, 303)
    assert isinstance(response, Response)
    return response


def shown() -> Shown:
    """What the form at hand shows as a second factor: a passkey's answer, a recovery code, else a code."""
    form = request.form
    if form.get("credential"):
        return Shown(assertion=credential(), challenge=form.get("challenge", ""))
    if form.get("recovery_code"):
        return Shown(recovery_code=form["recovery_code"])
    return Shown(code=form.get("code", ""))


def credential() -> dict[str, Any]:
    """What an authenticator answered, as the page's script put it into the form; nothing where it cannot be read."""
    try:
        read = json.loads(request.form.get("credential", "")[:_LONGEST])
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) and isinstance(read.get("response"), dict) else {}
