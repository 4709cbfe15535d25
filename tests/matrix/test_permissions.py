"""Every route by every role by whose row: made from the url_map, held against what was reviewed (ID-9).

`CASTINGOPS_WRITE=1` writes permissions.csv anew; the diff is what a review reads.
"""
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from castingops.bootstrap.servers import Postgres
from castingops.core.actor import Actor, system
from castingops.core.permissions import PUBLIC, Permission, all_permissions
from castingops.core.roles import APPS, STAFF, AppRole, OrgRole, StaffRole
from castingops.moderation.service import items
from castingops.web.blueprints import ApiBlueprint, ConsoleBlueprint, PublicBlueprint
from castingops.web.guard import UnguardedRoute
from tests.committed import assert_committed
from tests.factories import (
    applications,
    bulk,
    calls,
    directory,
    doors,
    guardians,
    moderation,
    organizations,
    reports,
    share_links,
)
from tests.factories.doors import Someone
from tests.factories.identity import make_staff
from tests.factories.media import jpeg
from tests.factories.proposals import acting, propose

COMMITTED = Path(__file__).with_name("permissions.csv")
OF_ORGANIZATIONS = Path(__file__).with_name("organizations.csv")
ROLES = ["anonymous", *(str(role) for role in StaffRole), *(str(role) for role in AppRole)]
RANKS = [f"org {role}" for role in OrgRole]  # of the organization "own"
UNGUARDED = {"static"}  # files that are the same for everyone
TEXTS = {"wards.dispute_ward": "reason",
         "decisions.send_appeal": "text", "conversations.reply_to_message": "text"}  # what their bodies need
