"""The page behind the link of a decision's e-mail: for one decision of one person, until the deadline (MOD-2)."""
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from castingops.casting import handlers as casting_handlers
from castingops.casting import service as casting
from castingops.casting.events import ProfileRejected
from castingops.core import signing
from castingops.core.actor import system
from castingops.web import headers
from castingops.web.limits import Limiter
from tests.factories import doors, moderation, reports
from tests.factories.appeals import REASONS, decided, link
from tests.factories.moderation import Person


@pytest.fixture
def person(app: Flask, superuser: psycopg.Connection) -> Person:
    return moderation.person(app, superuser)


def send(client: FlaskClient, path: str, text: str, **more: Any) -> TestResponse:
    csrf = doors.csrf_of(client.get(path).text)
    return client.post(path, data={"csrf_token": csrf, "text": text, **more})


def appeals_of(superuser: psycopg.Connection, subject_id: UUID) -> list[tuple[Any, ...]]:
    return superuser.execute("select body, via, ref from appeals where subject_id = %s", [subject_id]).fetchall()


def test_reasons_and_a_form_without_signing_in(app: Flask, superuser: psycopg.Connection, person: Person) -> None:
    path = link(app, person.subject_id, decided(superuser, person.subject_id))
    answer = app.test_client().get(path, headers={"Accept-Language": "ar"})
    assert answer.status_code == 200 and '<html lang="ar" dir="rtl">' in answer.text
    assert REASONS[0] in answer.text and REASONS[1] in answer.text
    assert "for staff only" not in answer.text and str(person.subject_id) not in answer.text
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "same-origin"
    assert "/console/" not in answer.text


def test_the_other_language_is_a_link_away(app: Flask, superuser: psycopg.Connection, person: Person) -> None:
    path = link(app, person.subject_id, decided(superuser, person.subject_id))
    english = app.test_client().get(path + "?locale=en", headers={"Accept-Language": "ar"})
    assert '<html lang="en" dir="ltr">' in english.text and "Why should the decision change?" in english.text


def test_sending_shows_a_reference_and_sends_once(app: Flask, superuser: psycopg.Connection, person: Person) -> None:
    path, client = link(app, person.subject_id, decided(superuser, person.subject_id)), app.test_client()
    first = send(client, path, " <b>I did not.</b> ", locale="en")
    (body, via, ref), = appeals_of(superuser, person.subject_id)
    assert (first.status_code, body, via) == (200, "<b>I did not.</b>", "link") and ref in first.text
    page = client.get(path + "?locale=en").text
    assert ref in page and "<textarea" not in page and "We have your appeal." in page
    again = client.post(path, data={"csrf_token": doors.csrf_of(app.test_client().get("/console/sign-in").text)})
    assert again.status_code in (200, 400) and len(appeals_of(superuser, person.subject_id)) == 1


def test_replayed_form_is_one_appeal(app: Flask, superuser: psycopg.Connection, person: Person) -> None:
    path, client = link(app, person.subject_id, decided(superuser, person.subject_id)), app.test_client()
    form = {"csrf_token": doors.csrf_of(client.get(path).text), "text": "x", "locale": "en"}
    first, second = client.post(path, data=form), client.post(path, data=form)
    ref = appeals_of(superuser, person.subject_id)[0][2]
    assert first.status_code == second.status_code == 200 and ref in first.text and ref in second.text


def test_form_sent_twice_at_once_is_one_appeal(app: Flask, superuser: psycopg.Connection, person: Person) -> None:
    path = link(app, person.subject_id, decided(superuser, person.subject_id))

    def post(_: int) -> TestResponse:
        return send(app.test_client(), path, "x", locale="en")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(post, range(6)))
    ref = appeals_of(superuser, person.subject_id)[0][2]
    assert all(answer.status_code == 200 and ref in answer.text for answer in answers)
    assert len(appeals_of(superuser, person.subject_id)) == 1


@pytest.mark.parametrize(("text", "words"), [
    ("", "Say why the decision should change."), ("x" * 4001, "Use at most 4000 characters."),
    ("a\u202eb", "This holds a character that cannot be stored.")])
def test_what_cannot_be_kept_comes_back(app: Flask, superuser: psycopg.Connection, person: Person, text: str,
                                        words: str) -> None:
    path = link(app, person.subject_id, decided(superuser, person.subject_id))
    answer = send(app.test_client(), path, text, locale="en")
    assert answer.status_code == 422 and words in answer.text and appeals_of(superuser, person.subject_id) == []
    assert not text.strip() or text[:100] in answer.text


