"""The tree grows commit-safe, is signed, and shows whatever a superuser changes (COMP-8; reliability.md row 19)."""
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from castingops.audit import queries, rules, service, tasks, verifier
from castingops.audit.errors import TreeBroken
from castingops.audit.types import Tally
from castingops.core import clock
from castingops.core.actor import system
from castingops.core.db import db, unit_of_work
from castingops.core.storage import current_storage
from tests.factories import audit as factory

pytestmark = pytest.mark.early

COUNT = 8


@dataclass(frozen=True)
class Trail:
    """A placed and signed stretch of the trail: `ids` from place `first` on."""

    app: Flask
    superuser: psycopg.Connection
    ids: list[UUID]
    first: int

    def sql(self, statement: str, *values: object) -> None:
        """Change something as a superuser whom not even foreign keys stop."""
        with self.superuser.transaction():
            self.superuser.execute("set local session_replication_role = replica")
            self.superuser.execute(statement, values)

    def findings(self) -> tuple[str, ...]:
        return verify(self.app).findings


def verify(app: Flask) -> Tally:
    with factory.as_system(app):
        return service.verify()


def sign(app: Flask) -> verifier.Checkpoint | None:
    with factory.as_system(app):
        return service.sign_head()


@contextmanager
def restored(superuser: psycopg.Connection) -> Iterator[None]:
    """Whatever happens to the tables inside, they are as before afterwards."""
    tables = {"audit_entries": "*", "audit_leaves": "*", "audit_checkpoints": "*", "audit_pending": "*",
              "audit_payloads": "entry_id, salt, payload"}
    for table in tables:
        superuser.execute(f"create temp table kept_{table} as select * from {table}")
    try:
        yield
    finally:
        with superuser.transaction():
            superuser.execute("set local session_replication_role = replica")
            for table, columns in tables.items():
                into = "" if columns == "*" else f"({columns})"
                superuser.execute(f"delete from {table}")
                superuser.execute(f"insert into {table} {into} select {columns} from kept_{table}")
                superuser.execute(f"drop table kept_{table}")


@pytest.fixture
def trail(app: Flask, superuser: psycopg.Connection) -> Iterator[Trail]:
    with factory.as_system(app):
        service.sign_head()
        first = queries.tree_size()
    ids = [factory.record(app, factory.talent(), details={"n": n}) for n in range(COUNT)]
    assert sign(app)
    assert verify(app).holds
    with restored(superuser):
        yield Trail(app, superuser, ids, first)
    assert verify(app).holds


OTHER = {
    "occurred_at": "occurred_at + interval '1 microsecond'", "action": "'casting.profile.submiu'", "entity_kind": "'x'",
    "entity_id": "gen_random_uuid()", "org_id": "gen_random_uuid()", "subject_id": "null", "actor_kind": "'staff'",
    "actor_role": "'admin'", "purpose": "'legal'", "request_id": "null", "commitment": "set_byte(commitment, 31, 7)",
    "id": "gen_random_uuid()"}


@pytest.mark.parametrize("column", OTHER)
def test_changed_entry_is_named(trail: Trail, column: str) -> None:
    trail.sql(f"update audit_entries set {column} = {OTHER[column]} where id = %s", trail.ids[3])
    findings = trail.findings()
    assert any(f"seq {trail.first + 3} entry {trail.ids[3]} [entry]" in finding for finding in findings), findings


@pytest.mark.parametrize("change", [
    "salt = set_byte(salt, 0, get_byte(salt, 0) # 1)", "payload = jsonb_set(payload, '{ip}', '\"198.51.100.8\"')",
    "payload = jsonb_set(payload, '{details,n}', '4')", "payload = payload - 'after_hash'",
    "payload = payload || '{\"more\": null}'", "payload = jsonb_set(payload, '{actor_id}', 'null')"])
def test_changed_payload_is_named(trail: Trail, change: str) -> None:
    trail.sql(f"update audit_payloads set {change} where entry_id = %s", trail.ids[3])
    findings = trail.findings()
    assert len(findings) == 1 and f"seq {trail.first + 3} entry {trail.ids[3]} [payload]" in findings[0], findings


def test_changed_leaf_is_named(trail: Trail) -> None:
    trail.sql("update audit_leaves set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1)"
              " where entry_id = %s", trail.ids[3])
    findings = trail.findings()
    assert len(findings) == 1 and f"seq {trail.first + 3} entry {trail.ids[3]} [entry]" in findings[0], findings


