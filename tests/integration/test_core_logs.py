"""Logs: one JSON line per request, and no secret ever (OPS-11, core plan P27)."""
import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
import structlog
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from castingops.core import logs
from castingops.core.actor import system
from castingops.core.db import session, unit_of_work
from tests.factories import doors

CANARIES = {
    "password": "canary-Passw0rd-one", "token": "eyJhbGciOiJFZERTQSJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl",
    "email": "canary.person@apps.example", "iban": "SA0380000000608010167519", "national_id": "1098765432",
    "phone": "+966512345678", "code": "483920", "cookie": "session=canary-cookie", "webhook_secret": "whsec_canary",
    "pem": "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----",
}


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


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@hypothesis_settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(path=st.text(st.characters(exclude_categories=["Cs"]), max_size=40), method=st.sampled_from(["GET", "POST"]))
def test_p27_every_request_logs_method_path_status_and_time(
    app: Flask, written: io.StringIO, path: str, method: str
) -> None:
    """P27; and a line break in a path cannot forge a line."""
    written.truncate(0)
    written.seek(0)
    answer = app.test_client().open("/api/v1/" + path.replace("?", "").replace("#", ""), method=method)
    entries = [line for line in lines(written) if line["event"] == "request"]
    assert len(entries) == 1
    assert entries[0]["method"] == method and entries[0]["status"] == answer.status_code
    assert isinstance(entries[0]["ms"], float) and str(entries[0]["path"]).startswith("/api/v1/")
    assert entries[0]["request_id"] == answer.headers["X-Request-Id"] and UUID(str(entries[0]["request_id"]))


def test_canaries_never_reach_the_log(app: Flask, written: io.StringIO) -> None:
    log = structlog.get_logger("canary")
    for name, value in CANARIES.items():
        log.warning("seen", **{name: value})
        log.warning("inside", data={"list": [{name: value}]})
    log.error("texts", words=[value for name, value in CANARIES.items() if name not in {"password", "code",
                                                                                     "cookie", "webhook_secret"}])
    logging.getLogger("library").warning("signed in as %s with %s", CANARIES["email"], CANARIES["token"])
    try:
        raise ValueError(CANARIES["email"])
    except ValueError:
        log.exception("failed")
    for value in CANARIES.values():
        assert value not in written.getvalue()
    assert len(lines(written)) == 2 * len(CANARIES) + 3


def test_failed_statement_logs_neither_its_values_nor_the_row(app: Flask, written: io.StringIO) -> None:
    """SQLAlchemy quotes a statement's parameters, PostgreSQL the row that broke a rule: a name, a biography."""
    name, biography = "Canary Al-Kanari", "first line\n\nsecond line"
    with app.app_context(), pytest.raises(IntegrityError) as refusal, unit_of_work(system()):
        session().execute(text("create temp table canaries (name text, bio text, check (length(name) < 3))"))
        session().execute(text("insert into canaries values (:name, :bio)"), {"name": name, "bio": biography})
    structlog.get_logger("canary").error("unhandled", exc_info=refusal.value)
    assert "violates check constraint" in written.getvalue()
    assert "Canary" not in written.getvalue() and "second line" not in written.getvalue()


def test_a_whole_sign_in_leaves_no_secret(app: Flask, written: io.StringIO) -> None:
    someone = doors.register(app)
    staff = doors.staff_member(app, "moderator")
    app.test_client().post("/api/v1/auth/login", json={"email": someone.email, "password": "wrong canary pass"})
    app.test_client().get("/media/canary-signed-token")
    said = written.getvalue()
    assert lines(written)
    for secret in (someone.email, staff.email, someone.token, doors.PASSWORD, "wrong canary pass",
                   "canary-signed-token"):
        assert secret not in said
