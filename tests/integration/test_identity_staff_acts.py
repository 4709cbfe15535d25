"""Staff accounts by two people: made, given and taken roles, disabled, enabled, a factor reset (ID-9, matrix)."""
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from castingops.core.actor import Actor, system
from castingops.core.db import unit_of_work
from castingops.core.errors import DomainError, Forbidden
from castingops.identity import errors, service
from castingops.identity.service import people, proposals, staff_acts
from castingops.identity.types import APPROVING, UNMASK, Asked, StaffAct
from tests.factories.identity import make_person, make_staff, new_email, post_form, sign_in
from tests.factories.letters import token_to
from tests.factories.proposals import acting, approve, only_holders


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def admins(app: Flask) -> list[Actor]:
    return [acting(make_staff(app, "admin").user_id, "admin") for _ in range(3)]


@pytest.fixture(scope="module")
def officers(app: Flask) -> list[Actor]:
    return [acting(make_staff(app, "compliance_officer").user_id, "compliance_officer") for _ in range(3)]


@pytest.fixture(scope="module")
def support(app: Flask, admins: list[Actor]) -> Actor:
    """Beside admins: what support proposes is theirs to approve."""
    return acting(make_staff(app, "support").user_id, "support")


def by(app: Flask, actor: Actor, act: Any, *arguments: Any, **named: Any) -> UUID:
    """`act` as this actor, in a transaction of its own."""
    with app.app_context(), unit_of_work(actor):
        made: UUID = act(*arguments, actor=actor, reason="As agreed in the meeting.", **named)
        return made


def roles(superuser: psycopg.Connection, user_id: UUID) -> list[str]:
    rows = superuser.execute("select role from role_grants where user_id = %s order by role", [user_id])
    return [row[0] for row in rows]


def colleague(**changes: Any) -> dict[str, Any]:
    return {"email": new_email("new"), "display_name": "Huda Alamri", "locale": "ar", "roles": ["moderator"], **changes}


def told(superuser: psycopg.Connection, user_id: UUID) -> list[str]:
    rows = superuser.execute("select template from notifications where subject_id = %s order by id", [user_id])
    return [row[0] for row in rows]


class TestCreating:
    def test_a_colleague_is_proposed_and_approved(
        self, app: Flask, support: Actor, admins: list[Actor], superuser: psycopg.Connection
    ) -> None:
        """The proposer is on the grants, the approver in the proposal; nobody is shown a password."""
        new = colleague(roles=["moderator", "support"])
        proposal = by(app, support, staff_acts.propose_account, **new)
        approve(app, proposal, admins[0])
        row = superuser.execute("select u.id, u.status, u.sort_name, array_agg(g.granted_by), array_agg(g.proposal_id)"
                                " from users u join role_grants g on g.user_id = u.id where u.email = %s group by u.id,"
                                " u.status, u.sort_name", [new["email"]]).fetchone()
        assert row and row[1:3] == ("active", "huda alamri")
        assert set(row[3]) == {support.user_id} and set(row[4]) == {proposal}
        assert roles(superuser, row[0]) == ["moderator", "support"]

    def test_the_new_colleague_chooses_a_password_by_a_letter(
        self, app: Flask, client: FlaskClient, support: Actor, admins: list[Actor], superuser: psycopg.Connection
    ) -> None:
        """Nobody sees a password; the link is in the letter alone, works once, and a factor is added at sign-in."""
        new = colleague()
        approve(app, by(app, support, staff_acts.propose_account, **new), admins[0])
        token = token_to(app, new["email"], "reset")
        kept = superuser.execute("select count(*) from notifications n join users u on u.id = n.subject_id where"
                                 " u.email = %s and n.body_en like %s", [new["email"], f"%{token}%"]).fetchone()
        assert kept == (0,)
        password = "seven grey herons at noon"
        for status in (200, 404):
            page = client.get(f"/account/reset/{token}")
            assert page.status_code == status
            if status == 200:
                answer = post_form(client, f"/account/reset/{token}", new_password=password)
                assert answer.status_code in {200, 303}, answer.text
        post_form(client, "/console/sign-in", email=new["email"], password=password)
        assert "data:image/png" in client.get("/console/sign-in/code").text

    def test_trusted_roles_are_proposed_by_admins_and_approved_by_compliance(
        self, app: Flask, support: Actor, admins: list[Actor], officers: list[Actor], superuser: psycopg.Connection
    ) -> None:
        new = colleague(roles=["admin"])
        with pytest.raises(Forbidden):
            by(app, support, staff_acts.propose_account, **new)
        proposal = by(app, admins[0], staff_acts.propose_account, **new)
        with pytest.raises(Forbidden):
            approve(app, proposal, admins[1])
        approve(app, proposal, officers[0])
        assert "identity.admin.new" in told(superuser, admins[1].user_id or uuid4())

    @pytest.mark.parametrize(("changes", "error"), [
        ({"roles": []}, errors.InvalidRoles), ({"roles": ["auditor", "support"]}, errors.RolesExclude),
        ({"roles": ["talent"]}, errors.RoleUnfit), ({"email": "nobody"}, errors.InvalidEmail),
        ({"display_name": "a\u202eb"}, errors.InvalidName), ({"locale": "fr"}, errors.InvalidLocale)])
    def test_what_cannot_be_is_refused(self, app: Flask, support: Actor, changes: dict[str, Any],
                                       error: type[DomainError]) -> None:
        with pytest.raises(error):
            by(app, support, staff_acts.propose_account, **colleague(**changes))

    def test_one_address_is_one_kind_of_account(self, app: Flask, support: Actor, admins: list[Actor]) -> None:
        """Staff and talent accounts of one human are never linked; asked again when it is approved."""
        talent = make_person(app)
        with pytest.raises(errors.EmailTaken):
            by(app, support, staff_acts.propose_account, **colleague(email=talent.email.upper()))
        new = colleague()
        proposal = by(app, support, staff_acts.propose_account, **new)
        make_person(app, email=new["email"])
        with pytest.raises(errors.EmailTaken):
            approve(app, proposal, admins[0])

    def test_by_oneself_alone_it_is_refused(self, app: Flask, admins: list[Actor]) -> None:
        person = make_staff(app)
        with pytest.raises(errors.ProposalNeeded), app.app_context(), unit_of_work(admins[0]):
            service.grant(person.user_id, "support", actor=admins[0])
        with pytest.raises(errors.ProposalNeeded), app.app_context(), unit_of_work(admins[0]):
            service.create_staff(actor=admins[0], **colleague())


