"""Row level security, tried as the plain app role with the app's own filters out of the way (ORG-2)."""
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

import castingops.app  # noqa: F401  # all models are known
from castingops.bootstrap.servers import Postgres
from castingops.core.actor import Actor, anonymous, system
from castingops.core.db import Base, unit_of_work
from tests.factories.kit import Probe, probe_tables

TABLES = sorted(Base.metadata.tables)
OWN_KEYED = {"stored_replies": "user_id"}  # its own policy: one's own replies only, whoever one is

# Look-ups that see past the policies. Each is here because somebody must be known before there is an actor.
DEFINER_FUNCTIONS = {
    "audit_erase_payloads": "removes a subject's audit payloads and appends the leaf that admits it",
    "identity_account": "roles, epoch, status and revoked tokens of the holder of a token that has been verified",
    "identity_challenge": "whose sign-in waits for its second step, by its challenge's hash",
    "identity_credentials": "the account behind an e-mail address, for sign-in",
    "identity_guardianship": "the verified guardianship that a token which acts for a ward rests on",
    "identity_failures": "how often somebody guessed wrong lately, for the brake on guessing",
    "identity_federated": "whose an account elsewhere is, for a sign-in by it",
    "identity_nth_failure": "when a limit was reached for guesses at the whole house",
    "identity_note_failure": "writes a wrong guess down, whoever made it",
    "identity_refresh": "whose a refresh token is, by its hash",
    "identity_session": "the staff session behind a cookie, by its hash",
    "identity_sweep_challenges": "drops challenges that nobody may answer any more, of everybody",
    "identity_sweep_letters": "drops registrations that are over with their letters, and links that end, of everybody",
    "application_gate": "whether role, guardian, identity and consent still stand, as an application is sent",
    "casting_share_link": "whose a share link is, by its token's hash, for a stranger who holds it",
    "casting_sweep_share_views": "forgets when share links were opened, of everybody",
    "casting_call_gate": "whether the organization is active and its plan includes posting, as a call is submitted",
    "org_entitled": "whether the plan of the organization at hand includes something; plans are the house's",
    "published_role_stop": "reads the stop rules as a role is published",
    "org_fence": "whether the memberships a member's rank was read from still stand, as the transaction begins",
    "org_invitation": "which invitation a token belongs to, before its holder is a member",
    "org_membership": "a person's rank in the organization of the path, before they act as its member",
    "org_membership_changed": "draws the stamp anew, and keeps the last owner, whoever changes a membership",
    "org_memberships": "the organizations a person belongs to, whichever is open",
    "org_seat_taken": "counts seats past the policies, so that two at once never exceed them",
    "identity_sweep": "drops sessions, families and revocations whose time is over, of everybody",
}


@pytest.fixture(scope="module")
def probe(app: Flask, postgres_server: Postgres) -> Iterator[Probe]:
    with (psycopg.connect(postgres_server.url(), autocommit=True) as superuser,
          probe_tables(postgres_server.url("castingops_owner"), superuser) as made):
        yield made


def actors(probe: Probe) -> dict[str, Actor]:
    staff = Actor("staff", uuid4())
    return {
        "anonymous": anonymous(),
        "own member": Actor("member", uuid4(), org_id=probe.own_org),
        "other member": Actor("member", uuid4(), org_id=probe.other_org),
        "own person": Actor("person", probe.own_subject, probe.own_subject),
        "other person": Actor("person", probe.other_subject, probe.other_subject),
        "nobody": Actor("person", uuid4()),
        "staff": staff,
        "staff inside": staff.entering(probe.own_subject).within(probe.own_org),
        "system": system(),
        "system inside": system(probe.own_subject, probe.own_org),
    }


# rows seen without any filter: own organization's and subject's row out of two each; platform and published of one
SEES = {
    "anonymous": (0, 0, 0, 0), "nobody": (0, 0, 0, 1),
    "own member": (1, 0, 0, 1), "other member": (1, 0, 0, 1),
    "own person": (0, 1, 0, 1), "other person": (0, 1, 0, 1),
    "staff": (2, 2, 1, 1), "staff inside": (2, 2, 1, 1), "system": (2, 2, 1, 1), "system inside": (2, 2, 1, 1),
}
# rows changed by an update without any filter
CHANGES = {
    "anonymous": (0, 0, 0, 0), "nobody": (0, 0, 0, 0),
    "own member": (1, 0, 0, 0), "other member": (1, 0, 0, 0),
    "own person": (0, 1, 0, 0), "other person": (0, 1, 0, 0),
    "staff": (0, 0, 1, 1), "staff inside": (1, 1, 1, 1), "system": (0, 0, 1, 1), "system inside": (1, 1, 1, 1),
}
PROBES = ("probe_org", "probe_person", "probe_platform", "probe_published")


@pytest.mark.parametrize("who", SEES)
def test_select_without_filters_shows_what_the_kind_allows(app: Flask, probe: Probe, who: str) -> None:
    with app.app_context(), unit_of_work(actors(probe)[who]) as session:
        seen = tuple(session.scalar(text(f"select count(*) from {table}")) for table in PROBES)
    assert seen == SEES[who]


@pytest.mark.parametrize("who", CHANGES)
@pytest.mark.parametrize("verb", ["update {} set body = 'x' returning id", "delete from {} returning id"])
def test_write_without_filters_reaches_what_the_kind_allows(app: Flask, probe: Probe, who: str, verb: str) -> None:
    with app.app_context(), pytest.raises(InterruptedError), unit_of_work(actors(probe)[who]) as session:
        changed = tuple(len(session.execute(text(verb.format(table))).all()) for table in PROBES)
        assert changed == CHANGES[who]
        raise InterruptedError  # leave the rows as they were


