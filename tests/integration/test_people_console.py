"""The people pages of the console, as staff use them: colleagues, proposals, reviews, accounts of the apps (ID-9)."""
import csv
import io
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core.arabic import fold
from castingops.core.roles import STAFF
from castingops.identity.service import people
from tests.factories.doors import HTMX, Someone, register, staff_member
from tests.factories.identity import make_staff, new_email
from tests.factories.letters import token_to
from tests.factories.proposals import only_holders
from tests.factories.statements import statements

LIST, NEW, INBOX, REVIEW, ACCOUNTS = (f"/console/people/{path}" for path in (
    "", "new", "proposals/", "review", "accounts/"))
HOSTILE = "<script>alert(1)</script> a\u200fb 'x' \"y\""


@pytest.fixture(scope="module")
def admin(app: Flask) -> Someone:
    return staff_member(app, "admin")


@pytest.fixture(scope="module")
def second(app: Flask) -> Someone:
    return staff_member(app, "admin")


@pytest.fixture(scope="module")
def support(app: Flask, admin: Someone, second: Someone) -> Someone:
    """Beside two admins: what support proposes is theirs to approve."""
    return staff_member(app, "support", locale="ar")


@pytest.fixture(scope="module")
def officer(app: Flask) -> Someone:
    staff_member(app, "compliance_officer")  # a second holder: with one alone it would be shut
    return staff_member(app, "compliance_officer")


@pytest.fixture
def crowd(superuser: psycopg.Connection) -> Iterator[str]:
    """Ten thousand colleagues with one name."""
    name = f"Crowd {uuid4().hex[:6]}"
    superuser.execute(
        "with made as (insert into subjects (id, created_at) select uuidv7(), now() from generate_series(1, 10000)"
        " returning id) insert into users (subject_id, id, kind, status, email, display_name, sort_name, locale,"
        " password_hash, password_set_at, epoch, created_at, version) select id, id, 'staff', 'active',"
        " id || '@crowd.example', %s, %s, 'en', 'x', now(), 1, now(), 1 from made", [name, fold(name)])
    yield name
    superuser.execute("delete from subjects where id in (select id from users where display_name = %s)", [name])


def asked(someone: Someone, path: str, **form: Any) -> UUID:
    """The proposal that a form made."""
    answer = someone.ask("POST", path, data={"reason": "It was agreed on Sunday.", **form})
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["Location"].rpartition("/")[2])


def rows(page: str) -> list[str]:
    return re.findall(r'href="/console/people/([0-9a-f-]{36})"', page)


