"""What an outside directory of people tells us (ID-11, API-10; reliability.md row 13)."""
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core import clock
from castingops.core.actor import system
from castingops.core.config import Settings
from castingops.core.db import unit_of_work
from castingops.directory import privacy, rules, service
from tests.factories import directory as factory
from tests.factories import doors, organizations
from tests.factories.directory import deliver, join, joined, membership, message, organization, ref, send, user

OTHER = f"whsec_{b64encode(b'another secret of twenty-four and more').decode()}"


@pytest.fixture
def configured(app: Flask) -> Iterator[Any]:
    """Other settings for one test."""
    kept: Settings = app.extensions["settings"]

    def use(**changes: Any) -> None:
        app.extensions["settings"] = kept.model_copy(update=changes)

    yield use
    app.extensions["settings"] = kept


def fresh() -> str:
    return f"{uuid4().hex[:12]}@company.example"


def row(superuser: psycopg.Connection, table: str, ref_: str, columns: str = "standing, reason") -> Any:
    where = "user_ref" if table == "directory_memberships" else "ref"
    return superuser.execute(f"select {columns} from {table} where {where} = %s", [ref_]).fetchone()


def state_of(superuser: psycopg.Connection, ref_: str) -> list[Any]:
    return superuser.execute("select state, reason, sealed is null from directory_messages"
                             " where user_ref = %s order by id", [ref_]).fetchall()


