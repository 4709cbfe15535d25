"""Organizations: made, listed, read; and what is not yours is not there (ORG-1, ORG-2)."""
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core import clock
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.organizations import service
from tests.factories import doors, guardians, identity, letters, organizations


def test_an_invitation_arrives_by_letter_and_its_code_lets_its_reader_in(
    app: Flask, superuser: psycopg.Connection
) -> None:
    """ORG-1, as its reader does it: through the queue, out of the mail, which says it in both languages."""
    owner = doors.register(app, "hirer")
    org_id = organizations.make(owner)
    reader = doors.register(app, "hirer")
    assert organizations.invite(owner, org_id, reader.email).status_code == 201
    organizations.deliver(app, superuser, org_id)
    state = superuser.execute("select letter_state from invitations where org_id = %s", [org_id]).fetchone()
    assert state == ("sent",)
    (mail,) = [each for each in guardians.mails_to(app, reader.email) if "Palm Studios" in each]
    assert "استوديو النخيل" in mail
    (code,) = set(re.findall(r"\b[0-9a-f]{64}\b", mail))
    assert organizations.answer(reader, code).status_code == 201
    assert organizations.rank_of(superuser, org_id, reader.user_id) == "member"


def test_create_organization_makes_owner(app: Flask) -> None:
    hirer = doors.register(app, "hirer")
    slug = f"palm-{uuid4().hex[:8]}"
    answer = hirer.ask("POST", "/api/v1/organizations",
                       json={"name_ar": "استوديو النخيل", "name_en": "Palm Studios", "slug": slug})
    assert answer.status_code == 201 and answer.json, answer.text
    made = answer.json["data"]
    assert made["role"] == "owner" and made["plan"] == "free" and made["seats"] == 5
    read = hirer.ask("GET", f"/api/v1/organizations/{made['id']}")
    assert read.status_code == 200 and read.json and read.json["data"] == made, read.text
    mine = hirer.ask("GET", "/api/v1/organizations").json
    assert mine and [row["id"] for row in mine["data"]] == [made["id"]]
    other = doors.register(app, "hirer")
    theirs, nobodys = (other.ask("GET", f"/api/v1/organizations/{one}", headers={"Accept-Language": "en"})
                       for one in (made["id"], uuid4()))
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json and nobodys.json and theirs.json["error"] == nobodys.json["error"]


@pytest.mark.parametrize("role", ["talent", "guardian"])
def test_create_organization_is_for_hirers(app: Flask, role: str) -> None:
    someone = doors.register(app, role)
    answer = someone.ask("POST", "/api/v1/organizations", json={"name_ar": "س", "name_en": "S", "slug": "some-where"})
    assert answer.status_code == 403


@pytest.fixture
def house(app: Flask, superuser: psycopg.Connection) -> organizations.House:
    return organizations.house(app, superuser)


def profile(house: organizations.House, **changes: Any) -> dict[str, Any]:
    """What a change sends, as read just now."""
    now = house.ask("owner", "GET").json["data"]
    kept = {name: now[name] for name in ("name_ar", "name_en", "slug", "settings", "version")}
    return {**kept, **changes}


def test_change_organization_is_for_administrators_and_billing_for_owners(house: organizations.House) -> None:
    changed = house.ask("admin", "PUT", json=profile(house, name_en="Palm Pictures", settings={"locale": "ar"}))
    assert changed.status_code == 200 and changed.json["data"]["name_en"] == "Palm Pictures", changed.text
    refused = house.ask("admin", "PUT", json=profile(house, vat_number="300000000000003"))
    assert refused.status_code == 403 and refused.json["error"]["code"] == "rank_too_low"
    billed = house.ask("owner", "PUT", json=profile(house, vat_number="٣٠٠٠٠٠٠٠٠٠٠٠٠٠٣", legal_name="شركة النخيل"))
    assert billed.status_code == 200 and billed.json["data"]["vat_number"] == "300000000000003", billed.text
    same = house.ask("admin", "PUT", json=profile(house, vat_number="300000000000003"))
    assert same.status_code == 200, same.text
    assert house.ask("owner", "PUT", json=profile(house, vat_number="123")).status_code == 422


