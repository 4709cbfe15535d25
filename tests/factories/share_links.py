"""Share links as talents make them, and as strangers open them from networks of their choice."""
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from werkzeug.test import TestResponse

from castingops.casting import service as casting
from castingops.core.actor import Actor, system
from castingops.core.db import unit_of_work
from tests.factories import doors, guardians
from tests.factories.casting import AppUser, document, staff
from tests.factories.doors import Someone
from tests.factories.guardians import Desk

PATH = "/api/v1/me/share-links"
SHARED = "/api/v1/shared-profiles"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"


def talent(app: Flask, **changes: Any) -> Someone:
    """A talent with a published profile, signed in."""
    someone = doors.register(app, "talent", birth_date="1998-04-12")
    actor = Actor("person", someone.user_id, subject_id=someone.user_id, roles=frozenset({"talent"}))
    AppUser(actor, someone.client, app).approved(**changes)
    return someone


def child(app: Flask, desk: Desk, *, scopes: tuple[str, ...] = ("profile", "casting", "media"),
          **changes: Any) -> tuple[Someone, Someone, dict[str, Any]]:
    """A guardian, the same at work for a ward whose profile is published, and the ward."""
    someone = guardians.guardian(app)
    ward = guardians.add_ward(someone)
    assert guardians.add_document(someone, ward["id"]).status_code == 201
    desk.verify(ward)
    acting = guardians.acting(app, someone, ward["id"])
    assert guardians.photo(acting).status_code == 201
    sent = {**document(), "birth_date": ward["birth_date"], "city": "abha", "bio_en": "A pupil of Canary School.",
            "playing_age_min": 8, "playing_age_max": 12, **changes}
    assert acting.ask("PUT", "/api/v1/me/talent-profile", json=sent).status_code == 200
    assert acting.ask("POST", "/api/v1/me/talent-profile/submissions").status_code == 201
    moderator = staff()
    with app.app_context(), unit_of_work(moderator):
        casting.approve_revision(actor=moderator, subject_id=UUID(ward["id"]), number=1)
    return someone, acting, ward


def make(someone: Someone, **changes: Any) -> dict[str, Any]:
    """A new link with its token."""
    answer = someone.ask("POST", PATH, json={"label": "For the theatre", **changes})
    assert answer.status_code == 201 and answer.json, answer.text
    data: dict[str, Any] = answer.json["data"]
    return data


def look(app: Flask, token: str, *, ip: str = "8.8.8.8", path: str = SHARED, agent: str = PHONE,
         **options: Any) -> TestResponse:
    """A stranger opens a link, with no cookie of before."""
    return app.test_client(use_cookies=False).get(
        f"{path}/{token}", environ_base={"REMOTE_ADDR": ip}, headers={"User-Agent": agent}, **options)


def links_of(someone: Someone) -> list[dict[str, Any]]:
    """The links that somebody sees of theirs."""
    answer = someone.ask("GET", PATH)
    assert answer.status_code == 200 and answer.json, answer.text
    rows: list[dict[str, Any]] = answer.json["data"]
    return rows


def as_house(app: Flask, act: Any, subject_id: UUID) -> None:
    """Something that the house does inside a person, in a unit of work of its own."""
    actor = system(subject_id)
    with app.app_context(), unit_of_work(actor):
        act(actor)


def put(superuser: Any, subject_id: UUID) -> UUID:
    """A link of this person's, written past the doors: whatever they may."""
    row = superuser.execute(
        "insert into share_links (subject_id, created_by, label, token_hash, created_at, expires_at, views)"
        " values (%s, %s, 'A link', encode(sha256(%s), 'hex'), now(), now() + interval '14 days', 0) returning id",
        [subject_id, subject_id, uuid4().bytes]).fetchone()
    assert row
    return UUID(str(row[0]))
