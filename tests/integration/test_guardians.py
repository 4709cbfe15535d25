"""Guardians and wards by the API: stated, proved, verified by two people, acted for, and no further (ID-10, ID-12)."""
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.identity.types.guardians import RulingKind
from tests.factories import guardians
from tests.factories.casting import document
from tests.factories.guardians import Desk


@pytest.fixture(scope="module")
def desk(app: Flask) -> Desk:
    return Desk(app)


def body(answer: Any) -> Any:
    """The bytes of an answer without the request's own id."""
    return {name: value for name, value in answer.json.items() if name != "meta"}


def test_a_ward_goes_from_statement_to_publication(app: Flask, desk: Desk, superuser: psycopg.Connection) -> None:
    """ID-10, reliability.md §3: a guardian states, two members of staff verify, the guardian acts, a minor goes out."""
    mother = guardians.guardian(app)
    ward = guardians.add_ward(mother)
    assert (ward["state"], ward["may_act"], ward["scopes"]) == ("pending", False, [])
    refused = mother.ask("POST", f"/api/v1/me/wards/{ward['id']}/act")
    assert refused.status_code == 409 and refused.json["error"]["code"] == "guardian_unverified"
    sent = guardians.add_document(mother, ward["id"])
    assert sent.status_code == 201 and [one["kind"] for one in sent.json["data"]["documents"]] == ["custody_order"]
    desk.verify(ward)
    seen = mother.ask("GET", f"/api/v1/me/wards/{ward['id']}").json["data"]
    assert (seen["state"], seen["may_act"], seen["documents"]) == ("verified", True, [])
    child = guardians.acting(app, mother, ward["id"])
    assert guardians.photo(child).status_code == 201
    written = child.ask("PUT", "/api/v1/me/talent-profile", json=document(birth_date=ward["birth_date"]))
    assert written.status_code == 200
    submitted = child.ask("POST", "/api/v1/me/talent-profile/submissions")
    assert submitted.status_code == 201, submitted.text
    row = superuser.execute("select guardianship_id is not null from profile_revisions where subject_id = %s",
                            [ward["id"]]).fetchone()
    assert row == (True,)
    consents = {one["purpose"]: one for one in child.ask("GET", "/api/v1/me/consents").json["data"]}
    assert consents["profile"]["given"]
    version = consents["profile"]["notice_version"]
    for change in ("withdrawn", "given"):
        wish = {"purpose": "profile", "change": change, "privacy_notice_version": version}
        assert child.ask("POST", "/api/v1/me/consents", json=wish).json["data"]["given"] is (change == "given")
    proof = superuser.execute("select count(*) from consent_events where subject_id = %s and guardian_id = %s",
                              [ward["id"], mother.user_id]).fetchone()
    assert proof == (3,), "each names the guardian and the guardianship"


def test_a_token_for_a_ward_is_good_for_what_concerns_the_child_alone(app: Flask, desk: Desk) -> None:
    """ID-12: profile, photos, consents, decisions, messages; not the account, nor another ward."""
    mother, ward = guardians.verified(app, desk)
    child = guardians.acting(app, mother, ward["id"])
    for path in ("talent-profile", "photos", "consents", "decisions", "notifications"):
        assert child.ask("GET", f"/api/v1/me/{path}").status_code == 200, path
    for method, path in (("GET", "/me"), ("GET", "/me/wards"), ("POST", f"/me/wards/{ward['id']}/act"),
                         ("POST", "/me/password"), ("POST", "/reports")):
        assert child.ask(method, f"/api/v1{path}", json={}).status_code == 403, path


def test_another_s_ward_looks_like_none(app: Flask, desk: Desk) -> None:
    """CRIT-03: 404, byte-equal to an id that nobody has."""
    _, ward = guardians.verified(app, desk)
    stranger = guardians.guardian(app)
    for method, path, sent in (("GET", "", {}), ("PATCH", "", {"json": {}}), ("POST", "/act", {}),
                               ("POST", "/disputes", {"json": {"reason": "mine"}})):
        theirs, nobody = (stranger.ask(method, f"/api/v1/me/wards/{one}{path}", **sent)
                          for one in (ward["id"], uuid4()))
        assert (theirs.status_code, body(theirs)) == (404, body(nobody)), path
    assert guardians.add_document(stranger, ward["id"]).status_code == 404


def test_a_guardian_alone_submits_nothing_for_a_minor(app: Flask) -> None:
    """The code of before guardians existed stays what a minor's own account is told."""
    minor = guardians.doors.register(app, birth_date=guardians.born(12))
    assert guardians.photo(minor).status_code == 201
    minor.ask("PUT", "/api/v1/me/talent-profile", json=document(birth_date=guardians.born(12)))
    refused = minor.ask("POST", "/api/v1/me/talent-profile/submissions")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "guardian_required")


def test_who_loses_custody_between_open_and_submit_is_refused(app: Flask, desk: Desk) -> None:
    """reliability.md: the rule at commit time wins, also while the token is still believed for some seconds."""
    mother, ward = guardians.verified(app, desk)
    child = guardians.acting(app, mother, ward["id"])
    assert guardians.photo(child).status_code == 201
    child.ask("PUT", "/api/v1/me/talent-profile", json=document(birth_date=ward["birth_date"]))
    desk.rule(ward["guardianship"], RulingKind.END, told="custody")
    assert child.ask("GET", "/api/v1/me/talent-profile").status_code == 401
