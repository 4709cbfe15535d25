"""Casting calls as their organization writes them and talent see them (CAST-2, CAST-5, CAST-8, API-3, API-4)."""
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask

from castingops.bootstrap.servers import Postgres
from castingops.casting.errors.calls import CallNotFound, CallNotOpen
from castingops.casting.service import calls as service
from castingops.core import clock
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.core.entitlements import SubscriptionRequired
from castingops.organizations import cli
from castingops.organizations.errors import OrganizationClosing
from tests.factories import calls, doors, organizations
from tests.factories.calls import document, role
from tests.factories.doors import Someone
from tests.factories.organizations import House


@pytest.fixture(scope="module")
def house(app: Flask, postgres_server: Postgres) -> House:
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        return calls.paying_house(app, superuser)


@pytest.fixture(scope="module")
def talent(app: Flask) -> Someone:
    return doors.register(app, "talent")


def code_of(answer: Any) -> str:
    return str(answer.json["error"]["code"])


def fields_of(answer: Any) -> set[str]:
    return set(answer.json["error"].get("errors") or {})


def shown(talent: Someone, call_id: str) -> Any:
    return talent.ask("GET", f"{calls.OPEN}/{call_id}")


def listed(talent: Someone, **filters: Any) -> set[str]:
    answer = talent.ask("GET", calls.OPEN, query_string=filters)
    assert answer.status_code == 200 and answer.json, answer.text
    return {row["id"] for row in answer.json["data"]}


def run_as_house(app: Flask, act: Any) -> Any:
    with app.app_context(), unit_of_work(system()):
        return act()


def test_a_call_is_written_submitted_published_and_closed(app: Flask, house: House, talent: Someone) -> None:
    """CAST-2: the whole way, and what talent see at each step."""
    draft = calls.create(house, "member")
    assert (draft["status"], draft["missing"], draft["currency"]) == ("draft", [], "SAR")
    assert draft["contact_id"] == str(house["member"].user_id)
    assert shown(talent, draft["id"]).status_code == 404
    sent = calls.submit(house, draft["id"], "member")
    assert (sent.status_code, sent.json["data"]["status"]) == (201, "under_review")
    assert shown(talent, draft["id"]).status_code == 404
    calls.approve(app, draft["id"])
    seen = shown(talent, draft["id"])
    assert seen.status_code == 200 and seen.json["data"]["roles"][0]["name_en"] == "Layla"
    assert draft["id"] in listed(talent)
    closed = house.ask("member", "PUT", f"{calls.PATH}/{draft['id']}/closed")
    assert (closed.status_code, closed.json["data"]["closed_by"]) == (200, "hirer")
    assert draft["id"] not in listed(talent)
    assert shown(talent, draft["id"]).json["data"]["closed_at"]
    with pytest.raises(CallNotOpen):  # closed a second ago
        run_as_house(app, lambda: service.require_open(UUID(draft["roles"][0]["id"])))
    again = house.ask("member", "PUT", f"{calls.PATH}/{draft['id']}/closed")
    assert (again.status_code, code_of(again)) == (409, "casting_call_not_open")


def test_what_is_internal_never_reaches_talent(app: Flask, house: House, talent: Someone) -> None:
    """Neither contact nor permit, nor who made it; of a confidential call neither company nor casting director."""
    made = calls.publish(app, house, confidential=True, company="Hidden Films", casting_director="Huda Hidden",
                         permit_number="PERMIT-77", permit_until=calls.day(200))
    answer = shown(talent, made["id"])
    assert answer.json["data"]["company"] is None and answer.json["data"]["casting_director"] is None
    page = talent.ask("GET", calls.OPEN).text + answer.text
    secrets = ("Hidden", "PERMIT-77", made["contact_id"], str(house.org_id))
    assert [secret for secret in secrets if secret in page] == []
    assert not {"contact_id", "permit_number", "permit_until", "org_id", "created_by"} & answer.json["data"].keys()


def test_what_cannot_be_used_is_named_at_once(house: House) -> None:
    """The rules' own table is in the unit tests; here that its words arrive, and in the right shape."""
    answer = house.ask("owner", "POST", calls.PATH, json=document(
        pay_amount=-5, currency="USD", synopsis_en="x" * 50_000, title_en="Riyadh \u202enights", company="Palm\u0000",
        deadline="2020-01-01T00:00:00Z", roles=[role(playing_age_min=40, playing_age_max=20)]))
    assert (answer.status_code, code_of(answer)) == (422, "casting_call_invalid")
    assert fields_of(answer) == {"pay_amount", "currency", "synopsis_en", "title_en", "company", "deadline",
                                 "roles.0.playing_age_max"}
    assert house.ask("owner", "POST", calls.PATH, json={}).status_code == 400
    assert house.ask("owner", "POST", calls.PATH, json=document(roles=[7])).status_code == 422


