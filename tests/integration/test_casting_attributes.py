"""What a talent says beyond a name and a face, who may see it, and what rests on its own consent (CAST-1, CAST-8)."""
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from flask import Flask

from castingops.casting import handlers, service
from castingops.casting.events import ProfileVisibilityChosen
from castingops.casting.schemas import OwnTalentProfileSchema, PublishedProfileDetailSchema
from castingops.consent import service as consent
from castingops.consent.errors import NotForMinors
from castingops.consent.events import ConsentWithdrawn
from castingops.consent.types import Change
from castingops.core.actor import Actor, system
from castingops.core.db import unit_of_work
from castingops.media.types import PhotoKind
from castingops.moderation.service.profiles import TalentProfiles
from tests.factories.casting import AppUser, Crowd, People, document, staff
from tests.factories.identity import NOTICE, make_person
from tests.factories.media import jpeg

ATTRIBUTES: dict[str, Any] = {
    "travels": True, "relocates": False, "weight_kg": "٥٨", "chest_cm": "۸۶", "waist_cm": 66, "hips_cm": 92,
    "inseam_cm": 78, "shoe_eu": 38, "build": "slim", "hair_color": "black", "hair_length": "long",
    "eye_color": "brown", "tattoos": "none", "accents": ["British English"], "driving": ["car", "manual"],
    "skill_levels": [{"skill": "horse riding", "level": "fluent"}],
    "credits": [{"role": "Noura", "production": "The Old Souq", "year": "٢٠٢٤", "company": "Nakhla",
                 "director": None}],
    "training": [{"course": "Acting for camera", "year": 2020}],
    "representation": {"kind": "agency", "agency": "Wajh", "email": "desk@wajh.example", "phone": "+966501112233"},
    "availability": [{"kind": "blackout", "starts": "2027-02-01", "ends": "2027-02-09"},
                     {"kind": "available", "starts": "2027-01-01", "ends": "2027-01-31"}],
    "day_rate_min_halalas": 150_000, "day_rate_max_halalas": "300000", "union_status": "None"}
PRIVATE = ("chest_cm", "waist_cm", "hips_cm", "inseam_cm", "shoe_eu", "representation")


