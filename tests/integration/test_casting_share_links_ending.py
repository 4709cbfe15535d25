"""What ends share links, what they tell of children, and the alarm of a burst (CAST-6, ID-10, COMP-8)."""
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import parse
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from castingops.casting.service import share_links as service
from castingops.casting.service import share_links_ending, withholding
from castingops.core import logs
from castingops.core.actor import Actor, anonymous, system
from castingops.core.db import unit_of_work
from castingops.core.roles import StaffRole
from castingops.identity.types.guardians import RulingKind
from tests.factories import doors, guardians, share_links
from tests.factories.doors import Someone
from tests.factories.guardians import Desk
from tests.factories.share_links import PATH, SHARED, look, make

PROFILE = "/api/v1/me/talent-profile"
WITHDRAWN = {"purpose": "profile", "change": "withdrawn"}


@pytest.fixture(scope="module")
def desk(app: Flask) -> Desk:
    return Desk(app)


def state_of(someone: Someone, made: dict[str, Any]) -> tuple[str, str | None]:
    row = next(row for row in share_links.links_of(someone) if row["id"] == made["link"]["id"])
    return row["state"], row["ended_by"]


def acts(superuser: psycopg.Connection, made: dict[str, Any]) -> list[str]:
    rows = superuser.execute("select action from audit_entries where entity_kind = 'share_link' and entity_id = %s"
                             " order by id", [made["link"]["id"]]).fetchall()
    return [row[0].rpartition(".")[2] for row in rows]


def hide_by_choice(app: Flask, someone: Someone, superuser: psycopg.Connection) -> None:
    assert someone.ask("PUT", f"{PROFILE}/visibility", json={"visibility": "hidden"}).status_code == 200
    guardians.deliver(app, superuser, str(someone.user_id))


def hide_by_staff(app: Flask, someone: Someone, superuser: psycopg.Connection) -> None:
    moderator = Actor("staff", uuid4(), roles=frozenset({StaffRole.MODERATOR}))
    with app.app_context(), unit_of_work(moderator):
        withholding.withhold(someone.user_id, actor=moderator)


def hide_by_consent(app: Flask, someone: Someone, superuser: psycopg.Connection) -> None:
    answer = someone.ask("POST", "/api/v1/me/consents", json=WITHDRAWN)
    assert answer.status_code < 300, answer.text
    guardians.deliver(app, superuser, str(someone.user_id))


@pytest.mark.parametrize("hide", [hide_by_choice, hide_by_staff, hide_by_consent])
def test_a_link_ends_with_what_it_shows(app: Flask, superuser: psycopg.Connection, hide: Any) -> None:
    """However a profile goes out of sight: its links end, on record, and do not come back with it."""
    someone = share_links.talent(app)
    made, revoked = make(someone), make(someone)
    someone.ask("DELETE", f"{PATH}/{revoked['link']['id']}")
    assert look(app, made["token"]).status_code == 200
    hide(app, someone, superuser)
    assert look(app, made["token"]).status_code == 404
    assert state_of(someone, made) == ("ended", "hidden") and state_of(someone, revoked) == ("revoked", "owner")
    assert acts(superuser, made) == ["create", "end"] and acts(superuser, revoked) == ["create", "revoke"]
    assert someone.ask("POST", PATH, json={"label": "Again"}).status_code == 409


def test_consent_withdrawn_counts_at_once(app: Flask, superuser: psycopg.Connection) -> None:
    """Before any handler has run."""
    someone = share_links.talent(app)
    made = make(someone)
    assert someone.ask("POST", "/api/v1/me/consents", json=WITHDRAWN).status_code < 300
    assert look(app, made["token"]).status_code == 404


def test_a_profile_that_comes_back_does_not_bring_its_links(app: Flask, superuser: psycopg.Connection) -> None:
    someone = share_links.talent(app)
    made = make(someone)
    hide_by_choice(app, someone, superuser)
    someone.ask("PUT", f"{PROFILE}/visibility", json={"visibility": "public"})
    guardians.deliver(app, superuser, str(someone.user_id))
    assert look(app, made["token"]).status_code == 404 and look(app, make(someone)["token"]).status_code == 200