def test_a_viewer_cannot_write(house: organizations.House) -> None:
    """Appendix 4's flows, by name."""
    for method, rest, body in [
        ("PUT", "", profile(house)), ("POST", "/members", {"email": "x@y.example", "role": "viewer"}),
        ("POST", "/invites", {"email": "x@y.example", "role": "viewer"}),
        ("PUT", f"/members/{house['member'].user_id}/role", {"role": "viewer"}), ("DELETE", "", None),
        ("DELETE", f"/members/{house['member'].user_id}", None),
        ("POST", "/transfer", {"user_id": str(house["viewer"].user_id)})]:
        assert house.ask("viewer", method, rest, json=body).status_code == 403, (method, rest)


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_a_member_cannot_delete_the_organization(house: organizations.House, role: str) -> None:
    assert house.ask(role, "DELETE").status_code == 403
    assert house.ask("owner", "GET").json["data"]["state"] == "active"


def test_change_with_an_old_version_is_refused(house: organizations.House) -> None:
    body = profile(house)
    assert house.ask("owner", "PUT", json={**body, "name_en": "One"}).status_code == 200
    late = house.ask("admin", "PUT", json={**body, "name_en": "Two"})
    assert late.status_code == 409 and late.json["error"]["code"] == "organization_changed"


def test_create_twice_with_one_key_makes_one(app: Flask) -> None:
    hirer, body = doors.register(app, "hirer"), organizations.document()
    first, again = (hirer.ask("POST", organizations.PATH, json=body, headers={"Idempotency-Key": "make-it-once"})
                    for _ in range(2))
    assert first.status_code == again.status_code == 201 and again.headers["Idempotent-Replayed"] == "true"
    assert first.json and again.json and first.json["data"] == again.json["data"]
    mine = hirer.ask("GET", organizations.PATH).json
    assert mine and len(mine["data"]) == 1


def test_current_organization_goes_with_the_membership(house: organizations.House) -> None:
    member = house["member"]
    path = "/api/v1/me/current-organization"
    chosen = member.ask("PUT", path, json={"organization_id": str(house.org_id)})
    assert chosen.status_code == 200, chosen.text
    mine = member.ask("GET", organizations.PATH).json
    assert mine and mine["data"][0]["is_current"]
    assert house.ask("admin", "DELETE", f"/members/{member.user_id}").status_code == 200
    again = member.ask("PUT", path, json={"organization_id": str(house.org_id)})
    unknown = member.ask("PUT", path, json={"organization_id": str(uuid4())})
    assert again.status_code == unknown.status_code == 404 and again.json and unknown.json
    assert again.json["error"] == unknown.json["error"]
    assert member.ask("PUT", path, json={"organization_id": None}).status_code == 200


def test_registration_with_an_organization_is_one_transaction(app: Flask, superuser: psycopg.Connection) -> None:
    """ID-1: user, consents, and the organization that was asked for, all or nothing."""
    hirer = doors.register(app, "hirer", organization=organizations.document())
    mine = hirer.ask("GET", organizations.PATH).json
    assert mine and [row["role"] for row in mine["data"]] == ["owner"]
    taken = mine["data"][0]["slug"]
    before = superuser.execute("select count(*) from users").fetchone()
    for role, organization, status in [
        ("hirer", organizations.document(slug=taken), 409), ("talent", organizations.document(), 422),
        ("hirer", organizations.document(slug="a b"), 422), ("hirer", organizations.document(name_ar=""), 422)]:
        body = identity.registration(role=role, organization=organization)
        assert app.test_client().post("/api/v1/auth/register", json=body).status_code == status, body
    assert superuser.execute("select count(*) from users").fetchone() == before


