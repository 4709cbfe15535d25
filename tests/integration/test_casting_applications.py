"""Applications as talent send and hirers read them: gates, statuses of two sides, races (CAST-3, CAST-5, API-4)."""
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from castingops.bootstrap.servers import Postgres
from castingops.casting import privacy
from castingops.casting.rules.applications import MOVES
from castingops.casting.service import applications as service
from castingops.casting.types.applications import Status
from castingops.core.actor import Actor, system
from castingops.core.db import session, unit_of_work
from castingops.identity.types.guardians import RulingKind
from tests.factories import applications, calls, doors, guardians, organizations
from tests.factories.applications import PATH, body, move, open_role, send, sent, view
from tests.factories.doors import Someone
from tests.factories.guardians import Desk
from tests.factories.organizations import House
from tests.factories.statements import statements

HIDDEN = ("shortlisted", "pinned", "on_avail", "on_hold", "backup")


@pytest.fixture(scope="module")
def house(app: Flask, postgres_server: Postgres) -> House:
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        return calls.paying_house(app, superuser)


@pytest.fixture(scope="module")
def desk(app: Flask) -> Desk:
    return Desk(app)


@pytest.fixture
def role(app: Flask, house: House) -> tuple[dict[str, Any], str]:
    return open_role(app, house)


@pytest.fixture
def talent(app: Flask, superuser: psycopg.Connection) -> tuple[Someone, str]:
    return applications.talent(app, superuser)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, str((answer.json["error"] or {}).get("code"))


def received(house: House, call: dict[str, Any], role_id: str, rank: str = "owner",
             **query: str) -> list[dict[str, Any]]:
    answer = house.ask(rank, "GET", f"/casting-calls/{call['id']}/roles/{role_id}/applications", query_string=query)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json["data"]
    return rows


