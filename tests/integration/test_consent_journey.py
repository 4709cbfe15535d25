"""Notices and consents: shown in both languages, given for one purpose at a time, withdrawn as easily, provable."""
from hashlib import sha256
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import errors as pg

from castingops.consent import privacy, service
from castingops.consent.errors import ConsentMissing
from castingops.core import arabic_style
from castingops.core.actor import Actor, system
from castingops.core.config import Settings
from castingops.core.db import unit_of_work
from castingops.core.privacy import Purpose
from tests.factories.identity import NOTICE, Person, bearer, make_person, registration, tokens_of

ACCEPTS = {"terms": True, "privacy_notice_version": NOTICE}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def signed_in(client: FlaskClient, person: Person) -> dict[str, str]:
    return {**bearer(tokens_of(client, person)), "Idempotency-Key": str(uuid4())}


def post(client: FlaskClient, headers: dict[str, str], **body: Any) -> Any:
    return client.post("/api/v1/me/consents", json=body, headers={**headers, "Idempotency-Key": str(uuid4())})


def events_of(superuser: psycopg.Connection, person: Person) -> list[tuple[Any, ...]]:
    return superuser.execute(
        "select e.purpose, e.change, e.means, n.kind, n.version, n.locale, n.age_band, e.text_hash = n.text_hash"
        " from consent_events e join notices n on n.id = e.notice_id where e.subject_id = %s order by e.id",
        [person.user_id]).fetchall()


class TestNotices:
    @pytest.mark.parametrize("locale", ["en", "ar"])
    @pytest.mark.parametrize("band", ["adult", "minor"])
    def test_notices_are_public_and_hashed(self, client: FlaskClient, locale: str, band: str) -> None:
        """Implementing Regulation art. 4: in each language, and worded for minors."""
        answer = client.get("/api/v1/privacy-notices", query_string={"locale": locale, "age_band": band})
        assert answer.status_code == 200 and answer.json
        notices = answer.json["data"]
        assert [(notice["kind"], notice["version"], notice["locale"], notice["age_band"]) for notice in notices] == [
            ("marketing", "2026-12", locale, band), ("privacy", NOTICE, locale, band), ("terms", NOTICE, locale, band)]
        for notice in notices:
            text = f"{notice['title']}\n{notice['body']}"
            assert len(notice["body"]) > 300 and notice["text_hash"] == sha256(text.encode()).hexdigest()

    def test_notices_come_in_the_language_of_the_request(self, client: FlaskClient) -> None:
        answer = client.get("/api/v1/privacy-notices", headers={"Accept-Language": "ar"})
        assert answer.json and answer.json["data"][1]["title"] == "إشعار الخصوصية"
        assert client.get("/api/v1/privacy-notices", query_string={"age_band": "old"}).status_code == 422

    def test_arabic_notices_follow_the_house_rules(self, superuser: psycopg.Connection) -> None:
        """arabic.md: terms of the law, spelling and punctuation."""
        pairs = superuser.execute(
            "select e.title || E'\\n' || e.body, a.title || E'\\n' || a.body from notices e join notices a using"
            " (kind, version, age_band) where e.locale = 'en' and a.locale = 'ar'").fetchall()
        assert len(pairs) == 6
        for english, arabic in pairs:
            assert english.count("\n\n") == arabic.count("\n\n")
            assert list(arabic_style.problems_of(english, arabic)) == []

    def test_notice_in_force_is_the_newest(self, app: Flask, client: FlaskClient,
                                           superuser: psycopg.Connection) -> None:
        make_person(app)
        superuser.execute(
            "insert into notices (kind, version, locale, age_band, title, body, text_hash, published_at)"
            " select kind, '2027-01', locale, age_band, title, body, text_hash, now() from notices"
            " where kind = 'privacy' and version = %s", [NOTICE])
        try:
            outdated = client.post("/api/v1/auth/register", json=registration())
            assert outdated.status_code == 422 and outdated.json
            assert "2027-01" in outdated.json["error"]["errors"]["accepts"][0]
            make_person(app, accepts={**ACCEPTS, "privacy_notice_version": "2027-01"})
        finally:
            superuser.execute("delete from consent_events using notices n where notice_id = n.id"
                              " and n.version = '2027-01'")
            superuser.execute("delete from notices where version = '2027-01'")