class TestRoles:
    def test_give_and_take_end_sessions_and_tell(
        self, app: Flask, client: FlaskClient, support: Actor, admins: list[Actor], superuser: psycopg.Connection
    ) -> None:
        person = make_staff(app, "moderator")
        sign_in(client, person)
        approve(app, by(app, support, staff_acts.propose_role, person.user_id, "support"), admins[0])
        assert client.get("/console/").status_code == 401
        assert roles(superuser, person.user_id) == ["moderator", "support"]
        approve(app, by(app, admins[0], staff_acts.propose_role, person.user_id, "moderator", take=True), admins[1])
        assert roles(superuser, person.user_id) == ["support"]
        assert told(superuser, person.user_id) == ["identity.role.given", "identity.role.taken"]
        acts = superuser.execute("select action from audit_entries where entity_id = %s and action like"
                                 " 'identity.role.%%' order by id", [person.user_id]).fetchall()
        assert [act for (act,) in acts] == ["identity.role.grant", "identity.role.revoke"]

    def test_what_cannot_be_is_refused(self, app: Flask, support: Actor, admins: list[Actor]) -> None:
        person, talent, auditor = make_staff(app, "moderator"), make_person(app), make_staff(app, "auditor")
        give, take = {"take": False}, {"take": True}
        tries: list[tuple[UUID, str, dict[str, bool], type[DomainError]]] = [
            (person.user_id, "moderator", give, errors.RoleHeld),
            (person.user_id, "auditor", give, errors.RolesExclude),
            (person.user_id, "talent", give, errors.RoleUnfit), (person.user_id, "support", take, errors.RoleNotHeld),
            (person.user_id, "moderator", take, errors.LastRole),
            (talent.user_id, "support", give, errors.AccountNotFound),
            (uuid4(), "support", give, errors.AccountNotFound), (auditor.user_id, "support", give, errors.RolesExclude),
            (support.user_id or uuid4(), "moderator", give, errors.AboutOneself)]
        for user_id, role, how, error in tries:
            with pytest.raises(error):
                by(app, support, staff_acts.propose_role, user_id, role, **how)
        with pytest.raises(Forbidden):
            by(app, support, staff_acts.propose_role, person.user_id, "finance")
        with pytest.raises(Forbidden):
            by(app, acting(person.user_id, "moderator"), staff_acts.propose_role, auditor.user_id, "support")

    def test_a_role_of_a_disabled_account_is_taken_whoever_else_holds_it(
        self, app: Flask, support: Actor, admins: list[Actor], superuser: psycopg.Connection
    ) -> None:
        """They are no holder any more: nothing is shut by it."""
        person = make_staff(app, "finance", "support")
        superuser.execute("update users set status = 'disabled' where id = %s", [person.user_id])
        with only_holders(superuser, "finance"):
            approve(app, by(app, admins[0], staff_acts.propose_role, person.user_id, "finance", take=True), admins[1])
        assert roles(superuser, person.user_id) == ["support"]

    def test_a_role_given_meanwhile_is_found_at_the_approval(self, app: Flask, support: Actor,
                                                             admins: list[Actor]) -> None:
        person = make_staff(app, "moderator")
        proposal = by(app, support, staff_acts.propose_role, person.user_id, "support")
        with app.app_context(), unit_of_work(system()):
            service.grant(person.user_id, "support", actor=system())
        with pytest.raises(errors.RoleHeld):
            approve(app, proposal, admins[0])


