"""Whoever dies, nothing is lost and nothing happens twice (OPS-1, OPS-2; reliability.md row 21 and its faults)."""
import os
import signal
from multiprocessing import get_context

import psycopg
import pytest
from redis import Redis as Broker

from castingops.core.config import Settings
from castingops.core.relay import relay_batch
from castingops.worker import make_celery, pusher
from tests.drills.conftest import Drill
from tests.drills.effects import tries

pytestmark = pytest.mark.drill

MANY = [f"effect-{number}" for number in range(40)]


def relay_and_die(settings: Settings, *, after_push: bool) -> None:
    """Relay one batch for real, and be killed right before or right after the push; it is never marked."""
    push = pusher(make_celery(settings))

    def die(queue: str, ids: list[str], name: str) -> None:
        if after_push:
            push(queue, ids, name)
        os.kill(os.getpid(), signal.SIGKILL)

    with psycopg.connect(settings.database_url.get_secret_value(), autocommit=True) as connection:
        connection.execute("select set_config('app.kind', 'system', false)")
        relay_batch(connection, die, size=25)


@pytest.mark.parametrize("after_push", [True, False])
def test_relay_killed_round_its_push_loses_and_doubles_nothing(drill: Drill, after_push: bool) -> None:
    drill.without_relay()
    drill.want(*MANY)
    settings = Settings(**{"redis_url": drill.redis.url})
    victim = get_context("spawn").Process(target=relay_and_die, args=(settings,), kwargs={"after_push": after_push})
    victim.start()
    victim.join()
    assert victim.exitcode == -signal.SIGKILL and drill.rows("sent") + drill.rows("pending") > 0
    drill.relay()
    drill.until(lambda: drill.once(*MANY) and drill.settled(), within=30, what="every effect once")


def test_worker_child_killed_mid_task_runs_again(drill: Drill) -> None:
    """kill -9 child mid-task: rerun within 5 s, effect once."""
    drill.house()
    drill.want(held="holds once")
    drill.until(lambda: bool(tries(drill.folder, "held")), within=10, what="the task is at work")
    os.kill(tries(drill.folder, "held")[0], signal.SIGKILL)
    took = drill.until(lambda: drill.once("held"), within=20, what="the task ran again")
    drill.until(drill.settled, within=5, what="nothing is left over")
    assert took < 10 and len(tries(drill.folder, "held")) == 2


@pytest.mark.parametrize(("fate", "reason"), [("fails", "ValueError"), ("dies", "the process died")])
def test_poison_is_given_up_and_its_neighbours_are_not_held_up(drill: Drill, fate: str, reason: str) -> None:
    """Poisoned message: at most 5 attempts, a dead letter with its reason, neighbours within 10 s."""
    drill.house()
    poison = f"poison_{fate}"
    drill.want(*MANY, **{poison: fate})
    took = drill.until(lambda: drill.once(*MANY), within=40, what="the neighbours")
    drill.until(drill.settled, within=40, what="the poison is given up")
    letter = drill.superuser.execute("select reason, attempts from dead_letters order by id desc limit 1").fetchone()
    assert letter == (reason, 5) and drill.rows("dead") == 1 and len(tries(drill.folder, poison)) == 5
    assert drill.once(*MANY) and took < 10


def test_wiped_redis_is_filled_again_from_the_outbox(drill: Drill) -> None:
    """A broker that lost everything: what was sent and not handled goes out again, effects once."""
    drill.house()
    more = [f"wiped-{number}" for number in range(300)]  # several messages: a waiting worker holds the first already
    with drill.paused("worker"):
        drill.want(*more)
        drill.until(lambda: drill.rows("sent") == len(more), within=20, what="everything is in the queue")
        drill.dismiss("relay")
        with Broker.from_url(drill.redis.url) as broker:
            assert broker.llen("alerts") >= 3
            broker.flushall()
        assert drill.effects() == {}  # before the worker goes on: it may have the first message in its hand
    drill.relay(CASTINGOPS_REDELIVER_SECONDS="1")
    drill.until(lambda: drill.once(*more) and drill.settled(), within=40, what="every effect once")
    drill.dismiss("relay")