def version_of(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found.group(1)


class TestList:
    def test_names_are_found_in_any_spelling(self, app: Flask, admin: Someone) -> None:
        person = make_staff(app, name="أحمد بن إبراهيم الشِّهري")
        for words in ("احمد الشهري", "ابراهيم", person.email.upper()):
            assert rows(admin.client.get(LIST, query_string={"q": words}).text) == [str(person.user_id)], words
        page = admin.client.get(LIST, query_string={"q": "احمد", "role": "finance", "state": "all"}).text
        assert str(person.user_id) not in page and page.count('class="chip"') == 3
        assert "No account matches" in admin.client.get(LIST, query_string={"q": "zz%_' or 1=1\0"}).text
        for junk in ("cursor=zz", "cursor=WzFd"):
            assert admin.client.get(f"{LIST}?{junk}").status_code == 422

    def test_paging_ten_thousand_shows_each_once_in_ten_statements(self, app: Flask, admin: Someone,
                                                                   crowd: str) -> None:
        """Keyset paging: three pages of fifty, none twice; a list costs at most ten statements."""
        seen: list[str] = []
        path = f"{LIST}?q={crowd}"
        for _ in range(3):
            with statements(app) as ran:
                answer = admin.client.get(path, headers=HTMX)
            assert answer.status_code == 200 and len(ran) <= 10, ran
            seen += rows(answer.text)
            path = re.findall(r'href="([^"]*cursor=[^"]+)"', answer.text)[0].replace("&amp;", "&")
        assert len(seen) == len(set(seen)) == 150

    def test_export_starts_no_formula_and_is_recorded(self, app: Flask, admin: Someone, support: Someone,
                                                      superuser: psycopg.Connection) -> None:
        person = make_staff(app, name="=HYPERLINK(1)")
        answer = admin.client.get(f"{LIST}export.csv", query_string={"q": person.email})
        [heading, row] = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert row[0] == "'=HYPERLINK(1)" and row[1] == person.email and heading[0] == "Name"
        assert answer.headers["X-Truncated"] == "false"
        acts = superuser.execute("select count(*) from audit_entries where action = 'identity.staff.export'").fetchone()
        assert acts and acts[0] >= 1
        assert support.client.get(f"{LIST}export.csv").status_code == 403

    def test_a_role_without_a_second_holder_is_said(self, app: Flask, admin: Someone, officer: Someone,
                                                    superuser: psycopg.Connection) -> None:
        with only_holders(superuser, "compliance_officer", officer.user_id):
            assert "A second holder is missing" in admin.client.get(LIST).text
        assert "A second holder is missing" not in admin.client.get(LIST).text


class TestProposing:
    def test_a_refused_form_keeps_what_was_typed(self, app: Flask, admin: Someone, support: Someone) -> None:
        typed = {"display_name": HOSTILE, "email": "nobody", "reason": HOSTILE, "roles": ["moderator"], "locale": "en"}
        page = admin.ask("POST", NEW, data=typed)
        assert page.status_code == 422 and "<script>alert(1)" not in page.text and "&lt;script&gt;" in page.text
        assert 'value="nobody"' in page.text
        assert admin.ask("POST", NEW, data={**typed, "roles": []}).status_code == 422
        taken = {"display_name": "Huda", "email": admin.email, "reason": "x", "roles": "moderator", "locale": "en"}
        assert "exists already" in admin.ask("POST", NEW, data=taken).text
        proposal = asked(support, NEW, display_name="هدى", email=new_email("huda"), roles="auditor", locale="ar")
        page = admin.client.get(f"{INBOX}{proposal}").text
        assert "هدى" in page and "Auditor" in page and "هدى" in admin.client.get(INBOX).text
        assert 'value="finance"' not in support.client.get(NEW).text and 'value="finance"' in admin.client.get(NEW).text

    def test_propose_read_approve(self, app: Flask, admin: Someone, support: Someone) -> None:
        """Support proposes in Arabic, an admin reads it and approves by the form; the colleague's page shows both."""
        person = make_staff(app, name="ليان الزهراني")
        proposal = asked(support, f"{LIST}{person.user_id}/roles", act="give", role="support", reason=HOSTILE)
        assert str(proposal) in admin.client.get(f"{LIST}{person.user_id}").text
        inbox = admin.client.get(INBOX).text
        assert str(proposal) in inbox and 'class="count"' in inbox
        page = admin.client.get(f"{INBOX}{proposal}").text
        assert "&lt;script&gt;" in page and "ليان الزهراني" in page
        answer = admin.ask("POST", f"{INBOX}{proposal}/approve", data={"version": version_of(page)})
        assert answer.status_code == 303
        page = admin.client.get(f"{LIST}{person.user_id}").text
        assert f'/console/sessions/of/{person.user_id}"' in page
        assert page.count("Noura Test") >= 2 and f"/people/proposals/{proposal}" in page
        settled = support.client.get(f"{INBOX}{proposal}").text
        assert "/approve" not in settled and "/withdraw" not in settled

    def test_own_proposals_are_withdrawn_and_not_approved(self, app: Flask, admin: Someone, second: Someone) -> None:
        person = make_staff(app)
        proposal = asked(admin, f"{LIST}{person.user_id}/state", act="disable")
        page = admin.client.get(f"{INBOX}{proposal}").text
        assert "/withdraw" in page and "/approve" not in page
        for act in ("approve", "refuse"):
            assert admin.ask("POST", f"{INBOX}{proposal}/{act}", data={"version": "1", "reason": "x"}
                             ).status_code == 403
        assert admin.ask("POST", f"{INBOX}{proposal}/withdraw", data={"version": "1"}).status_code == 303
        answer = second.ask("POST", f"{INBOX}{proposal}/approve", data={"version": "2"})
        assert answer.status_code == 409 and "settled already" in answer.text

    def test_a_refusal_needs_its_reason_and_keeps_what_was_typed(self, app: Flask, admin: Someone,
                                                                 support: Someone) -> None:
        proposal = asked(support, f"{LIST}{make_staff(app).user_id}/state", act="reset")
        path = f"{INBOX}{proposal}/refuse"
        answer = admin.ask("POST", path, data={"version": "1", "reason": "x" * 1_001})
        assert answer.status_code == 422 and "x" * 1_001 in answer.text
        for version in ("9", "zz", "-1", "٣"):
            assert admin.ask("POST", path, data={"version": version, "reason": "Not now"}).status_code == 409
        assert admin.ask("POST", path, data={"version": "1", "reason": "Not now"}).status_code == 303
        assert "Not now" in support.client.get(f"{INBOX}{proposal}").text

    def test_other_roles_see_nothing_of_it(self, app: Flask, support: Someone, officer: Someone) -> None:
        """404 byte-equal to unknown, but for the request's own id."""
        moderator = staff_member(app, "moderator")
        proposal = asked(support, f"{LIST}{make_staff(app).user_id}/state", act="reset")

        def plain(path: str) -> str:
            answer = moderator.client.get(path)
            assert answer.status_code == 404
            return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|csrf_token\" value=\"[^\"]+", "", answer.text)

        assert plain(f"{INBOX}{proposal}") == plain(f"{INBOX}{uuid4()}")
        page = moderator.client.get(INBOX).text
        assert str(proposal) not in page and "view=waiting" not in page
        for act in ("approve", "refuse"):  # an approving role, and another kind's
            assert officer.ask("POST", f"{INBOX}{proposal}/{act}", data={"version": "1", "reason": "x"}
                               ).status_code == 404

    def test_acts_on_nobody_and_on_oneself_are_refused(self, app: Flask, admin: Someone) -> None:
        talent = register(app)
        for nobody in (uuid4(), talent.user_id):
            assert admin.client.get(f"{LIST}{nobody}").status_code == 404
            for form in ("roles", "state"):
                assert admin.ask("POST", f"{LIST}{nobody}/{form}", data={"reason": "x"}).status_code == 404
        page = admin.ask("POST", f"{LIST}{admin.user_id}/state", data={"reason": "x", "act": "disable"})
        assert page.status_code == 403 and "It is about you" in page.text
        assert admin.ask("POST", f"{LIST}{make_staff(app).user_id}/roles", data={"role": "king", "reason": "x"}
                         ).status_code == 422

    @pytest.mark.parametrize("view", ["waiting", "mine", "open", "closed", "junk"])
    def test_every_view_opens_in_ten_statements(self, app: Flask, admin: Someone, view: str) -> None:
        with statements(app) as ran:
            answer = admin.client.get(f"{INBOX}?view={view}")
        assert answer.status_code == 200 and len(ran) <= 10, ran
        assert admin.client.get(f"{INBOX}?view={view}", headers=HTMX).status_code == 200