@pytest.mark.parametrize("who", ["anonymous", "nobody", "other member", "other person", "staff", "system"])
@pytest.mark.parametrize(("table", "key"), [("probe_org", "org_id"), ("probe_person", "subject_id")])
def test_insert_for_another_is_refused(app: Flask, probe: Probe, who: str, table: str, key: str) -> None:
    target = probe.own_org if key == "org_id" else probe.own_subject
    with pytest.raises(ProgrammingError, match="row-level security"), app.app_context():  # noqa: SIM117
        with unit_of_work(actors(probe)[who]) as session:
            session.execute(text(f"insert into {table} ({key}, body) values (:key, 'mine now')"), {"key": target})


@pytest.mark.parametrize("who", ["anonymous", "own person", "own member"])
@pytest.mark.parametrize("table", ["probe_platform", "probe_published"])
def test_people_do_not_write_the_house(app: Flask, probe: Probe, who: str, table: str) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), app.app_context():  # noqa: SIM117
        with unit_of_work(actors(probe)[who]) as session:
            session.execute(text(f"insert into {table} (body) values ('mine now')"))


def test_scope_dies_with_its_transaction(app: Flask, probe: Probe) -> None:
    def connection_and_rows(actor: Actor) -> Any:
        with app.app_context(), unit_of_work(actor) as session:
            return session.execute(text("select pg_backend_pid(), (select count(*) from probe_person)")).one()

    before = dict(connection_and_rows(actors(probe)["own person"]) for _ in range(20))
    after = dict(connection_and_rows(actors(probe)["nobody"]) for _ in range(20))
    assert before.keys() & after.keys() and set(before.values()) == {1} and set(after.values()) == {0}


def test_get_cannot_write(app: Flask, probe: Probe) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"), app.app_context():  # noqa: SIM117
        with unit_of_work(actors(probe)["own person"], read_only=True) as session:
            session.execute(text("update probe_person set body = 'x'"))


@pytest.mark.parametrize("table", TABLES)
def test_table_is_guarded(table: str, superuser: psycopg.Connection) -> None:
    """Every table: FORCE, the owner's, at least one policy, and an index led by its key where it has one."""
    flags = superuser.execute(
        "select relrowsecurity, relforcerowsecurity, relowner::regrole::text from pg_class"
        " where relname = %s and relkind = 'r'", [table]).fetchone()
    assert flags == (True, True, "castingops_owner")
    policies = superuser.execute("select count(*) from pg_policies where tablename = %s", [table]).fetchone()
    assert policies and policies[0] >= 1
    grants = superuser.execute("select has_table_privilege('castingops_app', %s, 'truncate')", [table]).fetchone()
    assert grants == (False,)


@pytest.mark.parametrize("table", TABLES)
def test_keys_of_owned_tables_lead_with_the_owner(table: str, superuser: psycopg.Connection) -> None:
    """performance.md §2b: no index on id alone exists, so no plan under row level security can walk one."""
    columns = set(Base.metadata.tables[table].columns.keys())
    key = Base.metadata.tables[table].primary_key.columns.keys()
    if key[:1] not in (["org_id"], ["subject_id"]) or len(key) == 1 or not {"id"} <= columns:
        return
    rows = superuser.execute("select indexname, indexdef from pg_indexes where tablename = %s", [table]).fetchall()
    assert [name for name, definition in rows if definition.rstrip().endswith("(id)")] == []


@pytest.mark.parametrize("table", TABLES)
def test_nobody_in_particular_reads_nothing_personal(app: Flask, table: str) -> None:
    """Without an actor's settings a table shows no row, unless it is a public register."""
    with app.app_context(), unit_of_work(anonymous()) as session:
        try:
            rows = session.scalar(text(f"select count(*) from {table}"))
        except ProgrammingError as refused:
            assert "permission denied" in str(refused)
            return
    public_registers = {"notices", "purposes"}
    assert rows == 0 or table in public_registers


def test_app_role_is_plain(superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        "select rolname from pg_roles where rolname like 'castingops%' and (rolsuper or (rolbypassrls and rolcanlogin))"
    ).fetchall()
    assert rows == [("castingops_backup",)]  # reads for backups; never given to the app
    owned = superuser.execute("select count(*) from pg_class where relowner = 'castingops_app'::regrole").fetchone()
    assert owned == (0,)


def test_definer_functions_are_the_listed_ones(app: Flask, superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        "select proname, proowner::regrole::text, has_function_privilege('public', oid, 'execute'),"
        " coalesce(array_to_string(proconfig, ','), '') from pg_proc"
        " where prosecdef and pronamespace = 'public'::regnamespace order by proname").fetchall()
    assert {name for name, *_ in rows} == set(DEFINER_FUNCTIONS)
    for name, owner, public, config in rows:
        assert (owner, public) == ("castingops_definer", False), name
        assert config.startswith("search_path="), name


def test_nothing_is_executable_by_everyone(superuser: psycopg.Connection) -> None:
    """ORG-2: default EXECUTE is revoked from PUBLIC."""
    rows = superuser.execute(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        " and has_function_privilege('public', oid, 'execute')").fetchall()
    assert rows == []


def test_views_run_as_their_reader(superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')"
        " and (relkind = 'm' or not coalesce(reloptions::text like '%security_invoker=true%', false))").fetchall()
    assert rows == []