def own(someone: Someone, application_id: str) -> dict[str, Any]:
    answer = someone.ask("GET", f"{PATH}/{application_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json["data"]
    return found


class TestApplying:
    def test_both_sides_see_their_side(self, house: House, role: tuple[dict[str, Any], str],
                                       talent: tuple[Someone, str]) -> None:
        (call, role_id), (someone, picture) = role, talent
        made = sent(someone, role_id, picture)
        assert (made["status"], made["editable"], made["primary_photo_id"]) == ("submitted", True, picture)
        assert made["call_title_en"] == call["title_en"] and made["role_name_en"] == "Layla"
        (row,) = received(house, call, role_id)
        assert row["id"] == made["id"] and row["status"] == "submitted" and row["name_en"] == "Sarah Al-Qahtani"
        assert row["cover_note"] == "I ride, and speak Najdi." and row["rating"] is None
        assert [each["id"] for each in someone.ask("GET", PATH).json["data"]] == [made["id"]]
        assert "org_id" not in made and str(house.org_id) not in str(made), "no id tells who stands behind a call"

    @pytest.mark.parametrize("changes", [
        {"role_id": "nonsense"}, {"role_id": None}, {"photo_ids": []}, {"photo_ids": ["x"]}, {"photo_ids": "x"},
        {"cover_note": "x" * 501}, {"cover_note": "x" * 50_000}, {"cover_note": "a\0b"}, {"cover_note": "\u202eevil"},
        {"primary_photo_id": str(uuid4())}])
    def test_what_cannot_be_used_is_named(self, role: tuple[dict[str, Any], str], talent: tuple[Someone, str],
                                          changes: dict[str, Any]) -> None:
        answer = talent[0].ask("POST", PATH, json={**body(role[1], talent[1]), **changes})
        assert answer.status_code == 422, answer.text
        assert set(answer.json["error"]["errors"]) & set(changes)

    def test_photos_are_ones_own_and_of_the_kinds_asked(self, app: Flask, house: House, superuser: psycopg.Connection,
                                                        talent: tuple[Someone, str]) -> None:
        _, role_id = open_role(app, house, assets=["full_length"])
        other, theirs = applications.talent(app, superuser)
        assert code_of(send(talent[0], role_id, theirs)) == (422, "application_photo_missing")
        lacking = send(talent[0], role_id, talent[1])
        assert lacking.json["error"]["details"] == {"missing": ["full_length"]}
        assert other.ask("GET", PATH).json["data"] == []

    def test_a_hirer_reads_what_was_approved(self, app: Flask, house: House, superuser: psycopg.Connection,
                                             role: tuple[dict[str, Any], str]) -> None:
        """A name that moderation has not seen, a photo that was removed, a profile that is withheld: none gets out."""
        someone, picture = applications.talent(app, superuser, 140)
        draft = applications.profile(display_name_en="Call 0551234567", city="jeddah")
        assert someone.ask("PUT", applications.PROFILE, json=draft).status_code == 200
        sent(someone, role[1], picture)
        (row,) = received(house, *role)
        assert (row["name_en"], row["city"]) == ("Sarah Al-Qahtani", "riyadh")
        _, again = open_role(app, house)
        superuser.execute("update talent_profiles set withheld_at = now() where subject_id = %s", [someone.user_id])
        assert code_of(send(someone, again, picture)) == (409, "profile_not_approved")
        superuser.execute("update talent_profiles set withheld_at = null where subject_id = %s", [someone.user_id])
        assert someone.ask("DELETE", f"/api/v1/me/photos/{picture}").status_code in {200, 204}
        assert code_of(send(someone, again, picture)) == (422, "application_photo_missing")

    def test_an_edit_brings_what_the_role_asks_for(self, app: Flask, house: House, role: tuple[dict[str, Any], str],
                                                   talent: tuple[Someone, str], superuser: psycopg.Connection) -> None:
        made = sent(talent[0], role[1], talent[1])
        superuser.execute("update call_roles set assets = '{full_length}' where id = %s", [role[1]])
        bare = {"photo_ids": [talent[1]], "version": made["version"]}
        refused = talent[0].ask("PATCH", f"{PATH}/{made['id']}", json=bare)
        assert refused.json["error"]["details"] == {"missing": ["full_length"]}

    def test_one_key_one_application_and_one_role_once(self, role: tuple[dict[str, Any], str],
                                                       talent: tuple[Someone, str],
                                                       superuser: psycopg.Connection) -> None:
        """API-4; and of ten at once without one key, one."""
        someone, picture = talent
        key = {"Idempotency-Key": str(uuid4())}
        answers = [someone.ask("POST", PATH, json=body(role[1], picture), headers=key) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json["data"]["id"] for answer in answers}) == 1
        with ThreadPoolExecutor(10) as pool:
            codes = list(pool.map(lambda _: send(someone, role[1], picture).status_code, range(10)))
        assert set(codes) == {409}
        assert superuser.execute("select count(*) from applications where subject_id = %s", [someone.user_id]
                                 ).fetchone() == (1,)

    def test_ten_at_once_are_one(self, role: tuple[dict[str, Any], str], talent: tuple[Someone, str],
                                 superuser: psycopg.Connection) -> None:
        someone, picture = talent
        with ThreadPoolExecutor(10) as pool:
            codes = sorted(pool.map(lambda _: send(someone, role[1], picture).status_code, range(10)))
        assert codes == [201] + [409] * 9
        assert superuser.execute("select count(*) from applications where subject_id = %s", [someone.user_id]
                                 ).fetchone() == (1,)

    def test_it_can_be_changed_until_it_was_viewed(self, app: Flask, house: House, superuser: psycopg.Connection,
                                                   role: tuple[dict[str, Any], str]) -> None:
        someone, picture = applications.talent(app, superuser, 140)
        made = sent(someone, role[1], picture)
        path, fresh = f"{PATH}/{made['id']}", applications.photo(someone, 200)
        (second,) = {one["id"] for one in someone.ask("GET", "/api/v1/me/photos").json["data"]} - {picture, fresh}
        changed = {"photo_ids": [second, picture], "cover_note": None, "version": made["version"]}
        answer = someone.ask("PATCH", path, json=changed)
        assert answer.status_code == 200 and answer.json["data"]["photo_ids"] == [second, picture]
        assert code_of(someone.ask("PATCH", path, json=changed)) == (409, "application_changed")
        unseen = {**changed, "photo_ids": [fresh], "version": own(someone, made["id"])["version"]}
        assert code_of(someone.ask("PATCH", path, json=unseen)) == (422, "application_photo_missing"), "not moderated"
        assert view(house, made["id"]).status_code == 200
        late = {**changed, "version": own(someone, made["id"])["version"]}
        assert code_of(someone.ask("PATCH", path, json=late)) == (409, "application_viewed")

    def test_taking_back_is_told_and_frees_the_role(self, house: House, role: tuple[dict[str, Any], str],
                                                    talent: tuple[Someone, str]) -> None:
        someone, picture = talent
        made = sent(someone, role[1], picture)
        for _ in range(2):
            answer = someone.ask("PUT", f"{PATH}/{made['id']}/withdrawn")
            assert answer.status_code == 200 and answer.json["data"]["status"] == "withdrawn"
        (row,) = received(house, *role)
        assert row["status"] == "withdrawn"
        assert code_of(move(house, made["id"], "shortlisted")) == (409, "application_move_refused")
        assert sent(someone, role[1], picture)["id"] != made["id"]


