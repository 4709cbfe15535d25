"""What the marketplace sees (CAST-1, API-3): lists by keyset and filter, one profile, and nothing that is private."""
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event

from castingops.casting import queries
from castingops.casting.schemas import PublishedProfileDetailSchema, PublishedProfileSchema
from castingops.casting.types import CITIES
from castingops.core import consumer, reads
from castingops.core.actor import Actor, anonymous
from castingops.core.cursor import NEWEST
from castingops.core.db import db
from castingops.core.rls import scope_of
from tests.factories.casting import AppUser, Crowd, People, document
from tests.factories.media import jpeg

CROWD = 30_000
PRIVATE = ("birth", "email", "phone", "subject", "1998-04-12")


@pytest.fixture
def crowd(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    people = People()
    monkeypatch.setitem(app.extensions, "sign_in", people)
    yield Crowd(app, people, superuser)


@pytest.fixture
def hirer(crowd: Crowd) -> AppUser:
    return crowd.hirer()


@pytest.fixture(scope="module")
def many(app: Flask, postgres_server: Any) -> Iterator[psycopg.Connection]:
    """A marketplace of CROWD profiles: forty cities of falling size, Korean rare, the old rarer. Gone afterwards."""
    cities = list(CITIES)
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute(
            "create temporary table made as select uuidv7() as id, n from generate_series(1, %s) n", [CROWD])
        connection.execute("insert into subjects (id, created_at) select id, now() from made")
        connection.execute("""
            insert into published_profiles (id, subject_id, revision, display_name_ar, display_name_en, gender,
                nationality, city, playing_age_min, playing_age_max, languages, published_at, details)
            select id, id, 1, 'اسم ' || n, 'Name ' || n, case when n %% 5 < 3 then 'female' else 'male' end, 'SA',
                (%s::text[])[1 + (ln(1 + n %% 997) * 5)::int], 18 + n %% 50, 18 + n %% 50 + n %% 12,
                case when n %% 1000 = 0 then '{ar,ko}' when n %% 2 = 0 then '{ar,en}' else '{ar}' end::text[], now(),
                '{"language_levels": [], "dialects": [], "skills": [], "bio_ar": null, "bio_en": null, "photo_ids": []}'
            from made""", [cities])
        connection.execute("""
            insert into published_languages (id, language, city, gender, playing_age_min, playing_age_max)
            select p.id, unnest(languages), city, gender, playing_age_min, playing_age_max
            from published_profiles p join made using (id)""")
        connection.execute("analyze published_profiles, published_languages")
        yield connection
        connection.execute("delete from subjects where id in (select id from made)")


def page_of(user: AppUser, **query: Any) -> Any:
    answer = user.get("/talent-profiles", query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json


def walk(user: AppUser, **query: Any) -> list[str]:
    """Every id of a list, page by page."""
    seen: list[str] = []
    while True:
        page = page_of(user, **query)
        seen += [row["id"] for row in page["data"]]
        query["cursor"] = page["meta"].get("next_cursor")
        if query["cursor"] is None:
            return seen


def test_published_profile_is_listed_without_what_is_private(crowd: Crowd, hirer: AppUser) -> None:
    crowd.talent().approved(city="sakaka")
    first = page_of(hirer, city="sakaka")["data"][0]
    assert PublishedProfileSchema().validate(first) == {}
    assert set(first) == set(PublishedProfileSchema().fields)
    assert (first["display_name_ar"], first["city"], first["languages"]) == ("سارة القحطاني", "sakaka", ["ar", "en"])
    assert not [word for word in PRIVATE if word in str(first)]


def test_one_published_profile_shows_all_that_is_public(crowd: Crowd, hirer: AppUser) -> None:
    talent = crowd.talent().approved()
    address = talent.get("/me/talent-profile").json["data"]["published_id"]
    for user in (hirer, crowd.talent()):
        answer = user.get(f"/talent-profiles/{address}")
        shown = answer.json["data"]
        assert answer.status_code == 200 and PublishedProfileDetailSchema().validate(shown) == {}
        assert set(shown) == set(PublishedProfileDetailSchema().fields)
        assert not [word for word in PRIVATE if word in str(shown)]
        assert user.client.get(shown["photos"][0]["large_url"]).status_code == 200
        links = user.get(f"/talent-profiles/{address}/photo").json["data"]
        assert links["id"] == shown["photo_id"] and user.client.get(links["thumb_url"]).status_code == 200


def test_unpublished_profile_is_as_unknown_as_none(crowd: Crowd, hirer: AppUser) -> None:
    """404, byte-equal but for the request's own id."""
    draft = crowd.talent().submitted()
    answers = [hirer.get(f"/talent-profiles/{profile_id}") for profile_id in (draft.id, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({str({**answer.json, "meta": None}) for answer in answers}) == 1


def test_removed_photo_leaves_what_is_published(app: Flask, crowd: Crowd, hirer: AppUser,
                                                superuser: psycopg.Connection) -> None:
    talent = crowd.talent()
    talent.write()
    first, second = talent.add_photo(), talent.add_photo(jpeg(20))
    talent.submit()
    talent.decide("approve_revision", 1)
    address = talent.get("/me/talent-profile").json["data"]["published_id"]
    for photo, left in ((first, [str(second.id)]), (second, [])):
        talent.call("DELETE", f"/me/photos/{photo.id}")
        rows = superuser.execute(
            "update outbox set status = 'sent', sent_at = now() where subject_id = %s and name = 'photo.removed'"
            " and status = 'pending' returning id", [talent.id]).fetchall()
        with app.app_context():
            consumer.deliver([str(row[0]) for row in rows])
        shown = hirer.get(f"/talent-profiles/{address}").json["data"]
        assert [each["id"] for each in shown["photos"]] == left and shown["photo_id"] == (left[0] if left else None)
    assert hirer.get(f"/talent-profiles/{address}/photo").status_code == 404


def test_photo_removed_before_the_decision_is_not_published(crowd: Crowd, hirer: AppUser) -> None:
    talent = crowd.talent().submitted()
    photo = talent.get("/me/photos").json["data"][0]
    talent.call("DELETE", f"/me/photos/{photo['id']}")
    talent.decide("approve_revision", 1)
    address = talent.get("/me/talent-profile").json["data"]["published_id"]
    assert hirer.get(f"/talent-profiles/{address}").json["data"]["photos"] == []


FILTERS: dict[str, Any] = {"city": "jeddah", "gender": "male", "playing_age": 30, "language": "en"}
ALL_FILTERS = [dict(chosen) for size in range(5) for chosen in combinations(FILTERS.items(), size)]
WHERE = {"city": "city = %(city)s", "gender": "gender = %(gender)s", "language": "%(language)s = any(languages)",
         "playing_age": "%(playing_age)s between playing_age_min and playing_age_max"}


@pytest.mark.parametrize("filters", ALL_FILTERS, ids=lambda filters: "+".join(filters) or "none")
def test_every_combination_of_filters_finds_what_a_scan_finds(
        many: psycopg.Connection, hirer: AppUser, filters: dict[str, Any]) -> None:
    where = " and ".join(WHERE[name] for name in filters) or "true"
    expected = many.execute(
        f"select id from published_profiles where {where} order by id desc limit 120", filters).fetchall()
    page, cursor = page_of(hirer, **filters), None
    seen = [row["id"] for row in page["data"]]
    cursor = page["meta"].get("next_cursor")
    if cursor:
        seen += [row["id"] for row in page_of(hirer, cursor=cursor, **filters)["data"]]
    assert len(page["data"]) <= queries.PAGE_SIZE
    assert seen == [str(row[0]) for row in expected][:len(seen)] and len(seen) == min(len(expected), 100)


def test_walk_meets_every_row_once_while_others_are_published(many: psycopg.Connection, hirer: AppUser) -> None:
    """API-3: stable order; what is new comes before the first page and shifts nothing."""
    expected = {str(row[0]) for row in many.execute(
        "select id from published_profiles where city = 'najran'").fetchall()}
    first = page_of(hirer, city="najran")
    new = many.execute("insert into subjects (created_at) values (now()) returning id").fetchone()
    assert new
    many.execute("""
        insert into published_profiles (subject_id, revision, display_name_ar, display_name_en, gender, nationality,
            city, playing_age_min, playing_age_max, languages, published_at, details)
        select %s, 1, 'ن', 'n', 'male', 'SA', 'najran', 1, 2, '{}', now(), '{}'""", new)
    rest = walk(hirer, city="najran", cursor=first["meta"]["next_cursor"])
    seen = [row["id"] for row in first["data"]] + rest
    many.execute("delete from subjects where id = %s", new)
    assert len(seen) == len(set(seen)) == len(expected) > 100 and set(seen) == expected


def plan_of(app_url: str, filters: dict[str, Any]) -> str:
    """How PostgreSQL runs a list for the app role by the plan it keeps for every value, as prepared statements get."""
    names = ["below", *sorted(filters)]
    sql = queries.NEWEST[frozenset(filters)].sql
    for number, name in enumerate(names, 1):
        sql = re.sub(rf"%\({name}\)s(::\w+)?", f"${number}", sql)
    kinds = ["int" if name == "playing_age" else "uuid" if name == "below" else "text" for name in names]
    given = [repr(str(value)) for value in (NEWEST, *(filters[name] for name in sorted(filters)))]
    actor = Actor("member", uuid4(), org_id=uuid4())
    with psycopg.connect(app_url) as connection:
        connection.execute(reads._BIND_TO_ACTOR, scope_of(actor, read_only=True))
        connection.execute("set local plan_cache_mode = force_generic_plan")
        connection.execute(f"prepare list ({', '.join(kinds)}) as {sql}")
        rows = connection.execute(f"explain (analyze, timing off) execute list ({', '.join(given)})").fetchall()
    return "\n".join(row[0] for row in rows)


def index_of(filters: dict[str, Any]) -> str:
    """The one index that may give a list its order."""
    if not filters:
        return "pk_published_profiles"
    table = "ix_published_languages" if "language" in filters else "ix_published_profiles"
    return table + ("_city" if "city" in filters else "_all" if "language" in filters else "_narrowed")


SCARCE: list[dict[str, Any]] = [  # the worst case of a keyset list is the one that finds too little
    {"language": "ko", "city": "riyadh"}, {"playing_age": 5}, {"playing_age": 5, "language": "ar"}, {"city": "neom"},
    {"city": "wadi_ad_dawasir", "language": "ko", "gender": "male"}, {"language": "am"}]


@pytest.mark.parametrize("filters", [*ALL_FILTERS, *SCARCE], ids=str)
def test_every_list_stays_inside_the_index_of_its_filters(
        many: psycopg.Connection, postgres_server: Any, filters: dict[str, Any]) -> None:
    """performance.md §2: nothing is fetched to be thrown away; policy and filters leave the right index in use.

    Where fewer rows than a page are expected, fetching them all by that index and sorting them is as good.
    """
    plan = plan_of(postgres_server.url("castingops_app"), filters)
    assert "Seq Scan" not in plan and "Rows Removed" not in plan, plan
    assert f"using {index_of(filters)} " in plan or f"Bitmap Index Scan on {index_of(filters)} " in plan, plan
    if filters.keys() < {"city", "language"} or filters.keys() < {"gender", "playing_age"}:
        assert "Sort" not in plan, plan
    if filters.get("playing_age") == 5:  # nobody plays it: told from the bounds, without a walk
        assert f"using {index_of(filters)} " in plan and plan.count("never executed") >= 1, plan


def test_list_takes_two_statements(many: psycopg.Connection, app: Flask, hirer: AppUser,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """One that says who asks, one that reads: in one round trip, and none by the session."""
    sent: list[str] = []

    def heard(owner: Any) -> Any:
        run = owner.execute
        return lambda self, query, *args, **options: (sent.append(str(query)), run(self, query, *args, **options))[1]

    with app.app_context():
        engine = db.engine
    page_of(hirer, city="riyadh")  # the pool opens its connections
    monkeypatch.setattr(psycopg.Cursor, "execute", heard(psycopg.Cursor))
    event.listen(engine, "before_cursor_execute", lambda *args: sent.append("by the session: " + args[2]), once=True)
    page_of(hirer, city="riyadh")
    assert sent == [reads._BIND_TO_ACTOR, queries.NEWEST[frozenset({"city"})].sql]


@pytest.mark.parametrize(("query", "field"), [
    ({"cursor": "x"}, "cursor"), ({"cursor": "WyJ4Il0"}, "cursor"), ({"city": "atlantis"}, "city"),
    ({"gender": "both"}, "gender"), ({"playing_age": "-1"}, "playing_age"), ({"playing_age": "abc"}, "playing_age"),
    ({"language": "xx"}, "language"), ({"city": "\x00"}, "city"),
    ({"cursor": "\ud800".encode("utf-8", "surrogatepass")}, "cursor")])
def test_wrong_query_is_told_by_field(hirer: AppUser, query: dict[str, Any], field: str) -> None:
    """API-6."""
    answer = hirer.get("/talent-profiles", query_string=query)
    assert answer.status_code == 422 and field in answer.json["error"]["errors"], answer.json


def test_nobody_reads_without_signing_in(app: Flask, crowd: Crowd, many: psycopg.Connection) -> None:
    client = app.test_client()
    assert client.get("/api/v1/talent-profiles").status_code == 401
    with app.app_context():
        assert queries.list_published(actor=anonymous(), cursor=None, filters={}).rows == []


def test_document_that_was_published_is_what_was_approved(crowd: Crowd, hirer: AppUser) -> None:
    """The working copy may move on; what is seen is the revision."""
    talent = crowd.talent().approved()
    talent.put("/me/talent-profile", document(display_name_en="Somebody Else", bio_en="changed"))
    address = talent.get("/me/talent-profile").json["data"]["published_id"]
    shown = hirer.get(f"/talent-profiles/{address}").json["data"]
    assert (shown["display_name_en"], shown["bio_en"]) == ("Sarah Al-Qahtani", "Stage and television actor.")
