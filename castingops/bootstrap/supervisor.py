"""Web, worker, relay and beat under one parent: started, watched, started again, drained."""
import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from castingops.bootstrap import spawn
from castingops.bootstrap.errors import StartError
from castingops.bootstrap.home import Home, open_log

DRAIN_SECONDS = 22.0
"""How long requests and tasks may finish; with the servers' own stop it stays under 35 s in all."""
PATIENCE = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before the next try of a process that keeps ending."""
STEADY_SECONDS = 60.0
LOG_ROOM = 20_000_000


class Service:
    """One long-running process and its log. A nicer one lets the others have the processor first."""

    def __init__(
        self, name: str, argv: list[str], *, home: Home, env: dict[str, str], cwd: Path, nice: int = 0
    ) -> None:
        self.name, self.argv, self.env, self.cwd, self.nice = name, argv, env, cwd, nice
        self.log = home.logs / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.falls = 0
        self.began = self.due = 0.0

    def start(self) -> None:
        """Start it; its log goes on, or begins anew when it has grown large."""
        if self.log.exists() and self.log.stat().st_size > LOG_ROOM:
            self.log.replace(self.log.with_suffix(".log.1"))
        with open_log(self.log) as log:
            self.process = spawn.start(self.argv, log=log, env=self.env, cwd=self.cwd, nice=self.nice)
        self.began = time.monotonic()

    def watch(self) -> str | None:
        """Start it again when it has ended and waited long enough; what happened, when something did."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.sweep()
        self.process = None
        self.falls = 1 if now - self.began > STEADY_SECONDS else self.falls + 1
        wait = PATIENCE[min(self.falls, len(PATIENCE)) - 1]
        self.due = now + wait
        return f"{self.name} ended ({_fate(code)}); starting it again in {wait:.0f} s. Its log: {self.log}"

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, not to its children: it drains them itself."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def sweep(self) -> None:
        """Kill what is left of its process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text("utf-8", "replace").split("\n") if self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")[:300]


def _fate(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"


class Supervisor:
    """Keeps services running until told to stop."""

    def __init__(self, services: list[Service], *, record: Path, say: Callable[[str], None]) -> None:
        self.services, self.record, self.say = services, record, say

    def start(self) -> None:
        """Start all of them."""
        for service in self.services:
            service.start()
            self._write()

    def await_ready(self, ready: Callable[[], bool], *, seconds: float = 90.0) -> None:
        """Return when `ready` answers yes and all run. Raises StartError when one keeps ending, or time is up."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._watch()
            if failed := next((service for service in self.services if service.falls >= 3), None):
                raise StartError(f"{failed.name} does not start: {failed.last_words()} (all of it: {failed.log}).")
            if all(service.alive() for service in self.services) and ready():
                return
            time.sleep(0.1)
        web = self.services[0]
        raise StartError(f"Not ready in {seconds:.0f} s; {web.name} last said: {web.last_words()} ({web.log}).")

    def keep(self, others: Iterable[Callable[[], str | None]] = ()) -> None:
        """Watch for ever; leaves by an exception. `others` are asked in each round, to watch what is not a service."""
        others = list(others)
        while True:
            self._watch()
            for other in others:
                if words := other():
                    self.say(words)
            select.select([], [], [], 0.5)

    def stop(self) -> None:
        """Ask all to finish, insist after a while, leave nothing. Never longer than DRAIN_SECONDS and 4 s."""
        for service in self.services:
            service.signal(signal.SIGTERM)
        if not self._gone(DRAIN_SECONDS):
            for service in self.services:
                service.signal(signal.SIGQUIT)
            self._gone(3.0)
        for service in self.services:
            service.sweep()
        self._gone(1.0)
        self.record.unlink(missing_ok=True)

    def _gone(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not any(service.alive() for service in self.services):
                return True
            time.sleep(0.05)
        return False

    def _watch(self) -> None:
        for service in self.services:
            before = service.process
            if words := service.watch():
                self.say(words)
            if service.process is not before:
                self._write()

    def _write(self) -> None:
        """Note who runs, for the next start to clear up should we be killed."""
        running = {service.process.pid: born(service.process.pid) for service in self.services if service.process}
        self.record.parent.mkdir(parents=True, exist_ok=True)
        self.record.write_text(json.dumps(running), "ascii")


def born(pid: int) -> str:
    """When a process started, in the kernel's ticks: with its number it names it for good. Empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def reclaim(record: Path) -> int:
    """End what a killed supervisor left behind, by process group; how many groups that were."""
    try:
        left = {int(pid): ticks for pid, ticks in json.loads(record.read_text("ascii")).items()}
    except (OSError, ValueError):
        return 0
    alive = [pid for pid, ticks in left.items() if ticks and born(pid) == ticks]
    for pid in alive:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    record.unlink(missing_ok=True)
    return len(alive)
