"""Events of an organization reach its own systems, signed, and nobody else's (ORG-5, reliability.md rows 2, 13, 16)."""
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from standardwebhooks import Webhook

from castingops.core import clock, consumer
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.core.http import breaker
from castingops.organizations.rules import webhooks as rules
from castingops.organizations.service import webhooks
from castingops.organizations.types import ENDPOINTS_MAX
from tests.factories import organizations
from tests.factories.organizations import House
from tests.factories.sockets import RawServer, raw_server, saying

PUBLIC = "https://hooks.example.com/in"


@pytest.fixture
def house(app: Flask, superuser: psycopg.Connection) -> House:
    breaker.reset_breakers()
    made = organizations.house(app, superuser)
    run(app, superuser, made.org_id)  # that it was made is told to nobody
    return made


@contextmanager
def receiver(app: Flask, body: bytes = b"", **answer: Any) -> Iterator[RawServer]:
    """A system of an organization's on this machine, which the settings of this test let through."""
    before = app.extensions["settings"]
    with raw_server(saying(body, **answer)) as server:
        app.extensions["settings"] = before.model_copy(update={
            "http_test_hosts": (f"127.0.0.1:{server.port}",), "webhook_pauses": (5, 60)})
        try:
            yield server
        finally:
            app.extensions["settings"] = before


