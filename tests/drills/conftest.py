"""Real processes on the suite's database and a Redis of their own, killed for real."""
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from castingops.bootstrap.servers import Postgres, Redis, redis
from castingops.core import events, jobs
from castingops.core.actor import system
from castingops.core.config import ROOT
from castingops.core.db import unit_of_work
from castingops.core.outbox import publish
from tests.drills import effects
from tests.factories import kit


@dataclass
class Drill:
    """The stage: what runs, what was asked for, what came of it."""

    app: Flask
    superuser: psycopg.Connection
    redis: Redis
    folder: Path
    environment: dict[str, str]
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    at_work: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, *argv: str, **environment: str) -> "subprocess.Popen[bytes]":
        """A process of ours, with a group of its own and its words in a file."""
        with open(self.folder / f"{len(self.running)}.log", "ab") as log:
            process = subprocess.Popen([sys.executable, "-m", *argv], cwd=ROOT, env=self.environment | environment,
                                       stdout=log, stderr=log, start_new_session=True)
        self.running.append(process)
        return process

    def worker(self, **environment: str) -> None:
        """The worker of this house, with two child processes; one that was there before is ended."""
        self.dismiss("worker")
        self.at_work["worker"] = self.start(
            "celery", "-A", "tests.drills.worker:celery", "worker", "-c", "2", "-l", "error", "--without-gossip",
            "--without-mingle", "--without-heartbeat", **environment)

    def relay(self, **environment: str) -> None:
        """The relay of this house; one that was there before is ended."""
        self.dismiss("relay")
        self.at_work["relay"] = self.start("castingops.cli", "relay", **environment)

    def dismiss(self, name: str) -> None:
        """End the worker or the relay of this house with all its children, at once."""
        if name in self.at_work:
            self.end(self.at_work.pop(name))

    def house(self) -> None:
        """A worker and a relay, at work and warm; they stay for the drills that follow."""
        for name, begin in (("worker", self.worker), ("relay", self.relay)):
            if name not in self.at_work or self.at_work[name].poll() is not None:
                begin()
        self.want("warm")
        self.until(lambda: self.once("warm") and self.settled(), within=60, what="the house is at work")
        self.superuser.execute("delete from drill_effects")

    def without_relay(self) -> None:
        """The worker alone."""
        self.house()
        self.dismiss("relay")

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill a process with all its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    @contextlib.contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """Hold a process still while inside."""
        os.killpg(self.at_work[name].pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.at_work[name].pid, signal.SIGCONT)

    def want(self, *wanted: str, **fates: str) -> None:
        """Publish an event for each effect, those with a fate first, in one transaction."""
        with self.app.app_context(), unit_of_work(system()):
            for effect, fate in (fates | dict.fromkeys(wanted, "")).items():
                publish(effects.Drilled(effect=effect, fate=fate))

    def effects(self) -> dict[str, int]:
        """How often each effect was had."""
        return dict(self.superuser.execute("select effect, count(*) from drill_effects group by effect").fetchall())

    def rows(self, state: str) -> int:
        """How many outbox rows are in this state."""
        row = self.superuser.execute("select count(*) from outbox where status = %s", [state]).fetchone()
        return int(row[0]) if row else 0

    def until(self, is_so: Callable[[], bool], *, within: float, what: str) -> float:
        """Wait until something is so; returns the seconds it took. Fails with the logs when it takes longer."""
        began = time.monotonic()
        while not is_so():
            if time.monotonic() - began > within:
                logs = "\n".join(path.read_text("utf-8", "replace")[-3000:] for path in self.folder.glob("*.log"))
                pytest.fail(f"not within {within} s: {what}; effects {self.effects()}\n{logs}")
            time.sleep(0.05)
        return time.monotonic() - began

    def settled(self) -> bool:
        """Whether nothing is on its way any more."""
        return self.rows("pending") == self.rows("sent") == 0

    def once(self, *wanted: str) -> bool:
        """Whether exactly these effects were had, each once."""
        return self.effects() == dict.fromkeys(wanted, 1)


@pytest.fixture(scope="module")
def stage(app: Flask, postgres_server: Postgres, environment: dict[str, str], home: Path,
          tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    """Shared by the drills of a module: starting a house takes longer than wrecking it."""
    folder = tmp_path_factory.mktemp("drill")
    connect = psycopg.connect(postgres_server.url(), autocommit=True)
    with kit.own_listeners(), connect as superuser, redis(home / "drill", durable=False) as broker:
        events.subscribe(effects.Drilled, effects.on_drilled)
        jobs.register(effects.JOB)
        superuser.execute(effects.TABLE)
        superuser.execute("grant select, insert on drill_effects to castingops_app")
        made = Drill(app, superuser, broker, folder, environment | {
            "CASTINGOPS_REDIS_URL": broker.url, effects.FOLDER: str(folder), "PYTHONPATH": str(ROOT)})
        try:
            yield made
        finally:
            for process in made.running:
                made.end(process)
            superuser.execute("drop table drill_effects")


@pytest.fixture
def drill(stage: Drill) -> Iterator[Drill]:
    """The stage with an empty outbox and no effects yet."""
    forget = "update outbox set status = 'done' where status in ('pending', 'sent', 'dead')"
    stage.superuser.execute(forget)
    yield stage
    stage.superuser.execute(forget)
    stage.superuser.execute("delete from drill_effects")
