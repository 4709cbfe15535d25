"""A cached membership is wrong for no request after a revocation (ORG-4), and the guard's every way about it."""
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier, Thread
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from redis.exceptions import ConnectionError as RedisGone

from castingops.bootstrap.servers import Postgres
from castingops.core import shared
from castingops.core.actor import system
from castingops.core.roles import OrgRole
from castingops.organizations import service
from castingops.organizations.errors import OrganizationNotFound
from castingops.organizations.service import gate
from tests.factories import doors, organizations


@pytest.fixture
def house(app: Flask, superuser: psycopg.Connection) -> organizations.House:
    return organizations.house(app, superuser)


def kept(app: Flask, house: organizations.House, role: str) -> Any:
    return app.extensions["redis"].get(f"memberships:{house.org_id}:{house[role].user_id}")


def test_membership_is_kept_in_redis_and_told_in_figures(app: Flask, house: organizations.House) -> None:
    with app.app_context(), patch.object(shared, "COUNTED_EVERY", 0.0):
        before = service.cache_figures()
        for _ in range(5):
            assert house.ask("viewer", "GET").status_code == 200
        assert kept(app, house, "viewer").decode().startswith("viewer ")
        after = service.cache_figures()
    assert after.hits - before.hits == 4 and after.misses - before.misses == 1
    assert after.rate is not None and 0 < after.rate <= 1
    assert shared.Figures().rate is None


@pytest.mark.parametrize("rest", ["", "/members", "/invites"])
def test_removed_member_is_nobody_on_the_next_request(house: organizations.House, rest: str) -> None:
    """Also where the refusal would come before any statement: a rank too low, a body that cannot be read."""
    member = house["viewer"]
    assert house.ask("viewer", "GET").status_code == 200  # cached
    assert house.ask("owner", "DELETE", f"/members/{member.user_id}").status_code == 200
    gone = house.ask("viewer", "GET", rest)
    unknown = member.ask("GET", f"{organizations.PATH}/{uuid4()}{rest}")
    assert gone.status_code == unknown.status_code == 404 and gone.json["error"] == unknown.json["error"]
    assert house.ask("viewer", "PUT", json={"no": "sense"}).status_code == 404


def test_changed_rank_counts_on_the_next_request(house: organizations.House) -> None:
    path = f"/members/{house['member'].user_id}/role"
    doors.enrol(house["member"])  # without a second factor an administrator manages nothing (ID-5)
    assert house.ask("member", "GET", "/invites").status_code == 403
    assert house.ask("owner", "PUT", path, json={"role": "admin"}).status_code == 200
    assert house.ask("member", "GET", "/invites").status_code == 200
    assert house.ask("owner", "PUT", path, json={"role": "viewer"}).status_code == 200
    assert house.ask("member", "GET", "/invites").status_code == 403
    assert house.ask("member", "PUT", json={}).status_code == 403


@pytest.mark.parametrize("junk", ["", "owner", "owner x", "king 0b6e2f4e-2f4e-4f4e-8f4e-2f4e2f4e2f4e", "\ud7ff\x00"])
def test_junk_in_redis_is_no_membership(app: Flask, house: organizations.House, junk: str) -> None:
    app.extensions["redis"].set(f"memberships:{house.org_id}:{house['viewer'].user_id}", junk)
    assert house.ask("viewer", "GET").json["data"]["role"] == "viewer"


def test_forged_rank_with_a_stamp_of_before_is_no_membership(app: Flask, house: organizations.House) -> None:
    app.extensions["redis"].set(f"memberships:{house.org_id}:{house['viewer'].user_id}", f"owner {uuid4()}")
    assert house.ask("viewer", "GET").json["data"]["role"] == "viewer"
    outsider = doors.register(app, "hirer")
    app.extensions["redis"].set(f"memberships:{house.org_id}:{outsider.user_id}", f"owner {uuid4()}")
    assert outsider.ask("GET", house.path()).status_code == 404
    assert outsider.ask("DELETE", house.path()).status_code == 404


