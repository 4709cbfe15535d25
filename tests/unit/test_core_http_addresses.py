"""No address that a customer types leads inside (SSRF): 0 connections for the whole list (reliability.md §1 row 16)."""
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask

from castingops.core.config import Settings
from castingops.core.http import AddressRefused, Client, NotAttempted, breaker, checked_address, wire
from castingops.core.http.addresses import is_public
from tests.factories.sockets import raw_server, saying

PRODUCTION = Settings.model_construct(environment="production", http_test_hosts=("127.0.0.1:9",))
DEVELOPMENT = Settings.model_construct(environment="development", http_test_hosts=("127.0.0.1:9",))

INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.2.3", "169.254.169.254",
    "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1",
    "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
]
OUTSIDE = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]

SPELLINGS = [
    "", " ", "/", "//example.com/", "example.com", "https:", "https:example.com", "https:///x", "https://",
    "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "javascript:alert(1)",
    "HTTP://example.com/", "https://user@example.com/", "https://user:pw@example.com/", "https://:@example.com/",
    "https://example.com@127.0.0.1/", "https://example.com\\@127.0.0.1/", "https://example.com#@127.0.0.1/",
    "https://example.com:22/", "https://example.com:0/", "https://example.com:65536/", "https://example.com:x/",
    "https://example.com:80/", "https://example.com:9200/", "https://127.0.0.1/", "https://127.1/", "https://127.0.1/",
    "https://2130706433/", "https://017700000001/", "https://0177.0.0.1/", "https://0x7f.0.0.1/", "https://0x7f000001/",
    "https://127.0.0.1./", "https://1.1.1.1./", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::]/",
    "https://[fe80::1%25eth0]/", "https://[64:ff9b::7f00:1]/", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:0:0:1]/",
    "https://localhost/", "https://localhost./", "https://redis/", "https://metadata/", "https://example.com./",
    "https://%31%32%37.0.0.1/", "https://127。0。0。1/", "https://①②⑦.⓪.⓪.①/", "https://exam ple.com/",
    "https://example.com/\r\nHost: inside", "https://example.com/\x00", "https://ex\tample.com/", "https://a..com/",
    "https://.com/", "https://-a.com/", "https://a.0x7f/", "https://1.2.3.4.5/", "https://" + "a." * 127 + "com/",
    "https://example.com/" + "a" * 2048, "https://مثال.com/", "https://example.com/#top", "https://[::1", "https://]/",
]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_a_server_on_the_internet_is_closed(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_public_addresses_are_open(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", SPELLINGS)
def test_misleading_spellings_are_refused(text: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        checked_address(text, PRODUCTION)
    assert refused.value.status == 422 and isinstance(refused.value, NotAttempted)


@pytest.mark.parametrize("text", [
    "https://example.com", "https://hooks.example.com:8443/in?x=1", "https://xn--mgbh0fb.example/", "https://1.1.1.1/",
    "https://[2606:4700::1111]/", "https://EXAMPLE.com/A%2Fb"])
def test_plain_public_addresses_pass(text: str) -> None:
    assert checked_address(text, PRODUCTION) == text


def test_development_takes_port_80_and_the_named_simulators_and_nothing_else() -> None:
    for text in ("http://example.com/", "http://127.0.0.1:9/hook"):
        assert checked_address(text, DEVELOPMENT) == text
    for text in ("http://127.0.0.1:10/", "http://127.0.0.1/", "http://example.com:9/", "http://x@127.0.0.1:9/"):
        with pytest.raises(AddressRefused):
            checked_address(text, DEVELOPMENT)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """The resolver's answers by name, one for each look-up; IP literals resolve to themselves."""
    answers: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *args: int, **options: int) -> list[object]:
        if host not in answers:
            return list(real(host, port, *args, **options))
        return [row for address in answers[host].pop(0) for row in real(address, port, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return answers


@pytest.fixture
def inside(settings_app: Flask) -> Iterator[None]:
    breaker.reset_breakers()
    with settings_app.app_context():
        yield


@pytest.fixture
def settings_app() -> Flask:
    app = Flask(__name__)
    app.extensions["settings"] = DEVELOPMENT
    return app


@pytest.mark.parametrize("answer", [
    ["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["127.0.0.1", "1.1.1.1"], ["169.254.169.254"], ["::ffff:127.0.0.1"],
    ["2606:4700::1111", "fd00:ec2::254"]])
def test_one_private_address_among_a_names_is_enough_to_refuse(
    inside: None, names: dict[str, list[list[str]]], answer: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *args, **options: pytest.fail("connected"))
    names["hooks.example.com"] = [answer]
    with pytest.raises(AddressRefused):
        Client("hook", public_only=True).request("POST", "https://hooks.example.com/in", json={})


def test_the_connection_goes_to_the_address_that_was_checked(
    inside: None, names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *args: object, **options: object) -> socket.socket:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    names["hooks.example.com"] = [["1.1.1.1"], ["127.0.0.1"]]  # a second look-up would lead inside
    with pytest.raises(NotAttempted) as refused:
        Client("hook", public_only=True, tries=1).request("POST", "https://hooks.example.com/in", json={})
    assert asked == [("1.1.1.1", 443)] and type(refused.value) is NotAttempted
    with pytest.raises(AddressRefused):  # a later try looks again, and checks again
        Client("hook", public_only=True, tries=1).request("POST", "https://hooks.example.com/in", json={})
    assert len(asked) == 1


def test_a_refused_address_opens_no_breaker_and_hosts_have_their_own(
    inside: None, names: dict[str, list[list[str]]]
) -> None:
    client = Client("hook", public_only=True)
    names["inside.example.com"] = [["10.0.0.1"]] * (breaker.FAIL_MAX + 1)
    for _ in range(breaker.FAIL_MAX + 1):
        with pytest.raises(AddressRefused):
            client.get("https://inside.example.com/")


def test_a_redirect_inside_is_not_followed(inside: None, settings_app: Flask) -> None:
    with raw_server(saying(b"secret")) as within, raw_server(saying(
            status=b"307 Moved", headers=b"Location: %s\r\n" % within.url.encode())) as server:
        settings_app.extensions["settings"] = Settings.model_construct(
            environment="development", http_test_hosts=(f"127.0.0.1:{server.port}",))
        answer = Client("hook", public_only=True).request("POST", server.url + "/in", json={})
    assert answer.status == 307 and within.accepted == 0


def test_host_and_certificate_are_the_names_and_not_the_addresses(
    inside: None, names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """https to a checked address: SNI, Host and the certificate's name are those of the URL; another's is refused."""
    asked: list[str | None] = []
    server_side, client_side = _certificate("hooks.example.com", tmp_path)
    server_side.sni_callback = lambda connection, name, context: asked.append(name)
    monkeypatch.setattr(wire, "_tls", lambda: client_side)
    monkeypatch.setattr(wire, "is_public", lambda address: True)  # a server that this test can run is never public
    real = wire.httpcore2.SyncBackend.connect_tcp
    with raw_server(saying(b"in"), tls=server_side) as server:
        monkeypatch.setattr(wire.httpcore2.SyncBackend, "connect_tcp", lambda self, host, port, *rest, **options: (
            real(self, host, server.port, *rest, **options)))
        names |= {"hooks.example.com": [["127.0.0.1"]], "other.example.com": [["127.0.0.1"]]}
        assert Client("hook", public_only=True).get("https://hooks.example.com/in").body == b"in"
        with pytest.raises(NotAttempted):
            Client("hook", public_only=True, tries=1).get("https://other.example.com/in")
    assert asked == ["hooks.example.com", "other.example.com"] and b"Host: hooks.example.com\r\n" in server.heard[0]


def _certificate(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key())
            .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([
                x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
            .sign(key, SHA256()))
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server_side, ssl.create_default_context(cafile=str(folder / "cert.pem"))