class TestGates:
    def test_each_gate_by_its_name(self, app: Flask, house: House, superuser: psycopg.Connection) -> None:
        """CAST-5: an approved profile, Nafath, consent; in the order of what can be helped first."""
        _, role_id = open_role(app, house)
        someone = doors.register(app, "talent", birth_date="1998-04-12")
        picture = applications.submit(someone)
        assert code_of(send(someone, role_id, picture)) == (409, "profile_not_approved")
        applications.approve(app, someone.user_id)
        assert code_of(send(someone, role_id, picture)) == (403, "identity_unverified")
        applications.verify(superuser, someone.user_id)
        version = someone.ask("GET", "/api/v1/me/consents").json["data"]
        assert version
        notice = next(one["version"] for one in someone.ask("GET", "/api/v1/privacy-notices").json["data"]
                      if one["kind"] == "privacy")
        word = {"purpose": "profile", "change": "withdrawn", "privacy_notice_version": notice}
        assert someone.ask("POST", "/api/v1/me/consents", json=word).status_code == 201
        assert code_of(send(someone, role_id, picture)) == (409, "consent_missing")

    def test_a_call_that_closed_a_second_ago(self, house: House, role: tuple[dict[str, Any], str],
                                             talent: tuple[Someone, str]) -> None:
        assert house.ask("owner", "PUT", f"/casting-calls/{role[0]['id']}/closed").status_code == 200
        assert code_of(send(talent[0], role[1], talent[1])) == (409, "casting_call_not_open")
        assert code_of(send(talent[0], str(uuid4()), talent[1])) == (404, "casting_call_not_found")

    @pytest.mark.parametrize(("how", "refused"), [
        ("update published_calls set closed_at = now(), closed_by = 'hirer' where id = %(call)s",
         "casting_call_not_open"),
        ("update identity_verifications set ended_at = now(), ended_for = 'removed' where subject_id = %(me)s",
         "identity_unverified"),
        ("update talent_profiles set withheld_at = now() where subject_id = %(me)s", "profile_not_approved"),
        ("insert into consent_events (subject_id, purpose, change, notice_id, text_hash, means, created_at)"
         " select subject_id, purpose, 'withdrawn', notice_id, text_hash, means, now() from consent_events"
         " where subject_id = %(me)s and purpose = 'profile' limit 1", "consent_missing")])
    def test_the_rule_at_commit_wins(self, app: Flask, house: House, role: tuple[dict[str, Any], str],
                                     talent: tuple[Someone, str], superuser: psycopg.Connection, how: str,
                                     refused: str) -> None:
        """What ends between the service's look and the commit is seen by the commit (reliability.md §2)."""
        someone, picture = talent
        actor = Actor("person", someone.user_id, someone.user_id, roles=frozenset({"talent"}))
        values = {"call": role[0]["id"], "me": someone.user_id}
        with pytest.raises(Exception) as refusal, app.app_context(), unit_of_work(actor):
            service.apply_to_role(body(role[1], picture), actor=actor)
            superuser.execute(how, values)
        assert getattr(refusal.value, "code", "") == refused
        assert superuser.execute("select count(*) from applications where subject_id = %s", [someone.user_id]
                                 ).fetchone() == (0,)


