"""Where requests may go that customers aim (SSRF, reliability.md row 16): to public addresses, spelled plainly.

Checked twice: the spelling when an address is typed and before each request; what its name resolves to at the moment
of connecting, and the connection then goes to the very address that was checked (no rebinding in between).
"""
import ipaddress
import re
from dataclasses import dataclass
from typing import Final

import httpx2

from castingops.core.config import Settings
from castingops.core.http.errors import AddressRefused

_LONGEST: Final = 2048  # characters
_PLAIN = re.compile(r"[\x21-\x5b\x5d-\x7e]+", re.ASCII)  # no space, control, backslash or letter beyond ASCII
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")  # a last label of digits would be IPv4
_PORTS = frozenset({443, 8443})
_DEVELOPMENT_PORTS = _PORTS | {80}
_USUAL_PORT = {"https": 443, "http": 80}

# Public by the registry, and yet not somebody's server (RFC 6890 and its updates; clouds' wire servers).
_CLOSED_V4 = [ipaddress.ip_network(network) for network in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32")]
# Of IPv6 only global unicast is open; what carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo) is not.
_OPEN_V6 = ipaddress.ip_network("2000::/3")
_CLOSED_V6 = [ipaddress.ip_network(network) for network in (
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")]


@dataclass(frozen=True)
class Target:
    """What a request is aimed at. `trusted`: named in the settings for tests in development, so not looked at."""

    host: str
    port: int
    trusted: bool


def is_public(address: str) -> bool:
    """Whether an IP address, as the resolver writes it, belongs to a server on the internet."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a zone: link-local
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in _CLOSED_V4)
    return parsed in _OPEN_V6 and not any(parsed in network for network in _CLOSED_V6)


def checked_address(text: str, settings: Settings) -> str:
    """An address that a customer typed, when requests may go to it as it is spelled. Errors: AddressRefused.

    What its name resolves to is looked at when it is used, each time.
    """
    checked_target(text, settings)
    return text


def checked_target(text: str, settings: Settings) -> Target:
    """Host and port of an address that may be used as it is spelled. Errors: AddressRefused."""
    if len(text) > _LONGEST or not _PLAIN.fullmatch(text):
        raise AddressRefused
    try:
        url = httpx2.URL(text)
        host = url.raw_host.decode()
    except (httpx2.InvalidURL, ValueError) as error:
        raise AddressRefused from error
    if url.userinfo or url.fragment or url.scheme not in _USUAL_PORT or not host:
        raise AddressRefused
    port = _USUAL_PORT[url.scheme] if url.port is None else url.port
    target = Target(host, port, _is_trusted(url, settings))
    if not (target.trusted or _is_proper(url, target, development=settings.environment == "development")):
        raise AddressRefused
    return target


def _is_trusted(url: httpx2.URL, settings: Settings) -> bool:
    """Development's list of simulators; production refuses to start with one, and heeds none."""
    return settings.environment == "development" and url.netloc.decode() in settings.http_test_hosts


def _is_proper(url: httpx2.URL, target: Target, *, development: bool) -> bool:
    if url.scheme != "https" and not development:
        return False
    if target.port not in (_DEVELOPMENT_PORTS if development else _PORTS):
        return False
    return is_public(target.host) or (_NAME.fullmatch(target.host) is not None and len(target.host) <= 253)
