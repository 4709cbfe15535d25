"""Talents with profiles in every state, made by the services themselves."""
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from castingops.casting import service
from castingops.casting.types import Revision, Submission
from castingops.core.actor import Actor
from castingops.core.db import unit_of_work
from castingops.core.errors import Forbidden, NotSignedIn
from castingops.core.ids import new_id
from castingops.media import service as media
from castingops.media.types import Photo, PhotoKind
from castingops.web.sign_in import StaffCard
from tests.factories.media import jpeg

REASONS = {"statement_en": "The photo shows two people.", "statement_ar": "تُظهر الصورة شخصين.",
           "reason_code": "photo_unclear"}


def document(**changes: Any) -> dict[str, Any]:
    """A complete profile as an app sends it."""
    return {
        "display_name_ar": "سارة القحطاني", "display_name_en": "Sarah Al-Qahtani", "stage_name_ar": "سارة",
        "stage_name_en": None, "birth_date": "1998-04-12", "gender": "female", "nationality": "SA", "city": "riyadh",
        "playing_age_min": 20, "playing_age_max": 30, "height_cm": 168,
        "languages": [{"code": "ar", "level": "native"}, {"code": "en", "level": "fluent"}],
        "dialects": ["najdi", "hijazi"], "skills": ["Horse riding", "العود"],
        "bio_ar": "ممثلة مسرح وتلفزيون.", "bio_en": "Stage and television actor.", **changes}


def staff() -> Actor:
    """A moderator."""
    return Actor("staff", uuid4(), roles=frozenset({"moderator"}))


@dataclass
class People:
    """Who is signed in, for tests of a feature: identity's own tests prove the doors. The bearer token is a user id."""

    actors: dict[str, Actor] = field(default_factory=dict)

    def bearer(self, audiences: tuple[str, ...]) -> Actor:
        actor = self.actors.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if actor is None:
            raise NotSignedIn
        if not actor.roles & set(audiences):
            raise Forbidden
        return actor

    def staff(self) -> Actor:
        raise NotSignedIn

    def card(self, actor: Actor) -> StaffCard:
        raise NotSignedIn


@dataclass(frozen=True)
class AppUser:
    """Someone with an app in their hand."""

    actor: Actor
    client: FlaskClient
    app: Flask

    @property
    def id(self) -> UUID:
        return self.actor.subject

    def call(self, method: str, path: str, *, key: str | None = None, headers: dict[str, str] | None = None,
             **options: Any) -> TestResponse:
        """One request to the API; a POST gets a fresh idempotency key unless `key` names one."""
        sent = {"Authorization": f"Bearer {self.actor.user_id}", **(headers or {})}
        if method == "POST":
            sent.setdefault("Idempotency-Key", key or str(uuid4()))
        return self.client.open(f"/api/v1{path}", method=method, headers=sent, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.call("PUT", path, json=json, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.call("POST", path, **options)

    @contextmanager
    def at_work(self) -> Iterator[Actor]:
        """A unit of work of this person."""
        with self.app.app_context(), unit_of_work(self.actor):
            yield self.actor

    def add_photo(self, data: bytes | None = None, kind: PhotoKind = PhotoKind.HEADSHOT) -> Photo:
        """A photo, through the service."""
        with self.at_work() as actor:
            return media.add_photo(data or jpeg(), actor=actor, kind=kind)

    def write(self, **changes: Any) -> None:
        """A complete profile, through the service."""
        with self.at_work() as actor:
            service.write(document(**changes), actor=actor)

    def submit(self) -> Submission:
        with self.at_work() as actor:
            return service.submit(actor=actor)

    def submitted(self, **changes: Any) -> "AppUser":
        """This person, their profile complete, with a photo and sent for review."""
        self.write(**changes)
        self.add_photo()
        self.submit()
        return self

    def approved(self, **changes: Any) -> "AppUser":
        """This person, published."""
        self.submitted(**changes)
        self.decide("approve_revision", 1)
        return self

    def decide(self, verb: str, number: int, **options: Any) -> Revision:
        """A moderator's decision, through the service."""
        actor = staff()
        with self.app.app_context(), unit_of_work(actor):
            decision: Revision = getattr(service, verb)(
                actor=actor, subject_id=self.id, number=number, **({} if "approve" in verb else REASONS), **options)
            return decision


@dataclass(frozen=True)
class Crowd:
    """Makes people of any role who are signed in."""

    app: Flask
    people: People
    superuser: psycopg.Connection

    def talent(self) -> AppUser:
        return self._join("talent", "person")

    def hirer(self) -> AppUser:
        return self._join("hirer", "member")

    def _join(self, role: str, kind: Any) -> AppUser:
        user_id = new_id()
        self.superuser.execute("insert into subjects (id, created_at) values (%s, now())", [user_id])
        actor = Actor(kind, user_id, subject_id=user_id, org_id=uuid4() if kind == "member" else None,
                      roles=frozenset({role}))
        self.people.actors[str(user_id)] = actor
        return AppUser(actor, self.app.test_client(), self.app)