class TestWards:
    def test_a_guardian_applies_and_nobody_reads_the_childs_name(self, app: Flask, house: House, desk: Desk,
                                                                 superuser: psycopg.Connection) -> None:
        acting, child, picture = applications.ward(app, superuser, desk)
        call, role_id = open_role(app, house, minors=True, playing_age_min=8, playing_age_max=12)
        _, adults = open_role(app, house)
        assert code_of(send(acting, adults, picture)) == (409, "minors_not_sought")
        made = sent(acting, role_id, picture)
        (row,) = received(house, call, role_id)
        assert row["minor"] and row["name_ar"] == "سارة", "her stage name"
        assert row["name_en"] == "S. A." and "Qahtani" not in str(row)
        assert own(acting, made["id"])["status"] == "submitted"
        organizations.deliver(app, superuser, house.org_id)
        assert view(house, made["id"]).status_code == 200
        assert move(house, made["id"], "under_consideration").status_code == 200
        organizations.deliver(app, superuser, house.org_id)
        guardians.deliver(app, superuser, child["id"])
        inbox = acting.ask("GET", "/api/v1/me/notifications").json["data"]
        assert "Under consideration" in str(inbox) or "قيد النظر" in str(inbox), inbox

    def test_custody_lost_between_open_and_submit(self, app: Flask, house: House, desk: Desk,
                                                  superuser: psycopg.Connection) -> None:
        acting, child, picture = applications.ward(app, superuser, desk)
        _, role_id = open_role(app, house, minors=True, playing_age_min=8, playing_age_max=12)
        made = sent(acting, role_id, picture)
        desk.rule(child["guardianship"], RulingKind.END, told="custody")
        refused = acting.ask("PUT", f"{PATH}/{made['id']}/withdrawn")
        assert refused.status_code in {401, 403, 404}, refused.text
        _, again = open_role(app, house, minors=True, playing_age_min=8, playing_age_max=12)
        assert send(acting, again, picture).status_code in {401, 403}


