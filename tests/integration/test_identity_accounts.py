"""Staff accounts, roles, operators' commands, limits on guessing, what is held of a person, and the tables."""
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from psycopg import errors as pg

from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.config import Settings
from castingops.core.db import session, unit_of_work
from castingops.core.errors import DomainError
from castingops.core.ids import new_id
from castingops.core.roles import STAFF
from castingops.identity import cli, privacy, service, tasks
from castingops.identity.errors import (
    AccountNotFound,
    EmailTaken,
    InvalidEmail,
    RoleHeld,
    RolesExclude,
    RoleUnfit,
    SelfGrant,
)
from castingops.identity.models import TotpSecret
from castingops.notifications.types import Recipient
from tests.factories.identity import (
    Person,
    bearer,
    log_in,
    make_person,
    make_staff,
    new_email,
    post_form,
    sign_in,
    tokens_of,
)

EXCLUDED = [*[("auditor", role) for role in sorted(STAFF - {"auditor"})],
            *[("finance", role) for role in ("admin", "moderator", "senior_moderator")],
            *[("compliance_officer", role) for role in ("finance", "moderator", "senior_moderator")]]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def strict(app: Flask) -> Iterator[None]:
    """The limit on password failures that production has."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(
        update={"limit_auth_account": "10/5 minutes", "limit_auth_address": "10/5 minutes"})
    yield
    app.extensions["settings"] = settings


def as_system(app: Flask, act: Any) -> Any:
    """`act()` in a transaction of the system's."""
    with app.app_context(), unit_of_work(system()):
        return act()


def insert_role(superuser: psycopg.Connection, person: Person, kind: str, role: str) -> None:
    superuser.execute("insert into role_grants (user_id, kind, role, granted_at) values (%s, %s, %s, now())",
                      [person.user_id, kind, role])


class TestStaff:
    def test_create_staff_with_a_known_email_is_refused(self, app: Flask) -> None:
        staff = make_staff(app)
        with pytest.raises(EmailTaken):
            as_system(app, lambda: service.create_staff(
                actor=system(), email=staff.email.upper(), roles=["support"], locale="en", display_name="Second"))

    @pytest.mark.parametrize(("roles", "error"), [(["auditor", "admin"], RolesExclude), (["talent"], RoleUnfit)])
    def test_create_staff_keeps_duties_apart(self, app: Flask, roles: list[str], error: type[DomainError]) -> None:
        with pytest.raises(error):
            as_system(app, lambda: service.create_staff(
                actor=system(), email=new_email(), roles=roles, locale="en", display_name="Omar"))

    def test_grant_adds_a_role_and_ends_what_had_the_old_rights(self, app: Flask, client: FlaskClient,
                                                                superuser: psycopg.Connection) -> None:
        """reliability.md row 9: a role change signs out on the next request; recorded with before and after."""
        staff = make_staff(app, "moderator")
        sign_in(client, staff)
        as_system(app, lambda: service.grant(staff.user_id, "support", actor=system()))
        assert client.get("/console/").status_code == 401
        rows = superuser.execute("select role, granted_by from role_grants where user_id = %s order by role",
                                 [staff.user_id]).fetchall()
        assert rows == [("moderator", None), ("support", None)]
        acts = superuser.execute("select count(*) from audit_entries where action = 'identity.role.grant'"
                                 " and entity_id = %s", [staff.user_id]).fetchone()
        assert acts == (1,)

    def test_grant_refuses_what_may_not_be(self, app: Flask) -> None:
        staff, person = make_staff(app, "auditor"), make_person(app)
        own = Actor("staff", staff.user_id, roles=frozenset({"auditor"}))
        refusals: list[tuple[Any, str, Actor, type[DomainError]]] = [
            (staff.user_id, "admin", system(), RolesExclude), (staff.user_id, "talent", system(), RoleUnfit),
            (staff.user_id, "auditor", system(), RoleHeld), (person.user_id, "support", system(), RoleUnfit),
            (new_id(), "support", system(), AccountNotFound), (staff.user_id, "support", own, SelfGrant)]
        for user_id, role, actor, error in refusals:
            with pytest.raises(error), app.app_context(), unit_of_work(actor):
                service.grant(user_id, role, actor=actor)

    def test_reset_mfa_ends_sessions_and_enrols_anew(self, app: Flask, client: FlaskClient,
                                                     superuser: psycopg.Connection) -> None:
        staff = make_staff(app)
        sign_in(client, staff)
        as_system(app, lambda: service.reset_mfa(staff.user_id, actor=system()))
        assert client.get("/console/").status_code == 401
        post_form(client, "/console/sign-in", email=staff.email, password=staff.password)
        assert "data:image/png" in client.get("/console/sign-in/code").text
        acts = superuser.execute("select count(*) from audit_entries where action = 'identity.mfa.reset'"
                                 " and subject_id = %s", [staff.user_id]).fetchone()
        assert acts == (1,)

    def test_directory_and_names_know_the_living(self, app: Flask) -> None:
        staff, person = make_staff(app, name="Noura Alharbi"), make_person(app, locale="ar")
        with app.app_context():
            assert service.directory(person.user_id) == Recipient(person.email, "ar", "Sami Alotaibi")
            assert service.directory(new_id()) is None
            names = service.staff_names([staff.user_id, person.user_id, new_id()])
        assert names == {staff.user_id: "Noura Alharbi", person.user_id: "Sami Alotaibi"}


