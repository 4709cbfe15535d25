"""Requests to others end in time, are repeated only where that is safe, and stop while a provider is down.

reliability.md §1 row 16, and the faults "provider slow, 500, garbage, resets after charge".
"""
import itertools
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import structlog

from castingops.core.http import (
    AnswerUnusable,
    Client,
    NotAttempted,
    OutcomeUnknown,
    ProviderPaused,
    breaker,
    client,
)
from castingops.core.http.errors import ProviderFailed
from tests.factories.sockets import RawServer, raw_server, reset, saying


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(client, "_PAUSE", 0.001)
    heard = structlog.wrap_logger(
        structlog.testing.ReturnLogger(), wrapper_class=structlog.make_filtering_bound_logger(0),
        cache_logger_on_first_use=False)
    monkeypatch.setattr(client, "log", heard)  # whatever level and output an app in this process was given
    breaker.reset_breakers()
    yield
    breaker.reset_breakers()


def test_an_answer_is_returned_whatever_its_status() -> None:
    with raw_server(saying(b'{"error": "no"}', status=b"404 Not Found", headers=b"X-Kind: a\r\n")) as server:
        answer = Client("p", base_url=server.url).request("POST", "/charge", json={"amount": 5})
    assert (answer.status, answer.ok, answer.json(), answer.headers["x-kind"]) == (404, False, {"error": "no"}, "a")
    head, _, body = server.heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /charge HTTP/1.1") and b"X-Request-Id: " in head and body == b'{"amount":5}'


def test_a_redirect_is_an_answer() -> None:
    with raw_server(saying(status=b"302 Found", headers=b"Location: http://127.0.0.1:1/\r\n")) as server:
        assert Client("p", base_url=server.url).get("/").status == 302
    assert server.accepted == 1


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with raw_server(saying(b"here")) as server:
        assert Client("p", base_url=server.url).get("/").body == b"here"


def test_a_refused_connection_was_surely_not_attempted_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with structlog.testing.capture_logs() as lines, pytest.raises(NotAttempted) as refused:
        Client("p", base_url=url).request("POST", "/charge?code=hidden", json={})
    assert type(refused.value) is NotAttempted and refused.value.status == 503
    assert [line["outcome"] for line in lines] == ["provider_unreachable"] * 3
    assert "hidden" not in str(lines) and "/charge" not in str(lines)


def test_a_name_that_does_not_resolve_was_not_attempted() -> None:
    with pytest.raises(NotAttempted):
        Client("p", base_url="http://nobody.invalid").get("/")


def test_a_reset_after_sending_is_unknown_and_a_post_is_not_repeated() -> None:
    with raw_server(reset) as server:
        with pytest.raises(OutcomeUnknown):
            Client("p", base_url=server.url).request("POST", "/charge", json={})
        assert server.accepted == 1
        with pytest.raises(OutcomeUnknown):
            Client("p", base_url=server.url).request("POST", "/charge", json={}, repeatable=True)
        assert server.accepted == 4


def test_a_passing_fault_is_repeated_for_a_get_alone() -> None:
    answers = itertools.chain([saying(status=b"503 Busy")], itertools.repeat(saying(b"well")))
    with raw_server(lambda connection: next(answers)(connection)) as server:
        assert Client("p", base_url=server.url).get("/").body == b"well"
    with raw_server(saying(status=b"503 Busy")) as server:
        assert Client("p", base_url=server.url).request("POST", "/", form={"a": "b"}).status == 503
        assert server.accepted == 1
        assert Client("p", base_url=server.url).get("/").status == 503
        assert server.accepted == 4


@pytest.mark.parametrize("behaviour", [
    lambda connection: time.sleep(5),
    lambda connection: [connection.sendall(b"x") or time.sleep(0.05) for _ in range(100)],
    lambda connection: [connection.sendall(part) or time.sleep(0.05) for part in (
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b"x"] * 100)],
], ids=["silent", "a byte of head at a time", "a byte of body at a time"])
def test_the_deadline_holds_however_the_time_is_taken(behaviour: object) -> None:
    with raw_server(behaviour) as server:  # type: ignore[arg-type]
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            Client("p", base_url=server.url, timeout=0.3).get("/")
    assert time.monotonic() - began < 1.0


