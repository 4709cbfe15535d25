"""A talent's own profile by the API (CAST-1): written, sent for review, decided, told."""
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from castingops.casting import privacy, service
from castingops.casting.errors import GuardianRequired, RevisionDecided, RevisionNotFound, StatementMissing
from castingops.casting.schemas import OwnTalentProfileSchema, SubmissionSchema
from castingops.core import clock, consumer
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.core.errors import Conflict, NotFound
from castingops.core.roles import AppRole
from castingops.identity.types import Registration
from castingops.notifications.service import directory
from castingops.notifications.types import Recipient
from tests.factories import share_links
from tests.factories.casting import REASONS, AppUser, Crowd, People, document, staff
from tests.factories.media import jpeg


@pytest.fixture
def crowd(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    people = People()
    monkeypatch.setitem(app.extensions, "sign_in", people)
    yield Crowd(app, people, superuser)


@pytest.fixture
def talent(crowd: Crowd) -> AppUser:
    return crowd.talent()


def own(user: AppUser) -> Any:
    return user.get("/me/talent-profile").json["data"]


def events(superuser: psycopg.Connection, user: AppUser) -> list[tuple[str, Any]]:
    rows = superuser.execute(
        "select name, payload from outbox where subject_id = %s and name like 'talent_profile.%%' order by id",
        [user.id])
    return [(name, {key: value for key, value in payload.items() if key not in {"subject_id", "org_id", "revision_id"}})
            for name, payload in rows.fetchall()]


def test_profile_starts_empty_and_says_what_is_missing(talent: AppUser) -> None:
    profile = own(talent)
    assert (profile["status"], profile["version"], profile["submission"]) == ("draft", 0, None)
    assert "photos" in profile["missing"] and "birth_date" in profile["missing"]
    assert OwnTalentProfileSchema().validate(profile) == {}


def test_registration_makes_a_draft_for_talents_only(app: Flask, crowd: Crowd, superuser: psycopg.Connection) -> None:
    for role, rows in ((AppRole.TALENT, 1), (AppRole.HIRER, 0)):
        user = crowd.talent()
        new = Registration(user_id=user.id, role=role, display_name="x", locale="ar", birth_date=date(1998, 4, 12),
                           accepts={})
        with app.app_context(), unit_of_work(system(user.id)):
            service.start_profile(new, system(user.id))
        count = superuser.execute("select count(*) from talent_profiles where subject_id = %s", [user.id])
        assert count.fetchone() == (rows,)


def test_profile_is_written_whole_and_read_back(talent: AppUser) -> None:
    answer = talent.put("/me/talent-profile", document(height_cm="١٦٨"))
    profile = answer.json["data"]
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert profile == own(talent) and OwnTalentProfileSchema().validate(profile) == {}
    assert (profile["height_cm"], profile["birth_date"], profile["version"]) == (168, "1998-04-12", 1)
    assert profile["missing"] == ["photos"]
    emptier = talent.put("/me/talent-profile", {"display_name_en": "Sarah"}).json["data"]
    assert (emptier["display_name_ar"], emptier["languages"], emptier["version"]) == (None, [], 2)


def test_same_document_again_changes_nothing(talent: AppUser) -> None:
    first = talent.put("/me/talent-profile", document()).json["data"]
    assert talent.put("/me/talent-profile", document()).json["data"] == first


@pytest.mark.parametrize("how", ["version", "If-Match"])
def test_writing_over_another_change_is_a_conflict(talent: AppUser, how: str) -> None:
    talent.put("/me/talent-profile", document())
    talent.put("/me/talent-profile", document(city="jeddah"))
    stale = {"json": document(city="abha", version=1)} if how == "version" else {
        "json": document(city="abha"), "headers": {"If-Match": '"1"'}}
    answer = talent.put("/me/talent-profile", **stale)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "talent_profile_changed")
    assert answer.json["error"]["details"] == {"version": 2} and own(talent)["city"] == "jeddah"
    assert talent.put("/me/talent-profile", document(city="abha", version=2)).status_code == 200