class TestCommands:
    def run(self, app: Flask, *arguments: str) -> Any:
        with app.app_context():
            return CliRunner().invoke(cli.user, arguments)

    def test_create_prints_what_signs_in_once(self, app: Flask, client: FlaskClient,
                                              superuser: psycopg.Connection) -> None:
        """The operator has seen the password: the first sign-in replaces it."""
        email = new_email("operator")
        result = self.run(app, "create", "--email", email, "--role", "moderator", "--role", "support", "--locale", "ar")
        assert result.exit_code == 0, result.output
        shown = {line.rsplit(maxsplit=1)[0].strip(): line.rsplit(maxsplit=1)[1] for line in result.output.splitlines()}
        staff = Person(new_id(), email, shown["password"], shown["totp secret"])
        post_form(client, "/console/sign-in", email=staff.email, password=staff.password)
        assert 'name="new_password"' in client.get("/console/sign-in/code").text
        for weak in ("", "short", shown["password"], "Riyadh@12345", "\x00"):
            refused = post_form(client, "/console/sign-in/code", code=staff.code(), new_password=weak)
            assert refused.status_code == 422 and 'id="new_password-error"' in refused.text
        own = "violet kettle under a bridge"
        wrong = post_form(client, "/console/sign-in/code", code=staff.code(9), new_password=own)
        assert wrong.status_code == 401 and 'id="code-error"' in wrong.text
        assert post_form(client, "/console/sign-in/code", code=staff.code(), new_password=own).status_code == 303
        other = app.test_client()
        assert post_form(other, "/console/sign-in", email=email, password=shown["password"]).status_code == 401
        assert sign_in(other, Person(new_id(), email, own, staff.totp_secret), staff.code(1)).status_code == 303
        acts = superuser.execute("select count(*) from audit_entries a join users u on u.id = a.subject_id"
                                 " where u.email = %s and action = 'identity.password.change'", [email]).fetchone()
        assert acts == (1,)
        again = self.run(app, "create", "--email", email, "--role", "moderator", "--name", "Other")
        assert again.exit_code == 1 and "exists already" in again.output

    def test_grant_and_reset_mfa(self, app: Flask) -> None:
        staff = make_staff(app)
        assert self.run(app, "grant", "--email", staff.email, "--role", "support").exit_code == 0
        assert self.run(app, "reset-mfa", "--email", staff.email).exit_code == 0
        refused = self.run(app, "grant", "--email", staff.email, "--role", "auditor")
        assert refused.exit_code == 1 and "together" in refused.output
        for command in (("grant", "--role", "support"), ("reset-mfa",)):
            unknown = self.run(app, *command, "--email", "not an e-mail")
            assert unknown.exit_code == 1 and "no such account" in unknown.output

    def test_refusal_names_the_field(self, app: Flask) -> None:
        result = self.run(app, "create", "--email", "nobody", "--role", "support")
        assert result.exit_code == 1 and "complete e-mail" in result.output
        with pytest.raises(InvalidEmail):
            as_system(app, lambda: service.create_staff(actor=system(), email="nobody", roles=["support"], locale="en",
                                                        display_name="Omar"))