def test_a_link_made_while_its_profile_is_hidden_does_not_outlive_it(app: Flask,
                                                                    superuser: psycopg.Connection) -> None:
    """Whichever comes first: no link is left that would open the profile when it is shown again."""
    for _ in range(4):
        someone = share_links.talent(app)
        with ThreadPoolExecutor(3) as pool:
            sent = [pool.submit(someone.ask, "POST", PATH, json={"label": "x"}) for _ in range(2)]
            pool.submit(hide_by_staff, app, someone, superuser).result()
            answers = [each.result() for each in sent]
        assert {answer.status_code for answer in answers} <= {201, 409}
        assert {row["state"] for row in share_links.links_of(someone)} <= {"ended"}


# Children ---------------------------------------------------------------------------------------------------------

def test_of_a_child_little_is_told(app: Flask, desk: Desk) -> None:
    """Stage name only; no birth date, town, school or prose; photos because the guardianship covers them."""
    _, acting, ward = share_links.child(app, desk)
    made = make(acting, label="For the series")
    for path in (SHARED, "/share"):
        answer = look(app, made["token"], path=path)
        assert answer.status_code == 200
        for secret in ("Qahtani", "القحطاني", "Canary", ward["birth_date"], ward["birth_date"][:4] + "-", "abha",
                       "Abha", "Horse riding", ward["id"]):
            assert secret not in answer.text, (path, secret)
        assert "سارة" in answer.text
    shown = look(app, made["token"]).json["data"]
    assert shown["minor"] and len(shown["photos"]) == 1 and shown["playing_age_max"] == 12
    empty = ("display_name_ar", "display_name_en", "city", "nationality", "bio_ar", "bio_en", "agency")
    assert [name for name in empty if shown[name] is not None] == []
    assert [name for name in ("skills", "credits", "training", "availability") if shown[name]] == []


def test_a_child_without_a_stage_name_is_called_by_letters(app: Flask, desk: Desk) -> None:
    _, acting, _ward = share_links.child(app, desk, stage_name_ar=None, stage_name_en=None)
    shown = look(app, make(acting)["token"]).json["data"]
    assert (shown["stage_name_en"], shown["stage_name_ar"]) == ("S. A.", "س. ا.")


def test_photos_of_a_child_need_the_guardian_s_scope(app: Flask, desk: Desk, superuser: psycopg.Connection) -> None:
    _, acting, ward = share_links.child(app, desk)
    made = make(acting)
    superuser.execute("update guardianships set scopes = '{profile,casting}' where ward_id = %s", [ward["id"]])
    answer = look(app, made["token"])
    assert answer.status_code == 200 and answer.json["data"]["photos"] == []
    assert "<img" not in look(app, made["token"], path="/share").text


def test_a_guardian_shares_for_a_ward_and_for_nobody_else(app: Flask, desk: Desk) -> None:
    """ID-12: a guardian's own sign-in has no profile; the ward's links are the ward's, not the guardian's."""
    someone, acting, _ward = share_links.child(app, desk)
    made = make(acting)
    assert share_links.links_of(someone) == []
    assert someone.ask("POST", PATH, json={"label": "x"}).status_code == 409
    assert someone.ask("DELETE", f"{PATH}/{made['link']['id']}").status_code == 404
    assert acting.ask("DELETE", f"{PATH}/{made['link']['id']}").status_code == 200


def test_a_ward_s_link_ends_with_its_guardianship(app: Flask, desk: Desk, superuser: psycopg.Connection) -> None:
    """At once for whoever opens it, and on record once the event has come round."""
    _, acting, ward = share_links.child(app, desk)
    made = make(acting)
    desk.rule(ward["guardianship"], RulingKind.END, told="asked")
    assert look(app, made["token"]).status_code == 404
    guardians.deliver(app, superuser, ward["id"])
    row = superuser.execute("select ended_by from share_links where id = %s", [made["link"]["id"]]).fetchone()
    assert row and row[0] in {"guardian", "hidden"}
    assert acts(superuser, made) == ["create", "end"]
    assert acting.ask("POST", PATH, json={"label": "x"}).status_code == 401


def test_a_ward_who_came_of_age_has_no_link_of_their_guardian_s(app: Flask, desk: Desk,
                                                               superuser: psycopg.Connection) -> None:
    """The guardianship was handed over: what it was good for is over, though the profile is still shown."""
    _, acting, ward = share_links.child(app, desk)
    made = make(acting)
    superuser.execute("update guardianships set state = 'ended', ended_at = now() where ward_id = %s", [ward["id"]])
    assert look(app, made["token"]).status_code == 404
    share_links.as_house(app, lambda actor: share_links_ending.settle(actor=actor), UUID(ward["id"]))
    row = superuser.execute("select ended_by from share_links where id = %s", [made["link"]["id"]]).fetchone()
    assert row == ("guardian",)


