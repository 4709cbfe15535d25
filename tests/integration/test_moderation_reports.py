"""Reports: who may send which, how they fold into one case, and what their senders learn (MOD-1, Mastodon #22935)."""
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from castingops.core.actor import Actor, system
from castingops.core.db import session, unit_of_work
from castingops.core.storage import open_storage
from castingops.media.types import Variant, storage_key
from castingops.moderation import privacy
from castingops.moderation.models import Report
from castingops.moderation.service import reports as service
from castingops.moderation.types import Outcome
from castingops.moderation.types.decisions import Action, ActionKind
from castingops.moderation.types.reports import OPEN_REPORTS_MAX, ReportDraft, What
from castingops.web.limits import Limiter
from tests.factories import moderation, reports
from tests.factories.doors import Someone
from tests.factories.media import jpeg
from tests.factories.moderation import Person, Staff


@pytest.fixture
def target(app: Flask, superuser: psycopg.Connection) -> tuple[Person, UUID]:
    """Somebody whose profile is published, and its public id."""
    return reports.published(app, superuser)


@pytest.fixture
def sara(app: Flask) -> Someone:
    return reports.reporter(app)


def one(superuser: psycopg.Connection, statement: str, *values: Any) -> Any:
    row = superuser.execute(statement, list(values)).fetchone()
    assert row
    return row[0]


def open_cases(superuser: psycopg.Connection, person: Person) -> int:
    found: int = one(superuser, "select count(*) from cases where kind = 'report' and subject_id = %s and"
                     " state = 'open'", person.subject_id)
    return found


class TestSending:
    @pytest.mark.parametrize("role", ["talent", "guardian", "hirer"])
    def test_everyone_with_an_app_may_report(self, app: Flask, target: tuple[Person, UUID], role: str) -> None:
        answer = reports.send(reports.reporter(app, role), target[1], links=["https://a.example/x"])
        assert answer.status_code == 201 and answer.json
        sent = answer.json["data"]
        assert sent["what"] == {"kind": "talent_profile", "id": str(target[1])} and sent["status"] == "received"
        assert sent["links"] == ["https://a.example/x"] and sent["outcome"] is None
        assert sent["status_ar"] == "مُستلَم" and sent["status_en"] == "Received"

    def test_answer_names_nobody(self, app: Flask, target: tuple[Person, UUID], sara: Someone) -> None:
        """The reported person's own id is not the public one, and stays in the house."""
        assert str(target[0].subject_id) not in reports.send(sara, target[1]).text

    def test_retry_with_the_same_key_is_one_report(self, target: tuple[Person, UUID], sara: Someone,
                                                   superuser: psycopg.Connection) -> None:
        key = {"Idempotency-Key": str(uuid4())}
        first, second = (sara.ask("POST", "/api/v1/reports", json=reports.body(target[1]), headers=key)
                         for _ in range(2))
        assert first.json and second.json and first.json["data"] == second.json["data"]
        assert one(superuser, "select count(*) from reports where subject_id = %s", sara.user_id) == 1

    def test_same_reason_twice_is_told(self, target: tuple[Person, UUID], sara: Someone) -> None:
        reports.send(sara, target[1])
        again = reports.send(sara, target[1])
        assert again.status_code == 409 and again.json and again.json["error"]["code"] == "already_reported"
        assert reports.send(sara, target[1], "hate").status_code == 201

    @pytest.mark.parametrize("what", [
        {"kind": "talent_profile", "id": str(uuid4())}, {"kind": "photo", "id": str(uuid4())},
        {"kind": "photo", "id": str(uuid4()), "profile_id": str(uuid4())}])
    def test_what_is_not_shown_cannot_be_reported(self, sara: Someone, what: dict[str, str]) -> None:
        answer = sara.ask("POST", "/api/v1/reports", json={**reports.body(uuid4()), "what": what})
        assert answer.status_code == 404 and answer.json and answer.json["error"]["code"] == "reported_not_found"

    def test_photo_of_a_profile(self, app: Flask, target: tuple[Person, UUID], sara: Someone,
                                superuser: psycopg.Connection) -> None:
        photo = one(superuser, "select id from photos where subject_id = %s", target[0].subject_id)
        what = {"kind": "photo", "id": str(photo), "profile_id": str(target[1])}
        answer = sara.ask("POST", "/api/v1/reports", json={**reports.body(target[1], "nudity_or_sexual"), "what": what})
        assert answer.status_code == 201 and answer.json
        reports.arrive(app, superuser)
        case = reports.case_of(app, sara, answer.json["data"]["id"])
        assert (case.kind, case.entity_id, case.subject_id) == ("report", photo, target[0].subject_id)

    def test_own_profile(self, app: Flask, superuser: psycopg.Connection, target: tuple[Person, UUID]) -> None:
        actor = target[0].actor
        draft = ReportDraft(What("talent_profile", target[1]), "hate", "x")
        with moderation.as_actor(app, actor), pytest.raises(service.InvalidReport):
            service.submit(draft, actor=actor)

    @pytest.mark.parametrize(("changes", "field"), [
        ({"reason": "because"}, "reason"), ({"text": "x" * 2001}, "text"), ({"text": "a\u202eb"}, "text"),
        ({"links": ["x"] * 6}, "links"), ({"what": {"kind": "organization", "id": str(uuid4())}}, "what"),
        ({"what": {"kind": "photo"}}, "what.id"), ({"what": None}, "what")])
    def test_what_cannot_be_kept_is_named(self, target: tuple[Person, UUID], sara: Someone, changes: dict[str, Any],
                                          field: str) -> None:
        answer = sara.ask("POST", "/api/v1/reports", json={**reports.body(target[1]), **changes})
        assert answer.status_code == 422 and answer.json and field in answer.json["error"]["errors"], answer.text

    def test_reasons_in_both_languages(self, sara: Someone) -> None:
        answer = sara.ask("GET", "/api/v1/report-reasons")
        assert answer.json and len(answer.json["data"]) == 9
        assert {"code": "child_safety", "title_en": "The safety of a child", "title_ar": "سلامة طفل"} in \
            answer.json["data"]

    def test_staff_do_not_come_in_here(self, app: Flask, target: tuple[Person, UUID]) -> None:
        assert app.test_client().post("/api/v1/reports", json=reports.body(target[1])).status_code == 401