class TestGuessing:
    def test_lockout_is_the_same_for_accounts_that_do_not_exist(self, app: Flask, strict: None,
                                                                superuser: psycopg.Connection) -> None:
        """ID-4, reliability.md row 10: ten failures in five minutes, then 429 even for the right password; recorded."""
        person, start = make_person(app), clock.now()
        stranger = Person(new_id(), new_email())
        for target in (person, stranger):
            statuses = []
            for number in range(12):
                client = app.test_client()
                client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
                answer = log_in(client, Person(target.user_id, target.email, f"wrong {number}"))
                statuses.append(answer.status_code)
            assert statuses == [401] * 10 + [429] * 2
            assert 290 <= int(answer.headers["Retry-After"]) <= 300
        assert log_in(app.test_client(), person).status_code == 429
        with clock.held_at(start + timedelta(minutes=6)):
            assert log_in(app.test_client(), person).status_code == 200
        acts = superuser.execute(
            "select action, count(*) from audit_entries where subject_id = %s and actor_kind = 'anonymous'"
            " group by action order by action", [person.user_id]).fetchall()
        assert acts == [("identity.sign_in.fail", 12), ("identity.sign_in.slow", 1)]

    def test_success_starts_the_count_again(self, app: Flask, strict: None) -> None:
        person = make_person(app)
        for number in range(18):
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
            wrong = Person(person.user_id, person.email, "wrong")
            assert log_in(client, wrong).status_code == 401
            if number == 8:
                assert log_in(client, person).status_code == 200

    def test_burst_is_no_faster_than_its_count(self, app: Flask, strict: None) -> None:
        """Guesses at one account wait for each other: thirty at once are ten heard and twenty refused."""
        person, statuses, gate = make_person(app), [], threading.Barrier(30)

        def guess(number: int) -> None:
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
            gate.wait()
            statuses.append(log_in(client, Person(person.user_id, person.email, "wrong")).status_code)

        threads = [threading.Thread(target=guess, args=[number]) for number in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(set(statuses)) == [401, 429] and statuses.count(401) == 10

    def test_forged_forwarding_does_not_help(self, app: Flask, strict: None) -> None:
        """reliability.md row 10: no proxy is trusted unless the settings say so."""
        statuses = []
        for number in range(12):
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = "203.0.113.200"
            answer = log_in(client, Person(new_id(), new_email()), **{"X-Forwarded-For": f"192.0.2.{number}"})
            statuses.append(answer.status_code)
        assert statuses == [401] * 10 + [429] * 2


class TestPrivacy:
    def test_export_tells_all_but_secrets(self, app: Flask, client: FlaskClient) -> None:
        staff = make_staff(app)
        client.environ_base["HTTP_USER_AGENT"] = "Firefox"
        sign_in(client, staff)
        told = as_system(app, lambda: privacy.export(staff.user_id, actor=system()))
        assert {table: rows for table, rows in told.items() if rows or table in ("proposals", "access_marks")} == {
            "users": [{"email": staff.email, "display_name": "Noura Alharbi"}],
            "staff_sessions": [{"ip": "127.0.0.1", "user_agent": "Firefox"}],
            "proposals": [], "access_marks": []}

    def test_erase_leaves_an_account_without_a_person(self, app: Flask, client: FlaskClient,
                                                      superuser: psycopg.Connection) -> None:
        """Two erased people do not collide on what replaces their e-mail, and the e-mail is free again."""
        people = [make_person(app) for _ in range(2)]
        for person in people:
            tokens = tokens_of(client, person)
            as_system(app, lambda person=person: privacy.erase(person.user_id, actor=system()))
            assert client.get("/api/v1/me", headers=bearer(tokens)).status_code == 401
            assert log_in(client, person).status_code == 401
            row = superuser.execute("select email, display_name, status, password_hash from users where id = %s",
                                    [person.user_id]).fetchone()
            assert row == (None, "[erased]", "disabled", "[erased]")
            for table in ("refresh_families", "refresh_tokens", "revoked_tokens"):
                left = superuser.execute(f"select count(*) from {table} where subject_id = %s", [person.user_id])
                assert left.fetchone() == (0,)
        assert make_person(app, email=people[0].email).user_id != people[0].user_id


class TestTables:
    """What the database itself refuses, whoever asks."""

    @pytest.mark.parametrize(("first", "second"), [*EXCLUDED, *[(b, a) for a, b in EXCLUDED]])
    def test_roles_that_exclude_each_other_do_not_meet(self, app: Flask, superuser: psycopg.Connection, first: str,
                                                       second: str) -> None:
        """ID-9: also for a superuser, and in either order."""
        staff = make_staff(app, first)
        with pytest.raises(pg.CheckViolation) as refusal:
            insert_role(superuser, staff, "staff", second)
        assert refusal.value.diag.constraint_name == "ck_role_grants_exclusive"

    def test_roles_that_exclude_each_other_do_not_meet_at_once(self, app: Flask, settings: Settings,
                                                               superuser: psycopg.Connection) -> None:
        """Two administrators at the same moment: one of them is refused."""
        staff = make_staff(app, "support")
        with psycopg.connect(superuser.info.dsn) as one:
            insert_role(one, staff, "staff", "finance")
            outcome: list[Exception | None] = []
            other = threading.Thread(target=lambda: outcome.append(attempt(superuser, staff)))
            other.start()
            other.join(0.3)
            assert outcome == []  # it waits for the first
            one.commit()
            other.join()
        assert isinstance(outcome[0], pg.CheckViolation)

    @pytest.mark.parametrize(("statement", "constraint"), [
        ("update users set email = upper(email) where id = %s", "ck_users_email_form"),
        ("update users set email = 'nobody' where id = %s", "ck_users_email_form"),
        ("update users set email = null where id = %s", "ck_users_email_present"),
        ("update users set locale = 'fr' where id = %s", "ck_users_locale"),
        ("update users set status = 'asleep' where id = %s", "ck_users_status"),
        ("update users set display_name = '' where id = %s", "ck_users_display_name_length"),
        ("update users set id = uuidv7() where id = %s", "ck_users_own_subject"),
        ("insert into role_grants (user_id, kind, role, granted_at) values (%s, 'staff', 'talent', now())",
         "ck_role_grants_fits"),
        ("insert into role_grants (user_id, kind, role, granted_at) values (%s, 'app', 'talent', now())",
         "fk_role_grants_user_id_kind_users"),
        ("insert into role_grants (user_id, kind, role, granted_at) values (%s, 'staff', 'support', now())",
         "uq_role_grants_user_id_role"),
    ])
    def test_row_that_cannot_be_is_refused(self, app: Flask, superuser: psycopg.Connection, statement: str,
                                           constraint: str) -> None:
        staff = make_staff(app, "support")
        with pytest.raises(psycopg.IntegrityError) as refusal:
            superuser.execute(statement, [staff.user_id])
        assert refusal.value.diag.constraint_name in {constraint, "fk_role_grants_user_id_users"}

    def test_nobody_grants_themselves(self, app: Flask, superuser: psycopg.Connection) -> None:
        staff = make_staff(app)
        with pytest.raises(pg.CheckViolation) as refusal:
            superuser.execute("insert into role_grants (user_id, kind, role, granted_by, granted_at)"
                              " values (%(id)s, 'staff', 'support', %(id)s, now())", {"id": staff.user_id})
        assert refusal.value.diag.constraint_name == "ck_role_grants_by_another"

    def test_account_never_changes_its_kind(self, app: Flask, settings: Settings) -> None:
        person = make_person(app)
        with psycopg.connect(settings.database_url.get_secret_value()) as connection, \
                pytest.raises(pg.InsufficientPrivilege):
            connection.execute("select set_config('app.kind', 'system', true)")
            connection.execute("update users set kind = 'staff' where id = %s", [person.user_id])

    def test_person_cannot_take_a_role_or_read_anothers_secret(self, app: Flask) -> None:
        """Row level security behind the permissions: a person's own transaction gives no role."""
        person, staff = make_person(app), make_staff(app)
        actor = Actor("person", person.user_id, subject_id=person.user_id, roles=frozenset({"talent"}))
        with app.app_context(), unit_of_work(actor):
            assert session().query(TotpSecret).filter_by(subject_id=staff.user_id).count() == 0
        with pytest.raises(Exception, match="row-level security"), app.app_context(), unit_of_work(actor):
            session().connection().exec_driver_sql(
                "insert into role_grants (user_id, kind, role, granted_at) values (%s, 'app', 'hirer', now())",
                (person.user_id,))

    def test_secrets_are_sealed_and_hashed(self, app: Flask, client: FlaskClient,
                                           superuser: psycopg.Connection) -> None:
        """A reader of the database can sign in as nobody."""
        staff, person = make_staff(app), make_person(app)
        tokens = tokens_of(client, person)
        sign_in(client, staff)
        with client.session_transaction() as cookie:
            sid = cookie["sid"]
        for table, secrets in [("totp_secrets", [staff.totp_secret]), ("staff_sessions", [sid]),
                               ("refresh_tokens", [tokens["refresh_token"], tokens["access_token"]]),
                               ("users", [staff.password, person.password])]:
            dump = str(superuser.execute(f"select t::text from {table} t").fetchall())
            assert not any(secret in dump for secret in secrets)

    def test_sweep_forgets_what_no_decision_looks_back_to(self, app: Flask, client: FlaskClient,
                                                          superuser: psycopg.Connection) -> None:
        superuser.execute("delete from sign_in_failures where at > now()")  # of tests in which it is later
        staff, person, start = make_staff(app), make_person(app), clock.now()
        sign_in(client, staff)
        tokens = tokens_of(client, person)
        client.post("/api/v1/auth/logout", json={}, headers=bearer(tokens))
        log_in(client, Person(person.user_id, person.email, "wrong"))
        tables = ("sign_in_failures", "revoked_tokens", "staff_sessions", "refresh_families", "refresh_tokens")

        def left(days: int) -> dict[str, int]:
            with clock.held_at(start + timedelta(days=days)), app.app_context(), unit_of_work(system()):
                tasks.sweep(actor=system())
            return {table: superuser.execute(f"select count(*) from {table}").fetchone()[0]  # type: ignore[index]
                    for table in tables}

        now, week, year = left(0), left(7), left(365)
        assert all(now.values())
        assert week["sign_in_failures"] == week["revoked_tokens"] == 0 < week["staff_sessions"]
        assert set(year.values()) == {0}


def attempt(superuser: psycopg.Connection, staff: Person) -> Exception | None:
    try:
        insert_role(superuser, staff, "staff", "moderator")
    except psycopg.Error as error:
        return error
    return None
