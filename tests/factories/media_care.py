"""Uploads through the sandbox, photos that moderators remove, and what comes of uploads that look like them."""
import io
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from PIL import Image

from castingops.core import consumer
from castingops.core.actor import system
from castingops.core.db import session
from castingops.demo.portraits import draw, look_of
from castingops.media import service as media
from castingops.media.types import PhotoKind
from castingops.moderation.models import Case
from castingops.moderation.queries import media_care as rows
from castingops.moderation.service import cases, photos, removed
from castingops.moderation.types import Outcome
from tests.factories import moderation
from tests.factories.media import encode
from tests.factories.moderation import Person


def portrait(seed: int) -> Image.Image:
    """A drawn face, another for each seed."""
    return Image.open(io.BytesIO(draw(look_of(Random(f"care/{seed}"), gender="female", age=30)))).convert("RGB")


def changed(image: Image.Image, how: str) -> bytes:
    """The picture as somebody uploads it again."""
    width, height = image.size
    if how == "resized":
        image = image.resize((width // 2, height // 2))
    if how == "cropped":
        image = image.crop((round(width * 0.05), 0, width, height))
    return encode(image, quality=60)


def upload(app: Flask, person: Person, data: bytes, **options: Any) -> UUID:
    """A photo that came in by the sandbox."""
    with moderation.as_actor(app, person.actor):
        return media.add_photo(data, actor=person.actor, kind=PhotoKind.OTHER, **options).id


def look_up(app: Flask, person: Person, photo_id: UUID) -> Case | None:
    """The event of an upload reaches moderation; the case it ends in."""
    inside = system(person.subject_id)
    with moderation.as_actor(app, inside):
        case = removed.look_up(photo_id, actor=inside)
        return detached(case) if case else None


def photo_case(app: Flask, person: Person, photo_id: UUID) -> Case:
    """A case about one photo, as a report would open it."""
    inside = system(person.subject_id)
    with moderation.as_actor(app, inside):
        submission = photos.Photos().load(photo_id, 1, actor=inside)
        return detached(cases.open_case(photos.KIND, submission, [], actor=inside))


def detached(case: Case) -> Case:
    """The case as it is by now, to be looked at after its unit of work."""
    session().flush()
    session().refresh(case)
    session().expunge(case)
    return case


def arrive(app: Flask, superuser: psycopg.Connection, person: Person) -> None:
    """Everything published about a person reaches its handlers, and what they publish too."""
    for _ in range(10):
        found = superuser.execute(
            "update outbox set status = 'sent', sent_at = now() where subject_id = %s and status = 'pending'"
            " and name not like 'job.%%' returning id", [person.subject_id]).fetchall()
        if not found:
            return
        with app.app_context():
            consumer.deliver([str(row[0]) for row in found])
    raise AssertionError("events do not come to rest")


def remove(app: Flask, superuser: psycopg.Connection, person: Person, photo_id: UUID, by: Any) -> UUID:
    """A moderator removes a photo, and that is remembered; the decision."""
    case = photo_case(app, person, photo_id)
    decision = moderation.decide(app, case, by, Outcome.REJECT, policy=moderation.policy_id(superuser, "PH-3"))
    arrive(app, superuser, person)
    return decision


def known(app: Flask, decision_id: UUID, photo_id: UUID) -> bool:
    """Whether a removal is remembered."""
    with moderation.as_actor(app, system()):
        return rows.is_known(decision_id, photo_id)


def status_of(superuser: psycopg.Connection, photo_id: UUID) -> str:
    row = superuser.execute("select status from photos where id = %s", [photo_id]).fetchone()
    assert row
    return str(row[0])
