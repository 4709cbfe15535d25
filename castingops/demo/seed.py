"""Fills a house with the demo: everything goes through the services, with the clock held at the moment it happened.

It is one transaction: there is the whole demo, or none of it. Nobody is told anything: what the acts would put into
the outbox is let go, for its letters would arrive a year late.
"""
import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import current_app

from castingops.audit import service as audit
from castingops.core import clock, facts
from castingops.core.actor import system
from castingops.core.config import Settings
from castingops.core.db import session, unit_of_work
from castingops.core.errors import Conflict
from castingops.core.i18n import use_locale
from castingops.core.messages import N_
from castingops.core.outbox import discarded
from castingops.core.storage import Storage, open_storage
from castingops.demo import accounts, calls, colleagues, desk, families, history, studios
from castingops.demo.calls import Calls, Step
from castingops.demo.desk import Desk, Errand
from castingops.demo.people import people
from castingops.demo.portraits.press import press
from castingops.demo.staging import House
from castingops.media.service import sandbox

SEED = 20261
MINORS = 4
PEOPLE, QUEUE = 300, 40
LOGINS = "demo-accounts.json"


class DemoRefused(Conflict):
    """This house is none to be filled with invented people."""

    code, message = "demo_refused", N_("Demo data is never added to production.")


class LoginsLost(Conflict):
    """The demo is there and nobody can sign in to it."""

    code = "demo_logins_lost"
    message = N_("The demo is in the database, but the file with its logins is gone. Start with a new home.")


@dataclass(frozen=True)
class Seeded:
    """What was made, or that it was there already."""

    people: int
    acts: int
    fresh: bool


def seed(settings: Settings, *, count: int = PEOPLE, queue: int = QUEUE, number: int = SEED,
         migrate: Callable[[], None] | None = None) -> Seeded:
    """Put in `count` people, of whom `queue` wait for a decision, and write the logins to <home>/demo-accounts.json.

    Runs in the app's context. The same `number` gives the same people and the same history, counted back from now;
    passwords are always new. A second time it changes nothing. `migrate` is for an empty database: it is called while
    the first portraits are drawn. Errors: DemoRefused in production, LoginsLost.
    """
    if settings.environment == "production":
        raise DemoRefused
    path = settings.home / LOGINS
    if migrate is None and _is_there(path):
        return Seeded(0, 0, fresh=False)
    rng, now = Random(number), clock.now()
    members = list(people(rng, count=count, today=clock.today_riyadh(), minors=MINORS))
    acts = history.plan(rng, adults=count - MINORS, minors=MINORS, queue=queue, now=now,
                        moderators=sum(employee.role in accounts.DECIDING for employee in accounts.EMPLOYEES))
    with use_locale("en"), press(sandbox.CHILD) as printing, _files_behind(settings) as files, _no_garbage():
        house = House(rng, members, acts, printing, seed=number)
        if migrate is not None:
            migrate()
            if _is_there(path):
                return Seeded(0, 0, fresh=False)
        errands = desk.plan(rng, acts, now=now)
        steps = calls.plan(Random(number), now=now)  # its own dice, so that the people stay the same
        desks = Desk(house)
        _fill(house, desks, sorted([*acts, *errands, *steps], key=lambda each: each.at), number, path, now, files)
        desks.answer(errands)
    with unit_of_work(system()):
        audit.sign_head()
    return Seeded(count, len(acts), fresh=True)


def _fill(house: House, desks: Desk, happened: Sequence[history.Act | Errand | Step], number: int, path: Path,
          now: datetime, files: "_Behind") -> None:
    made = path.with_suffix(".new")
    with unit_of_work(system()), discarded():
        with clock.held_at(now - history.YEAR - timedelta(days=3)):
            house.open_doors()
        offers = Calls(house, now)
        for done, act in enumerate(happened, start=1):
            with clock.held_at(act.at):
                if isinstance(act, Step):
                    offers.perform(act)
                elif isinstance(act, Errand):
                    desks.perform(act)
                else:
                    house.perform(act)
            if done % 50 == 0:
                session().expunge_all()  # a flush looks at every row it knows
                gc.collect()
        desks.tidy_up(Random(number))
        colleagues.fill(house.colleagues, now=now)
        families.fill(house.colleagues, now=now)
        studios.fill(house, now=now)
        files.wait()
        facts.remember(facts.DEMO, str(number))
        accounts.write(made, house.logins)
    made.replace(path)


class _Behind:
    """Puts files away beside the one who asks: a file takes as long as three statements, and the next act waits."""

    def __init__(self, store: Storage, thread: ThreadPoolExecutor) -> None:
        self._store, self._thread = store, thread
        self._puts: list[Future[None]] = []

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """See `Storage.put`; whether it went well is told by `wait`."""
        self._puts.append(self._thread.submit(self._store.put, key, data, content_type))

    def wait(self) -> None:
        """Until all is put away. Errors: StorageUnavailable."""
        for put in self._puts:
            put.result()

    def __getattr__(self, name: str) -> Any:  # whoever reads or deletes does so when all is there
        self.wait()
        return getattr(self._store, name)


@contextmanager
def _files_behind(settings: Settings) -> Iterator[_Behind]:
    """While inside, the app's store is one that does not wait for the disk: what is lost can be drawn again."""
    previous = current_app.extensions["storage"]
    with ThreadPoolExecutor(1) as thread:
        behind = current_app.extensions["storage"] = _Behind(open_storage(settings, durable=False), thread)
        try:
            yield behind
        finally:
            current_app.extensions["storage"] = previous


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Collect garbage only when told: looking for it took a tenth of the time."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _is_there(path: Path) -> bool:
    """Whether this house has been filled. Logins that a crash left under their first name get their place."""
    with unit_of_work(system(), read_only=True):
        filled = facts.recall(facts.DEMO) is not None
    made = path.with_suffix(".new")
    if filled and not path.exists():
        if not made.exists():
            raise LoginsLost
        made.replace(path)
    return filled