class TestRegistration:
    def test_registration_writes_the_first_consents(self, app: Flask, superuser: psycopg.Connection) -> None:
        """ID-1: in the account's own transaction; each purpose for itself, with the text that was shown."""
        person = make_person(app, locale="ar", accepts={**ACCEPTS, "purposes": ["profile", "profile"]})
        assert events_of(superuser, person) == [
            ("account", "given", "registration", "terms", NOTICE, "ar", "adult", True),
            ("account", "given", "registration", "privacy", NOTICE, "ar", "adult", True),
            ("profile", "given", "registration", "privacy", NOTICE, "ar", "adult", True)]
        said = superuser.execute("select name, payload->>'purpose' from outbox where subject_id = %s and name like"
                                 " 'consent.%%' order by id", [person.user_id]).fetchall()
        assert said == [("consent.given", purpose) for purpose in ("account", "account", "profile")]

    def test_registration_of_a_minor_accepts_the_minors_texts(self, app: Flask, superuser: psycopg.Connection) -> None:
        person = make_person(app, birth_date="2012-05-01")
        assert {event[6] for event in events_of(superuser, person)} == {"minor"}

    @pytest.mark.parametrize(("accepts", "birth_date", "status", "code"), [
        ({**ACCEPTS, "terms": False}, "1995-03-01", 422, "acceptance_missing"),
        ({**ACCEPTS, "privacy_notice_version": "2020-01"}, "1995-03-01", 422, "acceptance_missing"),
        ({**ACCEPTS, "purposes": ["billing"]}, "1995-03-01", 409, "not_by_consent"),
        ({**ACCEPTS, "purposes": ["profile"]}, "2012-05-01", 403, "guardian_needed"),
        ({**ACCEPTS, "purposes": ["world domination"]}, "1995-03-01", 422, "invalid"),
        ({**ACCEPTS, "purposes": ["profile"] * 100}, "1995-03-01", 422, "invalid"),
    ])
    def test_registration_that_accepts_wrongly_is_refused(
        self, app: Flask, client: FlaskClient, accepts: dict[str, Any], birth_date: str | None, status: int, code: str,
    ) -> None:
        """The refusal is the same whether the e-mail is known or not: it must not tell."""
        known = make_person(app)
        for changes in ({}, {"email": known.email}):
            body = registration(accepts=accepts, birth_date=birth_date, **changes)
            answer = client.post("/api/v1/auth/register", json=body)
            assert (answer.status_code, answer.json and answer.json["error"]["code"]) == (status, code)


