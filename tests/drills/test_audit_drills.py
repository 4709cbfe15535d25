"""The sequencer is killed at its work: no gap, nothing placed twice, and the trail goes on to hold (COMP-8)."""
import os
import signal
from multiprocessing import get_context
from typing import Any

import psycopg
import pytest
from flask import Flask

from castingops.app import create_app
from castingops.audit import queries, service
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from tests.factories import audit as factory

pytestmark = pytest.mark.drill


def die(*_: Any, **__: Any) -> None:
    """Be gone."""
    os.kill(os.getpid(), signal.SIGKILL)


def grow_and_die(point: str) -> None:
    """Sign a head as the system, and be killed after the leaves, or before the commit of the signed head."""
    place = queries.place_leaves

    def place_and_die(leaves: Any) -> None:
        place(leaves)
        die()

    with create_app().app_context(), unit_of_work(system()):
        if point == "leaves":
            queries.place_leaves = place_and_die
        service.sign_head()
        die()


@pytest.mark.parametrize("point", ["leaves", "head"])
def test_sequencer_killed_at_work_leaves_no_trace(app: Flask, superuser: psycopg.Connection, point: str) -> None:
    ids = [factory.record(app, factory.talent()) for _ in range(20)]
    victim = get_context("spawn").Process(target=grow_and_die, args=(point,))
    victim.start()
    victim.join()
    assert victim.exitcode == -signal.SIGKILL
    placed = "select count(*) from audit_leaves where entry_id = any(%s)"
    assert superuser.execute(placed, [ids]).fetchone() == (0,)
    with factory.as_system(app):
        assert service.sign_head()
    assert superuser.execute(placed, [ids]).fetchone() == (20,)
    with factory.as_system(app):
        assert service.verify().holds
