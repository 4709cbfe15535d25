"""A real PostgreSQL, migrated by its owner and used as the plain app role, and a real Redis. Tests commit for real."""
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from castingops.app import create_app
from castingops.bootstrap.servers import Postgres, Redis, postgres, redis
from castingops.core.config import Settings
from castingops.core.db import db
from tests import keys, observed

UNDOCUMENTED = pytest.StashKey[set[str]]()
FIRST = ("journey", "drill", "early")  # marks

# How long an example takes says how busy the machine is, and nothing of the property.
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the tests marked long")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked long run when they are asked for; files that take minutes begin first, then those that look at a
    trail which all others make longer; the rest in random order."""
    long = [item for item in items if item.get_closest_marker("long") and not config.getoption("--long")]
    if long:
        items[:] = [item for item in items if item not in long]
        config.hook.pytest_deselected(items=long)
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    return next((at for at, name in enumerate(FIRST) if item.get_closest_marker(name)), len(FIRST))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A refusal that the API's document does not list fails the run (tests/observed.py); so does a gap in coverage."""
    config = session.config
    if hasattr(config, "workerinput"):
        config.workeroutput["undocumented"] = sorted(observed.undocumented)
        return
    config.stash[UNDOCUMENTED] = config.stash.get(UNDOCUMENTED, set()) | observed.undocumented
    if config.stash[UNDOCUMENTED] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a worker has observed."""
    config = node.config
    told = set(getattr(node, "workeroutput", {}).get("undocumented", ()))
    config.stash[UNDOCUMENTED] = config.stash.get(UNDOCUMENTED, set()) | told


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say it before the summary, which stays the last line."""
    if undocumented := config.stash.get(UNDOCUMENTED, set()):
        terminalreporter.section("refusals that openapi.json does not list: name them on the route, errors=(…,)")
        terminalreporter.write("".join(f"{one}\n" for one in sorted(undocumented)))


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A folder of this run's own, gone afterwards. Short: a socket's path has room for 107 bytes."""
    directory = Path(tempfile.mkdtemp(prefix="castingops-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(home: Path) -> Iterator[Postgres]:
    with postgres(home, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server(home: Path) -> Iterator[Redis]:
    with redis(home, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def environment(home: Path, postgres_server: Postgres, redis_server: Redis) -> dict[str, str]:
    """Every setting as a process of ours gets it. Hash cost is cheap and limits are wide: one test runs them real."""
    return {
        **keys.environment(),
        "CASTINGOPS_ENVIRONMENT": "development",
        "CASTINGOPS_HOME": str(home),
        "CASTINGOPS_DATABASE_URL": postgres_server.url("castingops_app"),
        "CASTINGOPS_MIGRATION_DATABASE_URL": postgres_server.url("castingops_owner"),
        "CASTINGOPS_BACKUP_DATABASE_URL": postgres_server.url("castingops_backup"),
        "CASTINGOPS_REDIS_URL": redis_server.url,
        "CASTINGOPS_PASSWORD_TIME_COST": "1",
        "CASTINGOPS_PASSWORD_MEMORY_KIB": "64",
        "CASTINGOPS_DIRECTORY_WEBHOOK_SECRETS": "whsec_d2hhdCB0aGUgZGlyZWN0b3J5IHNpZ25zIHdpdGggb2s=",
        "CASTINGOPS_CORS_ORIGINS": "https://app.example",
        "CASTINGOPS_POOL_SIZE": "24",
        "CASTINGOPS_DELIVERY_BACKOFF_SECONDS": "0.05",
        "CASTINGOPS_RELAY_POLL_SECONDS": "0.2",
        "CASTINGOPS_LOG_LEVEL": "ERROR",
        "CASTINGOPS_UNDO_SECONDS": "0",
        **{f"CASTINGOPS_LIMIT_{name}": "100000/minute" for name in
           ("AUTH", "SIGN_IN", "AUTH_ACCOUNT", "AUTH_ADDRESS", "AUTH_OVERALL", "LETTERS", "GENERAL", "WRITE",
            "UPLOAD", "CONSOLE", "REPORT", "REPORT_ADDRESS", "APPEAL", "ORG_WRITE", "SHARE")},
    }


@pytest.fixture(scope="session")
def settings(environment: dict[str, str]) -> Settings:
    """The settings of the app under test."""
    os.environ.update(environment)
    return Settings()  # type: ignore[call-arg]


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    """The whole app on a migrated database."""
    made = create_app(settings)
    observed.watch(made)
    with made.app_context():
        flask_migrate.upgrade()
    yield made
    made.extensions["reads"].close()
    made.extensions["redis"].close()
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def superuser(app: Flask, postgres_server: Postgres) -> Iterator[psycopg.Connection]:
    """A superuser's eyes on the tables: row level security does not bind it. Never given to the app."""
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        yield connection
