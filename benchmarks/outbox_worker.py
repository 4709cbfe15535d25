"""The worker of the outbox benchmark: the house's own, with one subscriber more.

Run as `celery -A benchmarks.outbox_worker:celery worker`; procrastinate's peer of it is `benchmarks.outbox_peer`.
"""
from functools import cache

from flask import Flask

from benchmarks import outbox_event  # noqa: F401  # subscribes
from castingops.app import create_app
from castingops.core.config import load_settings
from castingops.worker import bind_tasks, make_celery


@cache
def app_of() -> Flask:
    """This process's app, made after the fork."""
    return create_app()


celery = make_celery(load_settings())
bind_tasks(celery, app_of)
