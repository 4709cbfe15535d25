"""The edge itself: envelope on every answer, headers, CORS, limits, idempotency (API-1…API-8)."""
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask, Response
from redis.exceptions import ConnectionError as RedisDown
from werkzeug.test import TestResponse

from castingops.core.actor import Actor, system
from castingops.core.config import Settings
from castingops.core.db import unit_of_work
from castingops.core.errors import TooManyRequests
from castingops.web import limits
from castingops.web.idempotency import once
from castingops.web.limits import Limiter, seconds_until_next
from castingops.web.tasks import forget_old_replies
from tests.factories import doors
from tests.factories.doors import Someone
from tests.factories.media import jpeg


@pytest.fixture(scope="module")
def talent(app: Flask) -> Someone:
    return doors.register(app)


@pytest.mark.parametrize(("method", "path", "body", "status"), [
    ("GET", "/api/v1/nowhere", None, 404), ("DELETE", "/api/v1/health", None, 405),
    ("POST", "/api/v1/auth/login", b"{", 400), ("POST", "/api/v1/auth/login", b"[]", 422)])
def test_framework_errors_have_the_envelope(
    app: Flask, method: str, path: str, body: bytes | None, status: int
) -> None:
    answer = app.test_client().open(path, method=method, data=body, content_type="application/json")
    assert (answer.status_code, answer.json and answer.json["success"]) == (status, False)
    assert status != 405 or "GET" in answer.headers["Allow"]


def test_errors_speak_the_readers_language(app: Flask) -> None:
    english, arabic = (app.test_client().get("/api/v1/nowhere", headers={"Accept-Language": language}).json
                       for language in ("en", "ar"))
    assert english and arabic and english["error"]["code"] == arabic["error"]["code"] == "not_found"
    assert english["error"]["title"] != arabic["error"]["title"]


def test_too_large_is_413(app: Flask, talent: Someone) -> None:
    answer = talent.ask("POST", "/api/v1/me/photos", data={"photo": (io.BytesIO(b"x" * 12 * 1024 * 1024), "big.jpg")})
    assert answer.status_code == 413 and answer.json and answer.json["error"]["code"] == "too_large"


def test_every_html_answer_is_hardened(app: Flask) -> None:
    headers = app.test_client().get("/console/sign-in").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
    assert {"HX-Request", "HX-Request-Type", "Cookie"} <= {part.strip() for part in headers["Vary"].split(",")}


def test_hsts_is_there_when_cookies_are_secure(settings: Settings) -> None:
    assert not settings.secure_cookies
    assert settings.model_copy(update={"public_url": "https://ops.example"}).secure_cookies
    assert settings.model_copy(update={"environment": "production"}).secure_cookies


@pytest.mark.parametrize(("origin", "allowed"), [("https://app.example", True), ("https://evil.example", False)])
def test_cors_lets_listed_origins_in(app: Flask, origin: str, allowed: bool) -> None:
    client = app.test_client()
    asked = client.options("/api/v1/me", headers={"Origin": origin, "Access-Control-Request-Method": "PATCH"})
    answer = client.get("/api/v1/health", headers={"Origin": origin})
    for got in (asked, answer):
        assert (got.headers.get("Access-Control-Allow-Origin") == origin) is allowed
        assert "*" not in got.headers.get("Access-Control-Allow-Origin", "")
    assert ("PATCH" in asked.headers.get("Access-Control-Allow-Methods", "")) is allowed


