"""What holds for every answer of the API, whatever comes in: the envelope, the request's id, a log line (P26, P27)."""
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import SecretStr
from werkzeug.test import TestResponse

from castingops.app import create_app
from castingops.core import logs
from castingops.core.config import PACKAGE, Settings
from castingops.core.errors import TooManyRequests, Unavailable
from castingops.web.envelope import Envelope
from tests.factories import doors, hostile, organizations
from tests.factories.doors import Someone
from tests.factories.hostile import Sent

FUZZ = hypothesis_settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
PROBLEM = Draft202012Validator(json.loads((PACKAGE.parent / "docs" / "problem.json").read_text()))
LEAKS = re.compile(r"Traceback|sqlalchemy|psycopg|werkzeug|File \"|/castingops/|select .* from ", re.IGNORECASE)
BODILESS = {204, 304}


class StrictEnvelope(Envelope, forbid_unknown_fields=True):
    """The envelope and nothing else."""


def assert_enveloped(answer: TestResponse) -> StrictEnvelope | None:
    """The whole of API-2 for one answer. None for an answer without a body."""
    assert UUID(answer.headers["X-Request-Id"]).version == 4
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Content-Type-Options"] == "nosniff"
    if answer.status_code in BODILESS:
        return None
    assert answer.mimetype == "application/json", (answer.status_code, answer.mimetype)
    envelope = msgspec.json.decode(answer.data, type=StrictEnvelope)
    assert envelope.success is (answer.status_code < 400) is (envelope.error is None)
    assert envelope.meta.request_id == answer.headers["X-Request-Id"]
    if envelope.error is not None:
        PROBLEM.validate(json.loads(answer.data)["error"])
        assert (envelope.error.status, envelope.data) == (answer.status_code, None)
        assert not LEAKS.search(answer.text), answer.text
        assert (answer.status_code in {429, 503}) is ("Retry-After" in answer.headers)
        assert (answer.status_code == 401) is ("WWW-Authenticate" in answer.headers)
    return envelope


@pytest.fixture(scope="module")
def paths(app: Flask) -> list[str]:
    return hostile.paths_of(app)


@pytest.fixture(scope="module")
def tokens(app: Flask) -> Callable[[str], str]:
    """A good token of somebody with this role: of somebody new whenever the one before has signed out."""
    people: dict[str, Someone] = {}

    def token(role: str) -> str:
        if role not in people or people[role].ask("GET", "/api/v1/me").status_code == 401:
            people[role] = doors.register(app, role)
        return people[role].token

    return token


def signed(sent: Sent, token: str) -> Sent:
    return replace(sent, headers=[*sent.headers, ("Authorization", f"Bearer {token}")])


@FUZZ
@given(data=st.data())
def test_p26_every_answer_is_the_envelope(
    app: Flask, paths: list[str], tokens: Callable[[str], str], data: st.DataObject
) -> None:
    """P26: whatever comes in, the envelope with a request id that is a UUID goes out, and never a 5xx."""
    sent = data.draw(hostile.requests(paths))
    role = data.draw(st.sampled_from(["", "talent", "hirer", "guardian"]))
    answer = (signed(sent, tokens(role)) if role else sent).to(app)
    assert answer.status_code < 500, (answer.status_code, answer.text)
    assert_enveloped(answer)
    assert answer.headers["X-Request-Id"] not in {value for _, value in sent.headers}


OPERATIONS = [(verb.upper(), path, operation)
              for path, verbs in json.loads((PACKAGE.parent / "openapi.json").read_text())["paths"].items()
              for verb, operation in verbs.items() if verb != "parameters"]
WITH_JSON = [(method, path) for method, path, operation in OPERATIONS
             if "application/json" in operation.get("requestBody", {}).get("content", {})]
WITH_BODY = [(method, path) for method, path, operation in OPERATIONS if "requestBody" in operation]


WHO = {(method, path): (operation["x-roles"] or ["talent"])[-1] for method, path, operation in OPERATIONS}


