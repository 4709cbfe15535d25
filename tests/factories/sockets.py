"""A server that says exactly the bytes a test wants, or nothing at all: what no well-behaved framework does."""
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket], None]


@dataclass
class RawServer:
    """Listens on a port of its own; `heard` is the head of each request, `accepted` counts connections."""

    behaviour: Behaviour
    tls: ssl.SSLContext | None = None
    heard: list[bytes] = field(default_factory=list)
    accepted: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            spoken = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            self.heard.append(_request(spoken))
            self.behaviour(spoken)


def _request(connection: socket.socket) -> bytes:
    """A whole request: head and body may come apart, and closing on unread bytes would cut the line."""
    heard = b""
    while b"\r\n\r\n" not in heard and (part := connection.recv(65536)):
        heard += part
    length = re.search(rb"(?i)\ncontent-length: (\d+)", heard)
    wanted = heard.index(b"\r\n\r\n") + 4 + (int(length[1]) if length else 0)
    while len(heard) < wanted and (part := connection.recv(65536)):
        heard += part
    return heard


@contextmanager
def raw_server(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """A server until the end of the block."""
    server = RawServer(behaviour, tls)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        yield server


def saying(*parts: bytes, status: bytes = b"200 OK", headers: bytes = b"") -> Behaviour:
    """A whole answer with this body."""
    body = b"".join(parts)
    head = b"HTTP/1.1 " + status + b"\r\nContent-Length: %d\r\n" % len(body) + headers + b"\r\n"
    return lambda connection: connection.sendall(head + body)


def reset(connection: socket.socket) -> None:
    """Cut the line without a goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