@pytest.mark.parametrize("moved", [("entry_id",), ("leaf_hash",), ("entry_id", "leaf_hash")])
def test_swapped_order_is_named(trail: Trail, moved: tuple[str, ...]) -> None:
    """Places are inside the leaves, so a swap shows at both, however much of the two rows changes places."""
    one, two = trail.first + 2, trail.first + 5
    picked = {row[0]: dict(zip(("seq", "entry_id", "leaf_hash"), row, strict=True)) for row in trail.superuser.execute(
        "select seq, entry_id, leaf_hash from audit_leaves where seq in (%s, %s)", [one, two])}
    trail.sql("delete from audit_leaves where seq in (%s, %s)", one, two)
    for seq, other in ((one, two), (two, one)):
        row = picked[seq] | {name: picked[other][name] for name in moved}
        trail.sql("insert into audit_leaves values (%s, %s, %s)", *row.values())
    findings = trail.findings()
    assert {seq for seq in (one, two) if any(f"seq {seq} " in finding for finding in findings)} == {one, two}, findings


@pytest.mark.parametrize(("table", "key", "group"), [
    ("audit_entries", "id", "entry"), ("audit_payloads", "entry_id", "payload"), ("audit_leaves", "entry_id", "place")])
def test_deleted_row_is_named(trail: Trail, table: str, key: str, group: str) -> None:
    trail.sql(f"delete from {table} where {key} = %s", trail.ids[3])
    findings = trail.findings()
    assert any(f"seq {trail.first + 3} " in finding and f"[{group}]" in finding for finding in findings), findings


def test_whole_act_deleted_is_named(trail: Trail) -> None:
    for table, key in (("audit_entries", "id"), ("audit_payloads", "entry_id"), ("audit_leaves", "entry_id")):
        trail.sql(f"delete from {table} where {key} = %s", trail.ids[3])
    assert any(f"seq {trail.first + 3} [place]" in finding for finding in trail.findings())


def test_cut_tail_is_named(trail: Trail) -> None:
    """What a checkpoint covers cannot be cut off behind it; and nothing is signed on top."""
    for table, key in (("audit_entries", "id"), ("audit_payloads", "entry_id"), ("audit_leaves", "entry_id")):
        trail.sql(f"delete from {table} where {key} = any(%s)", trail.ids[5:])
    findings = trail.findings()
    assert len(findings) == 1 and findings[0].startswith(f"seq {trail.first + 5} [place]"), findings
    with pytest.raises(TreeBroken):
        sign(trail.app)


def test_cut_tail_with_its_checkpoints_differs_from_the_head_outside(trail: Trail) -> None:
    """reliability.md row 19: the head is anchored outside the database."""
    size = trail.first + COUNT
    with factory.as_system(trail.app):
        service.anchor(size)
    for table, key in (("audit_entries", "id"), ("audit_payloads", "entry_id"), ("audit_leaves", "entry_id")):
        trail.sql(f"delete from {table} where {key} = any(%s)", trail.ids[5:])
    trail.sql("delete from audit_checkpoints where tree_size = %s", size)
    try:
        assert any(f"seq {trail.first + 5} [place]" in finding for finding in trail.findings())
    finally:
        with trail.app.app_context():
            current_storage().delete("audit/checkpoints/latest.note")
    assert trail.findings() == ()  # without it, it would not show


@pytest.mark.parametrize("change", [
    "root = set_byte(root, 0, get_byte(root, 0) # 1)", "signature = set_byte(signature, 9, get_byte(signature, 9) # 1)",
    "signed_at = signed_at + interval '1 microsecond'", "key_id = 'ffffffff'", "tree_size = tree_size - 1",
    "peaks[1] = set_byte(peaks[1], 0, get_byte(peaks[1], 0) # 1)"])
def test_changed_checkpoint_is_found(trail: Trail, change: str) -> None:
    size = trail.first + COUNT
    trail.sql(f"update audit_checkpoints set {change} where tree_size = %s", size)
    assert any("[checkpoint]" in finding for finding in trail.findings())
    factory.record(trail.app, system())
    if not change.startswith("tree_size"):
        with pytest.raises(TreeBroken):
            sign(trail.app)


def test_rewritten_leaf_breaks_the_checkpoint(trail: Trail) -> None:
    """A forger who knows our hashing still cannot sign."""
    trail.sql("update audit_entries set action = 'casting.profile.delete' where id = %s", trail.ids[3])
    with factory.as_system(trail.app):
        row = next(row for row in queries.stream_rows() if row.id == trail.ids[3])
        leaf = verifier.hash_leaf(row.seq, rules.hashed(row))
    trail.sql("update audit_leaves set leaf_hash = %s where entry_id = %s", leaf, trail.ids[3])
    findings = trail.findings()
    assert len(findings) == 1 and f"below seq {trail.first + COUNT}" in findings[0]