class TestEvidence:
    def picture(self, someone: Someone, report_id: str, data: bytes) -> Any:
        return someone.ask("POST", f"/api/v1/reports/{report_id}/evidence",
                           data={"photo": (io.BytesIO(data), "proof.jpg")})

    def test_pictures_go_through_the_sandbox(self, app: Flask, target: tuple[Person, UUID], sara: Someone,
                                             superuser: psycopg.Connection) -> None:
        report_id = reports.reported(app, superuser, sara, target[1])
        for number in (1, 2, 3):
            answer = self.picture(sara, report_id, jpeg())
            assert answer.status_code == 201 and answer.json["data"]["pictures"] == number
        assert self.picture(sara, report_id, jpeg()).json["error"]["code"] == "evidence_full"
        case = reports.case_of(app, sara, report_id)
        moderator = reports.moderator()
        with moderation.as_actor(app, moderator):
            kind = service.ReportedThings()
            shown = kind.load(case.entity_id, case.subject_revision, actor=moderator.entering(case.subject_id))
        assert len(shown.photo_ids) == 4

    @pytest.mark.parametrize("data", [b"", b"<svg/>", b"GIF89a", b"\xff\xd8\xff" + b"x" * 100])
    def test_what_is_no_photo_is_refused(self, target: tuple[Person, UUID], sara: Someone, data: bytes) -> None:
        sent = reports.send(sara, target[1]).json
        assert sent and self.picture(sara, sent["data"]["id"], data).status_code == 422
        assert sara.ask("GET", f"/api/v1/reports/{sent['data']['id']}").json["data"]["pictures"] == 0  # type: ignore[index]

    def test_anothers_report_is_not_there(self, app: Flask, target: tuple[Person, UUID], sara: Someone) -> None:
        sent = reports.send(sara, target[1]).json
        assert sent
        other = reports.reporter(app)
        report_id = sent["data"]["id"]
        theirs = self.picture(other, report_id, jpeg()), other.ask("GET", f"/api/v1/reports/{report_id}")
        nobodys = self.picture(other, str(uuid4()), jpeg()), other.ask("GET", f"/api/v1/reports/{uuid4()}")
        for mine, none in zip(theirs, nobodys, strict=True):
            assert mine.status_code == none.status_code == 404
            assert {**mine.json, "meta": 0} == {**none.json, "meta": 0}  # type: ignore[dict-item]


