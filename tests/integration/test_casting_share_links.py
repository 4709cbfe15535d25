"""Share links: made, opened by strangers, counted, ended (CAST-6, API-4, COMP-8)."""
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.casting import tasks
from castingops.casting.types.share_links import VIEWS_KEPT
from castingops.core import clock
from castingops.core.actor import system
from castingops.core.crypto import hash_token
from castingops.core.db import unit_of_work
from tests.factories import doors, share_links
from tests.factories.doors import Someone
from tests.factories.share_links import PATH, SHARED, look, make
from tests.factories.statements import statements


@pytest.fixture(scope="module")
def talent(app: Flask) -> Someone:
    return share_links.talent(app)


def code_of(answer: Any) -> str:
    return str(answer.json["error"]["code"])


def same(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """All that a stranger can compare: but for the request's own id."""
    own = answer.headers["X-Request-Id"]
    return (answer.status_code, answer.text.replace(own, ""),
            [(name, value) for name, value in answer.headers if name != "X-Request-Id"])


def test_a_link_is_made_opened_counted_and_taken_back(app: Flask, talent: Someone) -> None:
    """CAST-6: the whole way."""
    made = make(talent, label="  For the   theatre ", expires_in_days="٧", max_views=5)
    link, token = made["link"], made["token"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token) and made["url"].endswith(f"/share/{token}")
    assert (link["label"], link["state"], link["views"], link["max_views"]) == ("For the theatre", "active", 0, 5)
    seen = look(app, token)
    assert seen.status_code == 200 and seen.json
    shown = seen.json["data"]
    assert (shown["display_name_en"], shown["city"], shown["minor"]) == ("Sarah Al-Qahtani", "riyadh", False)
    assert len(shown["photos"]) == 1
    assert app.test_client().get(shown["photos"][0]["thumb_url"]).mimetype == "image/jpeg"
    assert seen.headers["Referrer-Policy"] == "no-referrer" and "noindex" in seen.headers["X-Robots-Tag"]
    assert seen.headers["Cache-Control"] == "no-store"
    row = next(row for row in share_links.links_of(talent) if row["id"] == link["id"])
    assert (row["views"], row["state"]) == (1, "active") and row["last_viewed_at"]
    views = talent.ask("GET", f"{PATH}/{link['id']}/views").json["data"]
    assert [(view["program"], view["system"], len(view["network"])) for view in views] == [("Safari", "iPhone", 12)]
    gone = talent.ask("DELETE", f"{PATH}/{link['id']}")
    assert (gone.status_code, gone.json["data"]["state"], gone.json["data"]["ended_by"]) == (200, "revoked", "owner")
    assert look(app, token).status_code == 404
    again = talent.ask("DELETE", f"{PATH}/{link['id']}")
    assert again.json["data"] == gone.json["data"]


def test_nothing_of_the_person_is_told_that_is_not_published(app: Flask, talent: Someone) -> None:
    """Neither birth date, sizes nor an account; the label is its owner's own."""
    answer = look(app, make(talent, label="Canary label")["token"])
    assert not {"birth_date", "representation", "waist_cm", "label", "hijab", "scars"} & answer.json["data"].keys()
    for secret in ("1998", "Canary", str(talent.user_id), talent.email):
        assert secret not in answer.text, secret


@pytest.mark.parametrize("sent", [
    {"label": ""}, {"label": None}, {"label": "x" * 81}, {"label": "a\0b"}, {"label": "a\u202eb"}, {"label": 7},
    {"expires_in_days": 0}, {"expires_in_days": 91}, {"expires_in_days": "soon"}, {"expires_in_days": True},
    {"expires_in_days": 1.5}, {"max_views": 0}, {"max_views": -1}, {"max_views": 10_000}, {"max_views": 2**70},
    {"max_views": []}])
def test_what_cannot_be_used_is_named(talent: Someone, sent: dict[str, Any]) -> None:
    answer = talent.ask("POST", PATH, json={"label": "A link", **sent})
    assert answer.status_code == 422, answer.text
    assert set(answer.json["error"]["errors"]) == set(sent)


def test_a_key_is_needed_and_a_replay_is_its_first_caller_s(app: Flask, talent: Someone) -> None:
    """API-4: the answer is kept sealed, for one person and route; the same key of another makes another link."""
    assert talent.ask("POST", PATH, json={"label": "x"}, headers={"Idempotency-Key": ""}).status_code == 400
    assert talent.ask("POST", PATH, json={}).status_code == 400
    key, body = {"Idempotency-Key": f"key-{uuid4().hex}"}, {"label": "Once"}
    first, second = (talent.ask("POST", PATH, json=body, headers=key) for _ in range(2))
    assert first.json == second.json and second.headers["Idempotent-Replayed"] == "true"
    other = share_links.talent(app).ask("POST", PATH, json=body, headers=key)
    assert other.status_code == 201 and other.json["data"]["token"] != first.json["data"]["token"]
    assert doors.register(app, "hirer").ask("POST", PATH, json=body, headers=key).status_code == 403


def test_nothing_is_shared_that_is_not_published(app: Flask) -> None:
    someone = doors.register(app, "talent")
    answer = someone.ask("POST", PATH, json={"label": "Too early"})
    assert (answer.status_code, code_of(answer)) == (409, "profile_not_published")
    assert share_links.links_of(someone) == []


def test_links_are_bounded_and_ended_ones_make_room(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("castingops.casting.service.share_links.LIVE_MAX", 2)
    someone = share_links.talent(app)
    first, _ = make(someone), make(someone)
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda _: someone.ask("POST", PATH, json={"label": "x"}).status_code, range(2)))
    assert codes == [409, 409]
    someone.ask("DELETE", f"{PATH}/{first['link']['id']}")
    make(someone)