def test_entry_kept_from_the_tree_is_found(trail: Trail) -> None:
    """An entry whose place on the waiting list was taken away shows after a quarter of an hour."""
    entry_id = factory.record(trail.app, system())
    trail.sql("delete from audit_pending where entry_id = %s", entry_id)
    assert trail.findings() == ()
    with clock.held_at(clock.now() + timedelta(hours=1)):
        assert any(f"entry {entry_id} [unplaced]" in finding for finding in trail.findings())


def test_place_is_gapless_and_in_order(app: Flask, superuser: psycopg.Connection) -> None:
    ids = [factory.record(app, system()) for _ in range(5)]
    with factory.as_system(app):
        service.place_entries()
    rows = superuser.execute("select seq from audit_leaves where entry_id = any(%s) order by entry_id", [ids])
    places = [seq for (seq,) in rows]
    assert places == list(range(places[0], places[0] + 5))


def test_late_commit_is_not_skipped(app: Flask, superuser: psycopg.Connection) -> None:
    """An act that began first and committed last gets its place all the same."""
    with app.app_context():
        engine = db.engine
    late = uuid4()
    with engine.connect() as slow:
        slow.execute(text("select set_config('app.kind', 'system', true)"))
        slow.execute(text(
            "insert into audit_entries (id, occurred_at, action, entity_kind, actor_kind, purpose, commitment)"
            " values (:id, now(), 'audit.drill.act', 'x', 'system', 'legal', sha256(''))"), {"id": late})
        slow.execute(text("insert into audit_pending values (:id)"), {"id": late})
        quick = factory.record(app, system())
        with factory.as_system(app):
            service.place_entries()
        with restored(superuser):
            slow.commit()
            with factory.as_system(app):
                service.place_entries()
            rows = dict(superuser.execute("select entry_id, seq from audit_leaves where entry_id = any(%s)",
                                          [[late, quick]]).fetchall())
            assert rows[late] > rows[quick]


def test_sequencers_side_by_side_place_each_once(app: Flask, superuser: psycopg.Connection) -> None:
    ids = [factory.record(app, system()) for _ in range(30)]

    def place(_: int) -> int:
        with factory.as_system(app):
            return service.place_entries()

    with ThreadPoolExecutor(6) as pool:
        placed = sum(pool.map(place, range(12)))
    assert placed >= 30
    size, distinct, last = superuser.execute(
        "select count(*), count(distinct entry_id), max(seq) + 1 from audit_leaves").fetchone() or (0, 0, 0)
    assert size == distinct == last
    assert superuser.execute("select count(*) from audit_pending where entry_id = any(%s)", [ids]).fetchone() == (0,)
    assert verify(app).holds


def test_sign_head_signs_growth_only(app: Flask, superuser: psycopg.Connection) -> None:
    sign(app)
    assert sign(app) is None
    factory.record(app, system())
    head = sign(app)
    assert head and head.size == superuser.execute("select max(seq) + 1 from audit_leaves").fetchone()[0]  # type: ignore[index]


def test_checkpoint_job_sends_the_head_out(app: Flask, superuser: psycopg.Connection) -> None:
    factory.record(app, system())
    with app.app_context(), unit_of_work(system()):
        tasks.checkpoint(actor=system())
    row = superuser.execute(
        "select payload from outbox where name = 'job.audit.anchor' order by id desc limit 1").fetchone()
    assert row
    with app.app_context(), unit_of_work(system()):
        tasks.anchor(actor=system(), **row[0])
        kept = service.anchored()
    assert kept and str(kept.size) == row[0]["size"]
    assert verify(app).holds


def test_verify_job_keeps_its_result(app: Flask) -> None:
    with app.app_context(), unit_of_work(system()):
        tasks.verify(actor=system())
        last = queries.find_last_verification()
        assert last and last.findings == [] and last.entries > 0


def test_broken_trail_is_told(trail: Trail) -> None:
    """Somebody must hear of it: the result is kept, and an event leaves."""
    trail.sql("update audit_entries set action = 'casting.profile.delete' where id = %s", trail.ids[3])
    with trail.app.app_context(), unit_of_work(system()):
        tasks.verify(actor=system())
        last = queries.find_last_verification()
        assert last and any(str(trail.ids[3]) in finding for finding in last.findings)
    told = trail.superuser.execute(
        "delete from outbox where name = 'audit.trail.broken' returning payload->>'findings'")
    assert told.fetchall() == [("1",)]
    trail.superuser.execute("delete from audit_verifications where findings <> '[]'")
