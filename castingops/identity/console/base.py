"""What the pages of identity share."""
from flask import Response, redirect

from castingops.web.blueprints import ConsoleBlueprint

blueprint = ConsoleBlueprint("identity_console", __name__)


def go(path: str) -> Response:
    """On to another page; a form is not sent again."""
    response = redirect(path, 303)
    assert isinstance(response, Response)
    return response