def test_sixth_auth_call_in_a_minute_is_429(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """API-5 and the core plan's figure: 5 a minute for sign-in, at its real size."""
    strict = Limiter(settings.model_copy(update={"limit_auth": "5/minute"}))
    monkeypatch.setitem(app.extensions, "limiter", strict)
    client = app.test_client()
    body = {"email": "nobody@apps.example", "password": "wrong password here"}
    where = {"REMOTE_ADDR": f"198.51.100.{uuid4().int % 250}"}
    answers = [client.post("/api/v1/auth/login", json=body, environ_base=where) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_retry_after_is_when_the_next_request_passes(app: Flask, settings: Settings) -> None:
    """API-5: not the whole window; who waits as told is let in, who comes earlier is not."""
    strict, who = Limiter(settings.model_copy(update={"limit_auth": "4 per 3 second"})), uuid4().hex
    for _ in range(4):
        strict.hit("auth", who)
    time.sleep(1.2)
    with pytest.raises(TooManyRequests) as refused:
        strict.hit("auth", who)
    assert refused.value.retry_after == 2
    time.sleep(2)
    strict.hit("auth", who)


@pytest.mark.parametrize(("counted", "seconds"), [
    ((0, 0.0, 5, 100.0), 41),  # all of it in this window, which turns in 40 s
    ((0, 0.0, 10, 100.0), 71),  # more than the limit (a lower one was set since): half of it has to fade
    ((5, 48.0, 1, 108.0), 1),  # 5 × 48/60 + 1 = 5: at any moment
    ((10, 60.0, 3, 119.0), 49),  # 10 × 12/60 + 3 = 5
    ((0, 0.0, 5, 60.2), 1),
    ((20, 50.0, 3, 65.0), 6),  # the one before fades in 44 s, but counts no more after the turn in 5 s
])
def test_seconds_until_a_window_takes_one_more(counted: tuple[int, float, int, float], seconds: int) -> None:
    assert seconds_until_next(5, 60, *counted) == seconds


def test_forwarded_address_is_not_believed(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "limiter", Limiter(settings.model_copy(update={"limit_auth": "5/minute"})))
    client, body = app.test_client(), {"email": "nobody@apps.example", "password": "wrong password here"}
    where = {"REMOTE_ADDR": f"203.0.113.{uuid4().int % 250}"}
    last = [client.post("/api/v1/auth/login", json=body, environ_base=where,
                        headers={"X-Forwarded-For": f"10.0.0.{number}"}) for number in range(6)][-1]
    assert last.status_code == 429


def test_without_redis_sign_in_is_stricter_and_the_rest_open(settings: Settings) -> None:
    limiter = Limiter(settings.model_copy(update={"limit_auth": "4/minute", "limit_general": "1/minute"}))
    limiter._shared = _Down()  # type: ignore[assignment]  # a Redis that does not answer
    for _ in range(3):
        limiter.hit("general", "someone")
    for _ in range(2):
        limiter.hit("auth", "someone")
    with pytest.raises(TooManyRequests):
        limiter.hit("auth", "someone")
    assert limiter.missed == 6


class _Down:
    def hit(self, *_: Any) -> bool:
        raise RedisDown


def send(talent: Someone, key: str | None, kind: str = "other", photo: bytes | None = None) -> TestResponse:
    headers = {"Idempotency-Key": key} if key is not None else {"Idempotency-Key": ""}
    data = {"photo": (io.BytesIO(photo or PHOTO), "me.jpg"), "kind": kind}
    return Someone(talent.user_id, talent.email, talent.client.application.test_client(), talent.token).ask(
        "POST", "/api/v1/me/photos", data=data, headers=headers)


PHOTO = jpeg()


def photos_of(superuser: psycopg.Connection, talent: Someone) -> int:
    row = superuser.execute("select count(*) from photos where subject_id = %s and status = 'active'",
                            [talent.user_id]).fetchone()
    assert row
    return int(row[0])


def test_fifty_at_once_have_one_effect(app: Flask, superuser: psycopg.Connection) -> None:
    """API-4: claimed first; one effect, the same answer to all who got one, the others told to wait."""
    someone, key = doors.register(app), str(uuid4())
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: send(someone, key), range(50)))
    created = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert len([a for a in created if "Idempotent-Replayed" not in a.headers]) == 1
    assert len({json.dumps(answer.json["data"]) for answer in created if answer.json}) == 1
    assert photos_of(superuser, someone) == 1