class TestFolding:
    def test_one_case_for_many_reports(self, app: Flask, superuser: psycopg.Connection,
                                       target: tuple[Person, UUID]) -> None:
        people = [reports.reporter(app) for _ in range(3)]
        ids = [reports.reported(app, superuser, someone, target[1], reason)
               for someone, reason in zip(people, ["other", "hate", "other"], strict=True)]
        cases = {reports.case_of(app, someone, report_id).id for someone, report_id in zip(people, ids, strict=True)}
        assert len(cases) == 1 and open_cases(superuser, target[0]) == 1
        case = reports.case_of(app, people[0], ids[0])
        assert case.priority_reasons == [{"code": "reported_hate", "points": 40},
                                         {"code": "several_reports", "points": 10}] and case.priority == 50
        told = superuser.execute("select kind, data from case_events where case_id = %s order by id", [case.id])
        assert [(kind, data.get("count")) for kind, data in told] == [
            ("opened", None), ("reported", 1), ("reported", 2), ("reported", 3)]

    def test_a_child_comes_first_whatever_was_said_before(self, app: Flask, superuser: psycopg.Connection,
                                                          target: tuple[Person, UUID]) -> None:
        first, second, third = (reports.reporter(app) for _ in range(3))
        version = reports.case_of(app, first, reports.reported(app, superuser, first, target[1], "other")).version
        case = reports.case_of(app, second, reports.reported(app, superuser, second, target[1], "child_safety"))
        assert case.priority >= 200 and case.priority_reasons[0]["code"] == "reported_child_safety"
        assert case.version > version  # whoever is deciding reads it again
        again = reports.case_of(app, third, reports.reported(app, superuser, third, target[1], "child_safety"))
        assert again.version == case.version

    def test_a_flood_does_not_stop_a_decision(self, app: Flask, superuser: psycopg.Connection,
                                              target: tuple[Person, UUID]) -> None:
        """Each report that only adds to the heap leaves the case's version alone."""
        someone = reports.reporter(app)
        version = reports.case_of(app, someone, reports.reported(app, superuser, someone, target[1])).version
        crowd(app, superuser, target[1], 15)
        reports.arrive(app, superuser)
        row = superuser.execute("select version, priority from cases where kind = 'report' and subject_id = %s",
                                [target[0].subject_id]).fetchone()
        assert row == (version, 70)

    def test_delivered_twice_is_once(self, app: Flask, superuser: psycopg.Connection, target: tuple[Person, UUID],
                                     sara: Someone) -> None:
        report_id = reports.reported(app, superuser, sara, target[1])
        with app.app_context(), unit_of_work(system(sara.user_id)):
            service.fold(UUID(report_id), actor=system(sara.user_id))
        case = reports.case_of(app, sara, report_id)
        assert one(superuser, "select count(*) from case_events where case_id = %s", case.id) == 2

    def test_an_edit_moves_the_open_case_on(self, app: Flask, superuser: psycopg.Connection,
                                            target: tuple[Person, UUID]) -> None:
        first, second = reports.reporter(app), reports.reporter(app)
        before = reports.case_of(app, first, reports.reported(app, superuser, first, target[1]))
        reports.publish(app, target[0], height_cm=181)
        after = reports.case_of(app, second, reports.reported(app, superuser, second, target[1]))
        assert (after.id, after.subject_revision) == (before.id, before.subject_revision + 1)
        assert after.version > before.version

    def test_100_at_once_are_one_case(self, app: Flask, superuser: psycopg.Connection,
                                      target: tuple[Person, UUID]) -> None:
        sent = crowd(app, superuser, target[1], 100)

        def arrives(each: tuple[UUID, UUID]) -> None:
            with app.app_context(), unit_of_work(system(each[0])):
                service.fold(each[1], actor=system(each[0]))

        with ThreadPoolExecutor(12) as pool:
            list(pool.map(arrives, sent))
        reports.arrive(app, superuser)
        assert open_cases(superuser, target[0]) == 1
        assert one(superuser, "select count(distinct case_id) from reports where thing_id = %s and state = 'in_review'",
                   target[1]) == 1
        assert one(superuser, "select count(*) from reports where thing_id = %s and state = 'in_review'",
                   target[1]) == 100


