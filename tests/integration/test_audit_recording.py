"""Acts and their entries live or die together (COMP-8; reliability.md row 19)."""
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from castingops.audit import rules, service, verifier
from castingops.core.actor import Actor, anonymous, system
from castingops.core.db import session, unit_of_work
from castingops.core.privacy import Purpose
from tests.factories import audit as factory

TABLES = ("audit_entries", "audit_payloads", "audit_leaves", "audit_checkpoints", "audit_verifications")


def row_of(superuser: psycopg.Connection, entry_id: UUID) -> dict[str, object]:
    cursor = superuser.cursor(row_factory=psycopg.rows.dict_row)
    found = cursor.execute("select * from audit_entries e join audit_payloads p on p.entry_id = e.id"
                           " where e.id = %s", [entry_id]).fetchone()
    assert found
    return found


def test_record_keeps_who_what_why_and_a_commitment(app: Flask, superuser: psycopg.Connection) -> None:
    """COMP-8: purpose, actor, actor_role, ip, user agent, before and after hash."""
    actor, subject = factory.staff("support", "moderator"), uuid4()
    entry_id = factory.record(app, actor, "moderation.case.decide", subject_id=subject, purpose=Purpose.MODERATION,
                              before={"status": "open"}, after={"status": "closed"}, details={"policy": "م-٣"})
    row = row_of(superuser, entry_id)
    assert (row["action"], row["actor_kind"], row["actor_role"], row["purpose"], row["subject_id"]) == (
        "moderation.case.decide", "staff", "moderator,support", "moderation", subject)
    assert actor.origin and row["request_id"] == actor.origin.request_id and row["actor_id"] == actor.user_id
    assert row["payload"] == {
        "actor_id": str(actor.user_id), "ip": "192.0.2.7", "user_agent": "Firefox", "details": {"policy": "م-٣"},
        "before_hash": rules.hash_of({"status": "open"}), "after_hash": rules.hash_of({"status": "closed"})}
    assert row["commitment"] == verifier.commitment_of(row["salt"], row["payload"])


@pytest.mark.parametrize("actor", [
    anonymous(), system(), system(uuid4()), factory.talent(), factory.staff("support"),
    Actor("member", uuid4(), org_id=uuid4(), roles=frozenset({"hirer"}))], ids=lambda actor: actor.kind)
def test_everyone_is_recorded_about_anybody(app: Flask, superuser: psycopg.Connection, actor: Actor) -> None:
    """A refused sign-in or a hirer's look at a talent is in the trail of the person it is about."""
    subject = uuid4()
    row = row_of(superuser, factory.record(app, actor, subject_id=subject))
    assert (row["subject_id"], row["org_id"], row["actor_kind"]) == (subject, actor.org_id, actor.kind)


def test_record_defaults_to_the_actors_own_part(app: Flask, superuser: psycopg.Connection) -> None:
    actor = factory.talent()
    assert row_of(superuser, factory.record(app, actor))["subject_id"] == actor.user_id


def test_hostile_text_is_kept_in_a_storable_form(app: Flask, superuser: psycopg.Connection) -> None:
    entry_id = factory.record(app, anonymous(), details={"tried": "a\x00b\ud800", "n": 10**30})
    row = row_of(superuser, entry_id)
    assert row["payload"]["details"] == {"tried": "a\ufffdb\ufffd", "n": 10**30}  # type: ignore[index]
    assert row["commitment"] == verifier.commitment_of(row["salt"], row["payload"])  # type: ignore[arg-type]


def test_act_without_audit_does_not_happen(app: Flask, superuser: psycopg.Connection) -> None:
    """reliability.md row 19: the audit insert fails, so the act fails."""
    superuser.execute("revoke insert on audit_payloads from castingops_app")
    try:
        with pytest.raises(ProgrammingError, match="permission denied"), app.app_context(), unit_of_work(system()):
            session().execute(text("insert into house_facts (name, value, created_at) values ('act', 'x', now())"))
            service.record("audit.drill.act", actor=system(), entity="fact", purpose=Purpose.LEGAL)
    finally:
        superuser.execute("grant insert on audit_payloads to castingops_app")
    assert superuser.execute("select count(*) from house_facts where name = 'act'").fetchone() == (0,)


def test_entry_of_an_act_that_failed_is_gone_too(app: Flask, superuser: psycopg.Connection) -> None:
    marker = uuid4()
    with pytest.raises(InterruptedError), app.app_context(), unit_of_work(system()):
        service.record("audit.drill.act", actor=system(), entity="fact", entity_id=marker, purpose=Purpose.LEGAL)
        raise InterruptedError
    assert superuser.execute("select count(*) from audit_entries where entity_id = %s", [marker]).fetchone() == (0,)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["update {} set {column} = {column}", "delete from {}", "truncate {}"])
def test_app_role_takes_nothing_back(app: Flask, table: str, verb: str) -> None:
    """COMP-8: append-only for the app role."""
    column = {"audit_payloads": "salt", "audit_leaves": "seq", "audit_checkpoints": "root"}.get(table, "id")
    with pytest.raises(ProgrammingError, match="permission denied"), factory.as_system(app):
        session().execute(text(verb.format(table, column=column)))


@pytest.mark.parametrize("row", [
    "audit_leaves values (-1, gen_random_uuid(), sha256(''))",
    "audit_checkpoints values (0, '', array[]::bytea[], now(), '', '')",
    "audit_verifications values (uuidv7(), now(), now(), 0, 0, 0, 0, '', 0, '[]')"])
def test_staff_cannot_write_the_tree(app: Flask, row: str) -> None:
    """Places, signed heads and results are the system's."""
    actor = factory.staff("admin")
    with pytest.raises(ProgrammingError, match="row-level security"), app.app_context(), unit_of_work(actor):
        session().execute(text(f"insert into {row}"))


def test_trail_shows_each_their_own(app: Flask) -> None:
    """A person's settings reach their own entries; payloads and places are the house's."""
    one, other = factory.talent(), factory.talent()
    mine, theirs = factory.record(app, one), factory.record(app, other)
    with app.app_context(), unit_of_work(one):
        seen = set(session().scalars(text("select id from audit_entries")))
        hidden = [session().scalar(text(f"select count(*) from {table}")) for table in TABLES[1:]]
    assert mine in seen and theirs not in seen and hidden == [0, 0, 0, 0]