@pytest.fixture
def crowd(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    people = People()
    monkeypatch.setitem(app.extensions, "sign_in", people)
    yield Crowd(app, people, superuser)


@pytest.fixture
def talent(app: Flask, crowd: Crowd) -> AppUser:
    """Somebody who registered, so that consents have a notice to rest on."""
    return registered(app, crowd, "1998-04-12")


def registered(app: Flask, crowd: Crowd, birth_date: str) -> AppUser:
    person = make_person(app, birth_date=birth_date)
    actor = Actor("person", person.user_id, subject_id=person.user_id, roles=frozenset({"talent"}))
    crowd.people.actors[str(actor.user_id)] = actor
    return AppUser(actor, app.test_client(), app)


def say(talent: AppUser, change: Change) -> None:
    with talent.at_work() as actor:
        consent.change("sensitive", change, actor=actor, notice_version=NOTICE)


def seen(crowd: Crowd, talent: AppUser) -> Any:
    address = talent.get("/me/talent-profile").json["data"]["published_id"]
    return crowd.hirer().get(f"/talent-profiles/{address}").json["data"]


def heard(talent: AppUser, event: Any, handler: Any) -> None:
    with talent.app.app_context(), unit_of_work(system(talent.id)):
        handler(event, actor=system(talent.id))


def reviewed(talent: AppUser) -> dict[str, str]:
    """What a moderator reads of the first submission, by field."""
    actor = staff()
    with talent.app.app_context(), unit_of_work(actor):
        fields = TalentProfiles().load(talent.id, 1, actor=actor).fields
    assert [field.group for field in fields] == sorted((field.group for field in fields), key=[
        "Personal details", "Appearance", "Languages and skills", "Work", "Biography"].index)
    return {field.name: field.text for field in fields}


def test_attributes_are_kept_read_back_and_published_only_so_far(talent: AppUser, crowd: Crowd) -> None:
    own = talent.put("/me/talent-profile", document(**ATTRIBUTES)).json["data"]
    assert OwnTalentProfileSchema().validate(own) == {} and own == talent.get("/me/talent-profile").json["data"]
    assert (own["weight_kg"], own["chest_cm"], own["credits"][0]["year"]) == (58, 86, 2024)
    assert [span["kind"] for span in own["availability"]] == ["available", "blackout"]
    talent.add_photo()
    talent.submit()
    talent.decide("approve_revision", 1)
    review = reviewed(talent)
    assert review["credits"] == "The Old Souq (2024) · Noura · Nakhla" and review["representation"] == "Wajh"
    assert "facial_hair" not in review  # what nobody said takes no line
    shown = seen(crowd, talent)
    assert PublishedProfileDetailSchema().validate(shown) == {}
    assert not set(PRIVATE) & shown.keys() and "wajh.example" not in str(shown) and "112233" not in str(shown)
    assert (shown["agency"], shown["day_rate_max_halalas"], shown["build"]) == ("Wajh", 300_000, "slim")


@pytest.mark.parametrize(("name", "value"), [
    ("weight_kg", "150 lb"), ("weight_kg", 1), ("waist_cm", "26 in"), ("shoe_eu", "9 UK"), ("travels", "yes"),
    ("build", "huge"), ("day_rate_min_halalas", 10**15), ("day_rate_min_halalas", -1),
    ("day_rate_min_halalas", "400 USD"), ("day_rate_min_halalas", 1.5), ("scars", "x" * 50_000),
    ("credits", [{"role": "a", "production": "b", "year": 2000}] * 500),
    ("credits", [{"role": "a\u202eb", "production": "b", "year": 2000}]),
    ("credits", [{"role": "a", "production": "b", "year": 1890}]), ("credits", [{"role": "a"}]),
    ("availability", [{"kind": "available", "starts": "2027-02-02", "ends": "2027-02-01"}]),
    ("availability", [{"kind": "available", "starts": "2027-02-30", "ends": "2027-03-01"}]),
    ("availability", [{"kind": "available", "starts": "2027-01-01", "ends": "2027-01-05"},
                      {"kind": "blackout", "starts": "2027-01-05", "ends": "2027-01-09"}]),
    ("availability", [{"kind": "available", "starts": "2099-01-01", "ends": "2099-01-02"}]),
    ("representation", {"kind": "agency"}), ("representation", {"kind": "self", "agency": "x"}),
    ("representation", {"kind": "agency", "agency": "x", "email": "nowhere"}),
    ("skill_levels", [{"skill": "Not mine", "level": "basic"}]), ("driving", ["car", "car"])])
def test_what_cannot_be_is_refused_at_its_field(talent: AppUser, name: str, value: Any) -> None:
    answer = talent.put("/me/talent-profile", document(**{name: value}))
    assert answer.status_code == 422, answer.json
    assert {field.partition(".")[0] for field in answer.json["error"]["errors"]} == {name}


def test_lowest_rate_above_the_highest_is_refused_by_rules_and_by_the_table(
        talent: AppUser, superuser: psycopg.Connection) -> None:
    rates = document(day_rate_min_halalas=2, day_rate_max_halalas=1)
    assert list(talent.put("/me/talent-profile", rates).json["error"]["errors"]) == ["day_rate_max_halalas"]
    talent.write()
    for wrong in ("day_rate_min_halalas = 2, day_rate_max_halalas = 1", "weight_kg = 1", "shoe_eu = 99",
                  "visibility = 'friends'", "hijab = 'x'", "day_rate_max_halalas = -1"):
        with pytest.raises(psycopg.errors.CheckViolation):
            superuser.execute(f"update talent_profiles set {wrong} where subject_id = %s", [talent.id])


def test_belief_and_health_rest_on_a_consent_of_their_own(talent: AppUser, crowd: Crowd,
                                                          superuser: psycopg.Connection) -> None:
    """COMP-1; PDPL art. 6: refused without explicit consent, gone from what is published when it is withdrawn."""
    told = document(hijab="always", scars="A scar on the left hand")
    refused = talent.put("/me/talent-profile", told)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "consent_missing")
    say(talent, Change.GIVEN)
    assert talent.put("/me/talent-profile", told).status_code == 200
    talent.add_photo()
    talent.submit()
    talent.decide("approve_revision", 1)
    assert (seen(crowd, talent)["hijab"], seen(crowd, talent)["scars"]) == ("always", "A scar on the left hand")
    assert "A scar on the left hand" in reviewed(talent).values()
    say(talent, Change.WITHDRAWN)
    heard(talent, ConsentWithdrawn(subject_id=talent.id, purpose="sensitive"), handlers.hide_withdrawn)
    own, shown = talent.get("/me/talent-profile").json["data"], seen(crowd, talent)
    assert {own["hijab"], own["scars"], shown["hijab"], shown["scars"]} == {None}
    with talent.app.app_context(), unit_of_work(system(talent.id)):
        service.show_restored(talent.id, actor=system(talent.id))
    assert seen(crowd, talent)["hijab"] is None  # the approved revision says it still; it is not shown from there
    assert "scars" not in reviewed(talent)
    trail = superuser.execute("select string_agg(e::text, ' ') from audit_entries e where subject_id = %s", [talent.id])
    assert "left hand" not in str(trail.fetchone())