class TestReviewing:
    def test_others_are_unknown_byte_by_byte(self, app: Flask, house: House, superuser: psycopg.Connection,
                                             role: tuple[dict[str, Any], str], talent: tuple[Someone, str]) -> None:
        made = sent(talent[0], role[1], talent[1])
        other = calls.paying_house(app, superuser)
        stranger, _ = applications.talent(app, superuser)

        def bare(answer: Any) -> Any:
            return answer.status_code, {name: value for name, value in answer.json["error"].items()}

        for asked in ((stranger.ask, "GET", f"{PATH}/%s"), (stranger.ask, "PUT", f"{PATH}/%s/withdrawn")):
            ask, method, path = asked
            assert bare(ask(method, path % made["id"])) == bare(ask(method, path % uuid4()))
        for method, path, sent_body in (("GET", "/applications/%s", None),
                                        ("POST", "/applications/%s/events/viewed", None),
                                        ("PUT", "/applications/%s/status", {"status": "shortlisted"})):
            options = {"json": sent_body} if sent_body else {}
            found = [other.ask("owner", method, path % id_, **options) for id_ in (made["id"], uuid4())]
            assert bare(found[0]) == bare(found[1]) and found[0].status_code == 404
        foreign = other.ask("owner", "GET", f"/casting-calls/{role[0]['id']}/roles/{role[1]}/applications")
        assert code_of(foreign) == (404, "casting_call_not_found")

    def test_ranks(self, app: Flask, house: House, talent: tuple[Someone, str]) -> None:
        """A viewer reads and decides nothing; a member sees what their own calls received."""
        call, role_id = open_role(app, house)
        made = sent(talent[0], role_id, talent[1])
        assert received(house, call, role_id, "viewer") and view(house, made["id"], "viewer").status_code == 403
        member = house.ask("member", "GET", f"/casting-calls/{call['id']}/roles/{role_id}/applications")
        assert code_of(member) == (403, "rank_too_low")
        assert code_of(move(house, made["id"], "shortlisted", "member")) == (403, "rank_too_low")
        assert view(house, made["id"], "admin").status_code == 200

    def test_a_profile_for_those_it_applied_to_is_read_by_them_alone(
        self, app: Flask, house: House, superuser: psycopg.Connection, role: tuple[dict[str, Any], str],
        talent: tuple[Someone, str]
    ) -> None:
        """CAST-1: what "only where applied" means; it ends with the application and while the profile is withheld."""
        someone, picture = talent
        answer = someone.ask("PUT", f"{applications.PROFILE}/visibility", json={"visibility": "applied"})
        assert answer.status_code == 200, answer.text
        guardians.deliver(app, superuser, str(someone.user_id))
        made = sent(someone, role[1], picture)
        assert received(house, *role)[0]["profile_id"] is None, "nobody finds it"
        path = f"/applications/{made['id']}/profile"
        shown = house.ask("viewer", "GET", path)
        assert shown.status_code == 200, shown.text
        assert shown.json["data"]["bio_en"] == "Stage and television actor."
        assert [one["id"] for one in shown.json["data"]["photos"]] == [picture]
        assert not {"birth_date", "sizes", "representation"} & shown.json["data"].keys()
        other = calls.paying_house(app, superuser)
        assert code_of(other.ask("owner", "GET", path)) == (404, "application_not_found")
        superuser.execute("update talent_profiles set withheld_at = now() where subject_id = %s", [someone.user_id])
        assert code_of(house.ask("owner", "GET", path)) == (409, "application_over")
        superuser.execute("update talent_profiles set withheld_at = null where subject_id = %s", [someone.user_id])
        assert someone.ask("PUT", f"{PATH}/{made['id']}/withdrawn").status_code == 200
        assert code_of(house.ask("owner", "GET", path)) == (409, "application_over")

    def test_ratings_and_notes_are_the_teams(self, house: House, role: tuple[dict[str, Any], str],
                                             talent: tuple[Someone, str]) -> None:
        made = sent(talent[0], role[1], talent[1])
        path = f"/applications/{made['id']}"
        for wrong in (0, 6, "5", 4.5, None):
            assert house.ask("owner", "PUT", f"{path}/rating", json={"rating": wrong}).status_code == 422, wrong
        for rank, rating in (("owner", 5), ("admin", 2), ("owner", 4)):
            assert house.ask(rank, "PUT", f"{path}/rating", json={"rating": rating}).status_code == 200
        (row,) = received(house, *role)
        assert (row["rating"], row["own_rating"]) == (3.0, 4)
        for wrong in ("", "x" * 2_001, "a\0b"):
            assert house.ask("owner", "POST", f"{path}/notes", json={"text": wrong}).status_code == 422
        assert house.ask("admin", "POST", f"{path}/notes", json={"text": "Strong read."}).status_code == 201
        (note,) = house.ask("viewer", "GET", f"{path}/notes").json["data"]
        assert note["text"] == "Strong read." and note["author"] == "Layla"
        assert "Strong" not in talent[0].ask("GET", f"{PATH}/{made['id']}").text

    def test_many_are_moved_each_for_itself(self, app: Flask, house: House, superuser: psycopg.Connection) -> None:
        _, role_id = open_role(app, house)
        made = [sent(*(lambda one: (one[0], role_id, one[1]))(applications.talent(app, superuser))) for _ in range(3)]
        view(house, made[0]["id"])
        view(house, made[1]["id"])
        unknown = str(uuid4())
        ids = [one["id"] for one in made] + [unknown]
        wanted = {"application_ids": ids, "status": "shortlisted"}
        answer = house.ask("owner", "POST", "/applications/moves", json=wanted)
        assert [(one["moved"], one["code"]) for one in answer.json["data"]] == [
            (True, None), (True, None), (False, "application_move_refused"), (False, "application_not_found")]
        twice = {"application_ids": [ids[0], ids[0]], "status": "shortlisted"}
        assert house.ask("owner", "POST", "/applications/moves", json=twice).status_code == 422

    def test_a_list_takes_few_queries(self, app: Flask, house: House, role: tuple[dict[str, Any], str],
                                      superuser: psycopg.Connection) -> None:
        for _ in range(3):
            someone, picture = applications.talent(app, superuser)
            sent(someone, role[1], picture)
        with statements(app) as asked:
            assert len(received(house, *role)) == 3
        assert len(asked) <= 10, asked
        assert received(house, *role, status="submitted") and not received(house, *role, status="pinned")


