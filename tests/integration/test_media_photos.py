"""Photos by the API (CAST-1, MED-A, MED-B, API-4): taken in, listed, made primary, removed, looked at."""
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from PIL import Image

from castingops.core import clock, consumer
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.core.storage import current_storage
from castingops.media import privacy, service
from castingops.media.errors import PhotoLimitReached
from castingops.media.schemas import PhotoSchema
from castingops.media.types import PHOTOS_MAX, PhotoKind, Variant, shelf_key, storage_key
from tests.factories.casting import AppUser, Crowd, People
from tests.factories.media import encode, hostile, jpeg, picture, with_exif

HOSTILE = hostile()


@pytest.fixture
def crowd(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    people = People()
    monkeypatch.setitem(app.extensions, "sign_in", people)
    yield Crowd(app, people, superuser)


@pytest.fixture
def talent(crowd: Crowd) -> AppUser:
    return crowd.talent()


def upload(user: AppUser, data: bytes, *, name: str = "me.jpg", key: str | None = None, **form: str) -> Any:
    return user.post("/me/photos", data={"photo": (io.BytesIO(data), name), **form}, key=key)


def deliver(app: Flask, superuser: psycopg.Connection, subject_id: UUID) -> None:
    """What relay and worker do, for one person's events."""
    rows = superuser.execute(
        "update outbox set status = 'sent', sent_at = now() where subject_id = %s and status = 'pending'"
        " returning id, name", [subject_id]).fetchall()
    with app.app_context():
        consumer.deliver([str(row[0]) for row in rows])


def test_photo_is_taken_in_and_shown(app: Flask, talent: AppUser) -> None:
    answer = upload(talent, with_exif(picture(), orientation=1), kind="headshot")
    photo = answer.json["data"]
    assert answer.status_code == 201
    assert (photo["kind"], photo["is_primary"], photo["width"], photo["height"]) == ("headshot", True, 640, 800)
    assert PhotoSchema().validate(photo) == {}
    shown = talent.client.get(photo["large_url"])
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "private, max-age=300"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert Image.open(io.BytesIO(shown.data)).size == (640, 800) and b"Exif" not in shown.data
    assert max(Image.open(io.BytesIO(talent.client.get(photo["thumb_url"]).data)).size) == 320


def test_list_shows_the_primary_photo_first(talent: AppUser) -> None:
    other = upload(talent, jpeg(10)).json["data"]
    first = upload(talent, jpeg(20), kind="headshot").json["data"]
    second = upload(talent, jpeg(30), kind="full_length", primary="true").json["data"]
    listed = talent.get("/me/photos").json["data"]
    assert [(photo["id"], photo["is_primary"]) for photo in listed] == [
        (second["id"], True), (other["id"], False), (first["id"], False)]
    assert PhotoSchema(many=True).validate(listed) == {}
    changed = talent.put(f"/me/photos/{first['id']}/primary")
    assert changed.status_code == 200 and changed.json["data"]["is_primary"]
    assert talent.get("/me/photos").json["data"][0]["id"] == first["id"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_upload_is_refused_with_its_code(talent: AppUser, superuser: psycopg.Connection, name: str) -> None:
    """reliability.md §1 row 14: by label, with a message at the field, and nothing kept."""
    data, code = HOSTILE[name]
    answer = upload(talent, data, name="innocent.jpg")
    assert answer.status_code == (413 if code == "photo_too_large" else 422)
    assert answer.json["error"]["code"] == code and answer.json["error"]["errors"]["photo"]
    assert superuser.execute("select count(*) from photos where subject_id = %s", [talent.id]).fetchone() == (0,)


def test_upload_without_a_file_or_with_a_foreign_kind_is_told(talent: AppUser) -> None:
    missing = talent.post("/me/photos", data={"kind": "headshot"})
    assert (missing.status_code, missing.json["error"]["code"]) == (422, "photo_missing")
    odd = upload(talent, jpeg(), kind="passport")
    assert (odd.status_code, odd.json["error"]["code"]) == (422, "photo_kind_unknown")


def test_body_over_the_cap_is_refused_before_it_is_read(talent: AppUser) -> None:
    answer = upload(talent, b"\xff\xd8\xff" + b"\0" * (12 * 1024 * 1024))
    assert answer.status_code == 413 and answer.json["success"] is False


def test_same_file_twice_is_a_conflict(talent: AppUser) -> None:
    assert upload(talent, jpeg()).status_code == 201
    again = upload(talent, jpeg())
    assert (again.status_code, again.json["error"]["code"]) == (409, "photo_duplicate")


def test_retry_with_the_same_key_gets_the_first_answer(talent: AppUser, superuser: psycopg.Connection) -> None:
    """API-4: another multipart boundary is the same request; another file under the key is refused."""
    key = str(uuid4())
    first, again = upload(talent, jpeg(), key=key), upload(talent, jpeg(), key=key)
    assert first.status_code == again.status_code == 201
    assert first.json["data"] == again.json["data"]
    other = upload(talent, jpeg(20), key=key)
    assert (other.status_code, other.json["error"]["code"]) == (422, "idempotency_key_reused")
    assert superuser.execute("select count(*) from photos where subject_id = %s", [talent.id]).fetchone() == (1,)
    no_key = talent.client.post("/api/v1/me/photos", headers={"Authorization": f"Bearer {talent.id}"},
                                data={"photo": (io.BytesIO(jpeg(30)), "x.jpg")})
    assert no_key.status_code == 400


def test_many_at_once_with_one_key_have_one_effect(talent: AppUser, superuser: psycopg.Connection) -> None:
    """API-4: one effect; the others are told that the first is at work, or get its answer."""
    key = str(uuid4())
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: upload(talent, jpeg(), key=key).status_code, range(12)))
    assert set(answers) <= {201, 409} and 201 in answers
    assert superuser.execute("select count(*) from photos where subject_id = %s", [talent.id]).fetchone() == (1,)