class TestRoles:
    def test_the_page_shows_every_right_of_staff(self, app: Flask, admin: Someone, superuser: psycopg.Connection
                                                 ) -> None:
        page = admin.client.get("/console/people/roles").text
        for words in ("Decide cases", "Give the role of finance, compliance or admin", "Proposes, approves"):
            assert words in page
        assert "Read your own account" not in page  # the apps'


class TestReview:
    def test_confirm_and_propose_less(self, app: Flask, admin: Someone, second: Someone,
                                      superuser: psycopg.Connection) -> None:
        keeps, loses = make_staff(app, "moderator", "support"), make_staff(app, "moderator", "support")
        before = people_left(admin)
        assert admin.ask("POST", f"{REVIEW}/{keeps.user_id}/confirm", data={"roles": "moderator"}).status_code == 409
        answer = admin.ask("POST", f"{REVIEW}/{keeps.user_id}/confirm", data={"roles": "moderator,support"})
        assert answer.status_code == 303
        path = f"{REVIEW}/{loses.user_id}/change"
        assert admin.ask("POST", path, data={"take": "support", "reason": ""}).status_code == 422
        asked(admin, path, take="support")
        asked(admin, f"{REVIEW}/{make_staff(app).user_id}/change", take=people.DISABLE)
        assert people_left(admin) == before - 2
        marks = superuser.execute("select verdict from access_marks where subject_id = any(%s) order by verdict",
                                  [[keeps.user_id, loses.user_id]]).fetchall()
        assert [mark for (mark,) in marks] == ["change", "keep"]
        assert "Access confirmed" in admin.client.get(f"{LIST}{keeps.user_id}").text

    def test_another_role_asks_for_a_new_look(self, app: Flask, admin: Someone, superuser: psycopg.Connection) -> None:
        person = make_staff(app, "moderator")
        for roles in ("moderator", "moderator,support"):
            assert admin.ask("POST", f"{REVIEW}/{person.user_id}/confirm", data={"roles": roles}).status_code == 303
            left = people_left(admin)
            if roles == "moderator":
                superuser.execute("insert into role_grants (user_id, kind, role, granted_at)"
                                  " values (%s, 'staff', 'support', now())", [person.user_id])
                assert people_left(admin) == left + 1
                assert "Not looked at yet" in admin.client.get(f"{LIST}{person.user_id}").text

    def test_nobody_reviews_themselves_or_nobody(self, app: Flask, admin: Someone,
                                                 superuser: psycopg.Connection) -> None:
        gone = make_staff(app)
        superuser.execute("update users set status = 'disabled' where id = %s", [gone.user_id])
        assert admin.ask("POST", f"{REVIEW}/{admin.user_id}/confirm", data={"roles": "admin"}).status_code == 403
        for nobody in (uuid4(), gone.user_id):
            assert admin.ask("POST", f"{REVIEW}/{nobody}/confirm", data={"roles": ""}).status_code == 404

    def test_pages_and_home(self, app: Flask, admin: Someone) -> None:
        for path in (REVIEW, f"{REVIEW}?view=all"):
            with statements(app) as ran:
                assert admin.client.get(path).status_code == 200
            assert len(ran) <= 10, ran
            assert admin.client.get(path, headers=HTMX).status_code == 200
        home = admin.client.get("/console/").text
        assert "Review of access, due on" in home and "/console/people/proposals/" in home
        auditor = staff_member(app, "auditor")
        assert "/confirm" not in auditor.client.get(REVIEW).text and auditor.client.get("/console/").status_code == 200


