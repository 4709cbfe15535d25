"""What the pages of identity share."""
import json
from base64 import b64encode
from io import BytesIO
from typing import Any

import segno
from flask import Response, jsonify, request

from castingops.identity.types import CeremonyStart, Shown
from castingops.web.blueprints import ConsoleBlueprint

_LONGEST = 16_384  # characters of an authenticator's answer

blueprint = ConsoleBlueprint("identity_console", __name__)


def picture(uri: str) -> str:
    """A key for an authenticator app as a QR code, inline: the address of a picture would put it into logs."""
    out = BytesIO()
    segno.make(uri, error="m").save(out, kind="png", scale=5, border=4)
    return f"data:image/png;base64,{b64encode(out.getvalue()).decode()}"


def grouped(secret: str) -> str:
    """A key as it is typed: four and four."""
    return " ".join(secret[start:start + 4] for start in range(0, len(secret), 4))


def asked(started: CeremonyStart) -> Response:
    """What the page's script gives to an authenticator."""
    return jsonify({"challenge": started.challenge, "options": started.options})


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