def test_first_writes_at_once_leave_one_row(talent: AppUser, superuser: psycopg.Connection) -> None:
    with ThreadPoolExecutor(8) as pool:
        cities = ["riyadh", "jeddah", "abha", "tabuk"] * 2
        answers = list(pool.map(lambda city: talent.put("/me/talent-profile", document(city=city)).status_code, cities))
    assert set(answers) <= {200, 409} and 200 in answers
    rows = superuser.execute("select count(*) from talent_profiles where subject_id = %s", [talent.id])
    assert rows.fetchone() == (1,)


def test_submissions_at_once_leave_one_pending(talent: AppUser, superuser: psycopg.Connection) -> None:
    """Each with a key of its own: a double click that lost its first answer."""
    talent.write()
    talent.add_photo()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: talent.post("/me/talent-profile/submissions").status_code, range(8)))
    assert sorted(set(answers)) == [201, 409] and answers.count(201) == 1
    rows = superuser.execute("select count(*) from profile_revisions where subject_id = %s", [talent.id])
    assert rows.fetchone() == (1,)


def test_decisions_at_once_have_one_outcome(talent: AppUser, superuser: psycopg.Connection) -> None:
    """reliability.md: two moderators decide at once; one wins, the others learn what and when."""
    talent.submitted()

    def decide(verb: str) -> str:
        try:
            return str(talent.decide(verb, 1).status)
        except Conflict as refusal:
            return refusal.code

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(decide, ["approve_revision", "reject_revision", "request_changes"] * 2))
    assert outcomes.count("revision_decided") == 5
    assert len(events(superuser, talent)) == 2


def test_wrong_values_are_told_by_field_in_both_languages(talent: AppUser) -> None:
    """API-6."""
    wrong = document(height_cm="6 ft", playing_age_min=40, playing_age_max=20, bio_en="x" * 50_000,
                     display_name_ar="سا\u202eرة")
    english = talent.put("/me/talent-profile", wrong, headers={"Accept-Language": "en"})
    arabic = talent.put("/me/talent-profile", wrong, headers={"Accept-Language": "ar"})
    assert english.status_code == arabic.status_code == 422
    assert english.json["error"]["code"] == "talent_profile_invalid"
    assert sorted(english.json["error"]["errors"]) == ["bio_en", "display_name_ar", "height_cm", "playing_age_max"]
    assert "centimetres" in english.json["error"]["errors"]["height_cm"][0]
    assert english.json["error"]["errors"].keys() == arabic.json["error"]["errors"].keys()


@pytest.mark.parametrize("body", [
    b"", b"{}", b"[]", b"null", b'{"unknown": 1}', b'{"display_name_ar": "\\ud800"}',
    b'{"display_name_en": "a\\u0000b"}', b'{"height_cm": 1e400}', b'{"languages": [[]]}',
    b'{"skills": {"a": 1}}', b'{"version": "x"}',
    b'{"birth_date": []}', b'{"languages": [{"code": "ar", "level": "native", "x": 1}]}', b"\xff\xfe",
    b'{"height_cm": 1' + b"0" * 5000 + b"}", b"[" * 100_000], ids=lambda body: str(body[:20]))
def test_odd_bodies_are_client_errors(talent: AppUser, body: bytes) -> None:
    answer = talent.put("/me/talent-profile", None, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}, answer.json
    assert own(talent)["version"] == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_body_of_another_kind_does_not_empty_the_profile(talent: AppUser, kind: str) -> None:
    written = talent.put("/me/talent-profile", document()).json["data"]
    answer = talent.put("/me/talent-profile", None, data=b'{"city": "abha"}', headers={"Content-Type": kind})
    assert answer.status_code in {400, 415, 422} and own(talent) == written


