"""The schema in the migrations is the schema in the models, both ways, in a database of their own."""
from collections.abc import Iterator

import flask_migrate
import psycopg
import pytest
from alembic.script import ScriptDirectory
from flask import Flask

from castingops.app import create_app
from castingops.bootstrap.servers import Postgres
from castingops.core import schema
from castingops.core.config import MIGRATIONS, Settings
from castingops.core.db import db


@pytest.fixture
def bare_app(settings: Settings, postgres_server: Postgres, app: Flask) -> Iterator[Flask]:
    """An app on an empty database beside the others' one."""
    name = "castingops_migrations"
    postgres_server.prepare(name)
    made = create_app(settings.model_copy(update={
        key: type(settings.database_url)(postgres_server.url(role, name)) for key, role in
        (("database_url", "castingops_app"), ("migration_database_url", "castingops_owner"))}))
    yield made
    with made.app_context():
        db.engine.dispose()


def tables(server: Postgres) -> list[str]:
    with psycopg.connect(server.url(database="castingops_migrations")) as connection:
        rows = connection.execute("select tablename from pg_tables where schemaname = 'public' order by 1").fetchall()
    return [name for (name,) in rows]


def test_upgrade_downgrade_upgrade_and_no_drift(bare_app: Flask, postgres_server: Postgres) -> None:
    with bare_app.app_context():
        flask_migrate.upgrade()
        flask_migrate.check()
        made = tables(postgres_server)
        flask_migrate.downgrade(revision="base")
        assert tables(postgres_server) == ["alembic_version"]
        flask_migrate.upgrade()
        flask_migrate.check()
    assert tables(postgres_server) == made
    with psycopg.connect(postgres_server.url(database="castingops_migrations")) as connection:
        left = connection.execute("select proname from pg_proc where pronamespace = 'public'::regnamespace").fetchall()
    assert left  # the look-ups came back with the tables


def test_migrations_are_one_numbered_line() -> None:
    numbers = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("*.py"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert schema.newest() == ScriptDirectory(str(MIGRATIONS)).get_current_head()  # what /readyz compares with
