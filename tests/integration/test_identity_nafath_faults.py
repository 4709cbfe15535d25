"""What a provider of Nafath says that no provider should (ID-8): read as a fault, never as a proof."""
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from werkzeug import Request

from castingops.core.http import AnswerUnusable
from castingops.core.http.breaker import reset_breakers
from castingops.identity.service.nafath.aggregator import AggregatorNafath
from castingops.identity.service.nafath.direct import DirectNafath, _day
from castingops.identity.service.nafath.port import NafathBusy, NafathRefused
from castingops.identity.types.nafath import Asked
from castingops.simulators.serving import as_json, served

ASKED = Asked(national_id="1000000008", locale="ar", ip="198.51.100.7")


class Odd:
    """Answers whatever the test says."""

    said: Any = {}
    status = 200

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        Request(environ).get_data()
        return as_json(self.said, self.status)(environ, start_response)


@pytest.fixture(scope="module")
def odd() -> Iterator[tuple[Odd, list[Any]]]:
    app = Odd()
    with served(app) as url:
        yield app, [DirectNafath(url, "id", "key", "s", "iss", "aud", ""), AggregatorNafath(url, "key", "s" * 16)]


@pytest.mark.parametrize(("status", "said", "fault"), [
    (200, [], AnswerUnusable), (200, {"transId": "x", "random": "abc"}, AnswerUnusable), (500, {}, AnswerUnusable),
    (200, {"data": {"TransactionId": "x", "Code": "1234"}}, AnswerUnusable), (429, {}, AnswerUnusable),
    (200, {"status": "MAYBE", "Status": "MAYBE"}, AnswerUnusable), (400, {"code": "400-000-000"}, NafathRefused),
    (409, {"code": "400-034-050"}, NafathBusy)])
def test_answer_that_is_none_is_a_fault(
    odd: tuple[Odd, list[Any]], status: int, said: Any, fault: type[Exception]
) -> None:
    app, providers = odd
    app.status, app.said = status, said
    for provider in providers:
        reset_breakers()
        with pytest.raises(fault):
            provider.start(ASKED, request_id=uuid4())
        with pytest.raises(fault):
            provider.ask(ASKED, provider_id="x", number="42")
    reset_breakers()


def test_birth_date_that_is_none_is_left_out() -> None:
    assert _day("1416-13-45") is None and _day("") is None