def test_registration_whose_address_was_taken_meanwhile_gets_a_number(app: Flask) -> None:
    """Between asking and confirming lies a letter; the account is not lost over it."""
    slug = organizations.new_slug()
    slower, faster = (identity.registration(role="hirer", organization=organizations.document(slug=slug))
                      for _ in range(2))
    for body in (slower, faster):
        assert app.test_client().post("/api/v1/auth/register", json=body).status_code == 201
    found = []
    for body in (faster, slower):
        letters.confirm(app, body["email"], body["password"])
        tokens = identity.tokens_of(app.test_client(), identity.Person(uuid4(), body["email"], body["password"]))
        mine = app.test_client().get(organizations.PATH, headers=identity.bearer(tokens)).json
        assert mine
        found.append(mine["data"][0]["slug"])
    assert found == [slug, f"{slug}-2"]


def test_registration_with_a_known_email_makes_no_organization(app: Flask, superuser: psycopg.Connection) -> None:
    known = identity.make_person(app, "hirer")
    body = identity.registration(role="hirer", email=known.email, organization=organizations.document())
    answer = app.test_client().post("/api/v1/auth/register", json=body)
    assert answer.status_code == 201
    rows = superuser.execute("select count(*) from organizations where slug = %s", [body["organization"]["slug"]])
    assert rows.fetchone() == (0,)


def test_deletion_waits_can_be_undone_and_then_ends_everything(
    app: Flask, superuser: psycopg.Connection, house: organizations.House
) -> None:
    invited = organizations.invite(house["owner"], house.org_id, identity.new_email()).json["data"]["id"]
    asked = house.ask("owner", "DELETE")
    assert asked.status_code == 200 and asked.json["data"]["state"] == "closing", asked.text
    assert house.ask("owner", "DELETE").json["error"]["code"] == "organization_closing"
    organizations.deliver(app, superuser, house.org_id)
    told = house["viewer"].ask("GET", "/api/v1/me/notifications").json
    assert told and "Palm Studios" in told["data"][0]["body"]
    assert house.ask("viewer", "GET").status_code == 200  # members read on
    for method, rest, body in [("POST", "/invites", {"email": "a@b.example", "role": "viewer"}),
                               ("PUT", "", profile(house)),
                               ("PUT", f"/members/{house['viewer'].user_id}/role", {"role": "member"})]:
        assert house.ask("owner", method, rest, json=body).json["error"]["code"] == "organization_closing", rest
    assert house.ask("admin", "PUT", "/restored").status_code == 403
    assert house.ask("owner", "PUT", "/restored").json["data"]["state"] == "active"
    assert house.ask("owner", "PUT", "/restored").json["error"]["code"] == "organization_not_closing"
    assert house.ask("owner", "DELETE").status_code == 200
    superuser.execute("update organizations set closes_at = now() - interval '1 second' where id = %s", [house.org_id])
    with app.app_context():
        for _ in range(2):  # safe to run twice
            with unit_of_work(system()):
                service.sweep(actor=system())
    assert {house.ask(role, "GET").status_code for role in house.people} == {404}
    rows = superuser.execute("select state from invitations where id = %s", [invited]).fetchone()
    assert rows == ("revoked",)
    left = superuser.execute("select count(*) from memberships where org_id = %s", [house.org_id]).fetchone()
    assert left == (0,)