def test_of_a_child_less_may_be_said_and_nobody_may_consent_to_more(app: Flask, crowd: Crowd) -> None:
    child = registered(app, crowd, "2012-05-01")
    sent = document(birth_date="2012-05-01", build="slim", tattoos="none", hijab="always", height_cm=150)
    answer = child.put("/me/talent-profile", sent)
    assert answer.status_code == 422 and sorted(answer.json["error"]["errors"]) == ["build", "hijab", "tattoos"]
    with pytest.raises(NotForMinors):
        say(child, Change.GIVEN)


def test_hidden_profile_is_seen_by_nobody_until_its_talent_says_so(talent: AppUser, crowd: Crowd) -> None:
    talent.approved()
    address = talent.get("/me/talent-profile").json["data"]["published_id"]
    for wanted, status in (("hidden", 404), ("public", 200), ("applied", 404)):
        answer = talent.put("/me/talent-profile/visibility", {"visibility": wanted})
        assert answer.json["data"]["visibility"] == wanted
        heard(talent, ProfileVisibilityChosen(subject_id=talent.id, visibility=wanted), handlers.settle_visibility)
        address = talent.get("/me/talent-profile").json["data"]["published_id"] or address
        assert crowd.hirer().get(f"/talent-profiles/{address}").status_code == status
    assert talent.put("/me/talent-profile/visibility", {"visibility": "friends"}).status_code == 422
    talent.write(city="jeddah")
    talent.submit()
    talent.decide("approve_revision", 2)
    assert talent.get("/me/talent-profile").json["data"]["published_id"] is None  # approval does not overrule it


def test_score_says_in_the_readers_language_what_is_missing(talent: AppUser) -> None:
    talent.put("/me/talent-profile", document())
    english, arabic = (talent.get("/me/talent-profile", headers={"Accept-Language": locale}).json["data"][
        "completeness"] for locale in ("en", "ar"))
    assert english["score"] == arabic["score"] == 100 - sum(gap["points"] for gap in english["missing"])
    assert english["missing"][0] == {"field": "photos", "title": "A primary photo", "points": 15}
    assert arabic["missing"][0]["title"] == "صورة رئيسية"
    talent.put("/me/talent-profile", document(**ATTRIBUTES))
    talent.add_photo()
    assert talent.get("/me/talent-profile").json["data"]["completeness"] == {"score": 100, "missing": []}


def test_photos_have_kinds_an_order_and_one_primary_however_many_ask(talent: AppUser,
                                                                     superuser: psycopg.Connection) -> None:
    kinds = (PhotoKind.HEADSHOT, PhotoKind.SIDE_PROFILE, PhotoKind.PORTRAIT)
    photos = [talent.add_photo(jpeg(40 + number), kind) for number, kind in enumerate(kinds)]
    ids = [str(photo.id) for photo in photos]
    ordered = talent.put("/me/photos/order", {"photo_ids": ids[::-1]}).json["data"]
    assert [photo["id"] for photo in ordered] == [ids[0], ids[2], ids[1]]  # the primary one stays first
    for wrong in (ids[:2], [*ids, ids[0]], []):
        assert talent.put("/me/photos/order", {"photo_ids": wrong}).status_code in {404, 422}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: talent.put(f"/me/photos/{one}/primary").status_code, ids * 2))
    assert set(answers) <= {200, 409}
    rows = superuser.execute("select count(*) from photos where subject_id = %s and is_primary", [talent.id])
    assert rows.fetchone() == (1,)
