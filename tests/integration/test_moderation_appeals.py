"""Appeals: who may send which, who must not decide them, what overturning gives back (MOD-2, Mastodon #34794)."""
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core.actor import system
from castingops.media import service as media
from castingops.media.models import REMOVED_KEPT
from castingops.moderation import privacy
from castingops.moderation.errors import CaseBarred, NotReversible
from castingops.moderation.service import conversations, items, leases
from castingops.moderation.types import Outcome
from castingops.moderation.types.decisions import Action, ActionKind
from tests.factories import appeals, moderation, reports
from tests.factories.appeals import House, Refused
from tests.factories.moderation import StaffDoor


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    """Staff come in by the test's own door; apps by identity's."""
    bearer = app.extensions["sign_in"].bearer
    made = moderation.at_the_door(app, monkeypatch)
    made.bearer = bearer  # type: ignore[attr-defined]
    return made


@pytest.fixture
def house(app: Flask, door: StaffDoor) -> House:
    return appeals.house(app, door)


@pytest.fixture
def refusal(app: Flask, superuser: psycopg.Connection, house: House) -> Refused:
    return appeals.refused(app, superuser, house.noura)


def one(superuser: psycopg.Connection, statement: str, *values: Any) -> Any:
    row = superuser.execute(statement, list(values)).fetchone()
    return row[0] if row else None


class TestReading:
    def test_own_decisions_with_reasons_and_deadline(self, refusal: Refused) -> None:
        answer = refusal.someone.ask("GET", "/api/v1/me/decisions").json
        assert answer and len(answer["data"]) == 1
        told = answer["data"][0]
        assert told["id"] == str(refusal.decision_id) and told["outcome"] == "reject" and told["policy"] == "PR-1.1"
        assert refusal.case.ref in told["statement_en"] and refusal.case.ref in told["statement_ar"]
        assert told["can_appeal"] is True and told["appeal"] is None and told["appeal_until"]
        assert told["status"] == "force"
        assert refusal.someone.ask("GET", refusal.path).json["data"] == told  # type: ignore[index]

    def test_nothing_names_staff(self, refusal: Refused, house: House) -> None:
        """Mastodon #18525: the moderator stays unknown to the person."""
        for path in ("/api/v1/me/decisions", refusal.path):
            assert str(house.noura.user_id) not in refusal.someone.ask("GET", path).text

    @pytest.mark.parametrize("tail", ["", "/appeal"])
    def test_anothers_decision_is_not_there(self, app: Flask, refusal: Refused, tail: str) -> None:
        other = reports.reporter(app)
        theirs, nobodys = (other.ask("GET", f"/api/v1/me/decisions/{key}{tail}")
                           for key in (refusal.decision_id, uuid4()))
        assert theirs.status_code == nobodys.status_code == 404
        assert {**theirs.json, "meta": 0} == {**nobodys.json, "meta": 0}  # type: ignore[dict-item]

    def test_a_report_without_breach_tells_the_reported_nothing(self, app: Flask, superuser: psycopg.Connection,
                                                                house: House) -> None:
        refusal = appeals.refused(app, superuser, house.noura)
        reports.publish(app, refusal.person, height_cm=181)
        sara = reports.reporter(app)
        report_id = reports.reported(app, superuser, sara, reports.profile_id(superuser, refusal.person))
        moderation.decide(app, reports.case_of(app, sara, report_id), house.faisal.actor, Outcome.APPROVE)
        reports.arrive(app, superuser)
        told = refusal.someone.ask("GET", "/api/v1/me/decisions").json
        assert told and {row["kind"] for row in told["data"]} == {"talent_profile"}
        assert reports.fetch(sara, report_id)["outcome"] == "no_breach"