class TestSwitching:
    def test_disable_and_enable(self, app: Flask, client: FlaskClient, support: Actor, admins: list[Actor],
                                superuser: psycopg.Connection) -> None:
        person = make_staff(app)
        sign_in(client, person)
        propose = staff_acts.propose_switch
        with pytest.raises(errors.AlreadyEnabled):
            by(app, support, propose, person.user_id, StaffAct.ENABLE)
        approve(app, by(app, support, propose, person.user_id, StaffAct.DISABLE), admins[0])
        assert client.get("/console/").status_code == 401
        assert post_form(client, "/console/sign-in", email=person.email, password=person.password).status_code == 401
        for act in (StaffAct.DISABLE, StaffAct.RESET_MFA):
            with pytest.raises(errors.AlreadyDisabled):
                by(app, support, propose, person.user_id, act)
        with pytest.raises(errors.AlreadyDisabled):
            by(app, support, staff_acts.propose_role, person.user_id, "support")
        approve(app, by(app, support, propose, person.user_id, StaffAct.ENABLE), admins[0])
        assert sign_in(client, person, code=person.code(1)).status_code == 303
        assert told(superuser, person.user_id) == ["identity.account.disabled", "identity.account.enabled"]

    def test_an_erased_account_is_not_enabled(self, app: Flask, support: Actor, superuser: psycopg.Connection) -> None:
        person = make_staff(app)
        superuser.execute("update users set status = 'disabled', email = null where id = %s", [person.user_id])
        with pytest.raises(errors.AccountNotFound):
            by(app, support, staff_acts.propose_switch, person.user_id, StaffAct.ENABLE)

    def test_support_proposes_a_reset_and_an_admin_approves(
        self, app: Flask, client: FlaskClient, support: Actor, admins: list[Actor], superuser: psycopg.Connection
    ) -> None:
        person = make_staff(app)
        approve(app, by(app, support, staff_acts.propose_switch, person.user_id, StaffAct.RESET_MFA), admins[0])
        post_form(client, "/console/sign-in", email=person.email, password=person.password)
        assert "data:image/png" in client.get("/console/sign-in/code").text
        assert told(superuser, person.user_id) == ["identity.factor.reset"]


class TestHoldersStay:
    """The last admin and the second holder of an approving role, asked in the service and by triggers."""

    @pytest.mark.parametrize("role", ["senior_moderator", "finance"])
    def test_second_holder_stays(self, app: Flask, support: Actor, admins: list[Actor],
                                 superuser: psycopg.Connection, role: str) -> None:
        extra = () if role == "finance" else ("moderator",)
        people = [make_staff(app, role, "support", *extra).user_id for _ in range(2)]
        with only_holders(superuser, role, *people):
            with pytest.raises(errors.LastHolder):
                by(app, support, staff_acts.propose_role, people[0], role, take=True)
            with pytest.raises(errors.LastHolder):
                by(app, support, staff_acts.propose_switch, people[0], StaffAct.DISABLE)
            with pytest.raises(errors.LastHolder), app.app_context(), unit_of_work(admins[0]) as session:
                session.execute(text("delete from role_grants where user_id = :user and role = :role"),
                                {"user": people[0], "role": role})

    def test_the_last_admin_stays_whoever_acts(self, app: Flask, superuser: psycopg.Connection) -> None:
        """Two removals at once: one waits for the other and finds that it would be the last."""
        pair, outcomes, ready = [make_staff(app, "admin").user_id for _ in range(2)], [], Barrier(2)

        def remove(user_id: UUID) -> None:
            ready.wait()
            try:
                with app.app_context(), unit_of_work(system(user_id)) as session:
                    session.execute(text("update users set status = 'disabled' where id = :id"), {"id": user_id})
                outcomes.append("gone")
            except errors.LastAdmin:
                outcomes.append("stays")

        with only_holders(superuser, "admin", *pair):
            threads = [Thread(target=remove, args=[user_id]) for user_id in pair]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
        assert sorted(outcomes) == ["gone", "stays"]

    def test_service_says_the_same_of_the_last_admin(self, app: Flask, admins: list[Actor],
                                                     superuser: psycopg.Connection) -> None:
        alone = admins[0].user_id or uuid4()
        with (only_holders(superuser, "admin", alone), app.app_context(), unit_of_work(system()),
              pytest.raises(errors.LastAdmin)):
            staff_acts._require_holders_left({"admin"})

    def test_what_is_about_nobody_is_done_to_nobody(self, app: Flask) -> None:
        """A proposal that somebody wrote past the service: each step finds no account."""
        asked = Asked(id=uuid4(), kind=StaffAct.DISABLE, subject_id=None, arguments={}, reason="x", proposer_id=uuid4())
        for act in (StaffAct.DISABLE, UNMASK):
            kind = proposals.proposal_kind(act)
            with pytest.raises(errors.AccountNotFound):
                kind.check(asked)
        with pytest.raises(errors.AccountNotFound):
            proposals.proposal_kind(StaffAct.DISABLE).execute(asked, actor=system())
        assert [value for _name, value in proposals.proposal_kind(UNMASK).describe(asked)] == ["–", "–"]
        person = make_staff(app)
        with pytest.raises(Forbidden), app.app_context(), unit_of_work(system()):
            people.confirm_access(person.user_id, actor=system(), seen="moderator")

    def test_every_kind_is_approved_by_a_role_that_keeps_two(self) -> None:
        assert {role for kind in proposals.proposal_kinds() for role in kind.approves} <= set(APPROVING)


