"""One request over one connection of its own, with one deadline for all of it.

A fresh connection each time: a kept one may be closed by the other side just as a request goes out on it, and nobody
could tell whether that request was read. The deadline holds for every read, so that a byte a second gains no time.
"""
import socket
import ssl
from collections.abc import Iterable, Sequence
from functools import cache
from threading import Thread
from time import monotonic
from typing import Any

import httpcore2
import httpx2

from castingops.core.http.addresses import Target, is_public
from castingops.core.http.errors import AddressRefused

CONNECT_SECONDS = 3.0  # the most that one address may take to answer


class Wire(httpcore2.NetworkBackend):
    """How httpcore reaches the network for one request. `sent`: the first byte of the request has been handed over."""

    def __init__(self, target: Target, *, public_only: bool, deadline: float) -> None:
        self._target = target
        self._guarded = public_only and not target.trusted
        self.deadline = deadline
        self.sent = False
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
                    socket_options: Iterable[Any] | None = None) -> httpcore2.NetworkStream:
        """Connect to an address of the host that was looked at here. Errors: AddressRefused, httpcore's."""
        addresses = resolve(host, port, seconds=self.left())
        if self._guarded and not all(map(is_public, addresses)):
            raise AddressRefused
        failure: Exception = httpcore2.ConnectError("no address")
        for address in addresses:
            try:
                stream = self._inner.connect_tcp(address, port, min(CONNECT_SECONDS, self.left()), None, socket_options)
                return _Stream(stream, self)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    def left(self) -> float:
        """Seconds until the deadline. Errors: httpcore's ReadTimeout when there are none."""
        left = self.deadline - monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("deadline")
        return left


class _Stream(httpcore2.NetworkStream):
    """A connection that keeps to its wire's deadline, and tells the wire when a request goes out."""

    def __init__(self, inner: httpcore2.NetworkStream, wire: Wire) -> None:
        self._inner, self._wire = inner, wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._wire.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = self._wire.left()
        self._wire.sent = self._wire.sent or bool(buffer)
        self._inner.write(buffer, left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
                  timeout: float | None = None) -> httpcore2.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._wire.left()), self._wire)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def send(request: httpx2.Request, wire: Wire, *, most: int) -> tuple[int, list[tuple[bytes, bytes]], bytes | None]:
    """Status, headers and body of the answer; no body when it is larger than `most` bytes. Errors: httpcore's."""
    url = httpcore2.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port,
                        target=request.url.raw_path)
    with (httpcore2.ConnectionPool(ssl_context=_tls(), network_backend=wire, max_keepalive_connections=0) as pool,
          pool.stream(request.method, url, headers=request.headers.raw, content=request.read()) as answer):
        body = bytearray()
        for part in answer.iter_stream():
            body += part
            if len(body) > most:
                return answer.status, answer.headers, None
        return answer.status, answer.headers, bytes(body)


def resolve(host: str, port: int, *, seconds: float) -> Sequence[str]:
    """Every address of a host, in the resolver's order. Errors: httpcore's ConnectError, ConnectTimeout.

    The C library's look-up takes no deadline, so it runs in a thread that is left behind when it takes too long.
    """
    found: list[str] = []
    failures: list[OSError | UnicodeError] = []

    def look_up() -> None:
        try:
            found.extend(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)))
        except (OSError, UnicodeError) as error:
            failures.append(error)

    thread = Thread(target=look_up, name="resolve", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise httpcore2.ConnectTimeout("resolver")
    if failures:
        raise httpcore2.ConnectError("resolver") from failures[0]
    return found


@cache
def _tls() -> ssl.SSLContext:
    return httpx2.create_ssl_context()