def subscribe(house: House, url: str, types: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    answer = house.ask("admin", "POST", "/webhooks", json={"url": url, "types": types or ["*"], **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json["data"]
    return made


def run(app: Flask, superuser: psycopg.Connection, org_id: UUID) -> None:
    """What waits in the outbox of this organization reaches its handlers, and what that leads to."""
    for _ in range(4):
        rows = superuser.execute("select id::text from outbox where org_id = %s and status = 'pending' order by id",
                                 [org_id]).fetchall()
        with app.app_context():
            consumer.deliver([row[0] for row in rows])


def log(house: House, webhook_id: str, query: str = "") -> list[dict[str, Any]]:
    answer = house.ask("admin", "GET", f"/webhooks/{webhook_id}/deliveries{query}")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json["data"]
    return rows


def ping(house: House, webhook_id: str) -> str:
    answer = house.ask("admin", "POST", f"/webhooks/{webhook_id}/pings")
    assert answer.status_code == 202, answer.text
    delivery: str = answer.json["data"]["delivery_id"]
    return delivery


def heard(raw: bytes) -> tuple[dict[str, str], str]:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = (line.partition(b": ") for line in head.split(b"\r\n")[1:])
    return {name.decode().lower(): value.decode() for name, _, value in lines}, body.decode()


def test_a_message_arrives_signed_and_is_written_down(
    app: Flask, superuser: psycopg.Connection, house: House
) -> None:
    with receiver(app, body=b"thank you") as server:
        made = subscribe(house, server.url + "/in", description="Payroll")
        ping(house, made["webhook"]["id"])
        run(app, superuser, house.org_id)
        (raw,) = server.heard
    headers, body = heard(raw)
    said = Webhook(made["secret"]).verify(body, headers)
    assert said["type"] == "webhook.ping" and said["data"] == {} and said["timestamp"]
    (row,) = log(house, made["webhook"]["id"])
    assert (row["state"], row["status"], row["tries"], row["answer"]) == ("delivered", 200, 1, "thank you")
    assert row["message_id"] == headers["webhook-id"]
    again = house.ask("admin", "GET", f"/webhooks/{made['webhook']['id']}").json["data"]
    assert again["last_delivered_at"] and "secret" not in json.dumps(again)


def test_a_membership_is_told_to_those_who_ask_for_it(
    app: Flask, superuser: psycopg.Connection, house: House
) -> None:
    with receiver(app) as server:
        told = subscribe(house, server.url + "/told", ["membership.role_changed"])["webhook"]["id"]
        other = subscribe(house, server.url + "/other", ["membership.removed"])["webhook"]["id"]
        viewer = house["viewer"].user_id
        answer = house.ask("owner", "PUT", f"/members/{viewer}/role", json={"role": "member"})
        assert answer.status_code == 200, answer.text
        run(app, superuser, house.org_id)
        bodies = [json.loads(heard(raw)[1]) for raw in server.heard]
    assert [body["data"] for body in bodies] == [
        {"organization_id": str(house.org_id), "user_id": str(viewer), "role": "member", "before": "viewer"}]
    assert [row["type"] for row in log(house, told)] == ["membership.role_changed"] and log(house, other) == []


def test_another_organizations_events_are_not_told(
    app: Flask, superuser: psycopg.Connection, house: House
) -> None:
    with receiver(app) as server:
        subscribe(house, server.url)
        other = organizations.house(app, superuser)
        other.ask("owner", "PUT", f"/members/{other['viewer'].user_id}/role", json={"role": "member"})
        run(app, superuser, other.org_id)
        run(app, superuser, house.org_id)
        assert server.heard == []


def test_what_fails_is_tried_again_and_given_up_in_the_end(
    app: Flask, superuser: psycopg.Connection, house: House
) -> None:
    """Two pauses in this test's settings, hence three tries; the id stays, the moment does not."""
    with receiver(app, status=b"500 Oops") as server:
        webhook_id = subscribe(house, server.url)["webhook"]["id"]
        ping(house, webhook_id)
        start = clock.now()
        for tried in range(4):
            with clock.held_at(start + tried * timedelta(minutes=10)):
                breaker.reset_breakers()
                with app.app_context(), unit_of_work(system()):
                    webhooks.send_due()
                run(app, superuser, house.org_id)
        seen = [heard(raw)[0] for raw in server.heard]
    assert len(seen) == 3 and len({headers["webhook-id"] for headers in seen}) == 1
    assert len({headers["webhook-timestamp"] for headers in seen}) == 3
    (row,) = log(house, webhook_id, "?state=failed")
    assert (row["tries"], row["status"], row["outcome"], row["next_at"]) == (3, 500, "refused", None)


@pytest.mark.parametrize(("status", "outcome", "state"), [
    (b"204 No Content", "delivered", "delivered"), (b"302 Found\r\nLocation: http://169.254.169.254/", "refused",
                                                    "pending"),
    (b"404 Not Found", "refused", "pending"), (b"410 Gone", "gone", "failed")])
def test_only_two_hundreds_are_success(
    app: Flask, superuser: psycopg.Connection, house: House, status: bytes, outcome: str, state: str
) -> None:
    with receiver(app, status=status) as server:
        webhook_id = subscribe(house, server.url)["webhook"]["id"]
        ping(house, webhook_id)
        run(app, superuser, house.org_id)
        assert len(server.heard) == 1
    (row,) = log(house, webhook_id)
    assert (row["outcome"], row["state"]) == (outcome, state)


def test_a_receiver_that_is_gone_is_switched_off_and_owners_are_told(
    app: Flask, superuser: psycopg.Connection, house: House
) -> None:
    with receiver(app, status=b"410 Gone") as server:
        webhook_id = subscribe(house, server.url)["webhook"]["id"]
        ping(house, webhook_id)
        run(app, superuser, house.org_id)
        now = house.ask("admin", "GET", f"/webhooks/{webhook_id}").json["data"]
        assert (now["state"], now["disabled_for"]) == ("disabled", "gone")
        told = superuser.execute("select subject_id from notifications where template like 'organizations.webhook.%%'"
                                 " and subject_id = any(%s)", [[one.user_id for one in house.people.values()]])
        assert {row[0] for row in told} == {house["owner"].user_id, house["admin"].user_id}
        ping(house, webhook_id)
        run(app, superuser, house.org_id)
        assert len(server.heard) == 1 and log(house, webhook_id)[0]["outcome"] == "switched_off"
        on = house.ask("admin", "PATCH", f"/webhooks/{webhook_id}", json={"state": "active"})
        assert on.status_code == 200 and on.json["data"]["disabled_for"] is None


def test_five_messages_given_up_switch_it_off(app: Flask, superuser: psycopg.Connection, house: House) -> None:
    with receiver(app, status=b"500 Oops") as server:
        before = app.extensions["settings"]
        app.extensions["settings"] = before.model_copy(update={"webhook_pauses": ()})
        webhook_id = subscribe(house, server.url)["webhook"]["id"]
        for _ in range(5):
            breaker.reset_breakers()
            ping(house, webhook_id)
            run(app, superuser, house.org_id)
    assert house.ask("admin", "GET", f"/webhooks/{webhook_id}").json["data"]["disabled_for"] == "failing"


def test_a_message_is_sent_once_more_as_it_was(app: Flask, superuser: psycopg.Connection, house: House) -> None:
    with receiver(app) as server:
        made = subscribe(house, server.url)
        webhook_id, first = made["webhook"]["id"], ping(house, made["webhook"]["id"])
        waiting = house.ask("admin", "POST", f"/webhooks/{webhook_id}/deliveries/{first}/replay")
        assert (waiting.status_code, waiting.json["error"]["code"]) == (409, "delivery_pending")
        run(app, superuser, house.org_id)
        again = house.ask("admin", "POST", f"/webhooks/{webhook_id}/deliveries/{first}/replay")
        assert again.status_code == 202, again.text
        run(app, superuser, house.org_id)
        (one, body), (other, copy) = (heard(raw) for raw in server.heard)
    assert one["webhook-id"] == other["webhook-id"] and body == copy
    assert [row["replay_of"] for row in log(house, webhook_id)] == [first, None]


def test_a_new_secret_signs_beside_the_old_for_a_day(
    app: Flask, superuser: psycopg.Connection, house: House
) -> None:
    with receiver(app) as server:
        made = subscribe(house, server.url)
        webhook_id = made["webhook"]["id"]
        renewed = house.ask("admin", "POST", f"/webhooks/{webhook_id}/secret").json["data"]["secret"]
        assert renewed != made["secret"]
        ping(house, webhook_id)
        run(app, superuser, house.org_id)
        superuser.execute("update webhook_endpoints set before_until = now() where id = %s", [webhook_id])
        ping(house, webhook_id)
        run(app, superuser, house.org_id)
        first, second = (heard(raw) for raw in server.heard)
    for secret in (renewed, made["secret"]):
        assert Webhook(secret).verify(first[1], first[0])
    assert len(second[0]["webhook-signature"].split()) == 1 and Webhook(renewed).verify(second[1], second[0])


def test_a_secret_of_the_vault_goes_along(app: Flask, superuser: psycopg.Connection, house: House) -> None:
    body = {"name": "Receiver", "provider": "payroll", "secret": "a secret of the receiver"}
    credential = house.ask("admin", "POST", "/credentials", json=body).json["data"]["id"]
    with receiver(app) as server:
        webhook_id = subscribe(house, server.url, credential_id=credential)["webhook"]["id"]
        ping(house, webhook_id)
        run(app, superuser, house.org_id)
        assert heard(server.heard[0])[0]["authorization"] == "Bearer a secret of the receiver"
    assert house.ask("admin", "GET", "/credentials").json["data"][0]["last_used_at"]
    kept = house.ask("admin", "DELETE", f"/credentials/{credential}")
    assert (kept.status_code, kept.json["error"]["code"]) == (409, "credential_in_use")
    theirs = organizations.house(app, superuser)
    stolen = theirs.ask("admin", "POST", "/webhooks", json={"url": PUBLIC, "types": ["*"], "credential_id": credential})
    assert (stolen.status_code, stolen.json["error"]["code"]) == (404, "credential_not_found")


@pytest.mark.parametrize("url", [
    "http://169.254.169.254/latest/meta-data", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/",
    "https://user:pass@example.com/", "ftp://example.com/", "javascript:alert(1)", "https://example.com:22/",
    "https://exa mple.com/", "https://localhost/", "https://0x7f.1/", "https://example.com/\r\nX: y", "", "x" * 3000])
def test_an_address_inside_is_refused_when_it_is_typed(house: House, url: str) -> None:
    answer = house.ask("admin", "POST", "/webhooks", json={"url": url, "types": ["*"]})
    assert answer.status_code == 422 and list(answer.json["error"]["errors"]) == ["url"], answer.text


@pytest.mark.parametrize(("field", "value"), [
    ("types", []), ("types", ["no.such"]), ("types", ["*", "membership.created"]), ("types", "membership.created"),
    ("description", "two\nlines"), ("description", "d" * 121), ("credential_id", "mine")])
def test_bad_input_is_told_by_field(house: House, field: str, value: Any) -> None:
    body = {"url": PUBLIC, "types": ["*"], field: value}
    answer = house.ask("admin", "POST", "/webhooks", json=body)
    assert answer.status_code == 422 and field in str(answer.json["error"]["errors"]), answer.text


def test_there_are_only_so_many(house: House) -> None:
    for _ in range(ENDPOINTS_MAX):
        subscribe(house, PUBLIC)
    more = house.ask("admin", "POST", "/webhooks", json={"url": PUBLIC, "types": ["*"]})
    assert (more.status_code, more.json["error"]["code"]) == (409, "too_many_webhooks")


def test_what_is_not_yours_is_not_there(app: Flask, superuser: psycopg.Connection, house: House) -> None:
    theirs = organizations.house(app, superuser)
    webhook_id = subscribe(theirs, PUBLIC)["webhook"]["id"]
    delivery = ping(theirs, webhook_id)
    mine = subscribe(house, PUBLIC)["webhook"]["id"]
    for method, path in (("GET", "/webhooks/{}"), ("DELETE", "/webhooks/{}"), ("GET", "/webhooks/{}/deliveries"),
                         ("POST", "/webhooks/{}/pings"), ("POST", "/webhooks/{}/secret"),
                         ("POST", f"/webhooks/{mine}/deliveries/{{}}/replay")):
        target = delivery if "replay" in path else webhook_id
        other, none = (house.ask("admin", method, path.format(one), headers={"Accept-Language": "en"})
                       for one in (target, uuid4()))
        assert other.status_code == none.status_code == 404, (method, path)
        assert other.json["error"] == none.json["error"]


def test_a_stored_reply_does_not_hold_the_secret(superuser: psycopg.Connection, house: House) -> None:
    """Shown once and kept nowhere; a retry with the same key is answered all the same (API-4)."""
    key, body = str(uuid4()), {"url": PUBLIC, "types": ["*"]}
    first, again = (house.ask("admin", "POST", "/webhooks", json=body, headers={"Idempotency-Key": key})
                    for _ in range(2))
    assert first.data == again.data and again.headers["Idempotent-Replayed"] == "true"
    secret = first.json["data"]["secret"]
    kept = superuser.execute("select count(*) from stored_replies t where key = %s and t::text like %s",
                             [key, f"%{secret}%"]).fetchone()
    assert kept == (0,)


def test_the_standards_own_vector_is_signed_alike() -> None:
    """Standard Webhooks 1.0, the example of its specification."""
    body, at = '{"test": 2432232314}', clock.now().fromtimestamp(1614265330, clock.now().tzinfo)
    signed = rules.headers(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
                           body=body, at=at)
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_a_crash_left_is_taken_up_and_what_is_old_goes(
    app: Flask, superuser: psycopg.Connection, house: House
) -> None:
    with receiver(app) as server:
        webhook_id = subscribe(house, server.url)["webhook"]["id"]
        delivery = ping(house, webhook_id)
        superuser.execute("delete from outbox where org_id = %s", [house.org_id])  # the job is lost
        with clock.held_at(clock.now() + timedelta(minutes=3)):
            with app.app_context(), unit_of_work(system()):
                webhooks.send_due()
            run(app, superuser, house.org_id)
        assert len(server.heard) == 1
    assert log(house, webhook_id)[0]["id"] == delivery
    superuser.execute("update webhook_deliveries set settled_at = now() - interval '31 days' where id = %s", [delivery])
    with app.app_context(), unit_of_work(system()):
        webhooks.sweep()
    assert log(house, webhook_id) == []
