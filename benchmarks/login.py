"""Fifty sign-ins at once through the real route, beside the bare hash that bounds them, and what a hash costs.

argon2id with 64 MiB and three passes (RFC 9106's second choice, above OWASP's 46 MiB and one pass): about as slow as
bcrypt 12, which is timed in the same run, and far dearer for who guesses on graphics cards. A process hashes two at a
time (`password_hashes_at_once`), so that fifty tries take 128 MiB and not 3.2 GiB. The bare side checks as many
passwords in as many threads through the same gate, with no request round them.
"""
import ctypes
import ctypes.util
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles

import psutil

from benchmarks.harness import Stage, report, stage
from castingops.identity.service import passwords
from tests.factories.identity import Person, log_in, make_person

NAME = "login"
AT_ONCE, ROUNDS = 50, 3
WANTED = {"vs_bare_hash": (">=", 0.8), "argon2_vs_bcrypt": (">=", 0.5), "memory_mib": ("<=", 256)}
REAL = {"CASTINGOPS_PASSWORD_TIME_COST": "3", "CASTINGOPS_PASSWORD_MEMORY_KIB": "65536", "CASTINGOPS_POOL_SIZE": "60",
        **{f"CASTINGOPS_LIMIT_{name}": "10000000/minute" for name in ("AUTH_ACCOUNT", "AUTH_ADDRESS", "AUTH_OVERALL")}}


def at_once(act: Callable[[int], None]) -> tuple[float, list[float]]:
    """Seconds that fifty calls at once take, and each one's own."""
    took: list[float] = []

    def timed(number: int) -> None:
        began = time.perf_counter()
        act(number)
        took.append(time.perf_counter() - began)

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(timed, range(AT_ONCE)))
    return time.perf_counter() - began, took


def bcrypt_seconds() -> float:
    """One bcrypt of cost 12, by the system's own libcrypt; the median of five."""
    library = ctypes.CDLL(ctypes.util.find_library("crypt") or "libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    took = []
    for _ in range(5):
        began = time.perf_counter()
        made = library.crypt(b"violet kettle under a bridge", b"$2b$12$abcdefghijklmnopqrstuu")
        took.append(time.perf_counter() - began)
        assert made and made.startswith(b"$2b$12$"), "this system's libcrypt has no bcrypt"
    return median(took)


def bare(here: Stage, stored: str, password: str) -> Callable[[int], None]:
    def check(number: int) -> None:
        with here.app.app_context():
            assert passwords.is_password(stored, password)
    return check


def route(here: Stage, people: list[Person]) -> Callable[[int], None]:
    def sign_in(number: int) -> None:
        client = here.app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        assert log_in(client, people[number]).status_code == 200
    return sign_in


def peak_memory(act: Callable[[], object]) -> float:
    """MiB that this process took at most beyond what it had, while acting."""
    process, over, most = psutil.Process(), threading.Event(), 0
    before = process.memory_info().rss

    def watch() -> None:
        nonlocal most
        while not over.wait(0.005):
            most = max(most, process.memory_info().rss - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    act()
    over.set()
    watcher.join()
    return round(most / 2**20, 1)


def main() -> int:
    """Measure and report."""
    with stage(**REAL) as here:
        people = [make_person(here.app) for _ in range(AT_ONCE)]
        with here.app.app_context():
            stored = passwords.hash_password(people[0].password)
            began = time.perf_counter()
            for _ in range(5):
                passwords.is_password(stored, people[0].password)
            argon2 = (time.perf_counter() - began) / 5
        bcrypt = bcrypt_seconds()
        at_once(route(here, people))  # connections and pages are warm now
        ratios, spans = [], []
        for _ in range(ROUNDS):
            hashes, _own = at_once(bare(here, stored, people[0].password))
            whole, own = at_once(route(here, people))
            ratios.append(hashes / whole)
            spans.append((whole, own))
        memory = peak_memory(lambda: at_once(route(here, people)))
        whole, own = sorted(spans)[ROUNDS // 2]
    figures = {"memory_mib": memory, "argon2_ms": round(argon2 * 1000, 1), "bcrypt12_ms": round(bcrypt * 1000, 1),
               "sign_ins_per_second": round(AT_ONCE / whole, 2), "p95_s": round(quantiles(own, n=20)[-1], 2)}
    return report(NAME, {"vs_bare_hash": round(median(ratios), 3), "argon2_vs_bcrypt": round(argon2 / bcrypt, 3)},
                  figures, WANTED)


if __name__ == "__main__":
    sys.exit(main())
