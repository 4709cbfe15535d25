"""One's mobile number (NOTE-1): given, proved by a text, and what that may cost (reliability.md §2, SMS pumping)."""
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core import clock
from castingops.core.actor import Actor, Origin, system
from castingops.core.db import unit_of_work
from castingops.core.sms import FileSender, Outcome, Sms
from castingops.identity import privacy
from castingops.identity.errors.verified import PhoneSlowed
from castingops.identity.service import phones
from tests.factories import doors
from tests.factories.deliveries import deliver
from tests.factories.doors import Someone

NUMBER = "+966512345678"
PHONE = "/api/v1/me/phone"
PROOF = "/api/v1/me/phone/verification"


@pytest.fixture(scope="module")
def talent(app: Flask) -> Someone:
    return doors.register(app)


@pytest.fixture
def texts(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's texts land."""
    monkeypatch.setitem(app.extensions, "sms", FileSender(tmp_path / "sms", "CASTINGOPS"))
    return tmp_path / "sms"


@pytest.fixture(autouse=True)
def quiet(superuser: psycopg.Connection) -> Iterator[None]:
    """No count of another test's."""
    superuser.execute("delete from phone_sends")
    superuser.execute("delete from phone_codes")
    superuser.execute("delete from phone_numbers")
    yield


def code_in(folder: Path) -> str:
    newest = max(folder.glob("*.txt"), key=lambda file: file.stat().st_mtime_ns)
    found = re.search(r"\b\d{6}\b", newest.read_text("utf-8").split("\n\n", 1)[1])
    assert found
    return found[0]


def give(someone: Someone, number: str = "0512345678") -> Any:
    return someone.ask("PUT", PHONE, json={"number": number})


def prove(someone: Someone, code: str) -> Any:
    return someone.ask("POST", PROOF, json={"code": code})


def test_number_is_proved_by_the_code_it_was_sent(
    app: Flask, texts: Path, superuser: psycopg.Connection
) -> None:
    talent = doors.register(app)
    answer = give(talent, "٠٥١ ٢٣٤ ٥٦٧٨")
    assert answer.status_code == 202
    assert (answer.json["data"]["number"], answer.json["data"]["pending_number"]) == (None, NUMBER)
    deliver(app, superuser, talent.user_id, "identity.phone.code_due")
    [row] = superuser.execute("select sealed, digest from phone_codes").fetchall()
    code = code_in(texts)
    assert row[0] is None and code not in row[1]  # sent: nothing tells it any more
    answer = prove(talent, " ".join(code))
    assert answer.status_code == 200, answer.json
    assert (answer.json["data"]["number"], answer.json["data"]["shown"]) == (NUMBER, "051 234 5678")
    assert answer.json["data"]["pending_number"] is None
    assert prove(talent, code).status_code == 422  # good once
    acts = superuser.execute("select action from audit_entries where subject_id = %s and action like"
                             " 'identity.phone%%' order by id", [talent.user_id]).fetchall()
    assert [act for act, in acts] == ["identity.phone.give", "identity.phone.prove"]
    told = superuser.execute("select template from notifications where subject_id = %s order by id desc limit 1",
                             [talent.user_id]).fetchone()
    assert told == ("identity.phone.changed",)
    removed = talent.ask("DELETE", PHONE)
    assert removed.json and removed.json["data"]["number"] is None
    assert talent.ask("DELETE", PHONE).status_code == 200


def test_text_speaks_the_persons_language(app: Flask, texts: Path, superuser: psycopg.Connection) -> None:
    english = doors.register(app, locale="en")
    give(english)
    deliver(app, superuser, english.user_id, "identity.phone.code_due")
    [file] = texts.glob("*.txt")
    assert "is your castingops verification code" in file.read_text("utf-8")


@pytest.mark.parametrize("number", [
    "", "abc", "05123456", "0112345678", "920000000", "+1 202 555 0147", "+44 7911 123456", "+966512345678;ext=7",
    "0512345678x5", "+966512345678\r\nBcc: 1", "5" * 90, "+96651234567८८", "٠٥١٢٣٤٥٦٧٨٩٠", "\x00",
    "tel:+966512345678,1",
])
def test_number_that_is_none_is_refused(talent: Someone, number: str, superuser: psycopg.Connection) -> None:
    """Not a mobile, not of a country we send to, or not a number: nothing is sent."""
    answer = give(talent, number)
    assert answer.status_code == 422 and answer.json["error"]["code"] == "phone_invalid", answer.json
    assert superuser.execute("select count(*) from phone_codes").fetchone() == (0,)


@pytest.mark.parametrize(("typed", "kept"), [
    ("+971 50 123 4567", "+971501234567"), ("00966512345678", NUMBER), ("966512345678", NUMBER),
    ("۰۵۱۲۳۴۵۶۷۸", NUMBER), ("(051) 234-5678", NUMBER),
])
def test_number_has_one_spelling(talent: Someone, typed: str, kept: str) -> None:
    assert give(talent, typed).json["data"]["pending_number"] == kept


@pytest.mark.parametrize("code", ["000000", "", "12345", "1234567", "abcdef", "٠٠٠٠٠٠", "\x00" * 6])
def test_wrong_code_tells_nothing_else(talent: Someone, code: str) -> None:
    """The same without any number being proved."""
    answer = prove(talent, code)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "phone_code_wrong")