class TestDatabase:
    """As the app's own role with the service out of the way: nothing goes round an approved proposal."""

    GRANT = ("insert into role_grants (user_id, kind, role, granted_by, granted_at, proposal_id)"
             " values (:user, 'staff', :role, :by, now(), :proposal)")
    APPROVE = ("update proposals set state = 'approved', settled_by = :by, settled_at = now(), version = 2"
               " where id = :id")

    @pytest.mark.parametrize("how", ["alone", "open", "other role", "other person", "not the proposer", "earlier"])
    def test_a_role_without_its_approved_proposal_is_refused(
        self, app: Flask, support: Actor, admins: list[Actor], superuser: psycopg.Connection, how: str
    ) -> None:
        person, other = make_staff(app, "moderator"), make_staff(app, "moderator")
        proposal = by(app, support, staff_acts.propose_role, person.user_id, "support")
        if how == "earlier":  # approved and done once: it is good for nothing more
            approve(app, proposal, admins[0])
            superuser.execute("delete from role_grants where user_id = %s and role = 'support'", [person.user_id])
        values = {"user": other.user_id if how == "other person" else person.user_id,
                  "role": "senior_moderator" if how == "other role" else "support",
                  "by": admins[1].user_id if how == "not the proposer" else support.user_id,
                  "proposal": None if how == "alone" else proposal}
        with pytest.raises(errors.ProposalNeeded), app.app_context(), unit_of_work(admins[0]) as session:
            if how not in {"alone", "open", "earlier"}:
                session.execute(text(self.APPROVE), {"by": admins[0].user_id, "id": proposal})
            session.execute(text(self.GRANT), values)

    def test_an_approver_without_the_role_grants_nothing(self, app: Flask, support: Actor) -> None:
        """Also when code believed the approver: the trigger asks who holds what."""
        person, outsider = make_staff(app, "moderator"), acting(make_staff(app, "moderator").user_id, "admin")
        proposal = by(app, support, staff_acts.propose_role, person.user_id, "support")
        with pytest.raises(errors.ProposalNeeded), app.app_context(), unit_of_work(outsider) as session:
            session.execute(text(self.APPROVE), {"by": outsider.user_id, "id": proposal})
            session.execute(text(self.GRANT), {"user": person.user_id, "role": "support", "by": support.user_id,
                                               "proposal": proposal})

    @pytest.mark.parametrize("statement", [
        "delete from role_grants where user_id = :user",
        "update users set status = 'disabled' where id = :user",
        "insert into users (subject_id, id, kind, status, email, display_name, sort_name, locale, password_hash,"
        " password_set_at, epoch, created_at, version) values (:user, :user, 'staff', 'active', 'x@y.example', 'x',"
        " 'x', 'en', 'x', now(), 1, now(), 1)"])
    def test_accounts_of_staff_change_by_proposal_alone(self, app: Flask, admins: list[Actor],
                                                        statement: str) -> None:
        person = make_staff(app, "moderator")
        inside = admins[0].entering(person.user_id)
        with pytest.raises(errors.ProposalNeeded), app.app_context(), unit_of_work(inside) as session:
            session.execute(text(statement), {"user": person.user_id})

    def test_the_system_grants_in_nobodys_name(self, app: Flask, admins: list[Actor]) -> None:
        person = make_staff(app, "moderator")
        with pytest.raises(errors.ProposalNeeded), app.app_context(), unit_of_work(system()) as session:
            session.execute(text(self.GRANT), {"user": person.user_id, "role": "support", "by": admins[0].user_id,
                                               "proposal": None})
