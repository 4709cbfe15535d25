"""What a sign-in is told apart by, for its owner: the program, the system, and the network it came from."""
import re
from ipaddress import ip_address, ip_network

from castingops.identity.types import Device

# The first that matches: a browser names those that it wants to be taken for as well, so the particular comes first.
_PROGRAMS = [(re.compile(pattern), name) for pattern, name in (
    (r"castingops", "castingops"), (r"Edg(?:e|A|iOS)?/", "Edge"), (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"YaBrowser/", "Yandex"), (r"DuckDuckGo/", "DuckDuckGo"), (r"Firefox/|FxiOS/", "Firefox"),
    (r"CriOS/|Chrome/|Chromium/", "Chrome"), (r"Version/[\d.]+.*Safari/", "Safari"), (r"okhttp|Dart/|CFNetwork", "App"),
    (r"curl/|Wget/|python-|HTTPie/|PostmanRuntime/", "Program"))]
_SYSTEMS = [(re.compile(pattern), name) for pattern, name in (
    (r"iPhone|iOS", "iPhone"), (r"iPad", "iPad"), (r"Android", "Android"), (r"Windows", "Windows"),
    (r"CrOS", "ChromeOS"), (r"Macintosh|Mac OS X|macOS|Darwin", "macOS"), (r"Linux|X11", "Linux"))]
_IPV4_PREFIX, _IPV6_PREFIX = 24, 48  # what a provider gives a neighbourhood or a customer, not a person


def device_of(user_agent: str) -> Device:
    """Program and system as their makers call them; empty for what is not known. Versions come and go: left out."""
    return Device(program=_first(_PROGRAMS, user_agent), system=_first(_SYSTEMS, user_agent))


def network_of(ip: str) -> str | None:
    """The network an address lies in, never the address itself; None for one that says nothing of a place."""
    try:
        address = ip_address(ip)
    except ValueError:
        return None
    if not address.is_global:
        return None
    size = _IPV4_PREFIX if address.version == 4 else _IPV6_PREFIX
    return str(ip_network(f"{address}/{size}", strict=False))


def _first(known: list[tuple[re.Pattern[str], str]], text: str) -> str:
    return next((name for pattern, name in known if pattern.search(text)), "")
