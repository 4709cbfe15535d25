"""Serving a simulator from a thread, and the little that all of them share."""
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

WsgiApp = Callable[..., Any]


class _Quiet(WSGIRequestHandler):
    """Says nothing of requests: numbers and ids are in them."""

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@contextmanager
def served(app: WsgiApp, port: int = 0) -> Iterator[str]:
    """The address at which `app` answers while inside; a port of the machine's choice unless one is given."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def as_json(document: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(document), status, mimetype="application/json")


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request; empty for anything else."""
    document = request.get_json(force=True, silent=True)
    return document if isinstance(document, dict) else {}
