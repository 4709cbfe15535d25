"""One key, one effect, one answer: however many ask at once, wherever a process dies (API-4; reliability.md row 3)."""
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import requests

from tests.drills.conftest import Drill

pytestmark = pytest.mark.drill


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(drill: Drill, *options: str) -> str:
    """A real web server; its address once it answers."""
    url = f"http://127.0.0.1:{free_port()}"
    bind = url.removeprefix("http://")
    drill.start("gunicorn", "tests.drills.web:app", "--bind", bind, "--no-control-socket", *options)

    def answers() -> bool:
        try:
            return requests.get(f"{url}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    drill.until(answers, within=40, what="the web server is up")
    return url


def post(url: str, key: str, effect: str, **headers: str) -> requests.Response:
    return requests.post(f"{url}/api/v1/drill", json={"effect": effect}, timeout=30,
                         headers={"Idempotency-Key": key, **headers})


@pytest.fixture
def web(drill: Drill) -> Iterator[str]:
    yield serve(drill, "--workers", "1")


def test_process_killed_at_each_point_has_one_effect(drill: Drill, web: str) -> None:
    """kill -9 at each of five points, then the retry: one effect, and after the commit the very same answer."""
    for point in range(1, 6):
        key, effect = str(uuid4()), f"killed-at-{point}"
        with pytest.raises(requests.ConnectionError):
            post(web, key, effect, **{"X-Die-At": str(point)})
        assert drill.effects().get(effect, 0) == (1 if point == 5 else 0)
        again = post(web, key, effect)
        assert again.status_code == 201 and drill.effects()[effect] == 1
        assert ("Idempotent-Replayed" in again.headers) is (point == 5)
        third = post(web, key, effect)
        assert third.content == again.content and "Idempotent-Replayed" in third.headers
        assert drill.effects()[effect] == 1


def test_fifty_at_once_have_one_effect(drill: Drill) -> None:
    """Over two processes: one is answered first, the others get its answer or are told that it is at work."""
    url, key = serve(drill, "--workers", "2", "--worker-class", "gthread", "--threads", "25"), str(uuid4())
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: post(url, key, "together"), range(50)))
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409} and statuses[201] >= 1, statuses
    first = [answer for answer in answers if answer.status_code == 201 and "Idempotent-Replayed" not in answer.headers]
    assert len(first) == 1 and drill.effects() == {"together": 1}
    retried = [post(url, key, "together") for _ in range(3)]
    assert {answer.content for answer in retried} == {first[0].content} and drill.effects() == {"together": 1}