class TestSending:
    def test_an_appeal_and_its_status(self, app: Flask, superuser: psycopg.Connection, refusal: Refused) -> None:
        answer = refusal.someone.ask("POST", f"{refusal.path}/appeals", json={"text": " It was him.\r\nReally. "})
        assert answer.status_code == 201 and answer.json, answer.text
        sent = answer.json["data"]
        assert sent["text"] == "It was him.\nReally." and sent["status"] == "received"
        reports.arrive(app, superuser)
        assert refusal.someone.ask("GET", f"{refusal.path}/appeal").json["data"] == {  # type: ignore[index]
            **sent, "status": "in_review", "status_en": "Under review", "status_ar": "قيد المراجعة"}
        told = refusal.someone.ask("GET", refusal.path).json
        assert told and told["data"]["appeal"] == {"reference": sent["reference"], "status": "in_review"}
        assert told["data"]["can_appeal"] is False

    def test_once_only(self, refusal: Refused) -> None:
        first, second = (refusal.someone.ask("POST", f"{refusal.path}/appeals", json={"text": "x"}) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 409)
        assert second.json and second.json["error"]["code"] == "already_appealed"

    def test_twice_at_once_is_once(self, superuser: psycopg.Connection, refusal: Refused) -> None:
        def send(_: int) -> int:
            return refusal.someone.ask("POST", f"{refusal.path}/appeals", json={"text": "x"}).status_code

        with ThreadPoolExecutor(8) as pool:
            answers = sorted(pool.map(send, range(8)))
        assert answers == [201] + [409] * 7
        assert one(superuser, "select count(*) from appeals where subject_id = %s", refusal.someone.user_id) == 1

    @pytest.mark.parametrize("text", ["", "  \n", "x" * 4001, "a\x00b", "a\u202eb", "a\u2067b"])
    def test_what_cannot_be_kept(self, refusal: Refused, text: str) -> None:
        answer = refusal.someone.ask("POST", f"{refusal.path}/appeals", json={"text": text})
        assert answer.status_code == 422 and answer.json and "text" in answer.json["error"]["errors"]

    def test_markup_is_text_on_the_case(self, app: Flask, superuser: psycopg.Connection, refusal: Refused,
                                        house: House) -> None:
        case = appeals.appealed(app, superuser, refusal, "<script>alert(1)</script>")
        shown = house.faisal.get(f"/console/moderation/cases/{case.ref}")
        assert shown.status_code == 200 and "&lt;script&gt;" in shown.text and "<script>alert" not in shown.text

    def test_anothers_decision(self, app: Flask, refusal: Refused) -> None:
        other = reports.reporter(app)
        theirs, nobodys = (other.ask("POST", f"/api/v1/me/decisions/{key}/appeals", json={"text": "x"})
                           for key in (refusal.decision_id, uuid4()))
        assert theirs.status_code == nobodys.status_code == 404
        assert {**theirs.json, "meta": 0} == {**nobodys.json, "meta": 0}  # type: ignore[dict-item]

    def test_after_the_deadline(self, superuser: psycopg.Connection, refusal: Refused) -> None:
        superuser.execute("update statements set appeal_until = now() where id = %s", [refusal.decision_id])
        answer = refusal.someone.ask("POST", f"{refusal.path}/appeals", json={"text": "x"})
        assert answer.status_code == 409 and answer.json and answer.json["error"]["code"] == "appeal_too_late"

    def test_an_approval_leaves_nothing_to_appeal(self, app: Flask, house: House) -> None:
        someone = reports.reporter(app)
        case = moderation.Person(app, someone.user_id).submit()
        decision = moderation.decide(app, case, house.noura.actor)
        answer = someone.ask("POST", f"/api/v1/me/decisions/{decision}/appeals", json={"text": "x"})
        assert answer.status_code == 409 and answer.json and answer.json["error"]["code"] == "nothing_to_appeal"

    def test_a_decision_that_is_not_in_effect_is_not_there(self, app: Flask, superuser: psycopg.Connection,
                                                           house: House) -> None:
        """A ban waits for its second person: until then nobody was told anything."""
        someone = reports.reporter(app)
        case = moderation.Person(app, someone.user_id).submit()
        waiting = moderation.decide(app, case, house.noura.actor, Outcome.REJECT, actions=(Action(ActionKind.BAN),),
                                    policy=moderation.policy_id(superuser))
        assert appeals.state_of(app, waiting) == "proposed"
        answer = someone.ask("POST", f"/api/v1/me/decisions/{waiting}/appeals", json={"text": "x"})
        assert answer.status_code == 404 and someone.ask("GET", "/api/v1/me/decisions").json["data"] == []  # type: ignore[index]


