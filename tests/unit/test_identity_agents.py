"""What a sign-in is told apart by (ID-6)."""
import pytest

from castingops.identity import rules

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36"


@pytest.mark.parametrize(("agent", "program", "system"), [
    (CHROME, "Chrome", "Windows"), (f"{CHROME} Edg/131.0", "Edge", "Windows"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox", "Linux"),
    ("Mozilla/5.0 (Linux; Android 14; SM-S918B) SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36",
     "Samsung Internet", "Android"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "Safari", "macOS"),
    ("castingops/4.2 (iOS 18.1)", "castingops", "iPhone"), ("curl/8.5.0", "Program", ""), ("", "", ""),
    ("<script>alert(1)</script>", "", ""), ("ي" * 300, "", ""),
])
def test_device_of(agent: str, program: str, system: str) -> None:
    found = rules.device_of(agent)
    assert (found.program, found.system) == (program, system)


@pytest.mark.parametrize(("ip", "network"), [
    ("8.8.4.77", "8.8.4.0/24"), ("2a02:cb80:4000:1::99", "2a02:cb80:4000::/48"), ("127.0.0.1", None),
    ("10.1.2.3", None),
    ("::1", None), ("fe80::1", None), ("", None), ("8.8.8", None), ("x", None),
])
def test_network_of(ip: str, network: str | None) -> None:
    assert rules.network_of(ip) == network
