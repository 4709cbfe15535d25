"""Browsers at the API: who may call from where, and what proves that our own page did (API-8, ID-3, CRIT-17)."""
import json
import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from castingops.core.config import PACKAGE
from tests.factories.identity import log_in, make_person

OURS, EVIL = "https://app.example", "https://app.example.evil.example"
DOCUMENT = json.loads((PACKAGE.parent / "openapi.json").read_text())
OPERATIONS = [(verb.upper(), re.sub(r"\{\w+_id\}", str(uuid4()), path), operation)
              for path, verbs in DOCUMENT["paths"].items() for verb, operation in verbs.items() if verb != "parameters"]
VERBS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def parts(answer: TestResponse, header: str) -> set[str]:
    return {part.strip() for part in answer.headers.get(header, "").split(",") if part.strip()}


def preflight(app: Flask, method: str, path: str, origin: str) -> TestResponse:
    return app.test_client().options(path, headers={
        "Origin": origin, "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key"})


def test_listed_origins_may_call_every_operation(app: Flask) -> None:
    assert {method for method, _, _ in OPERATIONS} <= VERBS
    for method, path, _ in OPERATIONS:
        answer = preflight(app, method, path, OURS)
        assert answer.status_code == 204 and not answer.data
        assert answer.headers["Access-Control-Allow-Origin"] == OURS
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert method in parts(answer, "Access-Control-Allow-Methods")
        assert {"Authorization", "Content-Type", "Idempotency-Key", "X-CSRF-Token", "If-Match"} == parts(
            answer, "Access-Control-Allow-Headers")
        assert "Origin" in parts(answer, "Vary") and int(answer.headers["Access-Control-Max-Age"]) <= 600


@pytest.mark.parametrize("origin", [EVIL, "null", "http://app.example", "https://app.example:8443", "https://APP.example",
                                    "https://app.example/", "*", "", "https://127.0.0.1"])
def test_other_origins_may_call_nothing(app: Flask, origin: str) -> None:
    asked = [preflight(app, method, path, origin) for method, path, _ in OPERATIONS[:5]]
    asked += [app.test_client().open(path, method=method, headers={"Origin": origin})
              for method, path, _ in OPERATIONS]
    for answer in asked:
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]
        assert "Origin" in parts(answer, "Vary") and answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_answers_to_listed_origins_can_be_read(app: Flask) -> None:
    """Refusals too: without these headers a browser app sees a network error and no code."""
    for path in ("/api/v1/health", "/api/v1/me", "/api/v1/nowhere", "/api/v1/openapi.json"):
        answer = app.test_client().get(path, headers={"Origin": OURS})
        assert answer.headers["Access-Control-Allow-Origin"] == OURS
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert {"X-Request-Id", "Retry-After", "Idempotent-Replayed", "ETag", "Deprecation", "Sunset"} <= parts(
            answer, "Access-Control-Expose-Headers")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_console_speaks_to_no_other_origin(app: Flask) -> None:
    for method in ("GET", "OPTIONS"):
        answer = app.test_client().open("/console/sign-in", method=method, headers={
            "Origin": OURS, "Access-Control-Request-Method": "GET"})
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.fixture
def browser(app: Flask) -> tuple[FlaskClient, str]:
    """A browser signed in by cookies, and its CSRF token."""
    client = app.test_client()
    answer = log_in(client, make_person(app), "cookie", Origin=OURS)
    assert answer.json
    return client, answer.json["data"]["csrf_token"]


def test_every_change_by_cookie_is_proved(browser: tuple[FlaskClient, str]) -> None:
    """All routes that change something: without origin, or token, or with another's, 403 before anything is read."""
    client, token = browser
    changes = [(method, path) for method, path, operation in OPERATIONS
               if method != "GET" and operation["security"] and "talent" in operation["x-audience"]]
    assert len(changes) > 8
    for method, path in changes:
        for headers in ({}, {"Origin": OURS}, {"X-CSRF-Token": token}, {"Origin": EVIL, "X-CSRF-Token": token},
                        {"Origin": OURS, "X-CSRF-Token": token[::-1]}):
            answer = client.open(path, method=method, headers={"Idempotency-Key": str(uuid4()), **headers}, json={})
            assert answer.status_code == 403 and answer.json, (method, path, headers, answer.text)
            assert answer.json["error"]["code"] == "wrong_origin"
    assert client.get("/api/v1/me").status_code == 200


def test_a_form_of_another_site_changes_nothing(browser: tuple[FlaskClient, str]) -> None:
    """What a page elsewhere can send without asking first: a simple request with our cookies."""
    client, _ = browser
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = client.post("/api/v1/me/password", data=b'{"a":1}', content_type=kind, headers={"Origin": EVIL})
        assert answer.status_code == 403