# The alarm --------------------------------------------------------------------------------------------------------

@pytest.fixture
def low(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alarm at more than eight views from four networks."""
    known = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", known.model_copy(update={
        "share_alert_views": 8, "share_alert_networks": 4}))


@pytest.mark.usefixtures("low")
def test_a_burst_pauses_a_link_and_its_owner_is_told(app: Flask, superuser: psycopg.Connection) -> None:
    """Twelve strangers of twelve networks at once: paused, on record as a signal, told in both languages."""
    someone = share_links.talent(app)
    made = make(someone, label="Canary link")
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda n: look(app, made["token"], ip=f"8.{n}.1.1").status_code, range(12)))
    assert codes == [200] * 12
    guardians.deliver(app, superuser, str(someone.user_id))
    assert look(app, made["token"]).status_code == 404
    assert state_of(someone, made)[0] == "paused" and acts(superuser, made) == ["create", "pause"]
    told = someone.ask("GET", "/api/v1/me/notifications").json["data"]
    words = [str(one) for one in told if "Canary link" in str(one)]
    assert len(words) == 1 and "12" in words[0], told
    both = superuser.execute("select subject_en, subject_ar from notifications where subject_id = %s and template ="
                             " 'casting.share_link.paused'", [someone.user_id]).fetchall()
    assert len(both) == 1 and "paused" in both[0][0] and "أوقفنا" in both[0][1]
    assert state_of(someone, make(someone))[0] == "active"


@pytest.mark.usefixtures("low")
@pytest.mark.parametrize("ips", [
    [f"8.8.8.{n}" for n in range(12)], [f"8.{n}.1.1" for n in range(8)], ["10.0.0.1"] * 12])
def test_what_is_no_burst_pauses_nothing(app: Flask, superuser: psycopg.Connection, ips: list[str]) -> None:
    """Many from one network are an office; few from many are what a link is for."""
    someone = share_links.talent(app)
    made = make(someone)
    assert {look(app, made["token"], ip=ip).status_code for ip in ips} == {200}
    guardians.deliver(app, superuser, str(someone.user_id))
    assert state_of(someone, made)[0] == "active"


@pytest.mark.usefixtures("low")
def test_a_slow_crowd_is_no_burst(app: Flask, superuser: psycopg.Connection) -> None:
    someone = share_links.talent(app)
    made = make(someone)
    for n in range(8):
        look(app, made["token"], ip=f"8.{n}.1.1")
    superuser.execute("update share_views set viewed_at = viewed_at - interval '61 minutes' where link_id = %s",
                      [made["link"]["id"]])
    for n in range(4):
        look(app, made["token"], ip=f"8.{n}.2.1")
    guardians.deliver(app, superuser, str(someone.user_id))
    assert state_of(someone, made)[0] == "active"


def test_opening_is_limited_by_address(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = app.extensions["limiter"]
    monkeypatch.setitem(limiter._items, "share", parse("5/minute"))
    codes = [look(app, "A" * 43, ip="8.77.1.1").status_code for _ in range(7)]
    assert codes == [404] * 5 + [429] * 2
    assert look(app, "A" * 43, ip="8.77.1.2", path="/share").status_code == 404


# Who may what -----------------------------------------------------------------------------------------------------

def test_only_owner_and_house_see_rows(app: Flask, superuser: psycopg.Connection) -> None:
    """ORG-2: past the app's own filters."""
    someone, other = share_links.talent(app), doors.register(app)
    made = make(someone)
    look(app, made["token"])
    own = Actor("person", someone.user_id, subject_id=someone.user_id)
    theirs = Actor("person", other.user_id, subject_id=other.user_id)
    staff = Actor("staff", uuid4())
    inside = staff.entering(someone.user_id)
    for actor, sees, changes in ((own, 1, 1), (theirs, 0, 0), (anonymous(), 0, 0), (staff, 1, 0), (system(), 1, 0),
                                 (inside, 1, 1)):
        with app.app_context(), pytest.raises(InterruptedError), unit_of_work(actor) as session:
            values = {"id": made["link"]["id"]}
            for table, column in (("share_links", "id"), ("share_views", "link_id")):
                found = session.scalar(text(f"select count(*) from {table} where {column} = :id"), values)
                assert found == sees, (actor.kind, table)
            changed = session.execute(text("update share_links set views = 0 where id = :id returning id"), values)
            assert len(changed.all()) == changes, actor
            raise InterruptedError
    for column in ("token_hash = repeat('a', 64)", "label = 'x'", "expires_at = now()", "max_views = 5"):
        with pytest.raises(ProgrammingError, match="permission denied"), app.app_context():  # noqa: SIM117
            with unit_of_work(own) as session:
                    session.execute(text(f"update share_links set {column}"))


def test_staff_see_counts_and_end_a_link_for_a_reason(app: Flask, superuser: psycopg.Connection) -> None:
    someone = share_links.talent(app)
    made = make(someone, label="Canary label", max_views=7)
    look(app, made["token"])
    moderator, auditor = (doors.staff_member(app, role) for role in (StaffRole.MODERATOR, StaffRole.AUDITOR))
    row = superuser.execute("select ref from talent_profiles where subject_id = %s", [someone.user_id]).fetchone()
    assert row
    address = f"/console/share-links/{made['link']['id']}"
    talent = moderator.ask("GET", f"/console/talents/{row[0]}").text
    assert address in talent and "1 of 7 views" in talent
    page = moderator.ask("GET", address).text
    for shown in (talent, page):
        assert made["token"] not in shown and "Canary label" not in shown and made["token"][:12] not in shown
    assert auditor.ask("GET", address).status_code == 200 and "End the link" not in auditor.ask("GET", address).text
    assert auditor.ask("POST", f"{address}/end", data={"reason": "Because I can do so."}).status_code == 403
    assert moderator.ask("POST", f"{address}/end", data={"reason": "no"}).status_code == 422
    assert moderator.ask("POST", f"{address}/end", data={"reason": "It stands on a public wall."}).status_code == 303
    assert look(app, made["token"]).status_code == 404
    assert state_of(someone, made) == ("ended", "staff")
    assert moderator.ask("POST", f"{address}/end", data={"reason": "It stands on a wall."}).status_code == 409
    guardians.deliver(app, superuser, str(someone.user_id))
    told = str(someone.ask("GET", "/api/v1/me/notifications").json["data"])
    assert "Canary label" in told and "public wall" not in told
    assert moderator.ask("GET", f"/console/share-links/{uuid4()}").status_code == 404


# Tokens are told once ---------------------------------------------------------------------------------------------

def everything(superuser: psycopg.Connection) -> str:
    """Every row of every table, as text."""
    tables = superuser.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    return "\n".join(str(row[0]) for (table,) in tables
                     for row in superuser.execute(f'select string_agg(t::text, chr(10)) from "{table}" t').fetchall())


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=st.text("abc شع", min_size=1, max_size=20).filter(str.strip),
       views=st.none() | st.integers(1, 5), looks=st.lists(st.sampled_from([SHARED, "/share"]), max_size=4),
       revoked=st.booleans())
