"""One contract for every carrier of texts (NOTE-1, ARCHITECTURE §8): files, Unifonic and Taqnyat behave alike."""
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from castingops.core.config import Settings
from castingops.core.http.breaker import reset_breakers
from castingops.core.sms import FileSender, Outcome, Sms, SmsSender, TextKind, sender_of
from castingops.core.sms.taqnyat import TaqnyatSender
from castingops.core.sms.unifonic import UnifonicSender
from castingops.simulators.serving import served
from castingops.simulators.texts import Carrier, Taqnyat, Unifonic

NUMBER, BODY = "+966512345678", "رمز التحقق 483920"
Read = Callable[[], list[tuple[str, str, str]]]  # sender, digits, text


def sms(**changes: Any) -> Sms:
    return replace(Sms(NUMBER, BODY, "018f-1"), **changes)


@pytest.fixture(scope="module")
def simulators() -> Iterator[dict[str, tuple[Carrier, str]]]:
    unifonic, taqnyat = Unifonic("sid-1"), Taqnyat("token-1")
    with served(unifonic) as first, served(taqnyat) as second:
        yield {"unifonic": (unifonic, first), "taqnyat": (taqnyat, second)}


@pytest.fixture(autouse=True)
def calm(simulators: dict[str, tuple[Carrier, str]]) -> Iterator[None]:
    reset_breakers()
    for simulator, _ in simulators.values():
        simulator.mood = ""
        simulator.taken.clear()
    yield
    reset_breakers()


def made(name: str, simulators: dict[str, tuple[Carrier, str]], tmp_path: Path) -> SmsSender:
    if name == "files":
        return FileSender(tmp_path / "sms", "CASTINGOPS")
    url = simulators[name][1]
    if name == "unifonic":
        return UnifonicSender("sid-1", "CASTINGOPS", url, timeout=0.6)
    return TaqnyatSender("token-1", "CASTINGOPS", url, timeout=0.6)


@pytest.fixture(params=["files", "unifonic", "taqnyat"])
def carrier(request: pytest.FixtureRequest, simulators: dict[str, tuple[Carrier, str]],
            tmp_path: Path) -> tuple[SmsSender, Read]:
    """Each adapter, and a way to read what it carried."""
    def read() -> list[tuple[str, str, str]]:
        if request.param == "files":
            files = [file.read_text("utf-8").split("\n", 3) for file in sorted((tmp_path / "sms").glob("*.txt"))]
            return [(one[0][6:], one[1][5:].removeprefix("+"), one[3].rstrip("\n")) for one in files]
        taken = simulators[request.param][0].taken
        if request.param == "unifonic":
            return [(one["SenderID"], one["Recipient"], one["Body"]) for one in taken]
        return [(one["sender"], one["recipients"][0], one["body"]) for one in taken]
    return made(request.param, simulators, tmp_path), read


def test_text_arrives_whole(carrier: tuple[SmsSender, Read]) -> None:
    sender, read = carrier
    outcome = sender.send(sms())
    assert outcome.provider_id and (outcome.accepted, outcome.rejected) == ((NUMBER,), ())
    assert not outcome.retryable
    assert read() == [("CASTINGOPS", "966512345678", BODY)]


def test_promotional_text_has_its_own_sender(carrier: tuple[SmsSender, Read]) -> None:
    sender, read = carrier
    assert sender.send(sms(kind=TextKind.PROMOTIONAL)).accepted
    assert read()[0][0] == "CASTINGOPS-AD"


def test_neither_number_nor_text_is_printed_or_logged(carrier: tuple[SmsSender, Read]) -> None:
    sender, _ = carrier
    with capture_logs() as told:
        outcome = sender.send(sms())
    said = repr(sms()) + repr(outcome) + repr(sender) + repr(told)
    for secret in (NUMBER, "966512345678", BODY, "483920", "sid-1", "token-1"):
        assert secret not in said


@pytest.mark.parametrize("name", ["files", "unifonic"])
def test_text_sent_twice_is_recognised_as_one(
    name: str, simulators: dict[str, tuple[Carrier, str]], tmp_path: Path
) -> None:
    """By its key: a file's name, Unifonic's CorrelationID. Taqnyat documents nothing of the kind."""
    sender = made(name, simulators, tmp_path)
    assert sender.send(sms()) == sender.send(sms())
    assert len(list((tmp_path / "sms").glob("*"))) + len(simulators["unifonic"][0].taken) == 1


