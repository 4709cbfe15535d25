"""A tiny feature for drills: its effects can be counted, and it can be told to fail or to die on the way."""
import os
import signal
import time
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import marshmallow as ma
from flask import Response
from sqlalchemy import text

from castingops import wiring
from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.core.events import Event
from castingops.core.jobs import Job
from castingops.core.messages import N_
from castingops.core.permissions import Permission
from castingops.web.blueprints import BOTH, ApiBlueprint, success

FOLDER = "CASTINGOPS_DRILL_FOLDER"  # where a drilled process leaves word of where it is
TABLE = "create table drill_effects (id uuid primary key default uuidv7(), effect text not null)"

# Not in the registry: the matrix is the house's own.
ADD = Permission("drill.effect.add", N_("Have an effect"), frozenset({"talent"}), reads=False)
blueprint = ApiBlueprint("drill_api", __name__, description="Drills")


class Drilled(Event, frozen=True, kw_only=True):
    """`fate`: how its handler ends: "" well; "fails" or "dies" each time; "holds once" until it is killed."""

    name: ClassVar[str] = "drill.effect.wanted"
    effect: str
    fate: str = ""


def on_drilled(event: Drilled, *, actor: Actor) -> None:
    """Have the effect, and meet the fate before it is committed."""
    have_effect(event.effect)
    meet(event.fate, event.effect)


def run_job(*, actor: Actor, effect: str, fate: str = "") -> None:
    """The same as a job."""
    have_effect(effect)
    meet(fate, effect)


JOB = Job("drill.run", run_job, queue="media", seconds=3)


def have_effect(effect: str) -> None:
    """One row, in the unit of work."""
    session().execute(text("insert into drill_effects (effect) values (:effect)"), {"effect": effect})


def meet(fate: str, effect: str) -> None:
    """End as told; each try leaves its process's id in a file named after the effect."""
    if not fate:
        return
    with open(Path(os.environ[FOLDER]) / effect, "a", encoding="ascii") as marks:
        marks.write(f"{os.getpid()}\n")
    if fate == "fails":
        raise ValueError("as told")
    if fate == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if fate == "holds once" and len(tries(Path(os.environ[FOLDER]), effect)) == 1:
        time.sleep(60)


def tries(folder: Path, effect: str) -> list[int]:
    """The processes that tried this effect, in order."""
    mark = folder / effect
    return [int(line) for line in mark.read_text("ascii").splitlines()] if mark.exists() else []


class EffectSchema(ma.Schema):
    effect = ma.fields.String(required=True)


@blueprint.post("/drill", permission=ADD, audience=BOTH, idempotent=True)
@blueprint.arguments(EffectSchema())
@blueprint.response(201, EffectSchema)
def add_effect(new: dict[str, str], *, actor: Actor) -> Response:
    """Have an effect"""
    have_effect(new["effect"])
    return success(new, status=201)


class DrillSignIn:
    """Everybody is the one talent."""

    def bearer(self, audiences: tuple[str, ...]) -> Actor:
        """The talent."""
        one = UUID(int=7)
        return Actor("person", one, one, roles=frozenset({"talent"}))


def wire() -> None:
    """Put the feature into this process's house."""
    wiring.SUBSCRIPTIONS.append((Drilled, on_drilled))
    wiring.JOBS.append(JOB)
    api: list[Any] = wiring.API["/api/v1"]
    api.append(blueprint)