def at(path: str, org_id: str = "") -> str:
    """The path with ids of nobody, but for the organization's where one is given."""
    if org_id:
        path = path.replace("{org_id}", org_id)
    return re.sub(r"\{(\w+)\}", lambda name: str(uuid4()) if name[1].endswith("_id") else "CASE-999999", path)


@pytest.fixture(scope="module")
def by_app(app: Flask, tokens: Callable[[str], str]) -> Callable[..., Sent]:
    """An operation's request as somebody sends it who is in: of the right app, and owner of the organization named."""
    owner = doors.register(app, "hirer")
    org_id = str(organizations.make(owner))

    def sent(method: str, path: str, **changes: Any) -> Sent:
        token = owner.token if "{org_id}" in path else tokens(WHO[method, path])
        changes.setdefault("headers", [("Idempotency-Key", str(uuid4()))])
        return signed(Sent(at(path, org_id), method, **changes), token)

    return sent


@pytest.fixture
def ask(app: Flask, by_app: Callable[..., Sent]) -> Callable[..., TestResponse]:
    """Ask as whoever the operation is for."""
    return lambda method, path, **changes: by_app(method, path, **changes).to(app)


def refused(answer: TestResponse, status: int, code: str) -> None:
    envelope = assert_enveloped(answer)
    assert answer.status_code == status and envelope and envelope.error, (answer.status_code, answer.text)
    assert envelope.error.code == code, envelope.error


def test_p26_unknown_paths(app: Flask) -> None:
    for path in ("/api/", "/api/v1/nowhere", "/api/v2/me", "/api/v1/%00", "/api/v1/me%00", "/api/v1/ME", "/api/v1//me"):
        answer = Sent(path).to(app)
        refused(answer, 404, "not_found")


def test_p26_unknown_methods(app: Flask, paths: list[str]) -> None:
    for path in paths:
        answer = Sent(path, "BREW").to(app)
        refused(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"]


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'{"a":' + b"9" * 5_000 + b"}", b'{"a":NaN}',
                                  b'{"a":1,"a":2}', b"\xef\xbb\xbf{}"])
def test_p26_malformed_json(ask: Callable[..., TestResponse], body: bytes) -> None:
    for method, path in WITH_JSON:
        refused(ask(method, path, body=body), 400, "bad_request")


def test_p26_wrong_content_type(ask: Callable[..., TestResponse]) -> None:
    for method, path in WITH_JSON:
        for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
            refused(ask(method, path, body=b'{"a":1}', content_type=kind), 415, "unsupported_media_type")


def test_p26_members_that_nobody_asked_for(ask: Callable[..., TestResponse]) -> None:
    for method, path in WITH_JSON:
        answer = ask(method, path, body=b'{"nobody_asked_for":1}')
        envelope = assert_enveloped(answer)
        assert answer.status_code == 422 and envelope and envelope.error, (method, path, answer.text)
        assert "nobody_asked_for" in envelope.error.errors


def test_p26_too_large(app: Flask) -> None:
    """By its announced length: nobody has to send it first."""
    for method, path in WITH_BODY:
        answer = app.test_client().open(at(path), method=method, content_type="application/json",
                                        environ_overrides={"CONTENT_LENGTH": str(10**10)})
        refused(answer, 413, "too_large")


def test_p26_not_signed_in(app: Flask) -> None:
    for method, path, operation in OPERATIONS:
        if operation["security"]:
            refused(Sent(at(path), method).to(app), 401, "not_signed_in")


