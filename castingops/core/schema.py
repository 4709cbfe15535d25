"""Which schema this code wants, and what migrates to it, without Alembic in every process."""
from functools import cached_property
from typing import Any

from flask import Flask

from castingops.core.config import MIGRATIONS
from castingops.core.db import db
from castingops.core.late import load


def newest() -> str:
    """The revision of the newest migration: they are one numbered line, by file name."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


class Migrations:
    """Stands where Flask-Migrate looks for its own in the app; brings that in when somebody migrates."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        app.extensions["migrate"] = self

    @cached_property
    def migrate(self) -> Any:
        """Flask-Migrate on this app; from here on it stands in the app itself."""
        return load("flask_migrate:Migrate")(self._app, db, directory=str(MIGRATIONS))