def test_a_token_is_nowhere_but_in_its_answer(app: Flask, postgres_url: str, owner: Someone, capfd: Any, label: str,
                                              views: int | None, looks: list[str], revoked: bool) -> None:
    """Not in any table (replies, audit, outbox, notifications), nor in a log, whatever happens to the link."""
    logs.init_logs("DEBUG")
    made = make(owner, label=label, max_views=views)
    for path in looks:
        look(app, made["token"], path=path)
        look(app, made["token"] + "x", path=path)
    for _ in range(1 + revoked):
        owner.ask("DELETE", f"{PATH}/{made['link']['id']}")
        look(app, made["token"], path="/share")
    logs.init_logs("ERROR")
    said = capfd.readouterr()
    with psycopg.connect(postgres_url, autocommit=True) as superuser:
        kept = everything(superuser)
    assert "share_link" in kept and made["token"] not in kept and made["token"].encode().hex() not in kept
    assert made["token"] not in said.out + said.err and '"path": "/api/v1/me/share-links"' in said.err


@pytest.fixture(scope="module")
def postgres_url(postgres_server: Any) -> str:
    return str(postgres_server.url())


@pytest.fixture(scope="module")
def owner(app: Flask) -> Someone:
    return share_links.talent(app)


def test_service_is_the_one_door(app: Flask) -> None:
    """A visit of another link opens nothing: the cookie names one."""
    someone = share_links.talent(app)
    one, two = make(someone, max_views=1), make(someone, max_views=1)
    look(app, two["token"])
    client = app.test_client()
    assert client.get(f"/share/{one['token']}").status_code == 200
    assert client.get(f"/share/{two['token']}").status_code == 404
    with app.app_context(), pytest.raises(service.SharedProfileNotFound), unit_of_work(anonymous()):
        service.open_shared(two["token"], actor=anonymous(), visited=UUID(one["link"]["id"]))