@pytest.mark.parametrize("name", ["unifonic", "taqnyat"])
@pytest.mark.parametrize(("mood", "retryable", "reason"), [
    ("refuse", False, "refused"), ("busy", True, "busy"), ("broken", True, "busy"),
    ("garbage", True, "provider_answer_unusable"), ("list", True, "unreadable"),
    ("slow", True, "provider_outcome_unknown"),
])
def test_what_a_carrier_does_wrong_is_told_as_one_of_two(
    name: str, simulators: dict[str, tuple[Carrier, str]], tmp_path: Path, mood: str, retryable: bool, reason: str
) -> None:
    """For good, or worth another try: success false comes with 200, garbage too (reliability.md: provider faults)."""
    simulators[name][0].mood = mood
    outcome = made(name, simulators, tmp_path).send(sms())
    assert (outcome.accepted, outcome.rejected, outcome.provider_id) == ((), (NUMBER,), None)
    assert (outcome.retryable, outcome.reason) == (retryable, reason)


@pytest.mark.parametrize("name", ["unifonic", "taqnyat"])
def test_carrier_that_is_gone_is_worth_a_retry(
    name: str, simulators: dict[str, tuple[Carrier, str]], tmp_path: Path
) -> None:
    gone = replace(made(name, simulators, tmp_path), base_url="http://127.0.0.1:9")  # type: ignore[type-var]
    outcome = gone.send(sms())
    assert outcome.retryable and outcome.reason == "provider_unreachable"


def test_breaker_leaves_a_carrier_alone(simulators: dict[str, tuple[Carrier, str]], tmp_path: Path) -> None:
    simulator, sender = simulators["unifonic"][0], made("unifonic", simulators, tmp_path)
    simulator.mood, before = "broken", simulator.asked
    reasons = [sender.send(sms()).reason for _ in range(7)]
    assert reasons[-1] == "provider_paused" and simulator.asked - before == 5


def test_wrong_secret_is_refused_for_good(simulators: dict[str, tuple[Carrier, str]], tmp_path: Path) -> None:
    for name, field in (("unifonic", "app_sid"), ("taqnyat", "token")):
        sender = replace(made(name, simulators, tmp_path), **{field: "another"})  # type: ignore[type-var]
        assert sender.send(sms()) == Outcome(None, (), (NUMBER,), False, "refused")


def test_partial_success_is_read_by_number(simulators: dict[str, tuple[Carrier, str]], tmp_path: Path) -> None:
    """Taqnyat's lists are texts such as "[966…,]", and both may hold numbers."""
    simulators["taqnyat"][0].mood = "partial"
    assert made("taqnyat", simulators, tmp_path).send(sms()).accepted == (NUMBER,)


def test_folder_that_cannot_be_written_is_worth_a_retry(tmp_path: Path) -> None:
    (tmp_path / "sms").write_text("a file where the folder should be")
    outcome = FileSender(tmp_path / "sms", "CASTINGOPS").send(sms())
    assert (outcome.retryable, outcome.reason) == (True, "disk")


def test_files_are_readable_by_us_alone(tmp_path: Path) -> None:
    FileSender(tmp_path / "sms", "CASTINGOPS").send(sms())
    [file] = (tmp_path / "sms").iterdir()
    assert (file.stat().st_mode & 0o777, (tmp_path / "sms").stat().st_mode & 0o777) == (0o600, 0o700)


def test_settings_choose_the_carrier(settings: Settings) -> None:
    """K-3: one port, chosen by settings; without its secret none is made."""
    def with_(**fields: object) -> SmsSender:
        return sender_of(Settings.model_validate({**settings.model_dump(), **fields}))

    assert sender_of(settings).name == "files"
    assert with_(sms="unifonic", unifonic_app_sid="sid").name == "unifonic"
    assert with_(sms="taqnyat", taqnyat_token="token").name == "taqnyat"
    for name, variable in (("unifonic", "UNIFONIC_APP_SID"), ("taqnyat", "TAQNYAT_TOKEN")):
        with pytest.raises(ValueError, match=variable):
            with_(sms=name)
