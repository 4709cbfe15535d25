"""A console as in production, only small: own database, migrated and filled by our own commands, served by gunicorn."""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from castingops.bootstrap import simulated
from castingops.bootstrap.servers import Postgres, Redis, postgres, redis
from castingops.core.config import ROOT
from tests import keys
from tests.factories.federation import identity_provider

PEOPLE = 80  # enough for a queue, a history and more than one page of the trail
LIMITS = ("AUTH", "SIGN_IN", "AUTH_ACCOUNT", "AUTH_ADDRESS", "AUTH_OVERALL", "LETTERS", "GENERAL", "WRITE",
          "UPLOAD", "CONSOLE", "REPORT", "REPORT_ADDRESS", "APPEAL")


@dataclass(frozen=True)
class LiveServer:
    """Where it answers, and its home with the demo's logins."""

    url: str
    home: Path


@contextmanager
def live() -> Iterator[LiveServer]:
    """Start it in a home of its own; gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="castingops-", dir="/tmp"))  # short: a socket's path has little room
    home.chmod(0o755)
    try:
        with ExitStack() as stack:
            database = stack.enter_context(postgres(home, durable=False))
            broker = stack.enter_context(redis(home, durable=False))
            url = f"http://127.0.0.1:{_free_port()}"
            elsewhere = stack.enter_context(identity_provider()).url
            env = _environment(home, url, database, broker) | simulated.settings(url, elsewhere)
            for command in (["migrate"], ["seed", "--people", str(PEOPLE)]):
                _run("castingops.cli", *command, env=env)
            stack.enter_context(_web(url, env, home))
            yield LiveServer(url, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _environment(home: Path, url: str, database: Postgres, broker: Redis) -> dict[str, str]:
    """Settings of a development house with wide limits and cheap password hashes."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CASTINGOPS_")}
    return inherited | keys.environment() | {
        "CASTINGOPS_ENVIRONMENT": "development", "CASTINGOPS_HOME": str(home), "CASTINGOPS_PUBLIC_URL": url,
        "CASTINGOPS_DATABASE_URL": database.url("castingops_app"),
        "CASTINGOPS_MIGRATION_DATABASE_URL": database.url("castingops_owner"),
        "CASTINGOPS_REDIS_URL": broker.url, "CASTINGOPS_LOG_LEVEL": "ERROR",
        "CASTINGOPS_PASSWORD_TIME_COST": "1", "CASTINGOPS_PASSWORD_MEMORY_KIB": "64",
        "CASTINGOPS_STEP_UP_SECONDS": "3600",  # one sign-in serves a whole run
        **{f"CASTINGOPS_LIMIT_{name}": "100000/minute" for name in LIMITS},
    }


def _run(module: str, *arguments: str, env: Mapping[str, str]) -> None:
    done = subprocess.run([sys.executable, "-m", module, *arguments], env=env, cwd=ROOT, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, f"{module} {' '.join(arguments)}: {done.stderr[-3000:]}"


@contextmanager
def _web(url: str, env: Mapping[str, str], home: Path) -> Iterator[None]:
    address = url.removeprefix("http://")
    argv = [sys.executable, "-m", "gunicorn", "--bind", address, "--worker-class", "gthread", "--workers", "1",
            "--threads", "8", "--graceful-timeout", "1", "--no-control-socket", "wsgi:app"]
    log = home / "web.log"
    with log.open("wb") as output, subprocess.Popen(argv, env=env, cwd=ROOT, stdout=output, stderr=output) as process:
        try:
            _await(f"{url}/healthz", process, log)
            yield
        finally:
            process.terminate()


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text("utf-8")[-3000:]
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer: {log.read_text('utf-8')[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
