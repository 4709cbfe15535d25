"""Nafath (ID-8, API-10): started, approved in the person's app, proved by a token or by asking back; and every way to
forge, repeat or misplace such a proof (reliability.md §1 rows 6, 13 and 20)."""
import io
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from flask import Flask

from castingops.bootstrap.simulated import NAFATH_AUDIENCE, NAFATH_ISSUER
from castingops.core import clock, logs
from castingops.core.actor import system
from castingops.core.config import Settings
from castingops.core.db import unit_of_work
from castingops.core.http.breaker import reset_breakers
from castingops.identity import privacy, tasks
from castingops.identity.service import is_verified, nafath, verified_birth_date
from castingops.identity.service.nafath import direct, keys, verifying
from castingops.identity.types.nafath import Claims
from castingops.simulators.nafath import AggregatorNafath, DirectNafath, Transaction
from castingops.simulators.serving import served
from tests.factories import doors
from tests.factories.deliveries import deliver
from tests.factories.doors import Someone

ID, IQAMA = "1000000008", "2000000006"
MINE, HOOK = "/api/v1/me/nafath", "/api/v1/webhooks/nafath"
NAMES = ("identity.nafath.due", "identity.nafath.answered", "identity.nafath.unsettled")


@dataclass
class Side:
    """The provider's side: the simulator, and what its callbacks were answered with."""

    app: Flask
    provider: DirectNafath | AggregatorNafath

    @property
    def signed(self) -> bool:
        return isinstance(self.provider, DirectNafath)

    def send(self, message: dict[str, Any] | None, **options: Any) -> Any:
        return self.app.test_client().post(HOOK, json=message, **options)

    def of(self, national_id: str) -> Transaction:
        return [one for one in self.provider.transactions.values() if one.national_id == national_id][-1]


@pytest.fixture(scope="module")
def desks() -> Iterator[dict[str, tuple[DirectNafath | AggregatorNafath, str]]]:
    first, second = DirectNafath("app-key"), AggregatorNafath("api-key")
    with served(first) as one, served(second) as two:
        yield {"direct": (first, one), "aggregator": (second, two)}


@contextmanager
def chosen(app: Flask, settings: Settings, name: str, url: str, **changes: Any) -> Iterator[None]:
    """The house with this way to Nafath."""
    wanted = {**settings.model_dump(), "nafath": name, "nafath_url": url, "nafath_app_id": "simulated",
              "nafath_app_key": "app-key", "nafath_issuer": NAFATH_ISSUER, "nafath_audience": NAFATH_AUDIENCE,
              "nafath_server_ip": "203.0.113.10", "nafath_api_key": "api-key",
              "nafath_webhook_secret": "a shared secret of sixteen", **changes}
    app.extensions["settings"] = Settings.model_validate(wanted)
    try:
        yield
    finally:
        app.extensions["settings"] = settings


@pytest.fixture(params=["direct", "aggregator"])
def side(request: pytest.FixtureRequest, app: Flask, settings: Settings, desks: Any,
         superuser: psycopg.Connection) -> Iterator[Side]:
    yield from _side(request.param, app, settings, desks, superuser)


@pytest.fixture
def elm(app: Flask, settings: Settings, desks: Any, superuser: psycopg.Connection) -> Iterator[Side]:
    """Elm's own API alone: what is signed."""
    yield from _side("direct", app, settings, desks, superuser)


@pytest.fixture
def between(app: Flask, settings: Settings, desks: Any, superuser: psycopg.Connection) -> Iterator[Side]:
    """The aggregator alone: what is not."""
    yield from _side("aggregator", app, settings, desks, superuser)


def _side(name: str, app: Flask, settings: Settings, desks: Any, superuser: psycopg.Connection) -> Iterator[Side]:
    desk, url = desks[name]
    desk.mood, desk.send, desk.transactions, desk.birth_dates = "", None, {}, {}
    for table in ("nafath_transactions", "identity_verifications"):
        superuser.execute(f"delete from {table}")
    reset_breakers()
    direct._key_sets.clear()
    with chosen(app, settings, name, url):
        yield Side(app, desk)
    reset_breakers()