def test_code_dies_after_five_tries(app: Flask, talent: Someone, texts: Path, superuser: psycopg.Connection) -> None:
    give(talent)
    deliver(app, superuser, talent.user_id, "identity.phone.code_due")
    code = code_in(texts)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert {prove(talent, wrong).status_code for _ in range(5)} == {422}
    assert superuser.execute("select tries from phone_codes").fetchone() == (5,)
    assert prove(talent, code).status_code == 422


def test_code_dies_after_ten_minutes(app: Flask, talent: Someone, texts: Path, superuser: psycopg.Connection) -> None:
    give(talent)
    deliver(app, superuser, talent.user_id, "identity.phone.code_due")
    superuser.execute("update phone_codes set expires_at = now()")
    assert prove(talent, code_in(texts)).status_code == 422
    assert talent.ask("GET", PHONE).json["data"]["pending_number"] is None  # type: ignore[index]


def test_code_whose_time_is_over_is_not_sent(
    app: Flask, talent: Someone, texts: Path, superuser: psycopg.Connection
) -> None:
    give(talent)
    superuser.execute("update phone_codes set expires_at = now()")
    deliver(app, superuser, talent.user_id, "identity.phone.code_due")
    assert not texts.exists()


def test_carrier_that_is_down_is_asked_again(
    app: Flask, talent: Someone, texts: Path, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Down:
        name = "down"

        def send(self, sms: Sms) -> Outcome:
            return Outcome(None, (), (sms.to,), True, "busy")

    give(talent)
    with monkeypatch.context() as patched:
        patched.setitem(app.extensions, "sms", Down())
        deliver(app, superuser, talent.user_id, "identity.phone.code_due")
    assert superuser.execute("select sealed is not null from phone_codes").fetchone() == (True,)
    deliver(app, superuser, talent.user_id, "identity.phone.code_due")
    assert code_in(texts)


def test_one_number_is_sent_three_codes_in_ten_minutes(app: Flask) -> None:
    """Whoever asks: the number's owner has not."""
    people = [doors.register(app) for _ in range(2)]
    answers = [give(people[turn % 2]).status_code for turn in range(4)]
    assert answers == [202, 202, 202, 429]


def actor_of(someone: Someone, ip: str) -> Actor:
    return Actor("person", someone.user_id, someone.user_id, origin=Origin(ip, "", uuid4()))


@pytest.mark.parametrize(("limit", "spread"), [(5, "account"), (10, "address")])
def test_codes_are_counted_by_account_and_by_address(app: Flask, talent: Someone, limit: int, spread: str) -> None:
    actors = [actor_of(talent, f"198.51.100.{turn}") if spread == "account"
              else actor_of(doors.register(app), "198.51.100.7") for turn in range(limit + 1)]
    for turn, actor in enumerate(actors[:-1]):
        with app.app_context(), unit_of_work(actor):
            phones.give_phone(f"05123456{turn:02d}", actor=actor)
    with app.app_context(), pytest.raises(PhoneSlowed) as refused, unit_of_work(actors[-1]):
        phones.give_phone("0512345699", actor=actors[-1])
    assert refused.value.retry_after and refused.value.retry_after > 600


def test_house_stops_at_its_daily_cap(app: Flask, talent: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.extensions["settings"].model_copy(update={"phone_codes_per_day": 1})
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert give(talent).status_code == 202
    answer = give(talent, "0512345679")
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "3600"


def test_old_counts_are_forgotten(app: Flask, talent: Someone, superuser: psycopg.Connection) -> None:
    give(talent)
    with app.app_context(), clock.held_at(clock.now() + timedelta(days=1, hours=1)), unit_of_work(system()):
        phones.forget_sends()
    assert superuser.execute("select count(*) from phone_sends").fetchone() == (0,)
    assert superuser.execute("select count(*) from phone_codes").fetchone() == (0,)


def test_number_goes_with_its_person(app: Flask, texts: Path, superuser: psycopg.Connection) -> None:
    someone = doors.register(app)
    give(someone)
    deliver(app, superuser, someone.user_id, "identity.phone.code_due")
    prove(someone, code_in(texts))
    with app.app_context(), unit_of_work(system()):
        assert phones.holders_of_phone(NUMBER) == [someone.user_id]
        kept = privacy.export(someone.user_id, actor=system())
        assert kept["phone_numbers"] == [{"number": NUMBER}] and "digest" not in str(kept["phone_codes"])
        privacy.erase(someone.user_id, actor=system())
        assert phones.holders_of_phone(NUMBER) == []
