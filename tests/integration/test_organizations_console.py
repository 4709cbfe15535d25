"""Organizations in the console: masked, a vault without its secrets, webhooks that staff see to (ORG-1, ORG-3,
ORG-5)."""
import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core.roles import StaffRole
from castingops.organizations.types import PAGE_SIZE
from tests.factories import doors, organizations
from tests.factories.doors import Someone
from tests.factories.organizations import House
from tests.factories.statements import statements

LIST = "/console/organizations/"
REASON = "The owner asked us on the phone."


@pytest.fixture
def house(app: Flask, superuser: psycopg.Connection) -> House:
    return organizations.house(app, superuser)


@pytest.fixture(scope="module")
def admin(app: Flask) -> Someone:
    return doors.staff_member(app, StaffRole.ADMIN)


@pytest.fixture(scope="module")
def officer(app: Flask) -> Someone:
    return doors.staff_member(app, StaffRole.COMPLIANCE_OFFICER)


@pytest.fixture(scope="module")
def moderator(app: Flask) -> Someone:
    return doors.staff_member(app, StaffRole.MODERATOR)


def page(someone: Someone, path: str, **query: Any) -> str:
    answer = someone.ask("GET", path, query_string=query)
    assert answer.status_code == 200, (path, answer.text[-1500:])
    return answer.text


def part(someone: Someone, house: House, name: str, **query: Any) -> str:
    return page(someone, f"{LIST}{house.org_id}/{name}", **query)


def webhook(house: House, **changes: Any) -> str:
    sent = {"url": "https://hooks.example.com/in?token=receivers-own", "types": ["*"], "description": "Payroll"}
    answer = house.ask("admin", "POST", "/webhooks", json={**sent, **changes})
    assert answer.status_code == 201, answer.text
    return str(answer.json["data"]["webhook"]["id"])


def delivered(superuser: psycopg.Connection, house: House, webhook_id: str, state: str = "failed") -> str:
    ids = {"credential_id": str(uuid4()), "webhook_id": webhook_id, "delivery_id": str(uuid4())}
    organizations.put_systems(superuser, house.org_id, ids)
    superuser.execute("update webhook_deliveries set state = %s where id = %s", [state, ids["delivery_id"]])
    return ids["delivery_id"]


class TestList:
    def test_organizations_are_found_by_name_plan_and_state(self, app: Flask, moderator: Someone) -> None:
        owner = doors.register(app, "hirer")
        word = uuid4().hex.translate(str.maketrans("0123456789", "ghkmnprtvx"))[:10]
        org_id = organizations.make(owner, name_ar=f"أستوديو {word}", name_en=f"Studio {word}")
        assert str(org_id) in page(moderator, LIST)
        for query in ({"q": word}, {"q": f"استوديو {word}"}, {"q": word, "plan": "free"},
                      {"q": word, "state": "active"}):
            assert str(org_id) in page(moderator, LIST, **query), query
        for query in ({"plan": "pro"}, {"state": "closing"}, {"trouble": "webhooks"}):
            assert "No organization matches" in page(moderator, LIST, q=word, **query), query
        assert moderator.ask("GET", LIST, query_string={"q": "\0"}).status_code == 422
        for junk in ("%", "x" * 5_000, "'; drop table organizations; --"):
            assert moderator.ask("GET", LIST, query_string={"q": junk, "plan": junk, "state": junk}).status_code == 200

    def test_a_page_takes_few_queries_however_long(self, app: Flask, superuser: psycopg.Connection,
                                                   moderator: Someone) -> None:
        superuser.execute(
            "insert into organizations (name_ar, name_en, slug, slug_key, search_text, plan, seats, settings, state,"
            " created_at, version) select 'م', 'Many', s, s, 'manyorgs', 'free', 5, '{}', 'active', now(), 1"
            " from (select 'many-' || n || %s as s from generate_series(1, %s) n) x",
            [uuid4().hex[:8], PAGE_SIZE + 1])
        with statements(app) as counted:
            first = page(moderator, LIST, q="manyorgs")
        assert len(counted) <= 10, counted
        assert first.count('class="row-link"') == PAGE_SIZE
        cursor = re.search(r'cursor=([\w.~-]+)', first)
        assert cursor and page(moderator, LIST, q="manyorgs", cursor=cursor[1]).count('class="row-link"') == 1
        assert moderator.ask("GET", LIST, query_string={"cursor": "nonsense"}).status_code == 422

    def test_the_file_names_no_person_and_is_on_record(self, house: House, officer: Someone, moderator: Someone,
                                                       superuser: psycopg.Connection) -> None:
        asked = ("select count(*) from audit_entries e join audit_payloads p on p.entry_id = e.id"
                 " where action = 'organizations.desk.export' and p.actor_id = %s")
        assert superuser.execute(asked, [officer.user_id]).fetchone() == (0,)
        answer = officer.ask("GET", f"{LIST}export.csv")
        assert answer.status_code == 200 and str(house.org_id) in answer.text
        assert house["owner"].email not in answer.text and "Layla" not in answer.text
        assert superuser.execute(asked, [officer.user_id]).fetchone() == (1,)
        assert moderator.ask("GET", f"{LIST}export.csv").status_code == 403