def test_many_files_at_once_leave_one_primary(talent: AppUser, superuser: psycopg.Connection) -> None:
    with ThreadPoolExecutor(6) as pool:
        shades = range(0, 60, 10)
        answers = list(pool.map(lambda shade: upload(talent, jpeg(shade), kind="headshot").status_code, shades))
    assert set(answers) <= {201, 409}
    marks = superuser.execute("select count(*) from photos where subject_id = %s and is_primary", [talent.id])
    assert marks.fetchone() == (1,)


def test_refused_row_leaves_no_files(app: Flask, talent: AppUser, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[UUID] = []

    def new_id() -> UUID:
        made.append(uuid4())
        return made[-1]

    def refuse(row: object) -> None:
        raise InterruptedError

    monkeypatch.setattr(service, "new_id", new_id)
    monkeypatch.setattr(service, "save", refuse)
    with pytest.raises(InterruptedError), talent.at_work() as actor:
        service.add_photo(jpeg(), actor=actor, kind=PhotoKind.OTHER)
    with app.app_context():
        assert not any(current_storage().exists(storage_key(made[-1], variant)) for variant in Variant)


def test_photos_of_one_person_are_limited(talent: AppUser, superuser: psycopg.Connection) -> None:
    talent.add_photo()
    superuser.execute(
        "insert into photos (subject_id, kind, status, is_primary, width, height, bytes, sha256,"
        " created_at, version) select %s, 'other', 'active', false, 1, 1, 1, n::text, now(), 1"
        " from generate_series(2, %s) n", [talent.id, PHOTOS_MAX])
    with pytest.raises(PhotoLimitReached):
        talent.add_photo(jpeg(20))


def test_other_persons_photo_is_as_unknown_as_none(crowd: Crowd) -> None:
    """ORG-2, ID-9: 404, byte-equal but for the request's own id."""
    mine, other = crowd.talent(), crowd.talent()
    photo = other.add_photo()

    def bodies(method: str, path: str) -> list[Any]:
        answers = [mine.call(method, path.format(photo_id)) for photo_id in (photo.id, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        return [{**answer.json, "meta": None} for answer in answers]

    for method, path in (("DELETE", "/me/photos/{}"), ("PUT", "/me/photos/{}/primary")):
        foreign, unknown = bodies(method, path)
        assert foreign == unknown
    assert mine.get("/me/photos").json["data"] == []


def test_row_level_security_hides_photos_without_any_filter(crowd: Crowd) -> None:
    mine, other = crowd.talent(), crowd.talent()
    other.add_photo()
    with mine.at_work():
        assert service.list_photos(other.id) == []


def test_removed_photo_is_gone_for_its_owner_and_destroyed_after_a_month(
        app: Flask, talent: AppUser, superuser: psycopg.Connection) -> None:
    photo = upload(talent, jpeg(), kind="headshot").json["data"]
    assert talent.call("DELETE", f"/me/photos/{photo['id']}").status_code == 200
    assert talent.get("/me/photos").json["data"] == []
    assert talent.call("DELETE", f"/me/photos/{photo['id']}").status_code == 404
    assert upload(talent, jpeg(), kind="headshot").status_code == 201  # the same file may come back
    files = [shelf_key(UUID(photo["id"]), variant) for variant in Variant]

    def sweep_at(days: int) -> list[bool]:
        with app.app_context(), clock.held_at(clock.now() + timedelta(days=days)), unit_of_work(system()):
            service.purge_removed(actor=system())
        deliver(app, superuser, talent.id)
        with app.app_context():
            return [current_storage().exists(file) for file in files]

    assert sweep_at(29) == [True] * 3
    assert sweep_at(31) == [False] * 3
    rows = superuser.execute("select count(*) from photos where id = %s", [photo["id"]])
    assert rows.fetchone() == (0,)


def test_address_is_bound_to_photo_variant_and_time(app: Flask, talent: AppUser) -> None:
    """MED-A: short-lived, unforgeable, and nothing else opens it."""
    photo = talent.add_photo()
    with app.app_context():
        good = service.url_for_photo(photo.id, Variant.BLURRED, 60)
        with clock.held_at(clock.now() - timedelta(hours=1)):
            old = service.url_for_photo(photo.id, Variant.LARGE, 60)
    assert talent.client.get(good).status_code == 200
    for bad in (old, good[:-2], good + "x", "/media/x", "/media/..%2f..%2fetc%2fpasswd", "/media/" + "x" * 5000):
        assert talent.client.get(bad).status_code == 404, bad


def test_erasure_takes_rows_and_files(app: Flask, talent: AppUser, superuser: psycopg.Connection) -> None:
    photo = talent.add_photo()
    house = system(talent.id)
    with app.app_context(), unit_of_work(house):
        exported = privacy.export(talent.id, actor=house)
        privacy.erase(talent.id, actor=house)
    assert [row["id"] for row in exported] == [photo.id] and exported[0]["sha256"]
    deliver(app, superuser, talent.id)
    with app.app_context():
        assert not current_storage().exists(storage_key(photo.id, Variant.LARGE))
    assert superuser.execute("select count(*) from photos where subject_id = %s", [talent.id]).fetchone() == (0,)


def test_every_act_is_in_the_trail(talent: AppUser, superuser: psycopg.Connection) -> None:
    """COMP-8."""
    photo = upload(talent, encode(picture(), "PNG")).json["data"]
    talent.put(f"/me/photos/{photo['id']}/primary")
    talent.call("DELETE", f"/me/photos/{photo['id']}")
    rows = superuser.execute("select action from audit_entries where subject_id = %s order by id", [talent.id])
    assert [row[0] for row in rows.fetchall()] == ["media.photo.add", "media.photo.make_primary", "media.photo.remove"]


def test_removal_takes_back_the_addresses_given_out(app: Flask, talent: AppUser) -> None:
    """Issue 3: a signed address lives for minutes; the photo behind it is gone at once for all but the house."""
    photo = talent.add_photo()
    with app.app_context():
        given, kept = service.url_for_photo(photo.id), service.url_for_photo(photo.id, removed=True)
    client = app.test_client()
    assert client.get(given).status_code == client.get(kept).status_code == 200
    with talent.at_work() as actor:
        service.remove_photo(photo.id, actor=actor)
    with talent.at_work() as actor:  # the event arrives, and arrives again
        service.settle_files(actor.subject, photo.id)
        service.settle_files(actor.subject, photo.id)
    assert client.get(given).status_code == 404
    assert client.get(kept).status_code == 200
    with app.app_context():
        assert not current_storage().exists(storage_key(photo.id, Variant.LARGE))
        service.destroy_files([photo.id])
        assert not any(current_storage().exists(shelf_key(photo.id, variant)) for variant in Variant)


def test_a_photo_taken_down_comes_back_and_one_taken_back_does_not(app: Flask, talent: AppUser) -> None:
    """MOD-1: overturning restores what the house removed, never what the person removed."""
    down, own = talent.add_photo(jpeg(40)), talent.add_photo(jpeg(50))
    with talent.at_work() as actor:
        assert service.take_down(down.id, actor=actor) and not service.take_down(down.id, actor=actor)
        service.remove_photo(own.id, actor=actor)
        assert not service.take_down(own.id, actor=actor)
    with talent.at_work() as actor:
        service.settle_files(actor.subject, down.id)
        for photo in (down, own):
            service.restore_photo(photo.id, actor=actor)
    with talent.at_work() as actor:
        service.settle_files(actor.subject, down.id)
        assert [photo.id for photo in service.list_photos(actor.subject)] == [down.id]
        given = service.url_for_photo(down.id)
    assert app.test_client().get(given).status_code == 200