class TestReviewed:
    """Mastodon #22935: what was reviewed and is as it was is not read again; an edit opens it anew."""

    @pytest.fixture
    def staff(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Staff:
        bearer = app.extensions["sign_in"].bearer
        door = moderation.at_the_door(app, monkeypatch)
        door.bearer = bearer  # type: ignore[attr-defined]
        return moderation.sign_in(app, door, "Noura Al-Otaibi", "moderator")

    @pytest.fixture
    def cleared(self, app: Flask, superuser: psycopg.Connection, target: tuple[Person, UUID], sara: Someone,
                staff: Staff) -> str:
        """Sara's report, which a moderator found to be no breach."""
        report_id = reports.reported(app, superuser, sara, target[1])
        moderation.decide(app, reports.case_of(app, sara, report_id), staff.actor)
        reports.arrive(app, superuser)
        return report_id

    def test_the_reporter_learns_the_outcome(self, superuser: psycopg.Connection, target: tuple[Person, UUID],
                                             sara: Someone, cleared: str) -> None:
        told = reports.fetch(sara, cleared)
        assert (told["status"], told["outcome"], told["overturned"]) == ("closed", "no_breach", False)
        assert "does not break our rules" in told["outcome_en"] and "لا يخالف" in told["outcome_ar"]
        row = superuser.execute("select body_en, body_ar from notifications where subject_id = %s"
                                " and template = 'moderation.report.closed'", [sara.user_id]).fetchone()
        assert row and "does not break our rules" in row[0] and "Al-Anazi" not in row[0] + row[1]
        assert one(superuser, "select count(*) from notifications where subject_id = %s", target[0].subject_id) == 0

    def test_the_same_again_is_answered_at_once(self, app: Flask, superuser: psycopg.Connection, cleared: str,
                                                target: tuple[Person, UUID]) -> None:
        other = reports.reporter(app)
        told = reports.fetch(other, reports.reported(app, superuser, other, target[1], "hate"))
        assert (told["status"], told["outcome"]) == ("closed", "reviewed_already")
        assert open_cases(superuser, target[0]) == 0

    def test_an_edit_opens_it_anew(self, app: Flask, superuser: psycopg.Connection, cleared: str,
                                   target: tuple[Person, UUID]) -> None:
        reports.publish(app, target[0], height_cm=181)
        other = reports.reporter(app)
        case = reports.case_of(app, other, reports.reported(app, superuser, other, target[1]))
        assert (case.state, case.subject_revision) == ("open", 2)

    def test_a_child_is_always_looked_at(self, app: Flask, superuser: psycopg.Connection, cleared: str,
                                         target: tuple[Person, UUID]) -> None:
        other = reports.reporter(app)
        case = reports.case_of(app, other, reports.reported(app, superuser, other, target[1], "child_safety"))
        assert (case.state, case.subject_revision, case.priority >= 200) == ("open", 1, True)

    def test_a_decision_under_way_takes_more_reports_in(self, app: Flask, superuser: psycopg.Connection, sara: Someone,
                                                        target: tuple[Person, UUID], staff: Staff) -> None:
        case = reports.case_of(app, sara, reports.reported(app, superuser, sara, target[1]))
        waiting = moderation.decide(app, case, staff.actor, Outcome.REJECT, actions=(Action(ActionKind.BAN),),
                                    policy=moderation.policy_id(superuser, "RP-2"))
        other = reports.reporter(app)
        joined = reports.case_of(app, other, reports.reported(app, superuser, other, target[1]))
        assert (joined.id, joined.state) == (case.id, "pending")
        senior = moderation.sign_in(app, staff.door, "Huda Al-Zahrani", "senior_moderator")
        moderation.approve(app, waiting, senior.actor)
        reports.arrive(app, superuser)
        outcomes = superuser.execute("select outcome from reports where case_id = %s", [case.id]).fetchall()
        assert outcomes == [("breach",), ("breach",)]


def crowd(app: Flask, superuser: psycopg.Connection, what: UUID, size: int) -> list[tuple[UUID, UUID]]:
    """So many people, each with a report of this profile that has not arrived yet."""
    sent = []
    for _ in range(size):
        person = moderation.person(app, superuser)
        with moderation.as_actor(app, person.actor):
            row = service.submit(ReportDraft(What("talent_profile", what), "harassment", "x"), actor=person.actor)
        sent.append((person.subject_id, row.id))
    return sent


class TestFloods:
    def test_too_many_open_reports_of_one_person(self, app: Flask, superuser: psycopg.Connection,
                                                 target: tuple[Person, UUID], sara: Someone) -> None:
        """The 21st is refused with 429 and a time, whatever it is about."""
        superuser.cursor().executemany(
            "insert into reports (subject_id, id, kind, thing_id, entity_id, reported_id, revision, reason, body,"
            " links, state, created_at, version) values (%s, uuidv7(), 'talent_profile', %s, %s, %s, 1, 'hate', '', '',"
            " 'in_review', now(), 1)",
            [(sara.user_id, uuid4(), uuid4(), uuid4()) for _ in range(OPEN_REPORTS_MAX)])
        answer = reports.send(sara, target[1])
        assert answer.status_code == 429 and answer.json and answer.json["error"]["code"] == "reports_too_many"
        assert answer.headers["Retry-After"] == "3600"

    @pytest.mark.parametrize("limit", ["limit_report", "limit_report_address"])
    def test_limits_by_person_and_by_address(self, app: Flask, monkeypatch: pytest.MonkeyPatch, sara: Someone,
                                             target: tuple[Person, UUID], limit: str) -> None:
        """API-5: strict, counted one by one."""
        narrow = app.extensions["settings"].model_copy(update={limit: "2/hour"})
        app.extensions["redis"].flushdb()
        monkeypatch.setitem(app.extensions, "limiter", Limiter(narrow))
        answers = [reports.send(sara, target[1], reason).status_code for reason in ("hate", "other", "privacy")]
        assert answers == [201, 201, 429]


class TestOwn:
    def test_list_is_keyset_and_newest_first(self, app: Flask, superuser: psycopg.Connection, sara: Someone) -> None:
        superuser.cursor().executemany(
            "insert into reports (subject_id, id, kind, thing_id, entity_id, reported_id, revision, reason, body,"
            " links, state, created_at, version) values (%s, uuidv7(), 'photo', %s, %s, %s, 1, 'hate', '', '',"
            " 'in_review', now(), 1)", [(sara.user_id, uuid4(), uuid4(), uuid4()) for _ in range(60)])
        first = sara.ask("GET", "/api/v1/reports").json
        assert first and len(first["data"]) == 50
        rest = sara.ask("GET", f"/api/v1/reports?cursor={first['meta']['next_cursor']}").json
        assert rest and len(rest["data"]) == 10 and rest["meta"].get("next_cursor") is None
        ids = [row["id"] for row in first["data"] + rest["data"]]
        assert ids == sorted(ids, reverse=True) and len(set(ids)) == 60
        assert sara.ask("GET", "/api/v1/reports?cursor=nonsense").status_code == 422
        assert reports.reporter(app).ask("GET", "/api/v1/reports").json["data"] == []  # type: ignore[index]

    def test_nobody_else_sees_reports_at_all(self, app: Flask, superuser: psycopg.Connection,
                                             target: tuple[Person, UUID], sara: Someone) -> None:
        """ORG-2: not the reported person, not another; the house reads all and changes none without entering."""
        reports.reported(app, superuser, sara, target[1])
        mine = Report.subject_id == sara.user_id
        counts = {}
        for name, actor in (("reported", target[0].actor), ("reporter", Actor("person", sara.user_id, sara.user_id)),
                            ("staff", reports.moderator())):
            with moderation.as_actor(app, actor):
                counts[name] = len(list(session().scalars(select(Report.id).where(mine))))
        assert counts == {"reported": 0, "reporter": 1, "staff": 1}

    def test_reporters_of_somebody_who_was_erased_get_an_answer(
        self, app: Flask, superuser: psycopg.Connection, target: tuple[Person, UUID], sara: Someone
    ) -> None:
        report_id = reports.reported(app, superuser, sara, target[1])
        actor = system(target[0].subject_id)
        with moderation.as_actor(app, actor):
            privacy.erase(target[0].subject_id, actor=actor)
        reports.arrive(app, superuser)
        told = reports.fetch(sara, report_id)
        assert (told["status"], told["outcome"]) == ("closed", "gone") and "no longer" in told["outcome_en"]

    def test_export_and_erasure(self, app: Flask, superuser: psycopg.Connection, target: tuple[Person, UUID],
                                sara: Someone) -> None:
        """COMP-1: one's own words leave with one; that there was a report stays with its case."""
        report_id = reports.reported(app, superuser, sara, target[1], text="my own words")
        assert TestEvidence().picture(sara, report_id, jpeg()).status_code == 201
        actor = system(sara.user_id)
        with moderation.as_actor(app, actor):
            told = privacy.export(sara.user_id, actor=actor)["reports"]
        assert told[0]["body"] == "my own words" and "reported_id" not in told[0]
        picture = told[0]["evidence"][0]
        with moderation.as_actor(app, actor):
            privacy.erase(sara.user_id, actor=actor)
        assert superuser.execute("select body, evidence, case_id is not null from reports where id = %s",
                                 [report_id]).fetchone() == ("[erased]", None, True)
        assert one(superuser, "select count(*) from outbox where name = 'photo.erased' and subject_id = %s",
                   sara.user_id) == 1
        assert open_storage(app.extensions["settings"]).exists(storage_key(picture, Variant.LARGE))


def test_what_a_moderator_reads(app: Flask, superuser: psycopg.Connection, target: tuple[Person, UUID],
                                sara: Someone) -> None:
    """The words of the report, how often its sender was right, then the thing itself; not who sent it."""
    report_id = reports.reported(app, superuser, sara, target[1], "hate", text="<b>bad</b>", links=["https://a.example"])
    superuser.cursor().executemany(
        "insert into reports (subject_id, id, kind, thing_id, entity_id, reported_id, revision, reason, body, links,"
        " state, outcome, closed_at, created_at, version) values (%s, uuidv7(), 'photo', %s, %s, %s, 1, 'hate', '', '',"
        " 'closed', %s, now(), now(), 1)",
        [(sara.user_id, uuid4(), uuid4(), uuid4(), outcome) for outcome in ("breach", "breach", "no_breach",
                                                                            "reviewed_already")])
    case, moderator = reports.case_of(app, sara, report_id), reports.moderator()
    with moderation.as_actor(app, moderator):
        shown = service.ReportedThings().load(case.entity_id, case.subject_revision,
                                              actor=moderator.entering(case.subject_id))
    first = shown.fields[0]
    assert first.text == "<b>bad</b>\nhttps://a.example" and first.label.values["upheld"] == 2
    assert first.label.values["decided"] == 3
    assert any(field.name == "bio_en" for field in shown.fields) and shown.title_en == "Ahmed Al-Anazi"
