"""Composition root of the workers: Celery with settings that lose nothing, and the two tasks it knows.

`celery -A castingops.worker:celery worker` and `… beat` read `celery` below, made at first use from the environment.
"""
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.signals import worker_process_init
from flask import Flask
from kombu.entity import Queue

from castingops import wiring
from castingops.app import create_app
from castingops.core import consumer, jobs, schedule
from castingops.core.config import Settings, load_settings
from castingops.core.relay import Push

DELIVER = "core.deliver"
START_SLOT = "core.start_slot"


def make_celery(settings: Settings) -> Celery:
    """The queue. A message is acknowledged after success only, so a killed worker's work comes back."""
    celery = Celery("castingops", broker=settings.broker_url)
    celery.conf.update(
        task_acks_late=True, task_reject_on_worker_lost=True,
        task_acks_on_failure=False, task_acks_on_timeout=False,
        task_serializer="json", accept_content=["json"], task_ignore_result=True,
        task_time_limit=settings.task_seconds, task_default_queue="alerts",
        task_queues=[Queue(name) for name in jobs.QUEUES],
        worker_prefetch_multiplier=1, worker_soft_shutdown_timeout=20.0, worker_max_tasks_per_child=2000,
        worker_hijack_root_logger=False, worker_send_task_events=False, task_send_sent_event=False,
        broker_transport_options={"visibility_timeout": settings.visibility_timeout, "unacked_restore_throttle": 1},
        broker_connection_retry_on_startup=True, timezone="UTC", enable_utc=True,
        beat_schedule={slot.job.name: _beat_entry(slot) for slot in wiring.SCHEDULE},
    )
    return celery


def _beat_entry(slot: jobs.Slot) -> dict[str, Any]:
    seconds = slot.every.total_seconds()
    return {"task": START_SLOT, "schedule": seconds, "args": [slot.job.name, seconds]}


def pusher(celery: Celery) -> Push:
    """How the relay pushes: a batch of events is one message; a job's message carries its own time limit."""
    def push(queue: str, ids: list[str], name: str) -> None:
        job = jobs.find_job(name)
        options: dict[str, Any] = {"time_limit": job.seconds} if job else {}
        celery.send_task(DELIVER, [ids], queue=queue, **options)
    return push


def bind_tasks(celery: Celery, app_of: Callable[[], Flask]) -> None:
    """Give the worker its tasks, each run inside the app that `app_of` answers with."""
    @celery.task(name=DELIVER)  # type: ignore[untyped-decorator]
    def deliver(ids: list[str]) -> None:
        with app_of().app_context():
            consumer.deliver(ids)

    @celery.task(name=START_SLOT)  # type: ignore[untyped-decorator]
    def start_slot(job_name: str, seconds: float) -> None:
        job = jobs.find_job(jobs.PREFIX + job_name)
        with app_of().app_context():
            if job is not None:  # a slot of a release that is gone
                schedule.start_slot(job, timedelta(seconds=seconds))


class _ProcessApp:
    """The app of this process: made after the fork, since connections and threads do not survive one."""

    app: Flask | None = None

    def __call__(self) -> Flask:
        if self.app is None:
            self.app = create_app()
        return self.app


def __getattr__(name: str) -> Celery:
    if name != "celery":
        raise AttributeError(name)
    made = make_celery(load_settings())
    process_app = _ProcessApp()
    worker_process_init.connect(lambda **_: process_app(), weak=False)
    bind_tasks(made, process_app)
    globals()["celery"] = made
    return made