WHOSE = ("own", "other", "none")  # ids in the path: the asker's own or the house's, somebody else's, nobody's


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Method and rule of every route but the static files."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint not in UNGUARDED:
            yield from ((method, rule) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


@dataclass
class Scene:
    """Somebody of each role, and a talent with a photo, a published profile and a case."""

    app: Flask
    people: dict[str, Someone]
    ids: dict[str, dict[str, Any]]


def _photo(app: Flask, someone: Someone) -> UUID:
    form = {"photo": (io.BytesIO(jpeg()), "me.jpg"), "kind": "headshot"}
    answer = someone.ask("POST", "/api/v1/me/photos", data=form)
    assert answer.status_code == 201 and answer.json, answer.text
    return UUID(answer.json["data"]["id"])


@pytest.fixture(scope="module")
def scene(app: Flask, postgres_server: Postgres) -> Scene:
    people: dict[str, Someone] = {"anonymous": Someone(uuid4(), "", app.test_client())}
    people |= {role: doors.staff_member(app, role) for role in sorted(STAFF)}
    people |= {role: doors.register(app, role) for role in sorted(APPS)}
    other = doors.register(app)
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        own, others = (organizations.house(app, superuser) for _ in range(2))
        ids = _ids(app, superuser, people, other)
        for whose, house, applicant in (("own", own, people["talent"]), ("other", others, other)):
            ids[whose] |= _of_org(superuser, app, house, applicant)
        return Scene(app, people | {f"org {role}": someone for role, someone in own.people.items()}, ids)


def _of_org(superuser: psycopg.Connection, app: Flask, house: organizations.House,
            applicant: Someone) -> dict[str, Any]:
    """What an organization's paths name: a member besides those who ask, an open invitation, its systems, and what it
    received."""
    member = doors.register(app, "hirer").user_id
    superuser.execute("update organizations set seats = 100 where id = %s", [house.org_id])
    invite = organizations.invite(house["owner"], house.org_id, f"{uuid4().hex}@apps.example", "viewer")
    systems = {name: uuid4() for name in ("credential_id", "webhook_id", "delivery_id")}
    organizations.put_systems(superuser, house.org_id, systems)
    systems["call_id"] = uuid4()
    calls.set_plan(superuser, house.org_id, "pro")
    calls.put_draft(superuser, house.org_id, systems["call_id"], house["member"].user_id)
    systems |= {"org_id": house.org_id, "role_id": uuid4(), "application_id": uuid4()}
    applications.put(superuser, systems, applicant.user_id)
    return {"user_id": member, "invite_id": UUID(invite.json["data"]["id"]), **systems}


def _as_it_was(superuser: psycopg.Connection, scene: Scene) -> None:
    """Undo what the rank before has done, so that each finds the same."""
    ids = scene.ids["own"]
    superuser.execute("update organizations set state = 'active', closes_at = null where id = %s", [ids["org_id"]])
    superuser.execute("update invitations set state = 'open', letters = 1 where id = %s", [ids["invite_id"]])
    for rank in (OrgRole.OWNER, *OrgRole):  # an owner first: never is there none
        organizations.put_in(superuser, ids["org_id"], scene.people[f"org {rank}"].user_id, rank)
    organizations.put_in(superuser, ids["org_id"], ids["user_id"], OrgRole.VIEWER)
    organizations.put_systems(superuser, ids["org_id"], ids)
    calls.put_draft(superuser, ids["org_id"], ids["call_id"], scene.people["org member"].user_id)
    applications.put(superuser, ids, scene.people["talent"].user_id)


def _published(app: Flask, superuser: psycopg.Connection) -> UUID:
    someone = moderation.person(app, superuser)
    moderator = Actor("staff", uuid4(), roles=frozenset({StaffRole.MODERATOR}))
    moderation.decide(app, someone.submit(), moderator)
    rows = superuser.execute("select id from published_profiles where subject_id = %s", [someone.subject_id])
    row = rows.fetchone()
    assert row
    return UUID(str(row[0]))


def _ids(app: Flask, superuser: psycopg.Connection, people: dict[str, Someone],
         other: Someone) -> dict[str, dict[str, Any]]:
    nothing = {"org_id": uuid4(), "user_id": uuid4(), "invite_id": uuid4(), "credential_id": uuid4(),
               "webhook_id": uuid4(), "delivery_id": uuid4(), "holiday_id": uuid4(),
               "view_id": uuid4(), "code": "no-such-queue",
               "photo_id": uuid4(), "profile_id": uuid4(), "notification_id": uuid4(), "ref": "CASE-999999",
               "kind": "csv", "token": "forged", "letter_id": uuid4(), "event_id": uuid4(), "entry_id": uuid4(),
               "report_id": uuid4(), "decision_id": uuid4(), "bulk_ref": "BULK-999999", "item_ref": "ITEM-999999",
               "lease_id": uuid4(), "subject_id": uuid4(), "number": 999999, "reply_id": uuid4(),
               "factor_id": uuid4(), "ward_id": uuid4(), "guardianship_ref": "GRD-999999", "evidence_id": uuid4(),
               "person_id": uuid4(), "proposal_id": uuid4(), "provider": "nowhere", "colleague_id": uuid4(),
               "session_id": uuid4(), "message_id": uuid4(), "call_id": uuid4(), "open_call_id": uuid4(),
               "talent_ref": "TAL-999999999", "application_id": uuid4(), "role_id": uuid4(),
               "share_link_id": uuid4()}
    shown = calls.publish(app, calls.paying_house(app, superuser))["id"]
    own, others = _photo(app, people["talent"]), _photo(app, other)
    case, published = moderation.person(app, superuser).submit().ref, _published(app, superuser)
    mine, theirs = (_told(app, someone, published) for someone in (people["talent"], other))
    for whose, someone in ((mine, people["talent"]), (theirs, other)):
        whose["factor_id"] = _passkey(superuser, someone)
        whose["share_link_id"] = share_links.put(superuser, someone.user_id)
        row = superuser.execute("select ref from talent_profiles where subject_id = %s", [someone.user_id]).fetchone()
        assert row
        whose["talent_ref"] = row[0]
    mine |= _of_staff(app, superuser, people["moderator"]) | _of_people(app, people["support"])
    mine["colleague_id"], theirs["colleague_id"] = (doors.staff_member(app, "moderator").user_id for _ in range(2))
    theirs |= _of_staff(app, superuser, doors.staff_member(app, "moderator"))
    theirs |= _of_people(app, doors.staff_member(app, "support"))
    mine["message_id"], theirs["message_id"] = (_parked(app, superuser) for _ in range(2))
    for ids, someone in ((mine, people["guardian"]), (theirs, guardians.guardian(app))):
        ward = guardians.add_ward(someone)
        ids |= {"ward_id": ward["id"], "guardianship_ref": ward["guardianship"]}
    return {"own": {**nothing, "photo_id": own, "profile_id": published, "open_call_id": shown, "ref": case, **mine},
            "other": {**nothing, "photo_id": others, "profile_id": published, "open_call_id": shown, "ref": case,
                      **theirs}, "none": nothing}


def _parked(app: Flask, superuser: psycopg.Connection) -> UUID:
    """A message of the directory that needs a look."""
    id_ = f"msg_{uuid4().hex}"
    directory.send(app, directory.message("session.created", {}), message_id=id_)
    directory.work(app)
    row = superuser.execute("select id from directory_messages where message_id = %s", [id_]).fetchone()
    assert row
    return UUID(str(row[0]))


def _passkey(superuser: psycopg.Connection, someone: Someone) -> UUID:
    row = superuser.execute(
        "insert into passkeys (subject_id, credential_id, public_key, sign_count, transports, name, created_at)"
        " values (%s, %s, '', 0, '{}', 'Laptop', now()) returning id", [someone.user_id, uuid4().bytes]).fetchone()
    assert row
    return UUID(str(row[0]))


def _of_staff(app: Flask, superuser: psycopg.Connection, someone: Someone) -> dict[str, Any]:
    """A frozen list of this moderator's, and a compliance item."""
    case = moderation.person(app, superuser).submit()
    with moderation.as_actor(app, system()):
        item = items.open_item("missing_evidence", subject_id=case.subject_id, entity="person",
                               entity_id=case.subject_id, reason="asked for", actor=system()).ref
    return {"bulk_ref": bulk.freeze(someone, [case]), "item_ref": item}


def _of_people(app: Flask, proposer: Someone) -> dict[str, Any]:
    """A colleague, what somebody of support proposed about them, and an account of the apps."""
    make_staff(app, "admin")  # a second one: with one alone it would be shut
    colleague = make_staff(app)
    proposal = propose(app, acting(proposer.user_id, "support"), "identity.staff.reset_mfa", colleague.user_id)
    return {"user_id": colleague.user_id, "proposal_id": proposal, "person_id": doors.register(app).user_id}


def _told(app: Flask, someone: Someone, published: UUID) -> dict[str, Any]:
    """A report of this person's, and a decision about them."""
    moderator = Actor("staff", uuid4(), roles=frozenset({StaffRole.MODERATOR}))
    case = moderation.Person(app, someone.user_id).submit(bio_en=f"Actor with plays, {uuid4().hex[:6]}.")
    decision = moderation.decide(app, case, moderator)
    report = reports.send(someone, published).json
    assert report
    return {"decision_id": decision, "report_id": UUID(report["data"]["id"])}


def body_of(method: str, rule: Rule) -> dict[str, Any]:
    """A body that the route can read, so that the answer is about rights and not about form."""
    if method in {"GET", "DELETE"}:
        return {}
    if rule.endpoint == "photos.add_photo":
        return {"data": {"photo": (io.BytesIO(jpeg()), "me.jpg"), "kind": "other"}}
    if rule.endpoint == "wards.invite_ward":
        return {"json": {"email": "ward@people.example", "locale": "ar"}}
    if rule.endpoint == "wards.add_ward_document":
        return {"data": {"document": (io.BytesIO(guardians.PDF), "order.pdf"), "kind": "custody_order"}}
    if rule.endpoint == "reports.add_evidence":
        return {"data": {"photo": (io.BytesIO(jpeg()), "proof.jpg")}}
    if rule.endpoint in TEXTS:
        return {"json": {TEXTS[rule.endpoint]: "x"}}
    return {"json": {}} if rule.rule.startswith("/api/") else {"data": {"body": "x"}}


def answer(scene: Scene, role: str, method: str, rule: Rule, whose: str) -> TestResponse:
    someone = scene.people[role]
    with scene.app.test_request_context():
        path = scene.app.url_for(rule.endpoint, **{name: scene.ids[whose][name] for name in rule.arguments})
    return someone.ask(method, path, **body_of(method, rule))


def ask(scene: Scene, role: str, method: str, rule: Rule, whose: str) -> int:
    return answer(scene, role, method, rule, whose).status_code


def test_matrix_is_as_reviewed(scene: Scene) -> None:
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(["method", "rule", "permission", "whose", *ROLES])
    signs_out = "/sign-out"  # would end the session that the rest of the row needs: proved in identity's tests
    for method, rule in routes(scene.app):
        if signs_out in rule.rule or "/auth/" in rule.rule or "/sign-in" in rule.rule:
            continue
        permission: Permission = scene.app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
        for whose in WHOSE if rule.arguments else ("own",):
            answers = [ask(scene, role, method, rule, whose) for role in ROLES]
            assert max(answers) < 500, (method, rule.rule, whose, answers)
            sheet.writerow([method, rule.rule, permission.name, whose, *answers])
    assert_committed(COMMITTED, out.getvalue())


def test_matrix_of_organizations_is_as_reviewed(scene: Scene, superuser: psycopg.Connection) -> None:
    """Each route of an organization by each rank of it; a hirer who is no member has a column in the other sheet."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(["method", "rule", "permission", "whose", *RANKS])
    for method, rule in routes(scene.app):
        if _of_members(rule.rule):
            permission: Permission = scene.app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
            for whose in WHOSE:
                answers = []
                for rank in RANKS:
                    _as_it_was(superuser, scene)
                    answers.append(ask(scene, rank, method, rule, whose))
                assert max(answers) < 500, (method, rule.rule, whose, answers)
                sheet.writerow([method, rule.rule, permission.name, whose, *answers])
    assert_committed(OF_ORGANIZATIONS, out.getvalue())


def _of_members(rule: str) -> bool:
    """Whether a route is for an organization's members: the guard resolves the one that the path names."""
    return rule.startswith("/api/") and "<uuid:org_id>" in rule


def reviewed(sheet: Path = COMMITTED) -> list[dict[str, str]]:
    return list(csv.DictReader(sheet.read_text().splitlines()))


def test_matrix_says_what_the_permissions_say() -> None:
    """The sheet cannot be rubber-stamped into something else than the declared roles."""
    declared = {permission.name: permission for permission in all_permissions()}
    for row in reviewed():
        if row["permission"] == PUBLIC.name:
            continue
        api = row["rule"].startswith("/api/")
        for role in ROLES:
            status = int(row[role])
            wrong_door = role == "anonymous" or (role in STAFF) is api
            if wrong_door:
                assert status in {401, 303}, (row, role)
            elif role not in declared[row["permission"]].roles:
                assert status == 403, (row, role)
            else:
                assert status not in {401}, (row, role)


def test_organization_routes_say_what_ranks_may(app: Flask) -> None:
    """100 % of cells: each route of an organization by each rank of it, for one's own, another's and nobody's."""
    declared = {permission.name: permission for permission in all_permissions()}
    rows, outsiders = reviewed(OF_ORGANIZATIONS), [row for row in reviewed() if _of_members(row["rule"])]
    assert [(row["method"], row["rule"], row["whose"]) for row in rows] == [
        (method, rule.rule, whose) for method, rule in routes(app) if _of_members(rule.rule) for whose in WHOSE]
    assert {row["hirer"] for row in outsiders} == {"404"}  # who is no member learns nothing
    for row in rows:
        permission = declared[row["permission"]]
        assert permission.org is not None, row  # a path that names an organization asks for a rank in it
        for rank in OrgRole:
            status = int(row[f"org {rank}"])
            if row["whose"] != "own":
                assert status == 404, (row, rank)
            elif not rank.covers(permission.org):
                assert status == 403, (row, rank)
            else:
                assert status != 401, (row, rank)


def test_what_is_not_yours_looks_like_what_is_not(scene: Scene) -> None:
    """404 on another's id is byte-equal to 404 on no id, but for the request's own id (CRIT-03)."""
    for row in reviewed():
        if "<" not in row["rule"] or row["whose"] != "other" or not row["rule"].startswith("/api/v1/me/"):
            continue
        for role in {"talent", "guardian"} - {role for role in row if row[role] == "403"}:
            twin = next(one for one in reviewed()
                        if (one["rule"], one["method"], one["whose"]) == (row["rule"], row["method"], "none"))
            assert row[role] == twin[role] == "404", row


def test_refusals_do_not_tell_whether_an_id_exists(scene: Scene) -> None:
    """Every API route with an id: refused to others, it answers to the byte as for an id that is none (CRIT-03)."""
    compared = 0
    for method, rule in routes(scene.app):
        if not rule.arguments or not rule.rule.startswith("/api/"):
            continue
        for role in APPS:
            theirs, nobodys = (answer(scene, role, method, rule, whose) for whose in ("other", "none"))
            if theirs.status_code >= 400:
                compared += theirs.status_code == 404
                assert _seen(theirs) == _seen(nobodys), (method, rule.rule, role)
    assert compared > 10


def _seen(answer: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    """All that an asker can compare: but for the request's own id."""
    own = answer.headers["X-Request-Id"]
    headers = [(name, value) for name, value in answer.headers if name != "X-Request-Id"]
    return answer.status_code, answer.text.replace(own, ""), headers


def test_every_route_is_guarded(app: Flask) -> None:
    unguarded = [rule.endpoint for _, rule in routes(app)
                 if not hasattr(app.view_functions[rule.endpoint], "permission")]
    assert unguarded == []


def test_nothing_changes_on_a_read_permission(app: Flask) -> None:
    """PyPI's audit of 2026: a POST guarded by a read permission let members invite owners."""
    wrong = [rule.rule for method, rule in routes(app)
             if method != "GET" and app.view_functions[rule.endpoint].permission.reads]  # type: ignore[attr-defined]
    assert wrong == []


def test_every_permission_guards_something(app: Flask) -> None:
    used = {app.view_functions[rule.endpoint].permission.name for _, rule in routes(app)}  # type: ignore[attr-defined]
    assert sorted({permission.name for permission in all_permissions()} - used) == []


@pytest.mark.parametrize("blueprint", [ConsoleBlueprint("x", __name__), PublicBlueprint("y", __name__)])
def test_a_route_without_permission_is_refused(blueprint: Any) -> None:
    with pytest.raises(UnguardedRoute):
        blueprint.add_url_rule("/x", "x", lambda: "")


def test_an_api_route_without_permission_or_audience_is_refused() -> None:
    blueprint = ApiBlueprint("z", __name__)
    with pytest.raises(UnguardedRoute):
        blueprint.add_url_rule("/x", "x", lambda: "", permission=PUBLIC)
    with pytest.raises(UnguardedRoute):
        blueprint.add_url_rule("/x", "x", lambda: "", audience=("talent",))


def test_a_safe_retry_of_nobody_in_particular_is_refused() -> None:
    with pytest.raises(UnguardedRoute):
        ConsoleBlueprint("w", __name__).add_url_rule("/x", "x", lambda: "", permission=PUBLIC, idempotent=True)
