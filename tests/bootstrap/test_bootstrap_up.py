"""`up` as a person uses it, on a home of its own with the tools that are there (issue 2 §1, OPS-2)."""
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from castingops.bootstrap.home import ROOT, home_of

pytestmark = pytest.mark.long
START_SECONDS = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def castingops(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "castingops", *arguments], cwd=ROOT, capture_output=True, text=True,
                          check=False, timeout=120, env=bare())


def bare() -> dict[str, str]:
    """The environment without settings of a castingops: nothing but the options decides."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CASTINGOPS_")}


class Running:
    """An `up` and what it has said so far."""

    def __init__(self, home: Path, *options: str) -> None:
        self.port, self.home, self.lines = free_port(), home, list[str]()
        argv = [sys.executable, "-m", "castingops", "up", "--home", str(home), "--port", str(self.port), *options]
        self.process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        env=bare())

    def await_ready(self) -> None:
        """Read until the READY line, which stands alone."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + START_SECONDS
        while not any(line == f"READY {self.url}" for line in self.lines):
            assert time.monotonic() < deadline and self.process.poll() is None, "\n".join(self.lines)
            self.lines.append(self.process.stdout.readline().rstrip("\n"))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def status(self, path: str) -> int:
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return int(answer.status)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Seconds from the signal to the end."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.communicate(timeout=60)
        return time.monotonic() - began


def left_running(home: Path) -> list[str]:
    """Command lines that name the home: servers, services and their children inherit it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            ours = f"CASTINGOPS_HOME={home}".encode() in (entry / "environ").read_bytes().split(b"\0")
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if ours or f"{home}/" in command:
                found.append(command)
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("up")
    (folder / "tools").symlink_to(home_of(None).tools)
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(parent.stat().st_mode | 0o011)
    return folder


@contextlib.contextmanager
def up(home: Path, *options: str) -> Iterator[Running]:
    running = Running(home, *options)
    try:
        running.await_ready()
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.process.terminate()
        running.process.communicate(timeout=60)


def test_up_serves_and_goes_without_a_trace(home: Path) -> None:
    """READY, a login for each role, 200; SIGTERM: drained and gone within 35 s, nothing left; twice: one sentence."""
    with up(home) as running:
        assert [running.status(path) for path in ("/readyz", "/console/sign-in", "/api/v1/health")] == [200] * 3
        accounts = json.loads((home / "demo-accounts.json").read_text("utf-8"))
        private = [home / "demo-accounts.json", home / "logs", *(home / "logs").iterdir()]
        assert not any(path.stat().st_mode & 0o077 for path in private)
        assert {"moderator", "auditor", "admin", "talent"} <= {account["role"] for account in accounts}
        assert all(set(account) == {"email", "password", "totp_secret", "role", "locale"} for account in accounts)
        second = castingops("up", "--home", str(home), "--port", str(free_port()))
        assert second.returncode == 1
        assert re.fullmatch(r"castingops: The home .* is already in use by process \d+\.\n", second.stderr)
        assert castingops("ops", "--home", str(home), "doctor").returncode == 0
        assert castingops("ops", "--home", str(home), "smoke", running.url).returncode == 0
        assert running.stop() < 35 and running.process.returncode == 0
    assert left_running(home) == []


def test_up_starts_again_with_its_data_and_ends_on_ctrl_c(home: Path) -> None:
    before = (home / "demo-accounts.json").read_bytes()
    with up(home) as running:
        assert (home / "demo-accounts.json").read_bytes() == before
        assert not any("demo data" in line for line in running.lines)
        assert running.stop(signal.SIGINT) < 35 and running.process.returncode == 0
    assert left_running(home) == []


@pytest.mark.drill
def test_up_starts_again_after_it_was_killed(home: Path) -> None:
    with up(home, "--no-demo") as running:
        running.process.kill()
        running.process.communicate()
        with up(home, "--no-demo") as again:
            assert again.status("/readyz") == 200
    assert left_running(home) == []


@pytest.mark.drill
def test_up_brings_back_a_killed_web_and_database(home: Path) -> None:
    """The supervisor starts each again; requests are answered once more."""
    with up(home, "--no-demo") as running:
        record = json.loads((home / "run" / "processes.json").read_text("ascii"))
        postmaster = int((home / "data" / "postgres" / "postmaster.pid").read_text("ascii").split("\n")[0])
        for pid in (int(next(iter(record))), postmaster):
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                if running.status("/readyz") == 200 and str(next(iter(record))) not in json.loads(
                        (home / "run" / "processes.json").read_text("ascii")):
                    break
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert left_running(home) == []