def people_left(someone: Someone) -> int:
    found = re.search(r'To be looked at\s*<span class="count"[^>]*>(\d+)', someone.client.get(REVIEW).text)
    assert found
    return int(found.group(1))


class TestAccounts:
    def found(self, someone: Someone, email: str) -> str:
        answer = someone.ask("POST", ACCOUNTS, data={"email": email})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def test_found_by_the_whole_email_and_masked(self, app: Flask, support: Someone, officer: Someone,
                                                 superuser: psycopg.Connection) -> None:
        talent = register(app, display_name="Layla Alharbi")
        path = self.found(support, talent.email.upper())
        page = support.client.get(path).text
        assert talent.email not in page and "Layla" not in page and "L. A." in page
        assert talent.email in officer.client.get(path).text  # compliance answers for people's data
        acts = superuser.execute("select action from audit_entries where subject_id = %s and actor_kind = 'staff'"
                                 " order by id", [talent.user_id]).fetchall()
        assert [act for (act,) in acts] == ["identity.person.read", "identity.person.unmask"]
        for nobody in (talent.email[1:], support.email, "", "x" * 400, "a@b"):
            assert support.ask("POST", ACCOUNTS, data={"email": nobody}).status_code == 404
        for nobody_id in (uuid4(), support.user_id):
            assert support.client.get(f"{ACCOUNTS}{nobody_id}").status_code == 404

    def test_disable_enable_and_sign_out(self, app: Flask, support: Someone, superuser: psycopg.Connection) -> None:
        talent = register(app)
        path = f"{ACCOUNTS}{talent.user_id}"
        assert support.ask("POST", f"{path}/sign-out").status_code == 303
        assert talent.ask("GET", "/api/v1/me").status_code == 401
        assert support.ask("POST", f"{path}/sign-out").status_code == 409
        assert support.ask("POST", f"{path}/state", data={"act": "disable", "reason": " "}).status_code == 422
        for act, again in (("disable", 409), ("enable", 409)):
            form = {"act": act, "reason": "Asked for by telephone, called back."}
            assert support.ask("POST", f"{path}/state", data=form).status_code == 303
            assert support.ask("POST", f"{path}/state", data=form).status_code == again
        told = superuser.execute("select template from notifications where subject_id = %s and template like"
                                 " 'identity.account.%%' order by id", [talent.user_id]).fetchall()
        assert [name for (name,) in told] == ["identity.account.disabled", "identity.account.enabled"]
        superuser.execute("update users set status = 'disabled', email = null where id = %s", [talent.user_id])
        assert support.ask("POST", f"{path}/state", data={"act": "enable", "reason": "x"}).status_code == 404
        assert support.ask("POST", f"{ACCOUNTS}{uuid4()}/state", data={"reason": "x"}).status_code == 404

    def test_a_letter_goes_to_the_accounts_own_address(self, app: Flask, support: Someone,
                                                       superuser: psycopg.Connection) -> None:
        talent = register(app)
        path = f"{ACCOUNTS}{talent.user_id}/letter"
        assert support.ask("POST", path).status_code == 200
        assert token_to(app, talent.email, "reset")
        superuser.execute("update users set status = 'disabled' where id = %s", [talent.user_id])
        for nobody in (path, f"{ACCOUNTS}{uuid4()}/letter"):
            assert support.ask("POST", nobody).status_code == 404

    def test_contact_is_shown_after_compliance_agreed_to_the_one_who_asked(
        self, app: Flask, officer: Someone, superuser: psycopg.Connection
    ) -> None:
        senior, other = staff_member(app, "senior_moderator"), staff_member(app, "senior_moderator")
        talent = register(app)
        path = f"{ACCOUNTS}{talent.user_id}"
        assert senior.ask("POST", f"{path}/unmask", data={"reason": ""}).status_code == 422
        assert senior.ask("POST", f"{ACCOUNTS}{uuid4()}/unmask", data={"reason": "x"}).status_code == 404
        proposal = asked(senior, f"{path}/unmask")
        page = officer.client.get(f"{INBOX}{proposal}").text
        assert talent.email not in page and "•••" in page
        assert talent.email not in senior.client.get(path).text
        assert officer.ask("POST", f"{INBOX}{proposal}/approve", data={"version": "1"}).status_code == 303
        assert talent.email in senior.client.get(path).text
        assert talent.email not in other.client.get(path).text
        superuser.execute("update proposals set settled_at = settled_at - interval '61 minutes' where id = %s",
                          [proposal])
        assert talent.email not in senior.client.get(path).text

    def test_no_role_but_these_acts(self, app: Flask, admin: Someone) -> None:
        path = f"{ACCOUNTS}{register(app).user_id}"
        for act in ("state", "sign-out", "unmask", "letter"):
            assert admin.ask("POST", f"{path}/{act}", data={"reason": "x"}).status_code == 403
        assert admin.client.get(ACCOUNTS).status_code == 200


def test_every_role_opens_its_own_pages(app: Flask) -> None:
    """Nobody's navigation leads to a refusal."""
    for role in sorted(STAFF):
        someone = staff_member(app, role)
        page = someone.client.get("/console/components").text
        links = set(re.findall(r'<li><a href="(/console/people/[^"]*)"', page))
        assert links and {someone.client.get(link).status_code for link in links} == {200}, role