def test_retry_replays_the_first_answer(app: Flask, superuser: psycopg.Connection) -> None:
    someone, key = doors.register(app), str(uuid4())
    first, again = (send(someone, key) for _ in range(2))
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Idempotent-Replayed"] == "true" and photos_of(superuser, someone) == 1


def test_key_with_another_body_is_refused(app: Flask) -> None:
    someone, key = doors.register(app), str(uuid4())
    assert send(someone, key).status_code == 201
    answer = send(someone, key, kind="headshot")
    assert answer.status_code == 422 and answer.json and answer.json["error"]["code"] == "idempotency_key_reused"


def test_a_key_belongs_to_one_person(app: Flask) -> None:
    key = str(uuid4())
    answers = [send(doors.register(app), key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json["data"]["id"] for answer in answers if answer.json}) == 2


@pytest.mark.parametrize("key", [None, "", "short", "no spaces allowed", "x" * 65, "مفتاح-عربي-طويل"])
def test_missing_or_malformed_key_is_refused(talent: Someone, key: str | None) -> None:
    try:
        answer = send(talent, key)
    except UnicodeEncodeError:
        return  # a header cannot carry it
    assert answer.status_code == 400 and answer.json and answer.json["error"]["code"] == "idempotency_key_missing"


def test_refusal_is_not_stored(app: Flask) -> None:
    someone, key = doors.register(app), str(uuid4())
    assert send(someone, key, photo=b"not a photo").status_code == 422
    assert send(someone, key).status_code == 201


def test_effect_without_audit_does_not_happen(app: Flask, superuser: psycopg.Connection) -> None:
    """COMP-8: audit failures are never silent."""
    someone = doors.register(app)
    superuser.execute("revoke insert on audit_entries from castingops_app")
    try:
        assert send(someone, str(uuid4())).status_code == 500
    finally:
        superuser.execute("grant insert on audit_entries to castingops_app")
    assert photos_of(superuser, someone) == 0


def test_an_error_that_is_answered_is_not_stored_either(app: Flask) -> None:
    """A view may answer an error instead of raising it: the retry runs it again (API-4)."""
    person, calls = doors.register(app), []
    actor = Actor("person", person.user_id, person.user_id, roles=frozenset({"talent"}))

    def view(*, actor: Actor) -> tuple[str, int]:
        calls.append(actor)
        return ("", 422) if len(calls) == 1 else ("done", 201)

    def ask() -> Response:
        with app.test_request_context(method="POST", headers={"Idempotency-Key": "one-and-the-same"}), \
                unit_of_work(actor):
            return once(view)(actor=actor)

    assert [ask().status_code for _ in range(3)] == [422, 201, 201] and len(calls) == 2


def test_answers_are_forgotten_after_a_day(app: Flask, superuser: psycopg.Connection) -> None:
    """API-4: a key is good for 24 hours; the answer is personal data, and goes."""
    keys = [str(uuid4()) for _ in range(2)]
    assert [send(doors.register(app), key).status_code for key in keys] == [201, 201]
    superuser.execute("update stored_replies set created_at = now() - interval '24 hours' where key = %s", keys[:1])
    with app.app_context(), unit_of_work(system()):
        forget_old_replies(actor=system())
    left = superuser.execute("select key from stored_replies where key = any(%s)", [keys]).fetchall()
    assert left == [(keys[1],)]


def test_limits_hold_however_many_ask(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Handfuls of those who asked longest ago are dropped when there are too many: they ask Redis again (API-5)."""
    monkeypatch.setattr(limits, "_MOST_HELD", 2)
    limiter = Limiter(settings.model_copy(update={"limit_general": "100/minute"}))
    askers = [str(uuid4()) for _ in range(4)]
    for who in askers:
        limiter.hit("general", who)
    assert [who for _, who in limiter._held] == askers[2:]
