"""Keys and time."""
import threading
import time
from datetime import UTC, date, datetime

import pytest

from castingops.core import clock, ids


def test_new_id_is_version_7_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = ids.new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000 + 1


def test_new_ids_sort_in_the_order_made_across_threads() -> None:
    made: list[list[int]] = []

    def make() -> None:
        made.append([ids.new_id().int for _ in range(3000)])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(batch == sorted(batch) for batch in made)
    ticks = [number >> 64 for batch in made for number in batch]
    assert len(set(ticks)) == len(ticks)


def test_new_id_moves_on_when_the_clock_runs_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ids.new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    assert ids.new_id() > first


def test_uuid7_takes_its_parts() -> None:
    """The example of RFC 9562, appendix A.6."""
    made = ids.uuid7(0x017F22E279B0, fraction=0xCC3, noise=0x18C4DC0C0C07398F)
    assert str(made) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_now_has_its_zone() -> None:
    assert clock.now().tzinfo is UTC


def test_held_clock_stands_still_and_then_goes_on() -> None:
    moment = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    with clock.held_at(moment):
        assert clock.now() == moment
        assert clock.today_riyadh() == date(2026, 3, 2)  # three hours ahead, it is tomorrow already
    assert clock.now() > moment


def test_held_clock_wants_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"), clock.held_at(datetime(2026, 3, 1)):  # noqa: DTZ001
        pass