def test_digits_of_any_script_are_read(house: House) -> None:
    made = calls.create(house, pay_amount="١٥٠٠٠٠", roles=[role(playing_age_min="٢٠", openings="٣")])
    assert (made["pay_amount"], made["roles"][0]["playing_age_min"], made["roles"][0]["openings"]) == (150_000, 20, 3)


def test_an_empty_draft_says_what_it_lacks(house: House) -> None:
    made = house.ask("owner", "POST", calls.PATH, json={"title_en": "Later"}).json["data"]
    assert {"project_type", "company", "shoot_from", "deadline", "roles", "synopsis_ar"} <= set(made["missing"])
    answer = calls.submit(house, made["id"])
    assert (answer.status_code, code_of(answer)) == (422, "casting_call_incomplete")
    assert fields_of(answer) == set(made["missing"])


def test_of_two_edits_at_once_one_is_told(house: House) -> None:
    """Optimistic: the second of two who read the same version has nothing of theirs saved."""
    made = calls.create(house)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda title: calls.change(house, made, title_en=title), ("One", "Two")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won = next(answer for answer in answers if answer.status_code == 200)
    assert calls.get(house, made["id"])["title_en"] == won.json["data"]["title_en"]
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert code_of(lost) == "casting_call_changed"
    assert house.ask("owner", "PATCH", f"{calls.PATH}/{made['id']}", json={"title_en": "No version"}).status_code == 422


def test_submitting_twice_sends_once(house: House, superuser: psycopg.Connection) -> None:
    made = calls.create(house)
    with ThreadPoolExecutor(2) as pool:
        codes = sorted(answer.status_code for answer in pool.map(lambda _: calls.submit(house, made["id"]), range(2)))
    assert codes == [201, 409]
    count = superuser.execute("select count(*) from call_revisions where call_id = %s", [made["id"]]).fetchone()
    assert count == (1,)


def test_creating_is_idempotent(house: House) -> None:
    """API-4: the same key and body make one call."""
    headers, body = {"Idempotency-Key": str(uuid4())}, document()
    first, second = (house.ask("owner", "POST", calls.PATH, json=body, headers=headers) for _ in range(2))
    assert first.json["data"]["id"] == second.json["data"]["id"]
    other = house.ask("owner", "POST", calls.PATH, json=document(title_en="Other"), headers=headers)
    assert other.status_code == 422


def test_an_edit_under_review_is_sent_anew(house: House) -> None:
    """Nobody decides on what is no longer meant: the newer submission takes the place of the pending one."""
    made = calls.create(house)
    sent = calls.submit(house, made["id"]).json["data"]
    edited = calls.change(house, sent, title_en="Riyadh Nights, the film").json["data"]
    assert (edited["status"], edited["submission"]["number"], edited["submission"]["status"]) == (
        "under_review", 2, "pending")
    same = calls.change(house, edited, title_en="Riyadh Nights, the film").json["data"]
    assert same["submission"]["number"] == 2


def test_what_talent_relied_on_goes_back_to_review_and_the_rest_does_not(
    app: Flask, house: House, talent: Someone
) -> None:
    made = calls.publish(app, house)
    touched = calls.change(house, made, title_en="Riyadh nights: a series", contact_id=str(house["admin"].user_id))
    assert (touched.json["data"]["change_status"], shown(talent, made["id"]).json["data"]["title_en"]) == (
        None, "Riyadh nights: a series")
    touched = calls.change(house, touched.json["data"], confidential=True)
    assert (touched.json["data"]["change_status"], shown(talent, made["id"]).json["data"]["company"]) == (None, None)
    cut = calls.change(house, touched.json["data"], pay_amount=50_000)
    assert (cut.json["data"]["status"], cut.json["data"]["change_status"]) == ("published", "under_review")
    assert shown(talent, made["id"]).json["data"]["pay_amount"] == 150_000
    calls.approve(app, made["id"], cut.json["data"]["submission"]["number"])
    assert shown(talent, made["id"]).json["data"]["pay_amount"] == 50_000
    back = calls.change(house, calls.get(house, made["id"]), pay_amount=60_000).json["data"]
    taken_back = calls.change(house, back, pay_amount=50_000).json["data"]
    assert (taken_back["change_status"], shown(talent, made["id"]).json["data"]["pay_amount"]) == (None, 50_000)