def test_export_holds_it_and_erasure_leaves_nothing(app: Flask, house: House, superuser: psycopg.Connection,
                                                    role: tuple[dict[str, Any], str],
                                                    talent: tuple[Someone, str]) -> None:
    """COMP-6: what hirers hold of a person goes with them, what they wrote about the person included."""
    someone, picture = talent
    made = sent(someone, role[1], picture)
    house.ask("owner", "POST", f"/applications/{made['id']}/notes", json={"text": "Strong read."})
    actor = system(someone.user_id)
    with app.app_context(), unit_of_work(actor):
        exported = privacy.export(someone.user_id, actor=actor)
        privacy.erase(someone.user_id, actor=actor)
    assert exported["applications"][0]["cover_note"] == "I ride, and speak Najdi."
    assert exported["application_notes"][0]["text"] == "Strong read."
    for table in ("applications", "application_photos", "application_events", "application_notes"):
        assert superuser.execute(f"select count(*) from {table} where subject_id = %s",
                                 [someone.user_id]).fetchone() == (0,), table
    assert superuser.execute("select count(*) from application_reviews where application_id = %s", [made["id"]]
                             ).fetchone() == (0,)


class TestAPinNeverLeaks:
    """CAST-3: what only the hirer thinks reaches no talent, by no route, export, notification or webhook."""

    def everything(self, app: Flask, someone: Someone, superuser: psycopg.Connection, house: House,
                   application_id: str) -> str:
        """All that a talent can come by, and all that left the house about the application."""
        organizations.deliver(app, superuser, house.org_id)
        guardians.deliver(app, superuser, str(someone.user_id))
        read = [someone.ask("GET", path).text for path in (
            PATH, f"{PATH}/{application_id}", "/api/v1/me/notifications", "/api/v1/me/decisions", "/api/v1/me")]
        read += [str(dict(someone.ask("GET", f"{PATH}/{application_id}").headers))]
        actor = Actor("person", someone.user_id, someone.user_id, roles=frozenset({"talent"}))
        with app.app_context(), unit_of_work(actor, read_only=True):
            for table in ("applications", "application_events", "application_reviews", "application_ratings",
                          "application_notes", "audit_payloads", "notifications"):
                read += [str(row) for row in session().execute(text(f"select * from {table}"))]
        told = superuser.execute("select body_en || body_ar from notifications where subject_id = %s", [someone.user_id]
                                 ).fetchall()
        sent_out = superuser.execute("select body from webhook_deliveries where org_id = %s", [house.org_id]).fetchall()
        return "\n".join([*read, *(str(row) for row in told), *(str(row) for row in sent_out)])

    def test_no_hidden_status_is_seen_on_any_way(self, app: Flask, house: House, superuser: psycopg.Connection,
                                                 role: tuple[dict[str, Any], str], talent: tuple[Someone, str]) -> None:
        someone, picture = talent
        hook = {"url": "https://hooks.example.com/in", "types": ["*"], "description": "All"}
        assert house.ask("admin", "POST", "/webhooks", json=hook).status_code == 201
        made = sent(someone, role[1], picture)
        assert view(house, made["id"]).status_code == 200
        walk = ["shortlisted", "under_consideration", "pinned", "on_avail", "on_hold", "backup", "under_consideration",
                "pinned", "offered", "booked", "released", "under_consideration", "backup", "released"]
        for status in walk:
            before = own(someone, made["id"])
            assert move(house, made["id"], status).status_code == 200, status
            after = own(someone, made["id"])
            if status in HIDDEN:
                assert after == before, f"{status} left a trace, if only in a version"
            seen = self.everything(app, someone, superuser, house, made["id"])
            assert not [word for word in HIDDEN if word in seen], status
        assert own(someone, made["id"])["status"] == "not_selected"

    def test_every_status_has_a_way_in_and_only_ends_have_none_out(self) -> None:
        reached = {status for allowed in MOVES.values() for status in allowed} | {Status.SUBMITTED, Status.WITHDRAWN,
                                                                                 Status.DECLINED}
        assert reached == set(Status)
        assert {status for status, allowed in MOVES.items() if not allowed} == {Status.WITHDRAWN, Status.DECLINED}

    def test_an_offer_is_declined_by_its_talent(self, house: House, role: tuple[dict[str, Any], str],
                                                talent: tuple[Someone, str]) -> None:
        made = sent(talent[0], role[1], talent[1])
        path = f"{PATH}/{made['id']}/declined"
        assert code_of(talent[0].ask("PUT", path)) == (409, "application_over")
        view(house, made["id"])
        for status in ("under_consideration", "offered"):
            assert move(house, made["id"], status).status_code == 200
        assert talent[0].ask("PUT", path).json["data"]["status"] == "declined"
        (row,) = received(house, *role)
        assert row["status"] == "declined"
