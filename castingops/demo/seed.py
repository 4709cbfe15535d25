"""Fills a house with the demo: everything goes through the services, with the clock held at the moment it happened.

It is one transaction: there is the whole demo, or none of it. Nobody is told anything: what the acts leave in the
outbox is marked as done before it could be seen.
"""
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from flask import current_app
from sqlalchemy import update

from castingops.audit import service as audit
from castingops.core import clock, facts
from castingops.core.actor import system
from castingops.core.config import Settings
from castingops.core.db import session, unit_of_work
from castingops.core.errors import Conflict
from castingops.core.i18n import use_locale
from castingops.core.messages import N_
from castingops.core.outbox import OutboxRow
from castingops.core.storage import open_storage
from castingops.demo import accounts, history
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


def seed(settings: Settings, *, count: int = PEOPLE, queue: int = QUEUE, number: int = SEED) -> Seeded:
    """Put in `count` people, of whom `queue` wait for a decision, and write the logins to <home>/demo-accounts.json.

    Runs in the app's context. The same `number` gives the same people and the same history, counted back from now;
    passwords are always new. A second time it changes nothing. Errors: DemoRefused in production, LoginsLost.
    """
    if settings.environment == "production":
        raise DemoRefused
    path = settings.home / LOGINS
    if _is_there(path):
        return Seeded(0, 0, fresh=False)
    rng, now = Random(number), clock.now()
    members = list(people(rng, count=count, today=clock.today_riyadh(), minors=MINORS))
    acts = history.plan(rng, adults=count - MINORS, minors=MINORS, queue=queue, now=now,
                        moderators=sum(employee.role in accounts.DECIDING for employee in accounts.EMPLOYEES))
    previous = current_app.extensions["storage"]
    current_app.extensions["storage"] = open_storage(settings, durable=False)  # what is lost can be drawn again
    try:
        with use_locale("en"), press(sandbox.CHILD) as printing:
            house = House(rng, members, acts, printing, seed=number)
            _fill(house, acts, number, path, now)
    finally:
        current_app.extensions["storage"] = previous
    with unit_of_work(system()):
        audit.sign_head()
    return Seeded(count, len(acts), fresh=True)


def _fill(house: House, acts: list[history.Act], number: int, path: Path, now: datetime) -> None:
    made = path.with_suffix(".new")
    with unit_of_work(system()):
        with clock.held_at(now - history.YEAR - timedelta(days=3)):
            house.open_doors()
        for done, act in enumerate(acts, start=1):
            with clock.held_at(act.at):
                house.perform(act)
            if done % 50 == 0:
                session().expunge_all()  # a flush looks at every row it knows
        _silence(now)
        facts.remember(facts.DEMO, str(number))
        accounts.write(made, house.logins)
    made.replace(path)


def _silence(now: datetime) -> None:
    """Mark what the past has put into the outbox as done: its letters would arrive a year late."""
    session().execute(update(OutboxRow).where(OutboxRow.status == "pending").values(status="done", sent_at=now),
                      execution_options={"synchronize_session": False})


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