def test_a_role_keeps_its_id_and_one_taken_out_goes_with_the_approval(
    app: Flask, house: House, talent: Someone
) -> None:
    made = calls.publish(app, house, roles=[role(), role(name_en="Noura", kind="supporting")])
    kept, gone = made["roles"]
    changed = calls.change(house, made, roles=[{**kept, "playing_age_max": 40}, role(name_en="Huda")]).json["data"]
    assert changed["roles"][0]["id"] == kept["id"] and changed["roles"][1]["id"] != gone["id"]
    assert [each["id"] for each in shown(talent, made["id"]).json["data"]["roles"]] == [kept["id"], gone["id"]]
    assert run_as_house(app, lambda: service.require_open(UUID(gone["id"]))).call_id == UUID(made["id"])
    calls.approve(app, made["id"], 2)
    assert len(shown(talent, made["id"]).json["data"]["roles"]) == 2
    with pytest.raises(CallNotFound):
        run_as_house(app, lambda: service.require_open(UUID(gone["id"])))


def test_a_refused_change_leaves_the_published_call(app: Flask, house: House, talent: Someone) -> None:
    made = calls.publish(app, house)
    calls.change(house, made, cities=["jeddah"])
    run_as_house(app, lambda: service.reject_call(actor=system(), call_id=UUID(made["id"]), number=2, **calls.REASONS))
    after = calls.get(house, made["id"])
    assert (after["status"], after["change_status"], after["submission"]["statement_ar"]) == (
        "published", "rejected", calls.REASONS["statement_ar"])
    assert shown(talent, made["id"]).json["data"]["cities"] == ["riyadh"]


def test_rejected_and_closed_are_final_and_can_be_copied(app: Flask, house: House) -> None:
    made = calls.create(house)
    calls.submit(house, made["id"])
    run_as_house(app, lambda: service.reject_call(actor=system(), call_id=UUID(made["id"]), number=1, **calls.REASONS))
    rejected = calls.get(house, made["id"])
    for answer in (calls.change(house, rejected, title_en="Again"), calls.submit(house, made["id"])):
        assert (answer.status_code, code_of(answer)) == (409, "casting_call_final")
    copy = house.ask("owner", "POST", f"{calls.PATH}/{made['id']}/copies").json["data"]
    assert (copy["status"], copy["title_en"], copy["deadline"], copy["shoot_from"]) == (
        "draft", made["title_en"], None, None)
    assert copy["roles"][0]["id"] != made["roles"][0]["id"] and copy["roles"][0]["name_en"] == "Layla"


def test_a_call_is_deleted_only_before_anybody_saw_it(app: Flask, house: House) -> None:
    draft, published = calls.create(house), calls.publish(app, house)
    assert house.ask("owner", "DELETE", f"{calls.PATH}/{draft['id']}").status_code == 200
    assert house.ask("owner", "GET", f"{calls.PATH}/{draft['id']}").status_code == 404
    refused = house.ask("owner", "DELETE", f"{calls.PATH}/{published['id']}")
    assert (refused.status_code, code_of(refused)) == (409, "casting_call_published")


def test_a_member_changes_their_own_and_a_viewer_none(house: House) -> None:
    """reliability.md §3: owner and administrator any, a member their own, a viewer none."""
    owners, members = calls.create(house), calls.create(house, "member")
    assert calls.change(house, owners, "member", title_en="Mine").status_code == 403
    assert calls.submit(house, owners["id"], "member").status_code == 403
    assert calls.change(house, members, "admin", title_en="Ours").status_code == 200
    assert calls.get(house, owners["id"], "viewer")["id"] == owners["id"]
    assert house.ask("viewer", "POST", calls.PATH, json=document()).status_code == 403


def test_the_calls_of_others_are_not_there(app: Flask, superuser: psycopg.Connection, house: House) -> None:
    """Byte-equal to an unknown id, whatever is asked."""
    made, stranger = calls.publish(app, house), organizations.house(app, superuser)
    for method, rest in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/submissions"), ("PUT", "/closed"),
                         ("POST", "/copies")):
        answers = [stranger.ask("owner", method, f"{calls.PATH}/{call_id}{rest}", json={"version": 1, "title_en": "x"})
                   for call_id in (made["id"], uuid4())]
        bodies = [{**answer.json, "meta": None} for answer in answers]
        assert [answer.status_code for answer in answers] == [404, 404] and bodies[0] == bodies[1], (method, rest)