class TestApart:
    def test_the_database_itself_refuses(self, app: Flask, superuser: psycopg.Connection, refusal: Refused,
                                         house: House) -> None:
        """Whatever a page or a script does: neither as proposer nor as approver."""
        case = appeals.appealed(app, superuser, refusal)
        insert = ("insert into decisions (case_id, subject_revision, outcome, policy_id, facts_en, facts_ar,"
                  " statement_en, statement_ar, private_note, decided_by, created_at, execute_after, state,"
                  " needs_second, approver_id, approved_at, payload_hash, case_version)"
                  " select %s, 1, 'reject', id, '', '', '', '', '', %s, now(),"
                  " now(), 'scheduled', false, %s, now(), '', 1 from policies where code = 'AP-1'")
        for proposer, approver in ((house.noura, house.huda), (house.faisal, house.noura)):
            with pytest.raises(psycopg.errors.CheckViolation) as refused:
                superuser.execute(insert, [case.id, proposer.user_id, approver.user_id])
            assert refused.value.diag.constraint_name == "ck_decisions_apart"

    def test_a_senior_who_approved_is_barred_too(self, app: Flask, superuser: psycopg.Connection, house: House) -> None:
        someone = reports.reporter(app)
        case = moderation.Person(app, someone.user_id).submit()
        decision = moderation.decide(app, case, house.noura.actor, Outcome.REJECT, actions=(Action(ActionKind.BAN),),
                                     policy=moderation.policy_id(superuser))
        moderation.approve(app, decision, house.huda.actor)
        appeals.sign_in_again(someone)
        refusal = Refused(someone, moderation.Person(app, someone.user_id), case, decision)
        about = appeals.appealed(app, superuser, refusal)
        assert set(about.barred) == {house.noura.user_id, house.huda.user_id}
        with moderation.as_actor(app, house.noura.actor), pytest.raises(CaseBarred):
            conversations.send_message(about.ref, "Please withdraw it.", actor=house.noura.actor)
        proposed = moderation.decide(app, about, house.faisal.actor, Outcome.APPROVE)
        with pytest.raises(CaseBarred):
            moderation.approve(app, proposed, house.huda.actor)
        moderation.approve(app, proposed, house.omar.actor)
        assert appeals.state_of(app, proposed) == "executed"

    def test_next_case_passes_it_over_for_them(self, app: Flask, superuser: psycopg.Connection, refusal: Refused,
                                               house: House) -> None:
        superuser.execute("update cases set state = 'withdrawn', lease_token = null, lease_until = null"
                          " where state = 'open'")
        case = appeals.appealed(app, superuser, refusal)
        with app.app_context():
            assert leases.next_case(actor=house.noura.actor) is None
            lease = leases.next_case(actor=house.faisal.actor)
        assert lease is not None and lease.ref == case.ref


