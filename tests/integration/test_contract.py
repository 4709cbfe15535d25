"""The live API held against its own document by schemathesis (API-1): every operation, every check.

Each operation is tried in full by one of those it is for, with good, bad and missing input, undeclared methods and
without its sign-in; then what was made is used, and used after it is gone. The others it is for try it more briefly.
"""
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core.actor import Actor
from castingops.core.config import PACKAGE
from castingops.core.roles import StaffRole
from tests.clients import checks
from tests.factories import doors, moderation, organizations
from tests.factories.doors import Someone
from tests.factories.media import jpeg
from tests.factories.served import served

DOCUMENT = PACKAGE.parent / "openapi.json"

# What is not checked: check, operation ("*": none), and why. Everything else is.
EXCLUDED = [
    ("positive_data_acceptance", "*", "it takes a rule's refusal for the schema's (a weak password, a name in the wrong"
     " script); tests/clients/checks.py asks instead that such a refusal has a code of its own"),
    ("negative_data_rejection", "PUT /api/v1/me/talent-profile", "an empty text is an empty field, and numbers may be"
     " written as text, in Arabic digits too: rules read them, the schema says the best spelling"),
    ("negative_data_rejection", "GET /api/v1/talent-profiles", "a filter that is sent empty filters nothing: a form"
     " sends all its fields"),
]


SCENARIOS = 8  # chains of calls, each made of what the answers before it link to


class Run:
    """Runs of schemathesis against one server."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.within = str(uuid4())  # the organization whose paths are asked

    def holds(self, operations: list[str], *phases: str, examples: int, someone: Someone | None = None) -> None:
        """Fails with what it found. The sign-in must outlive the run: with a dead one everything is refused rightly."""
        found = self.findings(operations, *phases, examples=examples, someone=someone)
        assert found == "", found
        assert someone is None or someone.ask("GET", "/api/v1/me").status_code == 200, "the run signed itself out"

    def findings(self, operations: list[str], *phases: str, examples: int, someone: Someone | None = None,
                 document: Path = DOCUMENT) -> str:
        """What was found, as it is told; nothing when all holds."""
        (self.folder / "schemathesis.toml").write_text(_settings(self.within))
        argv = [str(Path(sys.executable).with_name("schemathesis")), "run", str(document), "--url", self.url,
                "--phases", ",".join(phases), "--max-examples", str(examples), "--no-color",
                "--generation-deterministic", "--suppress-health-check", "all", "--warnings", "off"]
        argv += [part for name in operations for part in ("--include-operation-id", name)]
        if someone:
            argv += ["--header", f"Authorization: Bearer {someone.token}"]
        done = subprocess.run(argv, cwd=self.folder, capture_output=True, text=True, check=False,
                              env=os.environ | {"SCHEMATHESIS_HOOKS": checks.__file__})
        return "" if done.returncode == 0 else done.stdout[-20_000:] + done.stderr[-3_000:]


def _settings(org_id: str) -> str:
    """schemathesis.toml: every check is on that is not switched off here."""
    everywhere = "".join(f"[checks.{check}]\nenabled = false\n" for check, where, _ in EXCLUDED if where == "*")
    somewhere = "".join(f'[[operations]]\ninclude-name = "{where}"\nchecks.{check}.enabled = false\n'
                        for check, where, _ in EXCLUDED if where != "*")
    within = f'[parameters]\n"path.org_id" = "{org_id}"\n'
    return f"{everywhere}{within}[phases.stateful.generation]\nmax-examples = {SCENARIOS}\n{somewhere}"


@pytest.fixture(scope="module")
def run(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with served(app) as url:
        yield Run(url, tmp_path_factory.mktemp("schemathesis"))


ORDER = ("talent", "hirer", "guardian")


def operations() -> Iterator[tuple[str, list[str]]]:
    """Id, and the roles it is for: none of them means everybody, signed in or not."""
    for verbs in json.loads(DOCUMENT.read_text())["paths"].values():
        for verb, operation in verbs.items():
            if verb != "parameters":
                yield operation["operationId"], [role for role in ORDER if role in operation["x-roles"]]


# What a chain of calls would end the sign-in with that the run still needs: tried by itself, on ids that are nobody's.
ENDING = {"end_session"}


def first_for(role: str) -> list[str]:
    """Operations that this role tries in full."""
    return [name for name, roles in operations() if roles[:1] == [role] and name not in ENDING]


def also_for(role: str) -> list[str]:
    """Operations that are for this role too, and tried in full by another."""
    return [name for name, roles in operations() if role in roles[1:] and name not in ENDING]


def settled(app: Flask, superuser: psycopg.Connection) -> Someone:
    """A talent with a photo, a published profile, a decision, and another that is refused and may be appealed."""
    someone = doors.register(app)
    form = {"photo": (io.BytesIO(jpeg()), "me.jpg"), "kind": "headshot"}
    assert someone.ask("POST", "/api/v1/me/photos", data=form).status_code == 201
    moderator = Actor("staff", uuid4(), roles=frozenset({StaffRole.MODERATOR}))
    person = moderation.Person(app, someone.user_id)
    moderation.decide(app, person.submit(), moderator)
    refused = person.submit(bio_en="Actor with three plays.")
    moderation.decide(app, refused, moderator, moderation.Outcome.REJECT, policy=moderation.policy_id(superuser))
    return someone


def test_talent_meets_what_the_document_says(app: Flask, superuser: psycopg.Connection, run: Run) -> None:
    run.holds(first_for("talent"), "examples", "coverage", "fuzzing", "stateful", examples=3,
              someone=settled(app, superuser))
    run.holds(sorted(ENDING), "examples", "coverage", "fuzzing", examples=3, someone=doors.register(app))


@pytest.mark.parametrize("role", ["hirer", "guardian"])
def test_others_meet_what_the_document_says(app: Flask, run: Run, role: str) -> None:
    someone = doors.register(app, role)
    if role == "hirer":
        run.within = str(organizations.make(someone))
    run.holds(first_for(role), "examples", "coverage", "fuzzing", "stateful", examples=3, someone=someone)
    run.holds(also_for(role), "examples", "fuzzing", examples=2, someone=someone)


def test_strangers_meet_what_the_document_says(run: Run) -> None:
    run.holds([name for name, roles in operations() if not roles], "examples", "coverage", "fuzzing", examples=6)


def test_a_planted_fault_is_found(app: Flask, run: Run, tmp_path: Path) -> None:
    """The test of the tests: a code that the document does not list, a member that answers do not have."""
    document = json.loads(DOCUMENT.read_text())
    paths, name = document["paths"], "talent_profile_not_found"
    del paths["/api/v1/talent-profiles/{profile_id}"]["get"]["responses"]["404"]["content"]["application/json"][
        "examples"][name]
    document["components"]["schemas"]["Me"]["required"].append("shoe_size")
    planted = tmp_path / "openapi.json"
    planted.write_text(json.dumps(document))
    found = run.findings(["get_published_profile", "get_me"], "examples", "coverage", examples=1, document=planted,
                         someone=doors.register(app))
    assert f"404 {name} is undocumented" in found and "shoe_size" in found, found