def test_without_the_pages_token_nothing_is_sent(app: Flask, superuser: psycopg.Connection, person: Person) -> None:
    """What was typed is kept; another site's form is refused outright."""
    path, client = link(app, person.subject_id, decided(superuser, person.subject_id)), app.test_client()
    stale = client.post(path, data={"text": "I typed this", "locale": "en"})
    assert stale.status_code == 400 and "I typed this" in stale.text and "open too long" in stale.text
    foreign = client.post(path, data={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403 and appeals_of(superuser, person.subject_id) == []


class TestLinks:
    def test_every_link_that_does_not_work_gets_one_page(self, app: Flask, superuser: psycopg.Connection,
                                                         person: Person) -> None:
        """Forged, altered, expired, of another purpose, of another person, of no decision: the same words."""
        decision, other = decided(superuser, person.subject_id), moderation.person(app, superuser)
        good = link(app, person.subject_id, decision)
        with app.app_context():
            facts = {"d": str(decision), "s": str(person.subject_id)}
            foreign = signing.sign(facts, purpose="media", seconds=600)
            old = signing.sign(facts, purpose="appeal", seconds=-1)
        paths = [good[:-2] + "xx", good + "x", "/appeals/nonsense", f"/appeals/{foreign}", f"/appeals/{old}",
                 link(app, other.subject_id, decision), link(app, person.subject_id, uuid4()), "/appeals/" + "a" * 5000]
        pages = {re.sub(r"[?&]v=\d+", "", app.test_client().get(path).text) for path in paths}
        assert {app.test_client().get(path).status_code for path in paths} == {404} and len(pages) == 1
        assert "This link does not work" in pages.pop()
        posted = send(app.test_client(), good, "x")
        assert posted.status_code == 200

    def test_posting_to_one_does_nothing(self, app: Flask, superuser: psycopg.Connection, person: Person) -> None:
        client = app.test_client()
        good = link(app, person.subject_id, decided(superuser, person.subject_id))
        csrf = doors.csrf_of(client.get(good).text)
        answer = client.post(good[:-2] + "xx", data={"csrf_token": csrf, "text": "x"})
        assert answer.status_code == 404 and appeals_of(superuser, person.subject_id) == []

    @pytest.mark.parametrize(("days", "state"), [(-0.01, "force"), (30, "overturned")])
    def test_deadline_and_state_are_asked_again(self, app: Flask, superuser: psycopg.Connection, person: Person,
                                                days: float, state: str) -> None:
        """A link that still verifies does not reach past the decision's own deadline."""
        path = link(app, person.subject_id, decided(superuser, person.subject_id, days=days, state=state))
        client = app.test_client()
        page = client.get(path + "?locale=en")
        assert page.status_code == 200 and "<textarea" not in page.text and "cannot be appealed any more" in page.text

    def test_links_are_not_logged(self) -> None:
        assert headers._SENSITIVE_PATH.sub(r"\1…", "/appeals/secret-token") == "/appeals/…"

    def test_limit_by_address(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        narrow = app.extensions["settings"].model_copy(update={"limit_appeal": "2/minute"})
        app.extensions["redis"].flushdb()
        monkeypatch.setitem(app.extensions, "limiter", Limiter(narrow))
        answers = [app.test_client().get("/appeals/nonsense").status_code for _ in range(3)]
        assert answers == [404, 404, 429]


def test_the_mail_of_a_refusal_says_how_to_appeal(app: Flask, superuser: psycopg.Connection, person: Person) -> None:
    """In both languages, with a link that works and the day until which it does."""
    staff = reports.moderator()
    number = person.submit().subject_revision
    with moderation.as_actor(app, staff):
        casting.reject_revision(
            actor=staff, subject_id=person.subject_id, number=number, statement_en=REASONS[0], statement_ar=REASONS[1],
            reason_code="PR-1.1")
    decided(superuser, person.subject_id)
    actor = system(person.subject_id)
    with moderation.as_actor(app, actor):
        event = ProfileRejected(subject_id=person.subject_id, revision=number, revision_id=uuid4(),
                                reason_code="PR-1.1")
        casting_handlers.tell_rejected(event, actor=actor)
    row = superuser.execute("select body_en, body_ar from notifications where subject_id = %s", [person.subject_id])
    told = row.fetchone()
    assert told
    for body in told:
        found = re.search(r"http\S+(/appeals/\S+)", body)
        assert found and app.test_client().get(found.group(1)).status_code == 200
    assert "You can appeal this decision until" in told[0] and "يمكنك الاعتراض" in told[1]
