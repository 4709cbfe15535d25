"""How a benchmark measures: base and targets alternate in one process, CPU of it and of PostgreSQL per request.

Each round gives one ratio; the median of the rounds' ratios counts. Other load on the machine moves both sides alike.
"""
import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import flask_migrate
import psutil
import psycopg
from flask import Flask
from werkzeug.test import create_environ

from castingops.app import create_app
from castingops.bootstrap.servers import Postgres, Redis, postgres, redis
from castingops.core.config import Settings
from castingops.core.db import db
from tests import keys

TUNING = ("alter system set shared_buffers = '1GB'", "alter system set max_parallel_workers_per_gather = 0",
          "alter system set autovacuum = off", "alter system set work_mem = '64MB'")


@dataclass(frozen=True)
class Stage:
    """A migrated app on servers of its own."""

    app: Flask
    settings: Settings
    postgres: Postgres
    redis: Redis
    superuser: psycopg.Connection

    def url(self, role: str) -> str:
        """The database's address for one of its roles."""
        return self.postgres.url(role)

    def cpu(self) -> float:
        """CPU seconds so far of this process and of PostgreSQL with all its backends."""
        assert self.postgres.process is not None
        server = psutil.Process(self.postgres.process.pid)
        times = [server.cpu_times(), *(child.cpu_times() for child in server.children(recursive=True))]
        return time.process_time() + sum(one.user + one.system for one in times)


@contextmanager
def stage(**changes: str) -> Iterator[Stage]:
    """Servers, settings and a migrated app in a private folder, gone afterwards. `changes` are settings."""
    with tempfile.TemporaryDirectory(prefix="castingops-bench-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o755)
        with postgres(home) as database, redis(home) as broker:
            os.environ.update(_environment(home, database, broker) | changes)
            settings = Settings()  # type: ignore[call-arg]
            app = create_app(settings)
            with app.app_context():
                flask_migrate.upgrade()
            with psycopg.connect(database.url(), autocommit=True) as superuser:
                for statement in TUNING:
                    superuser.execute(statement)
                superuser.execute("select pg_reload_conf()")
                yield Stage(app, settings, database, broker, superuser)
            app.extensions["reads"].close()
            with app.app_context():
                db.engine.dispose()


def _environment(home: Path, database: Postgres, broker: Redis) -> dict[str, str]:
    return {
        **keys.environment(), "CASTINGOPS_ENVIRONMENT": "development", "CASTINGOPS_HOME": str(home),
        "CASTINGOPS_DATABASE_URL": database.url("castingops_app"),
        "CASTINGOPS_MIGRATION_DATABASE_URL": database.url("castingops_owner"),
        "CASTINGOPS_REDIS_URL": broker.url, "CASTINGOPS_LOG_LEVEL": "ERROR",
        "CASTINGOPS_PASSWORD_TIME_COST": "1", "CASTINGOPS_PASSWORD_MEMORY_KIB": "64",
        **{f"CASTINGOPS_LIMIT_{name}": "10000000/minute"
           for name in ("AUTH", "SIGN_IN", "GENERAL", "WRITE", "CONSOLE")},
    }


def wsgi_call(app: Any, path: str, **options: Any) -> Callable[[], bytes]:
    """A call of one GET route without a server between. Errors: AssertionError for anything but 200."""
    environ = create_environ(path, **options)

    def call() -> bytes:
        status: list[str] = []
        answer = app(dict(environ), lambda line, headers, exc_info=None: status.append(line))
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        assert status[0].startswith("200"), (status, body[:500])
        return body

    return call


def rounds(here: Stage, targets: Mapping[str, Callable[[], Any]], *, count: int,
           repeats: int) -> dict[str, list[float]]:
    """CPU milliseconds per call of each target in each round. The order turns each round; one round warms up."""
    costs: dict[str, list[float]] = {name: [] for name in targets}
    names = list(targets)
    for turn in range(count + 1):
        for name in names if turn % 2 else reversed(names):
            call, before = targets[name], here.cpu()
            for _ in range(repeats):
                call()
            if turn:
                costs[name].append((here.cpu() - before) / repeats * 1000)
    return costs


def ratio(costs: Mapping[str, list[float]], slower: str, faster: str) -> float:
    """How many times cheaper `faster` is than `slower`: the median of the rounds' ratios."""
    return round(median(a / b for a, b in zip(costs[slower], costs[faster], strict=True)), 3)


def report(name: str, ratios: Mapping[str, float], figures: Mapping[str, Any],
           wanted: Mapping[str, tuple[str, float]]) -> int:
    """Print what was measured beside what is wanted; the last line is JSON with --json. 0 when every bar is met."""
    parser = argparse.ArgumentParser(description=f"benchmark {name}")
    parser.add_argument("--json", action="store_true", help="close with one line of JSON")
    options = parser.parse_args()
    met = True
    for key, value in {**figures, **ratios}.items():
        sign, bar = wanted.get(key, ("", 0.0))
        good = not sign or (value >= bar if sign == ">=" else value <= bar)
        met = met and good
        print(f"{key:32} {value!s:>12}   {f'wanted {sign} {bar}' if sign else ''}{'' if good else '   MISSED'}")
    if options.json:
        print(json.dumps({"name": name, "ratios": dict(ratios), "figures": dict(figures)}))
    return 0 if met else 1