class TestMembers:
    def test_members_are_masked_for_everybody(self, house: House, admin: Someone, officer: Someone,
                                              moderator: Someone) -> None:
        for someone in (admin, officer, moderator):
            shown = part(someone, house, "members")
            assert "Layla" not in shown and "L." in shown
            assert not [person.email for person in house.people.values() if person.email in shown]

    def test_compliance_sees_them_once_for_a_reason(self, house: House, officer: Someone, admin: Someone,
                                                    superuser: psycopg.Connection) -> None:
        path = f"{LIST}{house.org_id}/members"
        for reason in ("", "short", "x" * 501, "because\0because"):
            refused = officer.ask("POST", path, data={"reason": reason})
            assert refused.status_code == 422 and house["owner"].email not in refused.text
        shown = officer.ask("POST", path, data={"reason": REASON})
        assert shown.status_code == 200 and house["owner"].email in shown.text and "Layla" in shown.text
        assert house["owner"].email not in part(officer, house, "members")
        rows = superuser.execute("select payload -> 'details' ->> 'reason' from audit_payloads"
                                 " join audit_entries e on e.id = entry_id where entity_id = %s"
                                 " and action = 'organizations.desk.unmask'", [house.org_id]).fetchall()
        assert rows == [(REASON,)]
        assert admin.ask("POST", path, data={"reason": REASON}).status_code == 403

    def test_invited_addresses_are_masked(self, house: House, moderator: Someone) -> None:
        assert organizations.invite(house["owner"], house.org_id, "sami@company.example").status_code == 201
        shown = part(moderator, house, "invitations")
        assert "sami" not in shown and "s•••@•••.example" in shown


class TestSystems:
    def test_the_vault_shows_no_secret(self, house: House, admin: Someone, moderator: Someone) -> None:
        secret = f"sk_live_{uuid4().hex}"
        stored = house.ask("admin", "POST", "/credentials",
                           json={"name": "Payroll key", "provider": "payroll", "secret": secret})
        assert stored.status_code == 201, stored.text
        shown = part(admin, house, "vault")
        assert "Payroll key" in shown and secret[-4:] in shown and secret[:-4] not in shown
        for name in ("vault", "webhooks"):
            assert moderator.ask("GET", f"{LIST}{house.org_id}/{name}").status_code == 403
        assert "/vault" not in part(moderator, house, "members"), "nor is it offered"

    def test_webhooks_show_neither_paths_nor_secrets(self, house: House, admin: Someone) -> None:
        webhook_id = webhook(house)
        shown = part(admin, house, "webhooks", webhook=webhook_id)
        assert "https://hooks.example.com/…" in shown and "receivers-own" not in shown and "whsec_" not in shown

    def test_staff_switch_a_webhook_off_and_on(self, app: Flask, house: House, admin: Someone,
                                               superuser: psycopg.Connection) -> None:
        webhook_id = webhook(house)
        path = f"{LIST}{house.org_id}/webhooks/{webhook_id}/state"
        refused = admin.ask("POST", path, data={"state": "off", "reason": "no"})
        assert refused.status_code == 422 and 'id="reason-error"' in refused.text
        assert admin.ask("POST", path, data={"state": "sideways", "reason": REASON}).status_code == 400
        assert admin.ask("POST", path, data={"state": "off", "reason": REASON}).status_code == 303
        assert admin.ask("POST", path, data={"state": "off", "reason": REASON}).status_code == 303, "done already"
        state = house.ask("admin", "GET", f"/webhooks/{webhook_id}").json["data"]
        assert (state["state"], state["disabled_for"]) == ("disabled", "house")
        told = superuser.execute("select count(*) from notifications where template = %s and subject_id = any(%s)",
                                 ["organizations.webhook.switched_off_by_house",
                                  [house["owner"].user_id, house["admin"].user_id, house["member"].user_id]]).fetchone()
        assert told == (2,), "its owner and its administrator, once"
        assert admin.ask("POST", path, data={"state": "on", "reason": REASON}).status_code == 303
        assert house.ask("admin", "GET", f"/webhooks/{webhook_id}").json["data"]["state"] == "active"
        acts = superuser.execute("select action, payload -> 'details' ->> 'reason' from audit_payloads"
                                 " join audit_entries e on e.id = entry_id where entity_id = %s"
                                 " and actor_kind = 'staff' order by e.id", [webhook_id]).fetchall()
        assert acts == [("organizations.webhook.disable", REASON), ("organizations.webhook.change", REASON)]

    def test_a_message_is_sent_once_more(self, house: House, admin: Someone, superuser: psycopg.Connection) -> None:
        webhook_id = webhook(house)
        delivery_id = delivered(superuser, house, webhook_id)
        path = f"{LIST}{house.org_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/replay"
        assert admin.ask("POST", path).status_code == 303
        copies = superuser.execute(
            "select r.state, r.message_id = o.message_id, r.body = o.body from webhook_deliveries r"
            " join webhook_deliveries o on o.id = r.replay_of where o.id = %s", [delivery_id]).fetchall()
        assert copies == [("pending", True, True)]
        superuser.execute("update webhook_endpoints set state = 'disabled', disabled_for = 'failing' where id = %s",
                          [webhook_id])
        off = admin.ask("POST", path)
        assert off.status_code == 409 and "Switch the webhook on first" in off.text
        assert str(house.org_id) in page(admin, LIST, trouble="webhooks")

    def test_others_ids_are_unknown(self, app: Flask, house: House, admin: Someone,
                                    superuser: psycopg.Connection) -> None:
        other = organizations.house(app, superuser)
        webhook_id = webhook(other)
        delivery_id = delivered(superuser, other, webhook_id)
        home = f"{LIST}{house.org_id}"
        assert admin.ask("GET", f"{home}/webhooks", query_string={"webhook": webhook_id}).status_code == 404
        assert admin.ask("GET", f"{LIST}{uuid4()}").status_code == 404
        for path in (f"{home}/webhooks/{webhook_id}/state", f"{LIST}{uuid4()}/webhooks/{webhook_id}/state",
                     f"{home}/webhooks/{webhook_id}/deliveries/{delivery_id}/replay"):
            assert admin.ask("POST", path, data={"state": "off", "reason": REASON}).status_code == 404, path
