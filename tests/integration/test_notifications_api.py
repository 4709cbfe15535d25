"""The inbox by API (NOTE-1, API-2, API-3): one's own messages, in the language of the request."""
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from castingops.core.actor import Actor, system
from castingops.core.db import unit_of_work
from castingops.core.roles import AppRole
from castingops.notifications import service
from castingops.notifications.schemas import NotificationSchema
from castingops.notifications.service import templates
from tests.factories.notifications import NOTICE, make_subject

INBOX = "/api/v1/me/notifications"


class SignedIn:
    """Stands at identity's port: this person's app is asking."""

    def __init__(self, subject_id: UUID) -> None:
        self.actor = Actor("person", subject_id, subject_id, roles=frozenset({AppRole.TALENT}))

    def bearer(self, audiences: tuple[str, ...]) -> Actor:
        return self.actor


@pytest.fixture
def person(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """Someone with two messages, who is signed in."""
    subject_id = make_subject(superuser)
    monkeypatch.setitem(templates._REGISTRY, NOTICE.name, NOTICE)
    monkeypatch.setitem(app.extensions, "sign_in", SignedIn(subject_id))
    with app.app_context(), unit_of_work(system()):
        for value in ("first", "second"):
            service.notify(NOTICE.name, actor=system(), recipient=subject_id, values={"time": value})
    return subject_id


@pytest.fixture
def client(app: Flask, person: UUID) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(("language", "subject"), [
    ("ar", "متأخر \u2068second\u2069"), ("en", "overdue \u2068second\u2069"),
])
def test_list_speaks_the_language_of_the_request(client: FlaskClient, language: str, subject: str) -> None:
    answer = client.get(INBOX, headers={"Accept-Language": language})
    assert answer.status_code == 200 and answer.json and answer.json["success"]
    assert answer.json["data"][0]["subject"] == subject and len(answer.json["data"]) == 2
    assert NotificationSchema(many=True).validate(answer.json["data"]) == {}


def test_read_takes_a_message_out_of_the_unread(client: FlaskClient) -> None:
    listed = client.get(INBOX).json
    assert listed
    newest = listed["data"][0]["id"]
    first, second = (client.post(f"{INBOX}/{newest}/read").json for _ in range(2))
    assert first and second and first["data"]["read_at"] == second["data"]["read_at"] is not None
    unread = client.get(INBOX, query_string={"unread": "true"}).json
    assert unread and [row["id"] for row in unread["data"]] == [listed["data"][1]["id"]]


def test_other_persons_message_is_404_like_an_unknown_one(
    client: FlaskClient, app: Flask, superuser: psycopg.Connection
) -> None:
    other = make_subject(superuser)
    with app.app_context(), unit_of_work(system()):
        theirs = service.notify(NOTICE.name, actor=system(), recipient=other, values={"time": "x"})
    answers = [client.post(f"{INBOX}/{notification_id}/read") for notification_id in (theirs, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    errors = [answer.json and answer.json["error"] for answer in answers]
    assert errors[0] == errors[1] and errors[0]["code"] == "notification_not_found"


@pytest.mark.parametrize("query", [{"cursor": "?"}, {"cursor": "x" * 300}, {"unread": "perhaps"}])
def test_bad_query_is_a_clear_422(client: FlaskClient, query: dict[str, str]) -> None:
    answer = client.get(INBOX, query_string=query)
    assert answer.status_code == 422 and answer.json and set(answer.json["error"]["errors"]) == set(query)


def test_refusal_of_an_input_is_in_the_language_of_the_request(client: FlaskClient) -> None:
    answer = client.get(INBOX, query_string={"unread": "perhaps"}, headers={"Accept-Language": "ar"})
    assert answer.json and answer.json["error"]["errors"] == {"unread": ["القيمة إما true وإما false."]}