def test_posting_takes_a_plan(app: Flask, superuser: psycopg.Connection) -> None:
    """CAST-5: asked by the service, and once more by the database as it commits."""
    poor = organizations.house(app, superuser)
    made = calls.create(poor)
    refused = calls.submit(poor, made["id"])
    assert (refused.status_code, code_of(refused)) == (403, "subscription_required")
    with app.app_context():
        assert CliRunner().invoke(cli.plan, [str(poor.org_id), "starter"]).exit_code == 0
        assert CliRunner().invoke(cli.plan, [str(poor.org_id), "starter"]).exit_code == 0  # once more changes nothing
        assert "no organization" in CliRunner().invoke(cli.plan, [str(uuid4()), "starter"]).output
    kinds = superuser.execute("select kind, before, after from organization_events where org_id = %s and kind = 'plan'",
                              [poor.org_id]).fetchall()
    assert kinds == [("plan", "free", "starter")]
    assert calls.submit(poor, made["id"]).status_code == 201
    calls.set_plan(superuser, poor.org_id, "free")
    with pytest.raises(SubscriptionRequired):
        calls.approve(app, made["id"])
    with pytest.raises(psycopg.errors.CheckViolation, match="does not include posting"):
        superuser.execute("update casting_calls set status = 'published', approved_revision = 1 where id = %s",
                          [made["id"]])


def test_nothing_is_published_while_the_organization_is_being_deleted(
    app: Flask, superuser: psycopg.Connection
) -> None:
    closing = calls.paying_house(app, superuser)
    waiting, public = calls.create(closing), calls.publish(app, closing)
    calls.submit(closing, waiting["id"])
    superuser.execute("update organizations set state = 'closing', closes_at = now() + interval '1 day' where id = %s",
                      [closing.org_id])
    with pytest.raises(OrganizationClosing):
        calls.approve(app, waiting["id"])
    assert code_of(calls.change(closing, public, pay_amount=1)) == "organization_closing"
    assert closing.ask("owner", "POST", calls.PATH, json=document()).status_code == 409
    with pytest.raises(psycopg.errors.CheckViolation, match="being deleted"):
        superuser.execute("update casting_calls set status = 'published', approved_revision = 1 where id = %s",
                          [waiting["id"]])
    assert closing.ask("owner", "PUT", f"{calls.PATH}/{public['id']}/closed").status_code == 200


def test_children_do_not_appear_in_advertising(app: Flask, house: House, superuser: psycopg.Connection) -> None:
    """casting.md §2: a hard stop at submission, at approval as things stand then, and in the database."""
    child = role(minors=True, playing_age_min=16, playing_age_max=17)
    made = calls.create(house, project_type="commercial", roles=[child])
    refused = calls.submit(house, made["id"])
    assert (refused.status_code, code_of(refused), fields_of(refused)) == (
        422, "casting_call_stopped", {"roles.0.minors"})
    published = calls.publish(app, house, roles=[child])
    with pytest.raises(psycopg.errors.CheckViolation, match="no children"), superuser.transaction():
        superuser.execute("update published_calls set project_type = 'commercial' where id = %s", [published["id"]])
        superuser.execute("update published_roles set position = 1 where call_id = %s", [published["id"]])


def test_children_under_fifteen_need_a_permission_document(house: House) -> None:
    child = role(minors=True, playing_age_min=9, playing_age_max=12)
    made = calls.create(house, roles=[child])
    assert code_of(calls.submit(house, made["id"])) == "casting_call_stopped"
    short = calls.change(house, made, permit_number="HRSD-118", permit_until=calls.day(80)).json["data"]
    assert code_of(calls.submit(house, made["id"])) == "casting_call_stopped"  # it ends before the shoot does
    assert calls.change(house, short, permit_until=calls.day(90)).status_code == 200
    assert calls.submit(house, made["id"]).status_code == 201


def test_a_deadline_ends_a_call_by_itself(app: Flask, house: House, talent: Someone) -> None:
    """Nobody applies a second after it, whether the job has run or not."""
    made = calls.publish(app, house)
    role_id, later = UUID(made["roles"][0]["id"]), clock.now() + timedelta(days=30, seconds=1)
    with clock.held_at(later), app.app_context(), unit_of_work(system()), pytest.raises(CallNotOpen):
        service.require_open(role_id)
    with clock.held_at(later), app.app_context(), unit_of_work(system()):
        assert service.close_due(actor=system()) >= 1
    after = calls.get(house, made["id"])
    assert (after["status"], after["closed_by"]) == ("closed", "deadline")
    assert made["id"] not in listed(talent)