@pytest.fixture
def talent(app: Flask) -> Someone:
    return doors.register(app)


def start(someone: Someone, national_id: str = ID) -> Any:
    return someone.ask("POST", MINE, json={"national_id": national_id})


def look(someone: Someone) -> dict[str, Any]:
    answer = someone.ask("GET", MINE)
    assert answer.status_code == 200 and answer.json, answer.text
    data: dict[str, Any] = answer.json["data"]
    return data


def attempt(someone: Someone) -> tuple[str, str | None]:
    found = look(someone)["attempt"]
    return found["state"], found["reason"]


def pending(side: Side, someone: Someone, superuser: psycopg.Connection, national_id: str = ID) -> Transaction:
    """A request that the person sees in their app."""
    answer = start(someone, national_id)
    assert answer.status_code == 202, answer.json
    deliver(side.app, superuser, someone.user_id, *NAMES)
    return side.of(national_id)


def approved(side: Side, someone: Someone, superuser: psycopg.Connection, national_id: str = ID) -> None:
    """The whole way to a verification."""
    one = pending(side, someone, superuser, national_id)
    side.provider.send = lambda message: int(side.send(message).status_code)
    assert side.provider.decide(one.id, one.number) == 200
    deliver(side.app, superuser, someone.user_id, *NAMES)