def test_p26_too_many(app: Flask, by_app: Callable[..., Sent], monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def hit(self, name: str, who: str) -> None:
            raise TooManyRequests(retry_after=7)

    asked = [by_app(method, path) for method, path, _ in OPERATIONS]
    monkeypatch.setitem(app.extensions, "limiter", Full())
    for sent in asked:
        answer = sent.to(app)
        refused(answer, 429, "too_many_requests")
        assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize(("error", "status", "code"), [
    (RuntimeError("canary: select secret from vault"), 500, "error"), (Unavailable(retry_after=2), 503, "unavailable")])
def test_p26_failures_of_ours(app: Flask, by_app: Callable[..., Sent], monkeypatch: pytest.MonkeyPatch,
                              error: Exception, status: int, code: str) -> None:
    """A fault behind any route tells nothing of our inside."""
    def fails(*_: Any, **__: Any) -> Any:
        raise error

    asked = [by_app(method, path) for method, path, _ in OPERATIONS]
    monkeypatch.setattr("castingops.web.guard.unit_of_work", fails)
    for sent in asked:
        answer = sent.to(app)
        refused(answer, status, code)
        assert "canary" not in answer.text


def test_p26_database_out_of_reach(settings: Settings, tokens: Callable[[str], str]) -> None:
    """503 within two seconds, before and after sign-in; the health check says which part it is."""
    gone = SecretStr("postgresql://castingops_app@127.0.0.1:1/castingops")
    app = create_app(settings.model_copy(update={"database_url": gone, "pool_timeout": 1}))
    try:
        for path in ("/api/v1/privacy-notices", "/api/v1/me", "/api/v1/me/notifications", "/api/v1/health"):
            began = monotonic()
            refused(signed(Sent(path), tokens("talent")).to(app), 503, "unavailable")
            assert monotonic() - began < 2
    finally:
        app.extensions["reads"].close()
        app.extensions["redis"].close()


def test_overriding_headers_override_nothing(tokens: Callable[[str], str], app: Flask) -> None:
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        sent = Sent("/api/v1/me", "GET", "_method=DELETE", headers=[(name, "PATCH"), ("X-Original-URL", "/console/")])
        answer = signed(sent, tokens("talent")).to(app)
        assert answer.status_code == 200 and answer.json and answer.json["data"]["roles"] == ["talent"]


# P27

CANARIES = {
    "password": "canary-Passw0rd-one", "token": "eyJhbGciOiJFZERTQSJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl",
    "email": "canary.person@apps.example", "iban": "SA0380000000608010167519", "national_id": "1098765432",
    "phone": "+966512345678", "code": "483920", "refresh_token": "canary-refresh-token"}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged meanwhile, as it would be written."""
    logs.init_logs("INFO")
    out, root = io.StringIO(), logging.getLogger()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    kept = handler.setStream(out)
    yield out
    handler.setStream(kept)
    root.setLevel("ERROR")


@hypothesis_settings(FUZZ, max_examples=150)
@given(data=st.data())
def test_p27_every_request_is_logged(
    app: Flask, paths: list[str], tokens: Callable[[str], str], written: io.StringIO, data: st.DataObject
) -> None:
    """P27: one line with method, path, status, time and id, whatever was asked; and no secret that was sent."""
    sent = data.draw(hostile.requests(paths))
    canary = data.draw(st.sampled_from(sorted(CANARIES)))
    where = data.draw(st.sampled_from(["body", "query", "header", "cookie"]))
    value, token = CANARIES[canary], tokens("talent")
    if where == "body":
        sent = replace(sent, body=json.dumps({canary: value}).encode(), content_type="application/json")
    elif where == "query":
        sent = replace(sent, query=f"{canary}={value}")
    else:
        name = {"header": "Authorization", "cookie": "Cookie"}[where]
        sent = replace(sent, headers=[(name, f"{'Bearer ' if where == 'header' else 'access='}{value}")])
    written.truncate(0)
    written.seek(0)
    answer = (sent if where in {"header", "cookie"} else signed(sent, token)).to(app)
    entries = [entry for line in written.getvalue().splitlines() if (entry := json.loads(line))["event"] == "request"]
    assert len(entries) == 1
    entry = entries[0]
    assert (entry["method"], entry["status"]) == (sent.method, answer.status_code)
    assert entry["request_id"] == answer.headers["X-Request-Id"] and entry["path"].startswith("/api/")
    assert isinstance(entry["ms"], float) and entry["ms"] >= 0 and entry["timestamp"].endswith("Z")
    assert value not in written.getvalue() and token not in written.getvalue()