def test_the_end_of_an_organization_ends_its_calls(app: Flask, superuser: psycopg.Connection, talent: Someone) -> None:
    ending = calls.paying_house(app, superuser)
    public, waiting = calls.publish(app, ending), calls.create(ending)
    calls.submit(ending, waiting["id"])
    with app.app_context(), unit_of_work(system(org_id=ending.org_id)):
        service.close_all(system(org_id=ending.org_id))
    rows = superuser.execute("select closed_by, deleted_at is not null from casting_calls where org_id = %s"
                             " order by id", [ending.org_id]).fetchall()
    assert rows == [("organization", False), (None, True)]
    assert public["id"] not in listed(talent)


def test_the_database_holds_what_the_rules_hold(house: House, superuser: psycopg.Connection) -> None:
    """CAST-8: for the row that comes by another way."""
    made = calls.create(house)
    for table, change in (
        ("casting_calls", "shoot_to = shoot_from - 1"), ("casting_calls", "deadline = shoot_from"),
        ("casting_calls", "rehearsal_from = current_date, rehearsal_to = current_date - 1"),
        ("casting_calls", "pay_amount = -1"), ("casting_calls", "pay_amount = null"),
        ("casting_calls", "currency = 'USD'"), ("casting_calls", "synopsis_en = repeat('x', 4001)"),
        ("casting_calls", "project_type = 'circus'"), ("casting_calls", "status = 'open'"),
        ("casting_calls", "status = 'closed'"), ("casting_calls", "status = 'published'"),
        ("casting_calls", "change_status = 'under_review'"), ("call_roles", "playing_age_min = 40"),
        ("call_roles", "playing_age_max = 101"), ("call_roles", "height_min = 180, height_max = 150"),
        ("call_roles", "openings = 0"), ("call_roles", "assets = '{passport}'"), ("call_roles", "gender = 'any'"),
    ):
        key = "id" if table == "casting_calls" else "call_id"
        with pytest.raises(psycopg.errors.CheckViolation):
            superuser.execute(f"update {table} set {change} where {key} = %s", [made["id"]])
    with pytest.raises(psycopg.errors.ForeignKeyViolation):  # no child under another organization's parent
        superuser.execute("update call_roles set org_id = %s where call_id = %s", [uuid4(), made["id"]])


def test_open_calls_are_filtered_by_one_and_the_same_role(app: Flask, house: House, talent: Someone) -> None:
    girl = role(name_en="Girl", gender="female", playing_age_min=16, playing_age_max=20, minors=True)
    man = role(name_en="Man", gender="male", playing_age_min=40, playing_age_max=60)
    made = calls.publish(app, house, project_type="theatre", cities=["abha", "najran"], roles=[girl, man])["id"]
    found = [{"city": "najran"}, {"project_type": "theatre"}, {"gender": "male", "playing_age": 50},
             {"minors": "true", "gender": "female"}, {"deadline_after": calls.day(20)}, {"playing_age": "١٨"}]
    lost = [{"city": "riyadh"}, {"project_type": "film"}, {"gender": "male", "playing_age": 18},
            {"minors": "true", "gender": "male"}, {"deadline_after": calls.day(40)}, {"playing_age": 30}]
    assert [made in listed(talent, **{"city": "abha", **each}) for each in found] == [True] * len(found)
    assert [made in listed(talent, **{"city": "abha", **each}) for each in lost] == [False] * len(lost)
    for query in ({"city": "atlantis"}, {"playing_age": "old"}, {"minors": "no"}, {"deadline_after": "soon"}):
        answer = talent.ask("GET", calls.OPEN, query_string=query)
        assert (answer.status_code, code_of(answer)) == (422, "filter_invalid")


def test_lists_go_on_where_they_ended(app: Flask, superuser: psycopg.Connection) -> None:
    """API-3: pages by cursor without a gap or a repetition, in both lists of the organization's side."""
    many = calls.paying_house(app, superuser)
    made = [calls.create(many)["id"] for _ in range(5)]
    seen, cursor = [], None
    for _ in range(3):
        page = many.ask("viewer", "GET", calls.PATH, query_string={"limit": 2, "cursor": cursor or ""}).json
        seen += [row["id"] for row in page["data"]]
        cursor = page["meta"].get("next_cursor")
    assert seen == made[::-1] and cursor is None
    assert many.ask("viewer", "GET", calls.PATH, query_string={"status": "published"}).json["data"] == []
    assert many.ask("member", "GET", calls.PATH, query_string={"mine": "true"}).json["data"] == []
    assert many.ask("owner", "GET", calls.PATH, query_string={"status": "open"}).status_code == 422
    assert many.ask("owner", "GET", calls.PATH, query_string={"cursor": "nonsense"}).status_code == 422