def test_a_slow_resolver_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: done.wait(5) and [])
    began = time.monotonic()
    with pytest.raises(NotAttempted):
        Client("p", base_url="http://slow.example.com", timeout=0.3).get("/")
    assert time.monotonic() - began < 1.0
    done.set()


@pytest.mark.parametrize("said", [
    b"\x00\x01\x02\x03" * 100 + b"\r\n\r\n", b"HTTP/9.9 banana\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
    b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000])
def test_garbage_is_unknown(said: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(said)
    with raw_server(talk) as server, pytest.raises(OutcomeUnknown):
        Client("p", base_url=server.url, tries=1, timeout=2).get("/")


def test_too_much_is_cut_off() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)
    with raw_server(flood) as server, pytest.raises(AnswerUnusable):
        Client("p", base_url=server.url, most_bytes=100_000).get("/")
    assert server.accepted == 1


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b'{"a": "\xff"}', b""])
def test_json_that_cannot_be_read_is_named(body: bytes) -> None:
    with raw_server(saying(body)) as server:
        answer = Client("p", base_url=server.url).get("/")
    with pytest.raises(AnswerUnusable):
        answer.json()


def test_the_breaker_opens_after_five_failures_and_one_probe_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    well = False

    def talk(connection: socket.socket) -> None:
        saying(b"well")(connection) if well else saying(status=b"500 No")(connection)

    with raw_server(talk) as server:
        provider = Client("moody", base_url=server.url)
        assert [provider.request("POST", "/").status for _ in range(5)] == [500] * 5
        with pytest.raises(ProviderPaused) as paused:
            provider.request("POST", "/")
        assert paused.value.retry_after and server.accepted == 5
        assert Client("another", base_url=server.url).request("POST", "/").status == 500
        monkeypatch.setattr(breaker, "RESET_SECONDS", 0.0)
        assert provider.request("POST", "/").status == 500  # the probe fails: open again
        monkeypatch.setattr(breaker, "RESET_SECONDS", 60.0)
        with pytest.raises(ProviderPaused):
            provider.request("POST", "/")
        monkeypatch.setattr(breaker, "RESET_SECONDS", 0.0)
        well = True
        assert provider.get("/").body == b"well"
        monkeypatch.setattr(breaker, "RESET_SECONDS", 60.0)
        well = False
        assert [provider.request("POST", "/").status for _ in range(5)] == [500] * 5  # counted from the start again


def test_half_open_lets_one_call_through(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = breaker.breaker_of("p")
    for _ in range(breaker.FAIL_MAX):
        mine.fail()
    monkeypatch.setattr(breaker, "RESET_SECONDS", 0.0)
    mine.enter()
    with pytest.raises(ProviderPaused):
        mine.enter()
    mine.leave()  # no word on its health: the next call is the probe
    mine.enter()
    mine.succeed()
    mine.enter()
    mine.enter()


def test_a_fault_of_ours_says_nothing_of_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt
    monkeypatch.setattr(client, "send", interrupted)
    for _ in range(breaker.FAIL_MAX + 1):
        with pytest.raises(KeyboardInterrupt):
            Client("p", base_url="http://127.0.0.1:1").get("/")


def test_only_so_many_breakers_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "_MOST_HELD", 2)
    first = breaker.breaker_of("a")
    breaker.breaker_of("b")
    assert breaker.breaker_of("a") is first
    breaker.breaker_of("c")
    assert breaker.breaker_of("a") is first and len(breaker._breakers) == 2


@pytest.mark.parametrize("bounds", [{"timeout": 11}, {"timeout": 0}, {"tries": 0}])
def test_a_client_without_bounds_is_refused(bounds: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="ten seconds"):
        Client("p", **bounds)  # type: ignore[arg-type]


def test_no_time_left_means_no_other_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_PAUSE", 60.0)
    with raw_server(reset) as server, pytest.raises(ProviderFailed):
        Client("p", base_url=server.url, timeout=1).get("/")
    assert server.accepted == 1


def test_an_address_that_does_not_answer_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*args: object, **options: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, 1, 6, "", (address, 0)) for address in ("127.0.0.9", "127.0.0.1")]

    def connect(server: RawServer) -> bytes:
        real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **options: (
            both() if host == "two.example.com" else real(host, *args, **options)))
        return Client("p", base_url=f"http://two.example.com:{server.port}").get("/").body

    with raw_server(saying(b"second")) as server:
        assert connect(server) == b"second"
    assert b"Host: two.example.com:" in server.heard[0]
