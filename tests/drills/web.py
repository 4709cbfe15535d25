"""The whole house and the drill route, which dies where the request's X-Die-At says: gunicorn tests.drills.web:app.

Points of a safe retry: 1 before its key is claimed, 2 before its effect, 3 after it, 4 before the commit with the
answer stored, 5 after the commit and before the answer.
"""
import os
import signal
from collections.abc import Callable
from typing import Any

from flask import Response, request

from castingops.app import create_app
from castingops.web import idempotency
from tests.drills import effects


def die_at(point: int) -> None:
    """Be gone, if this is where the request wants it."""
    if request.headers.get("X-Die-At") == str(point):
        os.kill(os.getpid(), signal.SIGKILL)


def around(call: Callable[..., Any], *, before: int = 0, after: int = 0) -> Callable[..., Any]:
    """`call` with a point on each side."""
    def called(*args: Any, **values: Any) -> Any:
        die_at(before)
        result = call(*args, **values)
        die_at(after)
        return result
    return called


def last_point(response: Response) -> Response:
    """After the view, hence after its commit."""
    die_at(5)
    return response


idempotency._claim = around(idempotency._claim, before=1, after=2)
idempotency.save = around(idempotency.save, before=3, after=4)  # type: ignore[attr-defined]
effects.wire()
app = create_app()
app.extensions["sign_in"] = effects.DrillSignIn()
app.after_request(last_point)
