"""What is connected to what, for `app`, `worker` and `cli`. A feature is in the house when it is here."""
from typing import Any

import click
from flask import Flask

from castingops.core.config import Settings
from castingops.core.errors import DomainError
from castingops.core.jobs import Job, Slot
from castingops.web import docs, health
from castingops.web.nav import NavSection

PAGES: dict[str, list[Any]] = {"": [health.blueprint], "/api/v1": [docs.blueprint]}
API: dict[str, list[Any]] = {"/api/v1": [health.api_blueprint]}
NAV: tuple[NavSection, ...] = ()
SUBSCRIPTIONS: list[tuple[Any, Any]] = []
JOBS: list[Job] = []
SCHEDULE: list[Slot] = []
COMMANDS: list[click.Command] = []
CONSTRAINTS: dict[str, type[DomainError]] = {}


def connect_ports(app: Flask, settings: Settings) -> None:
    """Give lower features what higher ones provide."""