class TestOverturning:
    def test_publishes_nobody_past_an_open_compliance_item(
        self, app: Flask, superuser: psycopg.Connection, house: House, refusal: Refused
    ) -> None:
        case = appeals.appealed(app, superuser, refusal)
        who = refusal.person.subject_id
        with moderation.as_actor(app, system()):
            items.open_item("unverified_identity", subject_id=who, entity="person", entity_id=who,
                            reason="Looks copied.", actor=system())
        made = appeals.upheld(app, superuser, case, house.faisal, house.huda)
        assert one(superuser, "select failure from decisions where id = %s", made) == "blocked"
        assert one(superuser, "select state from cases where id = %s", case.id) == "open"
        assert one(superuser, "select state from statements where id = %s", refusal.decision_id) == "force"
        assert one(superuser, "select count(*) from published_profiles where subject_id = %s", who) == 0

    def test_answer_is_not_reversed(self, app: Flask, superuser: psycopg.Connection, house: House, refusal: Refused
                                    ) -> None:
        """It ends the review, and both persons would find that out only when it takes effect."""
        case = appeals.appealed(app, superuser, refusal)
        policy = moderation.policy_id(superuser, "AP-1")
        made = moderation.decide(app, case, house.faisal.actor, Outcome.REJECT, policy=policy)
        with pytest.raises(NotReversible):
            moderation.propose_reversal(app, made, house.omar.actor)
        assert f"{made}/reverse" not in house.omar.get(f"/console/moderation/cases/{case.ref}").text

    def test_dismissed_leaves_everything(self, app: Flask, superuser: psycopg.Connection, house: House) -> None:
        refusal = appeals.refused(app, superuser, house.noura, appeals.STRIKE)
        case = appeals.appealed(app, superuser, refusal)
        moderation.decide(app, case, house.faisal.actor, Outcome.REJECT, policy=moderation.policy_id(superuser, "AP-1"))
        reports.arrive(app, superuser)
        answer = refusal.someone.ask("GET", f"{refusal.path}/appeal").json
        assert answer and answer["data"]["status"] == "dismissed"
        assert "The appeal names nothing" in answer["data"]["answer_en"] and "الاعتراض" in answer["data"]["answer_ar"]
        assert one(superuser, "select voided_at from strikes where decision_id = %s", refusal.decision_id) is None
        assert one(superuser, "select state from statements where id = %s", refusal.decision_id) == "force"

    def test_the_answer_ends_the_review(self, app: Flask, superuser: psycopg.Connection, refusal: Refused,
                                        house: House) -> None:
        """No appeal of an appeal, and nothing reverses one."""
        case = appeals.appealed(app, superuser, refusal)
        decision = moderation.decide(app, case, house.faisal.actor, Outcome.REJECT,
                                     policy=moderation.policy_id(superuser, "AP-1"))
        answer = refusal.someone.ask("POST", f"/api/v1/me/decisions/{decision}/appeals", json={"text": "x"})
        assert answer.status_code == 409 and answer.json and answer.json["error"]["code"] == "nothing_to_appeal"

    def test_only_that_decisions_own_sanctions_are_lifted(self, app: Flask, superuser: psycopg.Connection,
                                                          house: House) -> None:
        """Discourse #43191: lifting one penalty must not lift another."""
        days = Action(ActionKind.SUSPEND, None, {"days": 3})
        first = appeals.refused(app, superuser, house.noura, days)
        second = first.person.submit(bio_en="Another text of two plays.")
        other = moderation.decide(app, second, house.noura.actor, Outcome.REJECT, actions=(days,),
                                  policy=moderation.policy_id(superuser))
        appeals.sign_in_again(first.someone)
        appeals.upheld(app, superuser, appeals.appealed(app, superuser, first), house.faisal, house.huda)
        lifted = dict(superuser.execute(
            "select decision_id, lifted_at is not null from sanctions where subject_id = %s",
            [first.someone.user_id]).fetchall())
        assert lifted == {first.decision_id: True, other: False}

    def test_reporters_are_told_again(self, app: Flask, superuser: psycopg.Connection, house: House) -> None:
        refusal = appeals.refused(app, superuser, house.noura)
        reports.publish(app, refusal.person, height_cm=181)
        what = reports.profile_id(superuser, refusal.person)
        sara, layla = reports.reporter(app), reports.reporter(app)
        mine, later = reports.reported(app, superuser, sara, what), ""
        decision = moderation.decide(app, reports.case_of(app, sara, mine), house.noura.actor, Outcome.REJECT,
                                     policy=moderation.policy_id(superuser, "RP-2"), actions=(appeals.STRIKE,))
        reports.arrive(app, superuser)
        assert reports.fetch(sara, mine)["outcome"] == "breach"
        later = reports.reported(app, superuser, layla, what)
        assert reports.fetch(layla, later)["outcome"] == "reviewed_already"
        breach = Refused(refusal.someone, refusal.person, refusal.case, decision)
        appeals.upheld(app, superuser, appeals.appealed(app, superuser, breach), house.faisal, house.huda)
        for someone, report_id in ((sara, mine), (layla, later)):
            told = reports.fetch(someone, report_id)
            assert (told["outcome"], told["overturned"]) == ("no_breach", True)
            assert one(superuser, "select count(*) from notifications where subject_id = %s"
                       " and template = 'moderation.report.overturned'", someone.user_id) == 1
        assert one(superuser, "select count(*) from notifications where body_en like %s and subject_id = any(%s)",
                   f"%{refusal.someone.user_id}%", [sara.user_id, layla.user_id]) == 0