@pytest.mark.parametrize("tag", ['"x"', "١", '"99999999999"', 'W/"1"'])
def test_foreign_tag_is_refused(talent: AppUser, tag: str) -> None:
    answer = talent.put("/me/talent-profile", document(), headers={"If-Match": tag.encode().decode("latin-1")})
    assert (answer.status_code, list(answer.json["error"]["errors"])) == (422, ["version"])


def test_incomplete_profile_is_not_sent_and_what_is_missing_is_named(talent: AppUser) -> None:
    talent.put("/me/talent-profile", document(city=None, bio_ar=None, bio_en=None))
    answer = talent.post("/me/talent-profile/submissions")
    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (422, "talent_profile_incomplete")
    assert sorted(error["errors"]) == sorted(error["details"]["missing"]) == ["bio_ar", "city", "photos"]


def test_submission_is_sent_once_and_frozen(talent: AppUser, superuser: psycopg.Connection) -> None:
    """API-4 on this route; a revision stays as it was sent."""
    talent.write()
    photo = talent.add_photo()
    key = str(uuid4())
    first, again = (talent.post("/me/talent-profile/submissions", key=key) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json["data"] == again.json["data"]
    assert SubmissionSchema().validate(first.json["data"]) == {}
    assert events(superuser, talent) == [("talent_profile.submitted", {"revision": 1, "kind": "first"})]
    talent.put("/me/talent-profile", document(city="jeddah"))
    with talent.at_work():
        revision = service.get_revision(talent.id, 1)
    assert (revision.fields.city, revision.photo_ids, revision.primary_photo_id) == ("riyadh", (photo.id,), photo.id)
    profile = own(talent)
    assert (profile["status"], profile["has_unsubmitted_changes"]) == ("submitted", True)


def test_pending_submission_is_replaced_by_a_newer_one_only_when_changed(talent: AppUser) -> None:
    talent.submitted()
    again = talent.post("/me/talent-profile/submissions")
    assert (again.status_code, again.json["error"]["code"]) == (409, "submission_pending")
    talent.write(city="jeddah")
    assert talent.post("/me/talent-profile/submissions").json["data"]["number"] == 2
    with talent.at_work():
        assert [str(one.status) for one in service.list_revisions(talent.id)] == ["pending", "superseded"]
    with pytest.raises(RevisionDecided):
        talent.decide("approve_revision", 1)


@pytest.mark.parametrize(("moment", "refused"), [
    (datetime(2026, 11, 19, 20, 59, tzinfo=UTC), True), (datetime(2026, 11, 19, 21, 0, tzinfo=UTC), False)])
def test_minor_needs_a_guardian_until_midnight_in_riyadh(crowd: Crowd, moment: datetime, refused: bool) -> None:
    """The 18th birthday begins at 21:00 UTC."""
    talent = crowd.talent()
    talent.write(birth_date="2008-11-20")
    talent.add_photo()
    with clock.held_at(moment):
        if refused:
            with pytest.raises(GuardianRequired):
                talent.submit()
        else:
            talent.submit()


def test_minor_is_told_so_by_code(talent: AppUser) -> None:
    talent.put("/me/talent-profile", {"birth_date": "2015-01-01"})
    answer = talent.post("/me/talent-profile/submissions")
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "guardian_required")


def test_database_refuses_a_minors_revision_itself(talent: AppUser, superuser: psycopg.Connection) -> None:
    """CAST-1: minor rules by CHECK, derived from the birth date."""
    talent.submitted()
    with pytest.raises(psycopg.errors.CheckViolation, match="adult_at_submission"):
        superuser.execute("update profile_revisions set birth_date = '2015-01-01' where subject_id = %s", [talent.id])


def test_approval_publishes_and_tells(talent: AppUser, superuser: psycopg.Connection) -> None:
    talent.submitted()
    decided = talent.decide("approve_revision", 1, statement_en="Fine.", statement_ar="مستوفٍ للشروط.")
    profile = own(talent)
    assert str(decided.status) == "approved"
    assert (profile["status"], profile["has_unsubmitted_changes"]) == ("published", False)
    assert profile["submission"]["statement_ar"] == "مستوفٍ للشروط." and profile["published_id"]
    assert events(superuser, talent)[1] == ("talent_profile.approved", {"revision": 1})
    nothing_new = talent.post("/me/talent-profile/submissions")
    assert (nothing_new.status_code, nothing_new.json["error"]["code"]) == (409, "nothing_to_submit")


