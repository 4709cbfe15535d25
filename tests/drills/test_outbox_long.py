"""The same promises against slower ends: a whole worker gone, a broker away and back empty, dying relays."""
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.drills.conftest import Drill
from tests.drills.effects import tries

pytestmark = [pytest.mark.drill, pytest.mark.long]


def test_whole_worker_killed_hands_its_task_on(drill: Drill) -> None:
    """kill -9 worker: rerun within the visibility timeout and 15 s, effect once."""
    drill.worker(CASTINGOPS_VISIBILITY_TIMEOUT="10")
    drill.house()
    drill.want(left="holds once")
    drill.until(lambda: bool(tries(drill.folder, "left")), within=10, what="the task is at work")
    drill.worker(CASTINGOPS_VISIBILITY_TIMEOUT="10")
    took = drill.until(lambda: drill.once("left") and drill.settled(), within=60, what="the task ran again")
    drill.dismiss("worker")
    assert took < 40 and len(tries(drill.folder, "left")) == 2


def test_redis_away_and_back_empty_loses_nothing(drill: Drill) -> None:
    """Writes go on while the broker is away; after its return, empty, work resumes without a restart."""
    drill.relay(CASTINGOPS_REDELIVER_SECONDS="5")
    drill.house()
    effects = [f"away-{number}" for number in range(200)]
    drill.want(*effects[:100])
    drill.redis.stop()
    drill.want(*effects[100:])
    time.sleep(5)
    for file in drill.redis.data.rglob("*"):
        if file.is_file():
            file.unlink()
    drill.redis.start()
    drill.until(lambda: drill.once(*effects) and drill.settled(), within=150, what="every effect once")
    drill.dismiss("relay")


def test_dying_relays_lose_and_double_nothing(drill: Drill) -> None:
    """Eight writers, three relays, one of them killed every second."""
    drill.without_relay()
    relays = [drill.start("castingops.cli", "relay") for _ in range(3)]
    effects = [f"storm-{number}" for number in range(4000)]
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write, drill, effects[start::8]) for start in range(8)]
        while not all(writer.done() for writer in writers) or time.monotonic() - began < 10:
            time.sleep(1)
            drill.end(relays.pop(random.randrange(3)))
            relays.append(drill.start("castingops.cli", "relay"))
        for writer in writers:
            writer.result()
    drill.until(lambda: drill.once(*effects) and drill.settled(), within=120, what="every effect once")
    for relay in relays:
        drill.end(relay)


def write(drill: Drill, effects: list[str]) -> None:
    """Publish a few at a time, as requests do."""
    for start in range(0, len(effects), 5):
        drill.want(*effects[start:start + 5])