class TestJourney:
    def test_person_is_verified_by_approving_the_number(
        self, side: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        answer = start(talent, "١٠٠٠٠٠٠٠٠٨")
        assert answer.status_code == 202
        assert answer.json["data"]["attempt"] | {"expires_at": ""} == {
            "state": "starting", "reason": None, "number": None, "expires_at": ""}
        deliver(side.app, superuser, talent.user_id, *NAMES)
        one, seen = side.of(ID), look(talent)
        assert (seen["attempt"]["state"], seen["attempt"]["number"]) == ("pending", one.number)
        assert seen["ask_again_seconds"] == 3 and not seen["verified"]
        side.provider.send = lambda message: int(side.send(message).status_code)
        assert side.provider.decide(one.id, one.number) == 200
        assert attempt(talent) == ("answered", None) and not is_in(side, talent)
        deliver(side.app, superuser, talent.user_id, *NAMES)
        seen = look(talent)
        assert seen["verified"] and seen["attempt"]["state"] == "verified" and seen["ask_again_seconds"] is None
        assert is_in(side, talent)
        with side.app.app_context():
            assert str(verified_birth_date(talent.user_id)) == (
                "1995-03-01" if side.signed else "None")

    def test_only_a_digest_of_the_id_is_kept(
        self, side: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        approved(side, talent, superuser)
        row = superuser.execute("select asked, answer, id_digest from nafath_transactions").fetchone()
        assert row and row[:2] == (None, None) and len(row[2]) == 64
        acts = superuser.execute("select action from audit_entries where subject_id = %s and action like"
                                 " 'identity.nafath%%' order by id", [talent.user_id]).fetchall()
        assert [act for act, in acts] == ["identity.nafath.start", "identity.nafath.hear", "identity.nafath.verify"]

    def test_starting_again_changes_nothing(self, side: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        one = pending(side, talent, superuser)
        assert start(talent).json["data"]["attempt"]["number"] == one.number
        assert superuser.execute("select count(*) from nafath_transactions").fetchone() == (1,)
        answer = start(talent, IQAMA)
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "nafath_pending")

    def test_wrong_number_rejects(self, side: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        one = pending(side, talent, superuser)
        side.provider.send = lambda message: int(side.send(message).status_code)
        side.provider.decide(one.id, "")
        run(side, tasks.follow_nafath)
        deliver(side.app, superuser, talent.user_id, *NAMES)
        assert attempt(talent) == ("rejected", None) and not look(talent)["verified"]

    def test_open_request_elsewhere_is_told(self, side: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        """400-034-050: one active transaction for each id."""
        side.provider.open(ID)
        start(talent)
        deliver(side.app, superuser, talent.user_id, *NAMES)
        assert attempt(talent) == ("failed", "busy")

    def test_request_can_be_taken_back(self, side: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        one = pending(side, talent, superuser)
        assert talent.ask("DELETE", MINE).status_code == 200
        assert attempt(talent) == ("cancelled", None)
        message = side.provider.message(one) if not side.signed else None
        one.state = "COMPLETED"
        assert side.send(message or side.provider.message(one)).status_code == 200
        deliver(side.app, superuser, talent.user_id, *NAMES)
        assert not look(talent)["verified"]
        assert talent.ask("DELETE", MINE).status_code == 200

    @pytest.mark.parametrize("mood", ["broken", "garbage"])
    def test_provider_that_is_down_is_asked_again_and_then_given_up(
        self, side: Side, talent: Someone, superuser: psycopg.Connection, mood: str
    ) -> None:
        side.provider.mood = mood
        start(talent)
        deliver(side.app, superuser, talent.user_id, *NAMES)
        assert attempt(talent) == ("starting", None)
        superuser.execute("update nafath_transactions set expires_at = now()")
        assert attempt(talent) == ("failed", "unavailable")
        deliver(side.app, superuser, talent.user_id, *NAMES)
        assert superuser.execute("select state, asked from nafath_transactions").fetchone() == ("failed", None)

    def test_time_runs_out(self, side: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        pending(side, talent, superuser)
        superuser.execute("update nafath_transactions set expires_at = now() - interval '1 minute'")
        assert attempt(talent) == ("expired", None)
        run(side, tasks.follow_nafath)
        deliver(side.app, superuser, talent.user_id, *NAMES)
        assert superuser.execute("select state from nafath_transactions").fetchone() == ("expired",)
        side.provider.transactions.clear()
        assert pending(side, talent, superuser).state == "WAITING"

    def test_old_request_makes_room_for_a_new_one(
        self, side: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        pending(side, talent, superuser)
        superuser.execute("update nafath_transactions set expires_at = now()")
        assert start(talent, IQAMA).status_code == 202


    def test_request_that_is_not_taken_is_told(
        self, side: Side, talent: Someone, settings: Settings, desks: Any, superuser: psycopg.Connection
    ) -> None:
        name = "direct" if side.signed else "aggregator"
        with chosen(side.app, settings, name, desks[name][1], nafath_app_key="x", nafath_api_key="x"):
            start(talent)
            deliver(side.app, superuser, talent.user_id, *NAMES)
        assert attempt(talent) == ("failed", "refused")

    def test_late_and_repeated_work_changes_nothing(
        self, side: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        """Events come twice and late; the provider may have forgotten what we ask about."""
        one = pending(side, talent, superuser)
        row = superuser.execute("select id from nafath_transactions").fetchone()
        assert row
        side.provider.transactions.clear()
        for work in (nafath.send_request, nafath.finish, nafath.follow):
            for known in (row[0], uuid4()):
                with side.app.app_context(), unit_of_work(system(talent.user_id)):
                    work(known, actor=system(talent.user_id))
        assert attempt(talent) == ("pending", None) and one.state == "WAITING"
        superuser.execute("update nafath_transactions set state = 'answered'")
        with side.app.app_context(), unit_of_work(system(talent.user_id)):
            nafath.finish(row[0], actor=system(talent.user_id))
            nafath.follow(row[0], actor=system(talent.user_id))
        assert attempt(talent) == ("pending", None)


    def test_request_that_never_went_out_is_ended(
        self, elm: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        start(talent)
        row = superuser.execute("select id from nafath_transactions").fetchone()
        assert row
        for state in ("starting", "failed"):
            with elm.app.app_context(), unit_of_work(system(talent.user_id)):
                nafath.follow(row[0], actor=system(talent.user_id))
            assert attempt(talent)[0] == state
            superuser.execute("update nafath_transactions set expires_at = now() - interval '1 minute'")


def is_in(side: Side, someone: Someone) -> bool:
    with side.app.app_context():
        return is_verified(someone.user_id)


def run(side: Side, task: Any) -> None:
    with side.app.app_context(), unit_of_work(system()):
        task(actor=system())


class TestIds:
    @pytest.mark.parametrize("number", [
        "", "1000000009", "3000000008", "100000000", "10000000080", "0000000000", "abcdefghij", "1000000008\x00",
        "१" * 10, "１０００００００००", "1e9", "-1000000008-x",
    ])
    def test_number_without_its_check_digit_is_refused(
        self, elm: Side, talent: Someone, number: str, superuser: psycopg.Connection
    ) -> None:
        answer = start(talent, number)
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "national_id_invalid")
        assert not number or number not in json.dumps(answer.json["error"], ensure_ascii=False)
        assert superuser.execute("select count(*) from nafath_transactions").fetchone() == (0,)

    def test_iqama_verifies_too(self, elm: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        approved(elm, talent, superuser, IQAMA)
        assert look(talent)["verified"]

    def test_one_person_verifies_one_account(
        self, side: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        """409 without telling whose; and only to who has proved to be that person: nobody else learns who is here."""
        approved(side, talent, superuser)
        other = doors.register(side.app)
        assert start(other).status_code == 202  # as for anybody
        deliver(side.app, superuser, other.user_id, *NAMES)
        one = side.of(ID)
        assert side.provider.decide(one.id, one.number) == 200
        deliver(side.app, superuser, other.user_id, *NAMES)
        assert attempt(other) == ("failed", "used_elsewhere") and not look(other)["verified"]
        answer = start(other)
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "identity_used_elsewhere")
        assert str(talent.user_id) not in answer.text
        talent.ask("DELETE", MINE)
        assert start(other).status_code == 202

    def test_two_accounts_at_once_verify_one(
        self, elm: Side, app: Flask, superuser: psycopg.Connection
    ) -> None:
        people = [doors.register(app).user_id for _ in range(2)]

        def take(user_id: UUID) -> bool:
            with app.app_context(), unit_of_work(system(user_id)):
                return verifying.take(Claims(national_id=ID), ["d" * 64], provider="direct", actor=system(user_id))

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(take, people)) == [False, True]

    def test_pepper_can_be_turned_over(
        self, elm: Side, talent: Someone, settings: Settings, superuser: psycopg.Connection, desks: Any
    ) -> None:
        """What an older pepper made is found while it is among the fallbacks."""
        approved(elm, talent, superuser)
        other = doors.register(elm.app)
        turned = {"pepper": "n" * 40, "pepper_fallbacks": (settings.pepper.get_secret_value(),)}
        with chosen(elm.app, settings, "direct", desks["direct"][1], **turned):
            approved(elm, other, superuser)
            assert attempt(other) == ("failed", "used_elsewhere")

    def test_requests_are_few_a_day(self, elm: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        """Of one account, and about one person whoever asks: each makes a phone ring."""
        for _ in range(5):
            start(talent)
            superuser.execute("update nafath_transactions set expires_at = now() where ended_at is null")
        assert start(talent).status_code == 429
        assert start(doors.register(elm.app)).status_code == 429
        assert start(doors.register(elm.app), IQAMA).status_code == 202


class TestForgery:
    """What is no proof changes nothing, and says nothing about what it was about."""

    def refused(self, side: Side, someone: Someone, message: Any, superuser: psycopg.Connection,
                status: int = 401) -> None:
        answer = side.send(message)
        assert answer.status_code == status, answer.json
        deliver(side.app, superuser, someone.user_id, *NAMES)
        assert attempt(someone) == ("pending", None) and not look(someone)["verified"]

    @pytest.mark.parametrize("how", [
        "other key", "unknown kid", "alg none", "hs256 with the public key", "es256", "expired", "not for us",
        "not from them", "no exp", "no iat", "no aud", "no iss", "altered", "no transaction", "other transaction",
        "no id", "not a token", "a list", "missing", "lone surrogate", "huge", "issued in the future",
        "endless", "iat as text"])
    def test_token_that_is_no_proof(
        self, elm: Side, talent: Someone, superuser: psycopg.Connection, how: str
    ) -> None:
        one = pending(elm, talent, superuser)
        message = {"token": self.forged(elm.provider, one, how), "transId": one.id, "requestId": one.request_id}
        if how == "missing":
            del message["token"]
        self.refused(elm, talent, message, superuser)

    def forged(self, provider: Any, one: Transaction, how: str) -> Any:
        made = provider.token
        strange = rsa.generate_private_key(65537, 2048)
        good: str = made(one)
        head, body, seal = good.split(".")
        return {
            "other key": lambda: made(one, key=strange), "unknown kid": lambda: made(one, kid="key-9", key=strange),
            "alg none": lambda: jwt.encode({"transId": one.id}, None, algorithm="none", headers={"kid": "key-1"}),
            "hs256 with the public key": lambda: made(one, key="k" * 64, alg="HS256"),
            "es256": lambda: made(one, key=ec.generate_private_key(ec.SECP256R1()), alg="ES256"),
            "expired": lambda: made(one, exp=1_700_000_000), "not for us": lambda: made(one, aud="another"),
            "not from them": lambda: made(one, iss="https://evil.example"), "no exp": lambda: made(one, exp=None),
            "no iat": lambda: made(one, iat=None), "no aud": lambda: made(one, aud=None),
            "no iss": lambda: made(one, iss=None), "altered": lambda: f"{head}.{body[:-4]}AAAA.{seal}",
            "no transaction": lambda: made(one, transId=None),
            "other transaction": lambda: made(one, transId=str(uuid4())), "no id": lambda: made(one, nin=None),
            "not a token": lambda: "a.b.c", "a list": lambda: [good], "missing": lambda: "",
            "lone surrogate": lambda: "\ud800" + good, "huge": lambda: good + "A" * 20_000,
            "issued in the future": lambda: made(one, iat=4_000_000_000), "endless": lambda: made(one, iat="soon"),
            "iat as text": lambda: made(one, iat="1700000000"),
        }[how]()

    def test_token_about_another_person(self, elm: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        """Signed, in time, for this transaction, and not about whom it was started: heard, and worth nothing."""
        one = pending(elm, talent, superuser)
        message = {"token": elm.provider.token(one, nin=IQAMA), "transId": one.id}
        self.refused(elm, talent, message, superuser, status=200)

    def test_token_from_before_the_request(self, elm: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        one = pending(elm, talent, superuser)
        old = int(clock.now().timestamp()) - 280
        self.refused(elm, talent, {"token": elm.provider.token(one, iat=old, nbf=old), "transId": one.id}, superuser,
                     status=200)

    def test_token_of_a_transaction_that_is_not_ours(
        self, elm: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        pending(elm, talent, superuser)
        foreign = Transaction(ID, "", "42")
        self.refused(elm, talent, {"token": elm.provider.token(foreign), "transId": foreign.id}, superuser, status=200)

    def test_completed_alone_proves_nothing(self, elm: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        """Approved, and no token comes: never verified, and told apart in the end."""
        one = pending(elm, talent, superuser)
        elm.provider.mood = "silent"
        elm.provider.decide(one.id, one.number)
        run(elm, tasks.follow_nafath)
        deliver(elm.app, superuser, talent.user_id, *NAMES)
        assert attempt(talent) == ("pending", None)
        superuser.execute("update nafath_transactions set expires_at = now() - interval '1 minute'")
        run(elm, tasks.follow_nafath)
        deliver(elm.app, superuser, talent.user_id, *NAMES)
        assert attempt(talent) == ("failed", "unproved") and not look(talent)["verified"]

    @pytest.mark.parametrize("changes", [
        {"Password": "wrong"}, {"Password": ""}, {"Password": None}, {"Password": ["a shared secret of sixteen"]},
        {"Password": "a shared secret of sixteen\x00"}, {"Password": True}])
    def test_hint_without_the_secret_is_refused(
        self, between: Side, talent: Someone, superuser: psycopg.Connection, changes: dict[str, Any]
    ) -> None:
        one = pending(between, talent, superuser)
        one.state = "COMPLETED"
        self.refused(between, talent, {**(between.provider.message(one) or {}), **changes}, superuser)

    def test_hint_is_not_believed(self, between: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        """The secret leaked: who knows it still verifies nobody, for the truth is asked for."""
        one = pending(between, talent, superuser)
        forged = {**(between.provider.message(one) or {}), "Status": "COMPLETED"}
        self.refused(between, talent, forged, superuser, status=200)
        between.provider.mood, one.state = "other person", "COMPLETED"
        self.refused(between, talent, forged, superuser, status=200)
        between.provider.mood = ""
        assert between.send(forged).status_code == 200
        deliver(between.app, superuser, talent.user_id, *NAMES)
        assert look(talent)["verified"]

    @pytest.mark.parametrize("changes", [{"TransactionId": None}, {"NationalId": ""}])
    def test_hint_without_its_parts(
        self, between: Side, talent: Someone, superuser: psycopg.Connection, changes: dict[str, Any]
    ) -> None:
        one = pending(between, talent, superuser)
        self.refused(between, talent, {**(between.provider.message(one) or {}), **changes}, superuser, status=422)

    def test_hint_is_unneeded(self, between: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        """The callback never comes: the clock asks."""
        one = pending(between, talent, superuser)
        between.provider.mood = "silent"
        between.provider.decide(one.id, one.number)
        run(between, tasks.follow_nafath)
        deliver(between.app, superuser, talent.user_id, *NAMES)
        assert look(talent)["verified"]

    @pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"[" * 50_000, b'"token"', b"\xff\xfe", b"token"])
    def test_body_that_is_no_message(self, elm: Side, body: bytes) -> None:
        assert elm.app.test_client().post(HOOK, data=body).status_code == 422

    def test_body_is_capped(self, elm: Side) -> None:
        answer = elm.app.test_client().post(HOOK, data=b"{" + b" " * 70_000)
        assert answer.status_code == 413

    def test_house_without_nafath_hears_nothing(self, app: Flask, talent: Someone) -> None:
        assert app.test_client().post(HOOK, json={"token": "a.b.c"}).status_code == 401
        answer = start(talent)
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "nafath_off")

    def test_setting_that_lacks_is_named_to_us(self, app: Flask, settings: Settings, talent: Someone) -> None:
        with chosen(app, settings, "direct", "http://127.0.0.1:9", nafath_audience=None):
            assert start(talent).status_code == 409


class TestOnce:
    def test_message_sent_a_hundred_times_counts_once(
        self, side: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        one = pending(side, talent, superuser)
        one.state = "COMPLETED"
        message = side.provider.message(one)
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda _: side.send(message).status_code, range(100)))
        assert set(statuses) == {200}
        deliver(side.app, superuser, talent.user_id, *NAMES)
        side.send(message)
        deliver(side.app, superuser, talent.user_id, *NAMES)
        assert superuser.execute("select count(*) from identity_verifications").fetchone() == (1,)
        heard = superuser.execute("select count(*) from audit_entries where subject_id = %s"
                                  " and action = 'identity.nafath.hear'", [talent.user_id]).fetchone()
        assert heard == (1,)

    @pytest.mark.parametrize("order", list(permutations(("callback", "clock", "stop"))))
    def test_order_does_not_decide_what_stop_means(
        self, elm: Side, talent: Someone, superuser: psycopg.Connection, order: tuple[str, ...]
    ) -> None:
        """Whoever stopped a request, or ended what came of it, is not verified, whatever arrives and when."""
        one = pending(elm, talent, superuser)
        one.state = "COMPLETED"
        for step in order:
            if step == "callback":
                elm.send(elm.provider.message(one))
            elif step == "clock":
                run(elm, tasks.follow_nafath)
            else:
                talent.ask("DELETE", MINE)
            deliver(elm.app, superuser, talent.user_id, *NAMES)
        assert not look(talent)["verified"] or order.index("stop") < order.index("callback")
        assert not look(talent)["verified"]

    def test_callback_waits_for_nobody(self, elm: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        """reliability.md row 13: answered at once with the provider down, once its keys are known."""
        one = pending(elm, talent, superuser)
        elm.send({"token": elm.provider.token(one, transId=str(uuid4())), "transId": one.id})  # fetches the keys
        one.state, elm.provider.mood = "COMPLETED", "broken"
        began = clock.now()
        assert elm.send(elm.provider.message(one)).status_code == 200
        assert clock.now() - began < timedelta(milliseconds=500)
        deliver(elm.app, superuser, talent.user_id, *NAMES)
        assert look(talent)["verified"]


class TestKeys:
    def test_key_that_is_rotated_in_is_found(
        self, elm: Side, talent: Someone, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        approved(elm, talent, superuser)
        monkeypatch.setattr(keys, "PAUSE_SECONDS", 0.0)
        assert isinstance(elm.provider, DirectNafath)
        elm.provider.rotate()
        other = doors.register(elm.app)
        approved(elm, other, superuser, IQAMA)
        assert look(other)["verified"]

    def test_unknown_keys_cost_one_fetch(self, elm: Side, talent: Someone, superuser: psycopg.Connection) -> None:
        one = pending(elm, talent, superuser)
        strange, before = rsa.generate_private_key(65537, 2048), elm.provider.asked
        for turn in range(20):
            token = elm.provider.token(one, kid=f"key-{turn}0", key=strange)  # type: ignore[union-attr]
            assert elm.send({"token": token, "transId": one.id}).status_code == 401
        assert elm.provider.asked - before == 1

    def test_without_any_key_the_sender_is_asked_to_come_again(
        self, elm: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        one = pending(elm, talent, superuser)
        one.state, elm.provider.mood = "COMPLETED", "broken"
        message = elm.provider.message(one)
        assert elm.send(message).status_code == 503
        elm.provider.mood = ""
        assert elm.send(message).status_code == 200

    @pytest.mark.parametrize("document", [
        [], {}, {"keys": "x"}, {"keys": [1, {"kid": 5, "kty": "RSA"}, {"kid": "a", "kty": "oct", "k": "eA"},
                                         {"kid": "b", "kty": "RSA", "n": "!", "e": "AQAB"}]}])
    def test_set_without_a_usable_key_is_empty(self, document: Any) -> None:
        assert keys.KeySet().find("a", lambda: document) is None

    def test_old_keys_count_for_a_day_without_the_provider(
        self, elm: Side, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        held, good = keys.KeySet(), elm.provider._answer
        assert good
        with elm.app.app_context():
            fetch = direct.DirectNafath.of(elm.app.extensions["settings"])._fetch_keys
            assert held.find("key-1", fetch)
            monkeypatch.setattr(keys, "PAUSE_SECONDS", 0.0)
            monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)
            elm.provider.mood = "broken"
            assert held.find("key-1", fetch)
            held._fetched_at -= keys.STALE_SECONDS
            with pytest.raises(direct.AnswerUnusable):
                held.find("key-1", fetch)


class TestTime:
    def test_verification_ends_and_is_told_before(
        self, elm: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        approved(elm, talent, superuser)
        for _ in range(2):
            run(elm, tasks.keep_verifications)
        assert told(superuser, talent) == ["identity.nafath.verified"]
        assert start(talent).json["error"]["code"] == "identity_verified_already"
        superuser.execute("update identity_verifications set expires_at = now() + interval '20 days'")
        for _ in range(2):
            run(elm, tasks.keep_verifications)
        assert told(superuser, talent)[-1] == "identity.nafath.ending" and look(talent)["verified"]
        elm.provider.transactions.clear()
        approved(elm, talent, superuser)  # renewed in time
        assert superuser.execute("select count(*), count(ended_for) from identity_verifications").fetchone() == (2, 1)
        superuser.execute("update identity_verifications set verified_at = now() - interval '2 days',"
                          " expires_at = now() - interval '1 day'")
        assert not look(talent)["verified"] and not is_in(elm, talent)
        for _ in range(2):
            run(elm, tasks.keep_verifications)
        assert told(superuser, talent)[-1] == "identity.nafath.ended"
        ended = superuser.execute("select ended_for from identity_verifications order by id").fetchall()
        assert ended == [("replaced",), ("expired",)]
        assert elm.app.test_client()

    def test_person_whose_old_account_ran_out_verifies_a_new_one(
        self, elm: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        """Also before the clock has swept the old one."""
        approved(elm, talent, superuser)
        superuser.execute("update identity_verifications set verified_at = now() - interval '2 days',"
                          " expires_at = now() - interval '1 day'")
        other = doors.register(elm.app)
        approved(elm, other, superuser)
        assert look(other)["verified"]

    def test_old_transactions_are_forgotten(
        self, elm: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        approved(elm, talent, superuser)
        superuser.execute("update nafath_transactions set ended_at = now() - interval '91 days'")
        run(elm, tasks.sweep)
        assert look(talent)["attempt"] is None and look(talent)["verified"]

    def test_verification_goes_with_its_person(
        self, elm: Side, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        approved(elm, talent, superuser)
        with elm.app.app_context(), unit_of_work(system()):
            kept = privacy.export(talent.user_id, actor=system())
            assert kept["identity_verifications"] == [
                {"name_ar": "ريم خالد الدوسري", "name_en": "Reem Aldosari", "birth_date": clock.date(1995, 3, 1)}]
            assert "nafath_transactions" not in kept  # a digest and what is sealed: of no use to its owner
            privacy.erase(talent.user_id, actor=system())
        assert not is_in(elm, talent)


def told(superuser: psycopg.Connection, someone: Someone) -> list[str]:
    rows = superuser.execute("select template from notifications where subject_id = %s and template like"
                             " 'identity.nafath%%' order by id", [someone.user_id])
    return [row[0] for row in rows]


def test_national_id_is_nowhere(app: Flask, settings: Settings, desks: Any, superuser: psycopg.Connection) -> None:
    """reliability.md row 20: a canary through every flow, then every table, Redis, every answer and every line."""
    canary = "1098765439"
    logs.init_logs("INFO")
    out, handler = io.StringIO(), logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    kept, answers = handler.setStream(out), []
    try:
        for name in ("direct", "aggregator"):
            for side in _side(name, app, settings, desks, superuser):
                person = doors.register(app)
                answers += [start(person, canary[:-1] + "0").text, start(person, canary).text]
                deliver(app, superuser, person.user_id, *NAMES)
                one = side.of(canary)
                for state in ("WAITING", "COMPLETED"):
                    one.state = state
                    message = side.provider.message(one) or {"token": side.provider.token(one)}  # type: ignore[union-attr]
                    answers += [side.send({**message, "Password": "wrong", "transId": "x"}).text,
                                side.send(message).text]
                deliver(app, superuser, person.user_id, *NAMES)
                answers.append(json.dumps(look(person)))
                assert look(person)["verified"]
    finally:
        handler.setStream(kept)
        logging.getLogger().setLevel("ERROR")
    assert out.getvalue() and canary not in out.getvalue() and canary not in "".join(answers)
    tables = superuser.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    holding = [table for table, in tables
               if superuser.execute(f"select 1 from {table} as t where t::text like %s limit 1",
                                    [f"%{canary}%"]).fetchone()]
    assert holding == []
    redis = app.extensions["redis"]
    assert not [key for key in redis.keys("*") if canary.encode() in (redis.dump(key) or b"")]  # it may have run out