def test_transfer_is_offered_and_taken_over(
    app: Flask, superuser: psycopg.Connection, house: organizations.House
) -> None:
    viewer = house["viewer"]
    open_invite = organizations.invite(house["owner"], house.org_id, identity.new_email(), "admin").json["data"]["id"]
    offered = house.ask("owner", "POST", "/transfer", json={"user_id": str(viewer.user_id)})
    assert offered.status_code == 201, offered.text
    again = house.ask("owner", "POST", "/transfer", json={"user_id": str(house["admin"].user_id)})
    assert again.json["error"]["code"] == "transfer_open"
    assert house.ask("member", "GET", "/transfer").status_code == 404
    assert house.ask("admin", "POST", "/transfer/acceptance").status_code == 404
    assert house.ask("viewer", "GET", "/transfer").json["data"]["to_user"] == str(viewer.user_id)
    taken = house.ask("viewer", "POST", "/transfer/acceptance")
    assert taken.status_code == 200 and taken.json["data"]["role"] == "owner", taken.text
    assert house.ask("owner", "GET").json["data"]["role"] == "admin"
    assert house.ask("owner", "DELETE").status_code == 403  # rights end with the transfer, on the next request
    rows = superuser.execute("select state from invitations where id = %s", [open_invite]).fetchone()
    assert rows == ("revoked",)  # PyPI's lesson: what the former owner may send no more does not stay open
    organizations.deliver(app, superuser, house.org_id)


def test_transfer_can_be_declined_cancelled_and_ends_with_who_leaves(house: organizations.House) -> None:
    def offer(to: str) -> Any:
        return house.ask("owner", "POST", "/transfer", json={"user_id": str(house[to].user_id)})

    assert offer("owner").status_code == 404
    assert house.ask("owner", "POST", "/transfer", json={"user_id": str(uuid4())}).status_code == 404
    assert offer("member").status_code == 201
    assert house.ask("viewer", "DELETE", "/transfer").status_code == 404
    assert house.ask("member", "DELETE", "/transfer").status_code == 200
    assert offer("member").status_code == 201
    assert house.ask("owner", "DELETE", "/transfer").status_code == 200
    assert house.ask("member", "POST", "/transfer/acceptance").status_code == 404
    assert offer("viewer").status_code == 201
    assert house.ask("viewer", "DELETE", f"/members/{house['viewer'].user_id}").status_code == 200
    assert house.ask("owner", "GET", "/transfer").status_code == 404


def test_transfer_needs_a_fresh_proof(superuser: psycopg.Connection, house: organizations.House) -> None:
    """ID-5: handing over and deleting take a proof of identity of the last minutes."""
    for method, rest, body in [("DELETE", "", None), ("POST", "/transfer", {"user_id": str(house["admin"].user_id)})]:
        with clock.held_at(clock.now() + timedelta(minutes=6)):
            refused = house.ask("owner", method, rest, json=body)
        assert refused.status_code == 403 and refused.json["error"]["code"] == "step_up_needed", refused.text


def test_trail_is_read_by_who_answers_for_the_organization(
    house: organizations.House, app: Flask, superuser: psycopg.Connection
) -> None:
    """COMP-8: one's own organization's part, filtered, paged, as CSV; nobody's address or device in it."""
    house.ask("owner", "PUT", f"/members/{house['viewer'].user_id}/role", json={"role": "member"})
    other = organizations.house(app, superuser)
    other.ask("owner", "PUT", f"/members/{other['viewer'].user_id}/role", json={"role": "member"})
    page = house.ask("admin", "GET", "/audit?limit=1").json
    assert [row["action"] for row in page["data"]] == ["organizations.member.rank"]
    assert page["data"][0]["details"]["member"] == str(house["viewer"].user_id)
    rest = house.ask("admin", "GET", f"/audit?cursor={page['meta']['next_cursor']}").json["data"]
    assert [row["action"] for row in rest] == ["organizations.organization.create"]
    mine = house.ask("owner", "GET", f"/audit?actor_id={house['owner'].user_id}&action=organizations.member.rank")
    assert len(mine.json["data"]) == 1 and mine.json["data"][0]["actor_name"] == "Layla"
    assert house.ask("owner", "GET", "/audit?since=2020-01-01&until=2020-01-02").json["data"] == []
    assert house.ask("member", "GET", "/audit").status_code == 403
    file = house.ask("owner", "GET", "/audit?format=csv")
    assert file.mimetype == "text/csv" and str(house.org_id) in file.text and "127.0.0.1" not in file.text
    assert house.ask("owner", "GET", "/audit").json["data"][0]["action"] == "organizations.trail.export"