class TestOwnConsents:
    def test_list_names_every_purpose_and_its_basis(self, app: Flask, client: FlaskClient) -> None:
        headers = signed_in(client, make_person(app))
        answer = client.get("/api/v1/me/consents", headers={**headers, "Accept-Language": "ar"})
        assert answer.json
        states = {state["purpose"]: state for state in answer.json["data"]}
        assert set(states) == set(map(str, Purpose))
        assert [purpose for purpose, state in states.items() if state["withdrawable"]] == [
            "marketing", "profile", "sensitive"]
        assert states["account"]["given"] and states["account"]["notice_version"] == NOTICE
        assert not states["profile"]["given"] and states["profile"]["since"] is None
        assert states["profile"]["title"] == "ملفك التعريفي المنشور"

    def test_consent_is_withdrawn_as_easily_as_given(self, app: Flask, client: FlaskClient,
                                                     superuser: psycopg.Connection) -> None:
        """Implementing Regulation art. 12; each event is in the trail, and saying it twice writes it once."""
        person = make_person(app)
        headers = signed_in(client, person)
        for change in ("given", "given", "withdrawn", "withdrawn", "given"):
            answer = post(client, headers, purpose="profile", change=change, privacy_notice_version=NOTICE)
            assert answer.status_code == 201 and answer.json["data"]["given"] is (change == "given")
        changes = [event[1] for event in events_of(superuser, person) if event[0] == "profile"]
        assert changes == ["given", "withdrawn", "given"]
        acts = superuser.execute("select action from audit_entries where subject_id = %s and action like 'consent.%%'"
                                 " order by occurred_at", [person.user_id]).fetchall()
        assert [act for (act,) in acts[2:]] == ["consent.purpose.give", "consent.purpose.withdraw",
                                               "consent.purpose.give"]
        said = superuser.execute("select name from outbox where subject_id = %s and payload->>'purpose' = 'profile'"
                                 " order by id", [person.user_id]).fetchall()
        assert said == [("consent.given",), ("consent.withdrawn",), ("consent.given",)]

    @pytest.mark.parametrize(("body", "status", "code"), [
        ({"purpose": "account", "change": "withdrawn"}, 409, "not_by_consent"),
        ({"purpose": "billing", "change": "given", "privacy_notice_version": NOTICE}, 409, "not_by_consent"),
        ({"purpose": "profile", "change": "given"}, 409, "notice_outdated"),
        ({"purpose": "profile", "change": "given", "privacy_notice_version": "1"}, 409, "notice_outdated"),
        ({"purpose": "nothing", "change": "given"}, 422, "invalid"),
        ({"purpose": "profile", "change": "maybe"}, 422, "invalid"),
        ({"purpose": "\x00", "change": "\ud800"}, 422, "invalid"),
    ])
    def test_change_that_cannot_be_is_refused(self, app: Flask, client: FlaskClient, body: dict[str, Any], status: int,
                                              code: str) -> None:
        answer = post(client, signed_in(client, make_person(app)), **body)
        assert (answer.status_code, answer.json["error"]["code"]) == (status, code)

    def test_minor_cannot_give_but_can_always_withdraw(self, app: Flask, client: FlaskClient) -> None:
        """Implementing Regulation art. 11: a consent needs full capacity."""
        headers = signed_in(client, make_person(app, birth_date="2012-05-01"))
        given = post(client, headers, purpose="profile", change="given", privacy_notice_version=NOTICE)
        assert (given.status_code, given.json["error"]["code"]) == (403, "guardian_needed")
        assert post(client, headers, purpose="profile", change="withdrawn").status_code == 201

    def test_submission_is_a_consent_to_publication(self, app: Flask, superuser: psycopg.Connection) -> None:
        """Given by the act itself, once; after a withdrawal sending the profile again gives it again."""
        person = make_person(app)
        actor = Actor("person", person.user_id, subject_id=person.user_id)
        for said in ("submit", "submit", "withdraw", "submit"):
            with app.app_context(), unit_of_work(actor):
                if said == "submit":
                    service.record_submission(actor=actor)
                else:
                    service.change("profile", service.Change.WITHDRAWN, actor=actor, notice_version=None)
        events = [event[1:3] for event in events_of(superuser, person) if event[0] == "profile"]
        assert events == [("given", "submission"), ("withdrawn", "app"), ("given", "submission")]

    def test_require_asks_for_the_last_word(self, app: Flask, client: FlaskClient) -> None:
        person = make_person(app, accepts={**ACCEPTS, "purposes": ["profile"]})
        actor = Actor("person", person.user_id, subject_id=person.user_id)
        with app.app_context(), unit_of_work(actor):
            service.require(Purpose.PROFILE, person.user_id, actor=actor)
        post(client, signed_in(client, person), purpose="profile", change="withdrawn")
        with app.app_context(), unit_of_work(system()):
            assert not service.is_given(Purpose.PROFILE, person.user_id, actor=system())
            with pytest.raises(ConsentMissing):
                service.require(Purpose.PROFILE, person.user_id, actor=system())

    def test_system_may_speak_for_someone_without_a_first_consent(self, app: Flask,
                                                                  superuser: psycopg.Connection) -> None:
        """Accounts from before notices existed count as adults'; nobody else's request carries an id."""
        person = make_person(app)
        superuser.execute("delete from consent_events where subject_id = %s", [person.user_id])
        inside = system(person.user_id)
        with app.app_context(), unit_of_work(inside):
            state = service.change("profile", service.Change.GIVEN, actor=inside, notice_version=NOTICE)
        assert state.given


class TestProof:
    def test_proof_cannot_be_edited_by_the_app(self, app: Flask, settings: Settings) -> None:
        """COMP-1: append-only by grant, whatever the code above does."""
        make_person(app)
        for statement in ("update consent_events set change = 'given'", "delete from consent_events",
                          "update notices set body = ''", "delete from notices",
                          "update purposes set basis = 'consent'"):
            with psycopg.connect(settings.database_url.get_secret_value()) as connection, \
                    pytest.raises(pg.InsufficientPrivilege):
                connection.execute(statement)

    def test_notice_that_is_not_its_hash_is_refused(self, app: Flask, superuser: psycopg.Connection) -> None:
        with pytest.raises(pg.CheckViolation):
            superuser.execute("update notices set body = body || '.' where kind = 'terms'")

    def test_notice_that_someone_was_shown_stays(self, app: Flask, superuser: psycopg.Connection) -> None:
        make_person(app)
        with pytest.raises(pg.RestrictViolation):
            superuser.execute("delete from notices")

    def test_purposes_are_those_of_the_labels(self, superuser: psycopg.Connection) -> None:
        rows = superuser.execute("select code from purposes").fetchall()
        assert {code for (code,) in rows} == set(map(str, Purpose))

    def test_export_tells_and_erase_keeps_the_proof(self, app: Flask, superuser: psycopg.Connection) -> None:
        person = make_person(app)
        with app.app_context(), unit_of_work(system()):
            told = privacy.export(person.user_id, actor=system())["consent_events"]
            privacy.erase(person.user_id, actor=system())
        assert [(event["purpose"], event["change"], event["means"]) for event in told] == [
            ("account", "given", "registration")] * 2
        assert len(events_of(superuser, person)) == 2