class TestKept:
    def test_a_removed_photo_is_kept_while_it_can_come_back(self, app: Flask, superuser: psycopg.Connection,
                                                            house: House) -> None:
        """Mastodon #30142: content was purged before its appeal was read."""
        someone = reports.reporter(app)
        person = moderation.Person(app, someone.user_id)
        case = person.submit()
        photo = one(superuser, "select id from photos where subject_id = %s", someone.user_id)
        decision = moderation.decide(app, case, house.noura.actor, Outcome.REJECT,
                                     policy=moderation.policy_id(superuser), actions=(
                                         Action(ActionKind.REMOVE_PHOTO, photo),))
        about = appeals.appealed(app, superuser, Refused(someone, person, case, decision))
        age = REMOVED_KEPT + timedelta(days=1)
        superuser.execute("update photos set removed_at = now() - %s where id = %s", [age, photo])
        superuser.execute("update statements set appeal_until = now() where id = %s", [decision])

        def purge() -> Any:
            with moderation.as_actor(app, system()):
                media.purge_removed(actor=system())
            return one(superuser, "select status from photos where id = %s", photo)

        assert purge() == "removed"
        appeals.upheld(app, superuser, about, house.faisal, house.huda)
        assert purge() == "active"
        superuser.execute("update photos set status = 'removed', is_primary = false, removed_at = now() - %s"
                          " where id = %s", [age, photo])
        assert purge() is None

    def test_export_and_erasure(self, app: Flask, superuser: psycopg.Connection, refusal: Refused) -> None:
        """COMP-1."""
        appeals.appealed(app, superuser, refusal, "my own words")
        actor = system(refusal.someone.user_id)
        with moderation.as_actor(app, actor):
            told = privacy.export(refusal.someone.user_id, actor=actor)
        assert told["appeals"][0]["body"] == "my own words"
        with moderation.as_actor(app, actor):
            privacy.erase(refusal.someone.user_id, actor=actor)
        assert one(superuser, "select count(*) from appeals where subject_id = %s and body = 'my own words'",
                   refusal.someone.user_id) == 0


def test_nobody_else_sees_appeals(app: Flask, superuser: psycopg.Connection, refusal: Refused) -> None:
    """ORG-2."""
    appeals.appealed(app, superuser, refusal)
    other = reports.reporter(app)
    seen = {}
    for name, actor in (("own", refusal.person.actor), ("other", moderation.Person(app, other.user_id).actor),
                        ("staff", reports.moderator())):
        with moderation.as_actor(app, actor):
            rows = moderation.session().connection().exec_driver_sql(
                "select count(*) from appeals where decision_id = %s", (refusal.decision_id,))
            seen[name] = rows.scalar()
    assert seen == {"own": 1, "other": 0, "staff": 1}


def test_reasons_typed_for_an_upheld_appeal_reach_the_person(
    app: Flask, superuser: psycopg.Connection, refusal: Refused, house: House
) -> None:
    """Mastodon #34794: the outcome of an appeal always has a reason, the usual one or the one that was typed."""
    case = appeals.appealed(app, superuser, refusal)
    fields = house.faisal.sees(case)
    answer = house.faisal.post(f"/console/moderation/cases/{case.ref}/decide", outcome="approve", policy="", note="",
                               facts_en="The number counts plays", facts_ar="الرقم هو عدد المسرحيات", **fields)
    assert answer.status_code == 200
    row = superuser.execute("select id, statement_en, statement_ar from decisions where case_id = %s",
                            [case.id]).fetchone()
    assert row and "The number counts plays." in row[1] and "الرقم هو عدد المسرحيات." in row[2]
    moderation.approve(app, row[0], house.huda.actor)
    told = refusal.someone.ask("GET", f"{refusal.path}/appeal").json
    assert told and "The number counts plays." in told["data"]["answer_en"]
