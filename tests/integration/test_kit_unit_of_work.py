"""The unit of work: one at a time, effects after commit, conflicts named, refusals that commit (ARCHITECTURE §2)."""
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import column, select, table, text

from castingops.bootstrap.servers import Postgres
from castingops.core import db, facts, reads
from castingops.core.actor import Actor, anonymous, system
from castingops.core.db import after_commit, entered, session, unit_of_work
from castingops.core.errors import Conflict, DomainError, NotFound, Unavailable, map_constraint
from tests.factories.kit import Probe, probe_tables


@pytest.fixture(scope="module")
def probe(app: Flask, postgres_server: Postgres) -> Iterator[Probe]:
    with (psycopg.connect(postgres_server.url(), autocommit=True) as superuser,
          probe_tables(postgres_server.url("castingops_owner"), superuser) as made):
        yield made


class Counted(DomainError):
    code, status, commits = "counted", 401, True


def write(name: str) -> None:
    facts.remember(name, "x")


def is_written(superuser: psycopg.Connection, name: str) -> bool:
    return superuser.execute("select from house_facts where name = %s", [name]).fetchone() is not None


def test_effects_leave_after_commit_only(app: Flask) -> None:
    done: list[str] = []
    with app.app_context():
        with unit_of_work(system()):
            after_commit(lambda: done.append("first"))
            assert done == []
        with pytest.raises(InterruptedError), unit_of_work(system()):
            after_commit(lambda: done.append("second"))
            raise InterruptedError
    assert done == ["first"]


def test_rollback_keeps_nothing(app: Flask, superuser: psycopg.Connection) -> None:
    name = str(uuid4())
    with app.app_context(), pytest.raises(InterruptedError), unit_of_work(system()):
        write(name)
        raise InterruptedError
    assert not is_written(superuser, name)


@pytest.mark.parametrize(("refusal", "kept"), [(Counted, True), (Conflict, False)])
def test_refusal_keeps_its_traces_only_if_it_says_so(
    app: Flask, superuser: psycopg.Connection, refusal: type[DomainError], kept: bool
) -> None:
    name, done = str(uuid4()), []
    with app.app_context(), pytest.raises(refusal), unit_of_work(system()):
        write(name)
        after_commit(lambda: done.append(1))
        raise refusal
    assert (is_written(superuser, name), bool(done)) == (kept, kept)


def test_database_is_shut_outside_a_unit_of_work(app: Flask) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="no unit of work"):
        session().execute(text("select 1"))


def test_a_second_unit_of_work_is_refused(app: Flask) -> None:
    with app.app_context(), unit_of_work(system()), pytest.raises(RuntimeError, match="already open"):
        unit_of_work(system()).__enter__()


def test_entering_a_subject_lets_staff_write_there_and_only_there(app: Flask, probe: Probe) -> None:
    change = text("update probe_person set body = 'y' returning subject_id")
    staff = Actor("staff", uuid4())
    with app.app_context(), unit_of_work(staff) as current:
        assert current.execute(change).all() == []
        with entered(staff, probe.own_subject) as inside:
            assert inside.subject == probe.own_subject
            assert current.scalars(change).all() == [probe.own_subject]
        assert current.execute(change).all() == []


def test_entering_ends_when_a_refusal_is_caught(app: Flask, probe: Probe) -> None:
    staff = Actor("staff", uuid4())
    with app.app_context(), unit_of_work(staff) as current:
        with pytest.raises(Conflict), entered(staff, probe.own_subject):
            raise Conflict
        assert current.execute(text("update probe_person set body = 'z' returning id")).all() == []


@pytest.mark.parametrize("who", [anonymous(), Actor("person", uuid4(), uuid4())])
def test_people_enter_nobody_else(app: Flask, probe: Probe, who: Actor) -> None:
    with app.app_context(), unit_of_work(who), pytest.raises(NotFound), entered(who, probe.own_subject):
        raise AssertionError("not reached")


def test_a_savepoint_keeps_the_actor(app: Flask, probe: Probe) -> None:
    person = Actor("person", probe.own_subject, probe.own_subject)
    with app.app_context(), unit_of_work(person) as current:
        with pytest.raises(InterruptedError), current.begin_nested():
            raise InterruptedError
        assert current.scalar(text("select count(*) from probe_person")) == 1


def test_constraint_means_what_was_said_of_it(app: Flask) -> None:
    name = str(uuid4())
    map_constraint("pk_house_facts", Conflict)
    with app.app_context(), pytest.raises(Conflict), unit_of_work(system()) as current:
        for _ in range(2):
            current.execute(text("insert into house_facts values (:name, 'x', now())"), {"name": name})


def test_waiting_for_a_lock_ends_as_unavailable(app: Flask, probe: Probe, superuser: psycopg.Connection) -> None:
    person = Actor("person", probe.own_subject, probe.own_subject)
    with superuser.transaction():
        superuser.execute("select from probe_person for update")
        with app.app_context(), pytest.raises(Unavailable), unit_of_work(person) as current:
            current.execute(text("set local lock_timeout = '100ms'"))
            current.execute(text("update probe_person set body = 'x'"))


def test_fast_read_is_bound_by_the_same_policies(app: Flask, probe: Probe) -> None:
    probes = table("probe_person", column("subject_id"))
    read = reads.Read(select(probes.c.subject_id), lambda subject_id: subject_id)  # type: ignore[arg-type]
    with app.app_context():
        assert read(Actor("person", probe.own_subject, probe.own_subject)) == [probe.own_subject]
        assert read(anonymous()) == []
        assert set(read(system())) == {probe.own_subject, probe.other_subject}


def test_pool_without_a_free_connection_is_unavailable(app: Flask, settings: object) -> None:
    pool = reads.open_pool(app.extensions["settings"].database_url.get_secret_value(), size=1, timeout=0.2)
    probes = reads.Read(select(text("1")), int)
    kept, app.extensions["reads"] = app.extensions["reads"], pool
    try:
        with app.app_context(), pytest.raises(Unavailable):
            pool.open()
            with pool.connection():
                probes(system())
    finally:
        app.extensions["reads"] = kept
        pool.close()


def test_stale_row_is_a_conflict(app: Flask) -> None:
    with app.app_context(), pytest.raises(Conflict), unit_of_work(system()):
        raise db.StaleDataError