class TestSignature:
    def test_signed_message_is_stored_once_and_answered_at_once(self, app: Flask,
                                                                superuser: psycopg.Connection) -> None:
        body, id_ = json.dumps(user("user.created", ref(), fresh())).encode(), f"msg_{uuid4().hex}"
        answers = [send(app, body, message_id=id_) for _ in range(100)]
        assert {answer.status_code for answer in answers} == {202}
        assert answers[0].json and answers[0].json["data"] == {"status": "received"}
        stored = superuser.execute("select id, sealed from directory_messages where message_id = %s", [id_]).fetchall()
        assert len(stored) == 1 and "company.example" not in stored[0][1]
        jobs = superuser.execute("select count(*) from outbox where payload->>'message_id' = %s",
                                 [str(stored[0][0])]).fetchone()
        assert jobs == (1,)

    @pytest.mark.parametrize("prefix", ["webhook", "svix"])
    def test_both_names_of_the_headers_count(self, app: Flask, prefix: str) -> None:
        assert send(app, user("user.created", ref(), fresh()), prefix=prefix).status_code == 202

    def test_two_secrets_count_while_one_is_replaced(self, app: Flask, configured: Any) -> None:
        configured(directory_webhook_secrets=(OTHER, factory.SECRET))
        document = user("user.created", ref(), fresh())
        assert send(app, document).status_code == 202
        assert send(app, document, secret=OTHER).status_code == 202
        configured(directory_webhook_secrets=(OTHER,))
        assert send(app, document).status_code == 401

    def test_one_of_several_signatures_is_enough(self, app: Flask) -> None:
        body = json.dumps(user("user.created", ref(), fresh())).encode()
        headers = factory.signed(body)
        headers["webhook-signature"] = f"v1a,zzz v1,AAAA {headers['webhook-signature']}"
        assert app.test_client().post(factory.PATH, data=body, headers=headers).status_code == 202

    @pytest.mark.parametrize("change", [
        {"webhook-id": "msg_other"}, {"webhook-id": ""}, {"webhook-id": "x" * 201}, {"webhook-timestamp": "1"},
        {"webhook-timestamp": "٣٣٣٣٣٣٣٣٣٣"}, {"webhook-timestamp": "1e9"}, {"webhook-timestamp": "-5"},
        {"webhook-timestamp": "99999999999"}, {"webhook-signature": ""}, {"webhook-signature": "v1,"},
        {"webhook-signature": "v1," + "A" * 44}, {"webhook-signature": "é"}])
    def test_a_message_that_proves_nothing_is_refused_alike(self, app: Flask, change: dict[str, str]) -> None:
        body = json.dumps(user("user.created", ref(), fresh())).encode()
        answer = app.test_client().post(factory.PATH, data=body, headers=factory.signed(body) | change)
        assert answer.status_code == 401 and answer.json and answer.json["error"]["code"] == "webhook_unsigned"

    @pytest.mark.parametrize(("age", "status"), [(290, 202), (-290, 202), (310, 401), (-310, 401)])
    def test_a_message_counts_for_five_minutes(self, app: Flask, age: int, status: int) -> None:
        at = clock.now() - timedelta(seconds=age)
        assert send(app, user("user.created", ref(), fresh()), at=at).status_code == status

    def test_another_body_under_the_same_signature_is_refused(self, app: Flask) -> None:
        body = json.dumps(user("user.created", ref(), fresh())).encode()
        answer = app.test_client().post(factory.PATH, data=body + b" ", headers=factory.signed(body))
        assert answer.status_code == 401

    def test_without_a_secret_nothing_is_taken(self, app: Flask, configured: Any) -> None:
        configured(directory_webhook_secrets=())
        assert send(app, user("user.created", ref(), fresh())).status_code == 401

    @pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"[" * 60_000, b'{"type": NaN', b'"text"'])
    def test_what_is_no_object_is_unreadable(self, app: Flask, body: bytes) -> None:
        answer = send(app, body)
        assert answer.status_code == 422 and answer.json and answer.json["error"]["code"] == "webhook_unreadable"

    def test_what_is_no_text_or_too_long_is_refused(self, app: Flask) -> None:
        headers = factory.signed(b"{}")
        assert app.test_client().post(factory.PATH, data=b"\xff\xfe", headers=headers).status_code == 401
        assert send(app, b" " * (64 * 1024 + 1)).status_code == 413

    @pytest.mark.parametrize("secrets", ["plain", "whsec_short", f"{factory.SECRET},whsec_!!!"])
    def test_a_secret_of_another_form_stops_the_start(self, environment: dict[str, str], secrets: str,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CASTINGOPS_DIRECTORY_WEBHOOK_SECRETS", secrets)
        with pytest.raises(ValueError, match="whsec_"):
            Settings()  # type: ignore[call-arg]


class TestPeople:
    def test_nobody_is_here_before_they_join_by_the_letter(self, app: Flask, superuser: psycopg.Connection) -> None:
        id_, email = ref(), fresh()
        deliver(app, user("user.created", id_, email))
        assert row(superuser, "directory_people", id_) == ("invited", None)
        assert superuser.execute("select 1 from users where email = %s", [email]).fetchone() is None
        (code,) = factory.codes_to(app, email)
        answer = join(app, code)
        assert answer.status_code == 201 and answer.json and answer.json["data"]["email"] == email
        assert row(superuser, "directory_people", id_, "standing, email, name, token_hash") == (
            "joined", None, None, None)
        signed_in = app.test_client().post("/api/v1/auth/login", json={"email": email, "password": doors.PASSWORD})
        assert signed_in.status_code == 200 and signed_in.json
        me = app.test_client().get("/api/v1/me", headers={
            "Authorization": f"Bearer {signed_in.json['data']['access_token']}"})
        assert me.json and me.json["data"]["display_name"] == "Huda Al-Harbi" and me.json["data"]["roles"] == ["hirer"]
        assert state_of(superuser, id_) == [("applied", None, True)]
        assert join(app, code).status_code == 404  # once

    def test_terms_and_password_are_asked_as_of_anybody(self, app: Flask) -> None:
        email = fresh()
        deliver(app, user("user.created", ref(), email))
        (code,) = factory.codes_to(app, email)
        assert join(app, code, accepts={"terms": False, "privacy_notice_version": "1"}).status_code == 422
        assert join(app, code, password="password1234").status_code == 422
        assert join(app, code, display_name="x\u202ey").status_code == 422
        assert join(app, code).status_code == 201

    def test_an_account_that_is_here_joins_by_its_own_proof(self, app: Flask, superuser: psycopg.Connection) -> None:
        someone, other, id_ = doors.register(app, "hirer"), doors.register(app, "hirer"), ref()
        deliver(app, user("user.created", id_, someone.email))
        code = factory.codes_to(app, someone.email)[-1]
        assert join(app, code).status_code == 409  # the account is not made twice, nor handed to a letter's finder
        assert other.ask("POST", "/api/v1/me/directory", json={"code": code}).status_code == 404
        assert someone.ask("POST", "/api/v1/me/directory", json={"code": code}).status_code == 200
        assert row(superuser, "directory_people", id_, "standing, subject_id, opened") == (
            "joined", someone.user_id, False)
        deliver(app, message("user.deleted", {"id": id_, "deleted": True}, at=9_000))
        assert someone.ask("GET", "/api/v1/me").status_code == 200  # their own account stays theirs

    @pytest.mark.parametrize(("change", "reason"), [
        ({"status": "unverified"}, "email_unverified"), ({"status": "expired"}, "email_unverified")])
    def test_an_address_that_is_not_verified_gets_no_letter(self, app: Flask, superuser: psycopg.Connection,
                                                            change: dict[str, str], reason: str) -> None:
        id_, email = ref(), fresh()
        deliver(app, user("user.created", id_, email, **change))
        assert row(superuser, "directory_people", id_) == ("held", reason) and factory.codes_to(app, email) == []
        deliver(app, user("user.updated", id_, email, at=2_000))
        assert row(superuser, "directory_people", id_) == ("invited", None) and len(factory.codes_to(app, email)) == 1

    @pytest.mark.parametrize("email", ["no address", "a@b", f"{'x' * 300}@company.example", "x@xn--\u202e.example"])
    def test_an_address_that_is_none_is_held(self, app: Flask, superuser: psycopg.Connection, email: str) -> None:
        id_ = ref()
        deliver(app, user("user.created", id_, email))
        assert row(superuser, "directory_people", id_) == ("held", "email_unfit")

    def test_another_address_ends_the_code_of_the_one_before(self, app: Flask) -> None:
        id_, first, second = ref(), fresh(), fresh()
        deliver(app, user("user.created", id_, first))
        (old,) = factory.codes_to(app, first)
        deliver(app, user("user.updated", id_, second, at=2_000))
        assert join(app, old).status_code == 404
        assert join(app, factory.codes_to(app, second)[-1]).status_code == 201

    def test_a_code_lives_fourteen_days(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        email = fresh()
        deliver(app, user("user.created", ref(), email))
        (code,) = factory.codes_to(app, email)
        with clock.held_at(clock.now() + timedelta(days=14, seconds=1)):
            assert join(app, code).status_code == 404

    def test_older_changes_nothing_and_a_new_name_follows(self, app: Flask, superuser: psycopg.Connection) -> None:
        id_ = ref()
        email = joined(app, id_, at=5_000)
        deliver(app, user("user.updated", id_, email, first="Older", at=4_000))
        deliver(app, user("user.updated", id_, email, first="Hala", at=6_000))
        deliver(app, user("user.updated", id_, fresh(), first="x\u202ey", at=7_000))  # no name, and no new address
        assert superuser.execute("select display_name from users where email = %s", [email]).fetchone() == (
            "Hala Al-Harbi",)

    def test_who_is_gone_over_there_signs_in_no_more(self, app: Flask, superuser: psycopg.Connection) -> None:
        id_ = ref()
        email = joined(app, id_)
        deliver(app, message("user.deleted", {"id": id_, "deleted": True}, at=500))  # a deletion is final: no clock
        assert row(superuser, "directory_people", id_) == ("gone", None)
        answer = app.test_client().post("/api/v1/auth/login", json={"email": email, "password": doors.PASSWORD})
        assert answer.status_code == 401
        deliver(app, user("user.updated", id_, email, at=9_000))
        assert row(superuser, "directory_people", id_) == ("gone", None)

    def test_who_was_named_and_is_gone_before_joining_has_no_code(self, app: Flask) -> None:
        id_, email = ref(), fresh()
        deliver(app, user("user.created", id_, email))
        (code,) = factory.codes_to(app, email)
        deliver(app, message("user.deleted", {"id": id_}, at=2_000))
        assert join(app, code).status_code == 404


def world(superuser: psycopg.Connection, owner: str, worker: str, org: str) -> Any:
    """All that is here of two people and an organization, without moments and ids."""
    people = superuser.execute("select ref, standing, reason, opened from directory_people where ref = any(%s)"
                               " order by ref", [[owner, worker]]).fetchall()
    known = superuser.execute(
        "select o.name_en, p.ref, m.role from directory_organizations d join organizations o on o.id = d.org_id"
        " join memberships m on m.org_id = o.id join directory_people p on p.subject_id = m.user_id"
        " where d.ref = %s order by p.ref", [org]).fetchall()
    rows = superuser.execute("select user_ref, standing, reason, given from directory_memberships where org_ref = %s"
                             " order by user_ref", [org]).fetchall()
    return [[each[1:] for each in people], sorted(each[::2] for each in known),
            sorted((each[1], each[2] or "", each[3]) for each in rows)]


ORDERS = list(permutations(range(5)))


class TestOrder:
    """reliability.md row 13: all 120 orders of 5 events end alike, some of them told twice."""

    def test_all_orders_of_five_messages_are_known_alike(self, app: Flask, superuser: psycopg.Connection) -> None:
        ends = []
        for order in ORDERS:
            owner, worker, org, said = story(fresh(), fresh())
            with app.app_context(), unit_of_work(system()):
                for at in (*order, *order[:2]):
                    service.follow(rules.read(said[at]["type"], said[at]), actor=system())
            ends.append(world(superuser, owner, worker, org))
        assert [each[1] for each in ends[0][0]] == [None, None] and ends[0][2][0][0] == "held"
        assert all(end == ends[0] for end in ends), next(end for end in ends if end != ends[0])

    @pytest.mark.parametrize("orders", [
        pytest.param(ORDERS[7::17], id="some"), pytest.param(ORDERS, id="all", marks=pytest.mark.long)])
    def test_orders_of_five_messages_and_two_who_join_end_alike(
        self, app: Flask, superuser: psycopg.Connection, orders: list[tuple[int, ...]]
    ) -> None:
        ends = []
        for number, order in enumerate(orders):
            first, second = fresh(), fresh()
            owner, worker, org, said = story(first, second)
            deliver(app, *(said[at] for at in order), *(said[at] for at in order[:2]))
            for email in ((second, first), (first, second))[number % 2]:
                assert join(app, factory.codes_to(app, email)[-1]).status_code == 201
            ends.append(world(superuser, owner, worker, org))
        assert ends[0][1] == [("Desert Rose Films", "member"), ("Desert Rose Films", "owner")]
        assert all(end == ends[0] for end in ends), next(end for end in ends if end != ends[0])


def story(first: str, second: str) -> tuple[str, str, str, list[dict[str, Any]]]:
    """Two people, the organization that one of them made, and five messages about them."""
    owner, worker, org = ref(), ref(), ref("org")
    return owner, worker, org, [
        user("user.created", owner, first), user("user.created", worker, second), organization(org, owner),
        membership(org, owner, role="org:admin"), membership(org, worker)]


@pytest.fixture
def firm(app: Flask) -> tuple[str, str, str]:
    """An organization over there that is here: its owner's id and e-mail, and its own id."""
    owner, org = ref(), ref("org")
    email = joined(app, owner)
    deliver(app, organization(org, owner))
    return owner, email, org


def rank(superuser: psycopg.Connection, org: str, user_: str) -> Any:
    found = superuser.execute(
        "select m.role from memberships m join directory_organizations o on o.org_id = m.org_id"
        " join directory_people p on p.subject_id = m.user_id where o.ref = %s and p.ref = %s", [org, user_]).fetchone()
    return found[0] if found else None


class TestMemberships:
    def test_roles_follow_and_a_membership_ends(self, app: Flask, superuser: psycopg.Connection,
                                                firm: tuple[str, str, str]) -> None:
        owner, _, org = firm
        worker = ref()
        joined(app, worker)
        deliver(app, membership(org, worker))
        assert (rank(superuser, org, owner), rank(superuser, org, worker)) == ("owner", "member")
        deliver(app, membership(org, worker, role="org:admin", at=2_000, verb="updated"))
        assert rank(superuser, org, worker) == "admin"
        deliver(app, membership(org, owner, role="org:member", at=2_000))
        assert rank(superuser, org, owner) == "owner"  # an owner is made and unmade here
        deliver(app, membership(org, worker, at=3_000, verb="deleted"), membership(org, worker, at=2_500))
        assert rank(superuser, org, worker) is None

    def test_unknown_roles_and_full_seats_wait_with_their_reason(self, app: Flask, superuser: psycopg.Connection,
                                                                 firm: tuple[str, str, str]) -> None:
        worker, (_, _, org) = ref(), firm
        joined(app, worker)
        deliver(app, membership(org, worker, role="org:emperor"))
        assert row(superuser, "directory_memberships", worker) == ("held", "role_unknown")
        superuser.execute("update organizations set seats = 1 from directory_organizations d"
                          " where d.org_id = organizations.id and d.ref = %s", [org])
        deliver(app, membership(org, worker, at=2_000))
        assert row(superuser, "directory_memberships", worker) == ("held", "seats") and rank(
            superuser, org, worker) is None

    def test_the_last_owner_stays_until_somebody_else_owns_it(self, app: Flask, superuser: psycopg.Connection,
                                                              firm: tuple[str, str, str]) -> None:
        owner, _, org = firm
        deliver(app, membership(org, owner, role="org:admin"), membership(org, owner, at=2_000, verb="deleted"))
        assert row(superuser, "directory_memberships", owner) == ("held", "last_owner")
        assert rank(superuser, org, owner) == "owner"

    def test_an_organization_waits_for_who_made_it(self, app: Flask, superuser: psycopg.Connection) -> None:
        org, owner = ref("org"), ref()
        deliver(app, organization(org, owner, slug="admin"))  # an address that is kept for us
        assert row(superuser, "directory_organizations", org) == ("held", "waits_for_owner")
        joined(app, owner)
        assert row(superuser, "directory_organizations", org) == ("joined", None) and rank(
            superuser, org, owner) == "owner"

    @pytest.mark.parametrize("name", ["", "x" * 121, "two\nlines", "a\u202eb"])
    def test_a_name_that_is_none_is_held(self, app: Flask, superuser: psycopg.Connection, name: str) -> None:
        org, owner = ref("org"), ref()
        joined(app, owner)
        deliver(app, organization(org, owner, name=name))
        assert row(superuser, "directory_organizations", org) == ("held", "name_unfit")


class TestParked:
    @pytest.mark.parametrize("document", [
        {"type": "user.created"}, {"type": "user.created", "data": []}, {"type": "user.created", "data": {"id": "u"}},
        {"type": "user.deleted", "timestamp": 1, "data": {"id": "x y"}},
        {"type": "user.deleted", "timestamp": 2**60, "data": {"id": "x"}},
        {"type": "user.deleted", "timestamp": 1, "data": {"id": "x" * 121}},
        {"type": "organizationMembership.created", "timestamp": 1, "data": {"organization": {"id": "o"}}}])
    def test_what_lacks_something_is_parked(self, app: Flask, superuser: psycopg.Connection,
                                            document: dict[str, Any]) -> None:
        id_ = f"msg_{uuid4().hex}"
        assert send(app, json.dumps(document).encode(), message_id=id_).status_code == 202
        factory.work(app)
        assert superuser.execute("select state, reason from directory_messages where message_id = %s",
                                 [id_]).fetchone() == ("parked", "unreadable")

    def test_unknown_types_and_other_instances_are_parked(self, app: Flask, superuser: psycopg.Connection,
                                                          configured: Any) -> None:
        ids = [f"msg_{uuid4().hex}" for _ in range(2)]
        send(app, message("session.created", {"id": "s"}), message_id=ids[0])
        factory.work(app)
        configured(directory_instance="ins_ours")
        send(app, user("user.created", ref(), fresh()), message_id=ids[1])
        factory.work(app)
        found = superuser.execute("select reason from directory_messages where message_id = any(%s) order by id", [ids])
        assert [each[0] for each in found] == ["unknown_type", "other_instance"]


@pytest.fixture
def parked(app: Flask, superuser: psycopg.Connection) -> UUID:
    id_ = f"msg_{uuid4().hex}"
    send(app, message("session.created", {"id": "s"}), message_id=id_)
    factory.work(app)
    found = superuser.execute("select id from directory_messages where message_id = %s", [id_]).fetchone()
    assert found
    return UUID(str(found[0]))


class TestDesk:
    def test_messages_are_listed_found_and_exported(self, app: Flask) -> None:
        admin, id_ = doors.staff_member(app, "admin"), ref()
        deliver(app, user("user.created", id_, fresh()))
        assert id_ not in admin.client.get("/console/directory/").text  # what needs a look comes first
        found = admin.client.get(f"/console/directory/?state=all&q={id_}").text
        assert id_ in found and "user.created" in found
        assert "company.example" not in found
        rows = admin.client.get(f"/console/directory/export.csv?state=all&q={id_}").text
        assert id_ in rows and "company.example" not in rows
        for hostile in ("%00", "x" * 5_000, "%D9%A1", "' or 1=1"):
            assert admin.client.get(f"/console/directory/?state=all&q={hostile}").status_code == 200
        assert admin.client.get("/console/directory/?cursor=forged").status_code == 422

    def test_a_parked_message_is_looked_at_again_or_set_aside(self, app: Flask, superuser: psycopg.Connection,
                                                              parked: UUID) -> None:
        admin, path = doors.staff_member(app, "admin"), f"/console/directory/{parked}"
        assert "Nothing here follows" in admin.client.get(path).text
        assert admin.ask("POST", f"{path}/repeat").status_code == 303
        assert admin.ask("POST", f"{path}/repeat").status_code == 409  # it waits for its job
        factory.work(app)
        refused = admin.ask("POST", f"{path}/dismiss", data={"reason": " \n "})
        assert refused.status_code == 422 and "Use 1 to 500 characters" in refused.text
        assert admin.ask("POST", f"{path}/dismiss", data={"reason": "Sessions are not ours"}).status_code == 303
        assert superuser.execute("select state, sealed is null, settled_by from directory_messages where id = %s",
                                 [parked]).fetchone() == ("dismissed", True, admin.user_id)
        assert admin.ask("POST", f"{path}/dismiss", data={"reason": "again"}).status_code == 409

    def test_an_invitation_is_sent_again_five_times(self, app: Flask, superuser: psycopg.Connection) -> None:
        admin, id_, email = doors.staff_member(app, "admin"), ref(), fresh()
        deliver(app, user("user.created", id_, email))
        found = superuser.execute("select id from directory_messages where user_ref = %s", [id_]).fetchone()
        assert found
        statuses = [admin.ask("POST", f"/console/directory/{found[0]}/letter").status_code for _ in range(5)]
        assert statuses == [303] * 4 + [409]
        factory.work(app)
        codes = factory.codes_to(app, email)
        assert len(codes) == 5 and join(app, codes[0]).status_code == 404 and join(app, codes[-1]).status_code == 201

    @pytest.mark.parametrize("role", ["support", "auditor"])
    def test_who_reads_settles_nothing(self, app: Flask, parked: UUID, role: str) -> None:
        someone = doors.staff_member(app, role)
        assert "Administrators settle" in someone.client.get(f"/console/directory/{parked}").text
        assert someone.ask("POST", f"/console/directory/{parked}/repeat").status_code == 403

    def test_unknown_is_404(self, app: Flask) -> None:
        admin = doors.staff_member(app, "admin")
        for verb, rest in (("GET", ""), ("POST", "/repeat"), ("POST", "/letter")):
            assert admin.ask(verb, f"/console/directory/{uuid4()}{rest}").status_code == 404


class TestForgetting:
    def test_old_messages_and_strangers_are_forgotten(self, app: Flask, superuser: psycopg.Connection) -> None:
        id_, email = ref(), fresh()
        deliver(app, user("user.created", id_, email))
        superuser.execute("update directory_messages set received_at = received_at - interval '91 days'"
                          " where user_ref = %s", [id_])
        superuser.execute("update directory_people set changed_at = changed_at - interval '91 days' where ref = %s",
                          [id_])
        with app.app_context(), unit_of_work(system()):
            service.sweep()
        assert state_of(superuser, id_) == []
        assert row(superuser, "directory_people", id_, "standing, reason, email, name") == (
            "held", "lapsed", None, None)
        deliver(app, user("user.updated", id_, email, at=2_000))
        assert row(superuser, "directory_people", id_) == ("invited", None)

    def test_what_waits_for_nobody_is_forgotten(self, app: Flask, superuser: psycopg.Connection) -> None:
        org, worker = ref("org"), ref()
        deliver(app, organization(org, ref()), membership(org, worker))
        for table, column in (("directory_memberships", "user_ref"), ("directory_organizations", "ref")):
            superuser.execute(f"update {table} set changed_at = changed_at - interval '91 days'"
                              f" where {column} = any(%s)", [[org, worker]])
        with app.app_context(), unit_of_work(system()):
            service.sweep()
        assert row(superuser, "directory_memberships", worker) is None
        assert row(superuser, "directory_organizations", org) is None

    def test_erasure_leaves_an_id_that_makes_nobody_anew(self, app: Flask, superuser: psycopg.Connection,
                                                         firm: tuple[str, str, str]) -> None:
        owner, email, org = firm
        subject = superuser.execute("select subject_id from directory_people where ref = %s", [owner]).fetchone()
        assert subject
        actor = replace(system(), subject_id=subject[0])
        with app.app_context(), unit_of_work(actor):
            told = privacy.export(subject[0], actor=actor)
            privacy.erase(subject[0], actor=actor)
        assert told["directory_people"][0]["ref"] == owner and told["directory_messages"][0]["user_ref"] == owner
        assert state_of(superuser, owner) == [] and row(superuser, "directory_memberships", owner) is None
        deliver(app, user("user.updated", owner, email, at=9_000), membership(org, owner, at=9_000))
        assert row(superuser, "directory_people", owner) == ("gone", None)


def test_an_organization_of_the_directory_is_like_any_other(app: Flask, firm: tuple[str, str, str]) -> None:
    """ORG-1: its owner manages it by the same doors, second factor included."""
    _, email, _ = firm
    answer = app.test_client().post("/api/v1/auth/login", json={"email": email, "password": doors.PASSWORD})
    assert answer.json
    someone = doors.Someone(uuid4(), email, app.test_client(), token=answer.json["data"]["access_token"])
    mine = someone.ask("GET", "/api/v1/organizations")
    assert mine.json and [one["role"] for one in mine.json["data"]] == ["owner"]
    path = f"{organizations.PATH}/{mine.json['data'][0]['id']}"
    invitation = {"email": fresh(), "role": "viewer"}
    refused = someone.ask("POST", f"{path}/invites", json=invitation)
    assert refused.status_code == 403 and refused.json and refused.json["error"]["code"] == "second_factor_required"
    doors.enrol(someone)
    assert someone.ask("POST", f"{path}/invites", json=invitation).status_code == 201