def test_another_s_link_looks_like_none(app: Flask, talent: Someone) -> None:
    theirs = make(share_links.talent(app))["link"]["id"]
    for method, end in (("DELETE", ""), ("GET", "/views")):
        other, nobodys = (talent.ask(method, f"{PATH}/{one}{end}") for one in (theirs, uuid4()))
        assert other.status_code == 404 and same(other) == same(nobodys)


def test_whatever_ends_a_link_looks_like_no_link(app: Flask, superuser: psycopg.Connection) -> None:
    """Unknown, expired, revoked, used up, paused, ended and hidden answer alike, to the byte, as JSON and as a page."""
    someone, links = share_links.talent(app), {}
    for why in ("expired", "revoked", "used_up", "paused", "ended", "hidden"):
        links[why] = make(someone, max_views=1 if why == "used_up" else None)
    ids = {why: made["link"]["id"] for why, made in links.items()}
    superuser.execute("update share_links set created_at = now() - interval '3 days', expires_at = now() - interval"
                      " '1 second' where id = %s", [ids["expired"]])
    someone.ask("DELETE", f"{PATH}/{ids['revoked']}")
    assert look(app, links["used_up"]["token"]).status_code == 200
    superuser.execute("update share_links set paused_at = now() where id = %s", [ids["paused"]])
    superuser.execute("update share_links set ended_at = now(), ended_by = 'staff', ended_reason = 'x' where id = %s",
                      [ids["ended"]])
    assert look(app, links["hidden"]["token"]).status_code == 200
    superuser.execute("delete from published_profiles where subject_id = %s", [someone.user_id])
    for path in (SHARED, "/share"):
        unknown = same(look(app, "A" * 43, path=path))
        assert unknown[0] == 404
        for why, made in links.items():
            assert same(look(app, made["token"], path=path)) == unknown, (path, why)
    states = {row["id"]: row["state"] for row in share_links.links_of(someone)}
    assert {why: states[id_] for why, id_ in ids.items() if why != "hidden"} == {
        "expired": "expired", "revoked": "revoked", "used_up": "used_up", "paused": "paused", "ended": "ended"}


@pytest.mark.parametrize("token", [
    "%00", "%00" * 43, "a" * 10_240, "A" * 42, "A" * 44, "%F0%9F%98%80" * 43, "%d9%a1" * 43, "%ff%fe", "..%2f..%2f",
    "%ed%a0%80", "'%20or%201=1--", "A" * 42 + "=", "A" * 42 + "%0a", "%e2%80%ae" + "A" * 42])
def test_hostile_tokens_are_no_tokens(app: Flask, token: str) -> None:
    for path in (SHARED, "/share"):
        answer = look(app, token, path=path)
        assert answer.status_code == 404, (path, answer.text[:300])


def test_the_last_view_is_given_out_once(app: Flask, talent: Someone, superuser: psycopg.Connection) -> None:
    """Of twelve who open a link of three views at once, three see it."""
    made = make(talent, max_views=3)
    with ThreadPoolExecutor(12) as pool:
        codes = sorted(answer.status_code for answer in pool.map(
            lambda n: look(app, made["token"], ip=f"8.8.{n}.1"), range(12)))
    assert codes == [200] * 3 + [404] * 9
    kept = superuser.execute("select views, (select count(*) from share_views v where v.link_id = l.id)"
                             " from share_links l where id = %s", [made["link"]["id"]]).fetchone()
    assert kept == (3, 3)


