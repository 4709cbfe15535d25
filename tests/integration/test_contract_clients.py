"""Clients generated from the committed document work against a live server: Python's and TypeScript's (API-9)."""
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.bootstrap.assets import node
from castingops.bootstrap.home import home_of
from castingops.core.actor import Actor
from castingops.core.roles import StaffRole
from tests.clients import generate
from tests.factories import moderation
from tests.factories.identity import make_person
from tests.factories.letters import token_to
from tests.factories.media import jpeg
from tests.factories.served import served

TOOLS = home_of(None)  # read before the settings of the tests say otherwise


@pytest.fixture(scope="module")
def url(app: Flask) -> Iterator[str]:
    """Where the app answers HTTP, in threads of this process."""
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def journey() -> Iterator[Any]:
    """The script, with the client that it needs."""
    folder = str(generate.python_client(TOOLS))
    sys.path.insert(0, folder)
    path = Path(generate.__file__).with_name("journey.py")
    spec = importlib.util.spec_from_file_location("journey", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(folder)


def approve_newest(app: Flask, superuser: psycopg.Connection) -> None:
    """A moderator approves the submission that came last, whose event arrives first."""
    row = superuser.execute("select subject_id, number from profile_revisions where submitted_at <= now()"
                            " order by submitted_at desc limit 1")
    found = row.fetchone()
    assert found
    case = moderation.Person(app, UUID(str(found[0]))).deliver(int(found[1]))
    moderation.decide(app, case, Actor("staff", uuid4(), roles=frozenset({StaffRole.MODERATOR})))


def test_python_client_drives_the_journey(app: Flask, superuser: psycopg.Connection, url: str, journey: Any) -> None:
    """From registration to a decided submission, a hirer's look and report, consents, and out."""
    journey.travel(url, jpeg(), submitted=lambda: approve_newest(app, superuser), patience=10,
                   open_letter=lambda email: token_to(app, email, "confirm"))


def test_typescript_client_compiles_and_runs(app: Flask, url: str) -> None:
    person = make_person(app)
    program = generate.typescript_program(TOOLS)
    done = subprocess.run([node(TOOLS), str(program), url, person.email, person.password], capture_output=True,
                          text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert UUID(told.pop("requestId")) and told.pop("profiles") >= 0
    assert told == {"email": person.email, "role": "talent", "next": told["next"],
                    "missing": "talent_profile_not_found", "keyless": 400}