class NoRedis:
    """Redis that does not answer."""

    def __getattr__(self, name: str) -> Any:
        raise RedisGone


@contextmanager
def without_redis(app: Flask) -> Iterator[None]:
    """Redis is away from the cache, which forgets its grudge afterwards."""
    real = app.extensions["redis"]
    app.extensions["redis"] = NoRedis()
    try:
        yield
    finally:
        app.extensions["redis"] = real
        gate._cache._silent_until = 0.0


def test_without_redis_everything_is_as_right(app: Flask, house: organizations.House) -> None:
    """The revocation commits while Redis still holds the old word: it never hears of it, and it does not matter."""
    assert house.ask("viewer", "GET").status_code == 200
    with without_redis(app):
        assert house.ask("viewer", "GET").status_code == 200
        assert house.ask("owner", "DELETE", f"/members/{house['viewer'].user_id}").status_code == 200
        assert house.ask("viewer", "GET").status_code == 404
    assert kept(app, house, "viewer") is not None  # the stale word is there again, and counts for nothing
    assert house.ask("viewer", "GET").status_code == 404


def test_redis_that_went_away_while_keeping_costs_nothing(app: Flask, house: organizations.House) -> None:
    with patch.object(gate._cache, "get", return_value=None), without_redis(app):
        assert house.ask("viewer", "GET").status_code == 200


def test_who_acts_for_somebody_else_or_is_no_person_is_no_member(app: Flask, house: organizations.House) -> None:
    with app.app_context():
        person = replace(system(), kind="person", user_id=house["owner"].user_id, subject_id=house["owner"].user_id)
        assert service.enter(person, house.org_id).org_role is OrgRole.OWNER
        for other in (replace(person, subject_id=uuid4()), replace(person, user_id=None), system()):
            with pytest.raises(OrganizationNotFound):
                service.enter(other, house.org_id)


def test_members_that_change_faster_than_we_read_are_answered_busy(app: Flask, house: organizations.House) -> None:
    real = service.enter

    def always_old(*args: Any, **options: Any) -> Any:
        return replace(real(*args, **options), org_stamp=uuid4())

    with patch.dict(app.extensions, memberships=always_old):
        busy = house.ask("viewer", "GET")
    assert busy.status_code == 503 and busy.headers["Retry-After"] == "1"


def test_nobody_gets_in_after_a_revocation_whatever_runs_beside_it(
    app: Flask, postgres_server: Postgres, house: organizations.House
) -> None:
    """The hammer: four readers ask without a pause while the member is put in and taken out sixty times. No answer to a
    request that began after a revocation's commit and ended before the next joining is anything but 404."""
    viewer = house["viewer"]
    state = {"out_since": 0, "turn": 0, "stop": False}  # odd turns: taken out, committed
    wrong: list[tuple[str, int]] = []
    seen = {200: 0, 404: 0}
    start = Barrier(5)

    def read(rest: str) -> None:
        client = app.test_client()
        headers = {"Authorization": f"Bearer {viewer.token}"}
        start.wait()
        while not state["stop"]:
            before = state["turn"]
            status = client.get(house.path(rest), headers=headers).status_code
            seen[status] = seen.get(status, 0) + 1
            if before % 2 and state["turn"] == before and status != 404:
                wrong.append((rest, status))

    readers = [Thread(target=read, args=(rest,)) for rest in ("", "/members", "", "/transfer?x")]
    for reader in readers:
        reader.start()
    with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
        start.wait()
        for _ in range(60):
            superuser.execute("delete from memberships where org_id = %s and user_id = %s",
                              [house.org_id, viewer.user_id])
            state["turn"] += 1  # after the commit: whoever reads it from now on began after
            superuser.execute("select pg_sleep(0.01)")
            state["turn"] += 1  # before the joining begins
            organizations.put_in(superuser, house.org_id, viewer.user_id, "viewer")
            superuser.execute("select pg_sleep(0.01)")
    state["stop"] = True
    for reader in readers:
        reader.join()
    assert wrong == [] and seen[200] > 20 and seen[404] > 20, (wrong[:5], seen)