@pytest.mark.parametrize(("verb", "status"), [
    ("request_changes", "changes_requested"), ("reject_revision", "rejected")])
def test_refusal_gives_reasons_in_both_languages(talent: AppUser, superuser: psycopg.Connection, verb: str,
                                                 status: str) -> None:
    talent.submitted().decide(verb, 1)
    profile = own(talent)
    assert (profile["status"], profile["published_id"]) == (status, None)
    assert {name: profile["submission"][name] for name in REASONS} == REASONS
    assert events(superuser, talent)[1] == (f"talent_profile.{status}", {"revision": 1, "reason_code": "photo_unclear"})
    talent.add_photo(jpeg(20))
    assert talent.submit().number == 2


def test_refused_change_leaves_what_was_approved_visible(talent: AppUser, crowd: Crowd) -> None:
    talent.approved()
    talent.write(city="jeddah")
    talent.submit()
    with talent.at_work():
        before = service.previous_approved(talent.id, 2)
        assert before is not None and (before.number, before.fields.city) == (1, "riyadh")
        assert service.previous_approved(talent.id, 1) is None
        assert str(service.get_revision(talent.id, 2).kind) == "change"
    talent.decide("reject_revision", 2)
    profile = own(talent)
    assert profile["status"] == "rejected"
    shown = crowd.hirer().get(f"/talent-profiles/{profile['published_id']}").json["data"]
    assert shown["city"] == "riyadh"


def test_second_approval_changes_what_is_published_under_the_same_address(talent: AppUser, crowd: Crowd) -> None:
    talent.approved()
    address = own(talent)["published_id"]
    talent.write(city="jeddah", languages=[{"code": "fr", "level": "basic"}])
    talent.submit()
    talent.decide("approve_revision", 2)
    shown = crowd.hirer().get(f"/talent-profiles/{address}").json["data"]
    assert own(talent)["published_id"] == address
    assert (shown["city"], shown["languages"]) == ("jeddah", ["fr"])


def test_decision_stands_once(talent: AppUser) -> None:
    talent.submitted().decide("approve_revision", 1)
    with pytest.raises(RevisionDecided) as refusal:
        talent.decide("reject_revision", 1)
    assert refusal.value.details["status"] == "approved" and refusal.value.details["decided_at"]


def test_decision_names_its_reasons_and_its_revision(talent: AppUser) -> None:
    talent.submitted()
    with pytest.raises(RevisionNotFound):
        talent.decide("approve_revision", 7)
    actor = staff()
    with pytest.raises(StatementMissing), talent.app.app_context(), unit_of_work(actor):
        service.reject_revision(actor=actor, subject_id=talent.id, number=1, statement_en="x", statement_ar="",
                                reason_code="x")


def test_only_the_house_decides(talent: AppUser, crowd: Crowd) -> None:
    """RLS and `entering`: a person can enter no other, and not publish themselves."""
    talent.submitted()
    other = crowd.talent()
    with pytest.raises(NotFound), other.at_work() as actor:
        service.approve_revision(actor=actor, subject_id=talent.id, number=1)
    with pytest.raises(ProgrammingError, match="row-level security"), talent.at_work() as actor:
        service.approve_revision(actor=actor, subject_id=talent.id, number=1)


@pytest.mark.parametrize("column", ["snapshot = '{}'", "number = 9", "submitted_at = now()"])
def test_revision_cannot_be_rewritten(talent: AppUser, column: str) -> None:
    talent.submitted()
    with pytest.raises(ProgrammingError, match="permission denied"):  # noqa: SIM117
        with talent.app.app_context(), unit_of_work(system(talent.id)) as session:
            session.execute(text(f"update profile_revisions set {column}"))