def test_a_head_request_and_a_reload_count_no_view(app: Flask, talent: Someone) -> None:
    """A browser that opened the page reloads it, and changes its language, without another view; for half an hour."""
    made = make(talent, max_views=1)
    address = f"/share/{made['token']}"
    head = app.test_client().head(address)
    assert head.status_code == 200 and "Set-Cookie" not in head.headers  # or a look would cost no view
    client = app.test_client()
    assert client.get(address).status_code == 200
    arabic = client.get(f"{address}?locale=ar")
    assert "Set-Cookie" not in arabic.headers  # the half hour does not begin anew
    assert arabic.status_code == 200 and 'dir="rtl"' in arabic.text
    assert app.test_client().get(address).status_code == 404
    row = next(row for row in share_links.links_of(talent) if row["id"] == made["link"]["id"])
    assert (row["views"], row["state"]) == (1, "used_up")
    talent.ask("DELETE", f"{PATH}/{made['link']['id']}")
    assert client.get(address).status_code == 404  # taken back is taken back, whoever was there before


def test_the_page_is_guarded_against_being_found(app: Flask, talent: Someone) -> None:
    answer = look(app, make(talent)["token"], path="/share")
    assert answer.status_code == 200
    headers = answer.headers
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert "noindex" in headers["X-Robots-Tag"] and '<meta name="robots" content="noindex">' in answer.text
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "Path=/share/" in cookie and "SameSite=Lax" in cookie


def test_the_view_log_keeps_no_address(app: Flask, talent: Someone, superuser: psycopg.Connection) -> None:
    """One network, one mark; the same network at another link has another, so that nobody is followed."""
    one, two = make(talent), make(talent)
    for made, ip in ((one, "9.9.9.1"), (one, "9.9.9.200"), (one, "9.9.10.1"), (one, "10.0.0.1"), (two, "9.9.9.1")):
        assert look(app, made["token"], ip=ip, agent="Secret Agent 9.9.9.1").status_code == 200
    def marks(made: Any) -> list[str | None]:
        rows = talent.ask("GET", f"{PATH}/{made['link']['id']}/views").json["data"]
        return [row["network"] for row in reversed(rows)]

    first, second, third, fourth = marks(one)
    assert first == second != third and fourth is None and marks(two) != [first]
    row = superuser.execute("select string_agg(v::text, '') from share_views v where subject_id = %s",
                            [talent.user_id]).fetchone()
    assert row and "9.9.9" not in row[0] and "Secret" not in row[0]


def test_lists_are_paged_in_few_queries(app: Flask, superuser: psycopg.Connection) -> None:
    """API-3: the same number of statements for a full page and for an empty one."""
    someone = share_links.talent(app)
    with statements(app) as few:
        assert share_links.links_of(someone) == []
    ids = [share_links.put(superuser, someone.user_id) for _ in range(60)]
    with statements(app) as many:
        first = someone.ask("GET", PATH).json
    assert len(many) == len(few) <= 10
    with statements(app) as sent:
        assert someone.ask("GET", f"{PATH}/{ids[0]}/views").json["data"] == []
    assert len(sent) <= 10
    rest = someone.ask("GET", PATH, query_string={"cursor": first["meta"]["next_cursor"]}).json
    seen = [row["id"] for row in first["data"] + rest["data"]]
    assert (len(first["data"]), len(set(seen)), seen) == (50, 60, sorted(map(str, ids), reverse=True))
    assert "next_cursor" not in rest["meta"]
    assert someone.ask("GET", PATH, query_string={"cursor": "forged"}).status_code == 422


def test_old_views_are_forgotten(app: Flask, talent: Someone, superuser: psycopg.Connection) -> None:
    made = make(talent)
    for _ in range(2):
        look(app, made["token"])
    superuser.execute("update share_views set viewed_at = %s where id = (select min(id::text)::uuid from share_views"
                      " where link_id = %s)", [clock.now() - VIEWS_KEPT - timedelta(minutes=1), made["link"]["id"]])
    with app.app_context(), unit_of_work(system()):
        tasks.forget_share_views(actor=system())
    assert len(talent.ask("GET", f"{PATH}/{made['link']['id']}/views").json["data"]) == 1
    row = next(row for row in share_links.links_of(talent) if row["id"] == made["link"]["id"])
    assert row["views"] == 2  # that it was opened stays known, when and with what does not


def test_the_hash_is_all_that_is_kept(talent: Someone, superuser: psycopg.Connection) -> None:
    made = make(talent)
    row = superuser.execute("select token_hash from share_links where id = %s", [UUID(made["link"]["id"])]).fetchone()
    assert row == (hash_token(made["token"]),)