def test_row_level_security_hides_profiles_without_any_filter(talent: AppUser, crowd: Crowd) -> None:
    """ORG-2: the app's own filters out of the way."""
    talent.submitted()
    other = crowd.talent()
    with other.at_work(), pytest.raises(RevisionNotFound):
        service.get_revision(talent.id, 1)
    for actor, seen in ((other.actor, 0), (talent.actor, 1)):
        with talent.app.app_context(), unit_of_work(actor) as session:
            for table in ("talent_profiles", "profile_revisions"):
                found = session.scalar(text(f"select count(*) from {table} where subject_id = :id"), {"id": talent.id})
                assert found == seen


def test_hirers_have_no_own_profile(crowd: Crowd) -> None:
    hirer = crowd.hirer()
    for answer in (hirer.get("/me/talent-profile"), hirer.put("/me/talent-profile", {}), hirer.get("/me/photos"),
                   hirer.post("/me/talent-profile/submissions")):
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "forbidden")


def test_talent_is_told_of_every_decision(app: Flask, talent: AppUser, superuser: psycopg.Connection,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """NOTE-1: inbox and e-mail, in both languages, once."""
    monkeypatch.setattr(directory, "_directory", [lambda subject_id: Recipient("sara@example.com", "ar", "سارة")])
    talent.submitted().decide("request_changes", 1)
    talent.write(city="jeddah")
    talent.submit()
    talent.decide("reject_revision", 2)
    talent.write(city="abha")
    talent.submit()
    talent.decide("approve_revision", 3)
    for _ in range(2):
        deliver(app, superuser, talent)
    rows = superuser.execute(
        "select template, subject_ar, body_en from notifications where subject_id = %s order by id", [talent.id]
    ).fetchall()
    assert [row[0] for row in rows] == [
        "casting.profile.changes_requested", "casting.profile.rejected", "casting.profile.approved"]
    assert all(not row[1].isascii() for row in rows)
    assert [REASONS["statement_en"] in row[2] for row in rows] == [True, True, False]


def deliver(app: Flask, superuser: psycopg.Connection, user: AppUser) -> None:
    """What relay and worker do, for the decisions on one person's profile, twice each."""
    rows = superuser.execute(
        "update outbox set status = 'sent', sent_at = now() where subject_id = %s and name like 'talent_profile.%%'"
        " and status = 'pending' returning id, created_at", [user.id]).fetchall()
    with app.app_context():
        for row in sorted(rows, key=lambda row: row[1]):
            consumer.deliver([str(row[0])] * 2)


def test_every_act_is_in_the_trail(talent: AppUser, superuser: psycopg.Connection) -> None:
    """COMP-8."""
    talent.approved()
    rows = superuser.execute("select action from audit_entries where subject_id = %s order by id", [talent.id])
    assert [row[0] for row in rows.fetchall()] == [
        "casting.profile.write", "media.photo.add", "consent.purpose.give", "casting.profile.submit",
        "casting.profile.approve"]


def test_export_holds_all_and_erasure_leaves_nothing(app: Flask, talent: AppUser,
                                                     superuser: psycopg.Connection) -> None:
    talent.approved()
    made = talent.post("/me/share-links", json={"label": "For the theatre"}).json
    assert made and share_links.look(app, made["data"]["token"]).status_code == 200
    house = system(talent.id)
    with app.app_context(), unit_of_work(house):
        exported = privacy.export(talent.id, actor=house)
        privacy.erase(talent.id, actor=house)
    assert {table: len(rows) for table, rows in exported.items()} == {
        "share_views": 1, "share_links": 1, "published_profiles": 1, "profile_revisions": 1, "profile_terms": 8,
        "talent_profiles": 1, "applications": 0, "application_notes": 0}
    assert exported["talent_profiles"][0]["birth_date"] == date(1998, 4, 12)
    for table in exported:
        assert superuser.execute(f"select count(*) from {table} where subject_id = %s", [talent.id]).fetchone() == (0,)
