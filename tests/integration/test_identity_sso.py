"""Staff come in by the house's directory, with the roles it says and no others (ID-7, reliability.md §3)."""
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from castingops.core import clock
from castingops.core.config import Settings
from castingops.core.http import Client
from castingops.core.http.breaker import reset_breakers
from castingops.core.roles import STAFF
from castingops.identity import rules
from castingops.identity.service import metadata, providers
from castingops.identity.types import Provider
from castingops.simulators.identity_provider import IdentityProvider, Person
from tests.factories.federation import choose, identity_provider, new_person, query_of, settings_with
from tests.factories.identity import make_person, make_staff, post_form, sign_in

MFA = ("pwd", "mfa")
MODERATORS = ("house-moderators",)


@pytest.fixture(scope="module")
def house() -> Iterator[IdentityProvider]:
    with identity_provider() as found:
        yield found


@pytest.fixture(autouse=True)
def offered(app: Flask, settings: Settings, house: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    reset_breakers()
    monkeypatch.setitem(app.extensions, "settings", settings_with(settings, house))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def colleague(house: IdentityProvider, *groups: str, methods: tuple[str, ...] = MFA, **changes: Any) -> Person:
    """Somebody of the directory."""
    return new_person(house, staff=True, groups=groups, methods=methods, **changes)


def leave(client: FlaskClient, path: str = "/console/sign-in/sso") -> str:
    answer = client.get(path)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def come_back(client: FlaskClient, told: dict[str, str]) -> Any:
    return client.get("/console/sign-in/sso/callback", query_string=told)


def come_in(client: FlaskClient, person: Person, fault: str = "", next_path: str = "") -> Any:
    """The whole way; the answer to coming back."""
    path = f"/console/sign-in/sso?next={next_path}" if next_path else "/console/sign-in/sso"
    return come_back(client, choose(leave(client, path), person, fault))


def problem_of(client: FlaskClient, answer: Any) -> str:
    """What the first page says after a way that ended there; nobody is in."""
    assert answer.status_code == 303 and answer.headers["Location"] == "/console/sign-in", answer.headers
    assert client.get("/console/components").status_code == 401
    page = client.get("/console/sign-in").text
    assert 'role="alert"' in page and 'role="alert"' not in client.get("/console/sign-in").text  # said once
    return page


def roles_of(superuser: psycopg.Connection, email: str) -> set[str]:
    rows = superuser.execute(
        "select role from role_grants g join users u on u.id = g.user_id where email = %s", (email,))
    return {row[0] for row in rows}


def trail(superuser: psycopg.Connection, action: str) -> int:
    row = superuser.execute("select count(*) from audit_entries where action = %s", (action,)).fetchone()
    assert row
    return int(row[0])


def test_a_button_stands_on_the_first_page_when_there_is_a_directory(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "/console/sign-in/sso" in client.get("/console/sign-in").text
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert "/console/sign-in/sso" not in client.get("/console/sign-in").text
    assert client.get("/console/sign-in/sso").headers["Location"] == "/console/sign-in"


def test_a_colleague_is_in_with_the_roles_of_their_groups(
    client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection
) -> None:
    person = colleague(house, "house-moderators", "canteen", name="هدى القحطاني")
    client.set_cookie("locale", "ar")
    answer = come_in(client, person, next_path="/console/components")
    assert answer.status_code == 303 and answer.headers["Location"] == "/console/components"
    page = client.get("/console/components").text
    assert "هدى القحطاني" in page and '<html lang="ar"' in page
    assert roles_of(superuser, person.email) == {"moderator"}
    assert come_in(client, person).headers["Location"] == "/console/"


@pytest.mark.parametrize("next_path", ["https://evil.example/", "//evil.example", "/console/\\evil",
                                       "/console/%0d%0aX"])
def test_the_way_back_leads_nowhere_else(client: FlaskClient, house: IdentityProvider, next_path: str) -> None:
    answer = come_in(client, colleague(house, *MODERATORS), next_path=next_path)
    assert urlsplit(answer.headers["Location"]).netloc == "" and answer.headers["Location"].startswith("/console/")


def test_without_a_second_factor_there_ours_comes_next(
    client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection
) -> None:
    person = colleague(house, *MODERATORS, methods=("pwd",))
    for _ in range(2):  # the second time nothing is enrolled yet, and the secret is the same
        answer = come_in(client, person)
        assert answer.headers["Location"] == "/console/sign-in/code"
        assert client.get("/console/components").status_code == 401
    page = client.get("/console/sign-in/code").text
    secret = page.split('class="ref" dir="ltr">')[1].split("<")[0].replace(" ", "")
    answer = post_form(client, "/console/sign-in/code", code=pyotp.TOTP(secret).now())
    assert answer.status_code == 303 and client.get("/console/components").status_code == 200


def test_roles_follow_the_groups_and_what_is_taken_ends_sessions(
    app: Flask, client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection
) -> None:
    person = colleague(house, *MODERATORS)
    come_in(client, person)
    other = app.test_client()
    come_in(other, person)
    assert client.get("/console/components").status_code == 200  # nothing changed, nothing ended
    house.staff.remove(person)
    moved = Person(person.sub, person.name, person.email, groups=("house-finance",), methods=MFA)
    house.staff.append(moved)
    before = trail(superuser, "identity.role.map")
    come_in(other, moved)
    assert roles_of(superuser, person.email) == {"finance"}
    assert trail(superuser, "identity.role.map") == before + 1
    assert client.get("/console/components").status_code == 401
    assert other.get("/console/components").status_code == 200


def test_who_left_every_group_loses_all_and_is_out(
    app: Flask, client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection
) -> None:
    person = colleague(house, *MODERATORS)
    come_in(client, person)
    house.staff.remove(person)
    left = Person(person.sub, person.name, person.email, groups=(), methods=MFA)
    house.staff.append(left)
    other = app.test_client()
    assert "none of your groups" in problem_of(other, come_in(other, left))
    assert roles_of(superuser, person.email) == set() and client.get("/console/components").status_code == 401


def test_a_role_given_by_hand_goes_with_the_next_sign_in(
    client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection
) -> None:
    """Nobody gets past the mapping: `admin` is held while it says so, and not longer."""
    person = colleague(house, *MODERATORS)
    come_in(client, person)
    superuser.execute("insert into role_grants (user_id, kind, role, granted_at) select id, 'staff', 'support', now()"
                      " from users where email = %s", (person.email,))
    come_in(client, person)
    assert roles_of(superuser, person.email) == {"moderator"}


@pytest.mark.parametrize(("changes", "words"), [
    ({"groups": ("canteen",)}, "none of your groups"),
    ({"groups": ("admin", "house-admin", "HOUSE-ADMINS", "house-admins ", "=admin")}, "none of your groups"),
    ({"groups": ("house-moderators", "house-auditors")}, "may not hold together"),
    ({"groups": MODERATORS, "verified": False}, "no confirmed e-mail"),
    ({"groups": MODERATORS, "email": "not an address"}, "no confirmed e-mail"),
])
def test_who_may_not_work_here_reads_why_and_the_trail_says_so(
    client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection, changes: dict[str, Any], words: str
) -> None:
    person = new_person(house, staff=True, methods=MFA, **changes)
    before = trail(superuser, "identity.sign_in.fail")
    assert words in problem_of(client, come_in(client, person))
    assert trail(superuser, "identity.sign_in.fail") == before + 1
    assert superuser.execute("select 1 from users where email = %s", (person.email,)).fetchone() is None


def test_the_last_admin_stays(
    client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection, app: Flask
) -> None:
    person = colleague(house, "house-admins")
    come_in(client, person)
    superuser.execute("update users set status = 'disabled' where email <> %s and id in"
                      " (select user_id from role_grants where role = 'admin')", (person.email,))
    house.staff.remove(person)
    moved = Person(person.sub, person.name, person.email, groups=MODERATORS, methods=MFA)
    house.staff.append(moved)
    other = app.test_client()
    assert "last admin" in problem_of(other, come_in(other, moved))
    assert roles_of(superuser, person.email) == {"admin"}


def test_a_disabled_colleague_stays_out(
    client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection
) -> None:
    person = colleague(house, *MODERATORS)
    come_in(client, person)
    superuser.execute("update users set status = 'disabled' where email = %s", (person.email,))
    assert "could not be confirmed" in problem_of(client, come_in(client, person))


def test_an_account_of_an_app_is_no_colleague(app: Flask, client: FlaskClient, house: IdentityProvider) -> None:
    person = make_person(app)
    assert "e-mail address" in problem_of(client, come_in(client, colleague(house, *MODERATORS, email=person.email)))


@pytest.mark.parametrize("passwords", [False, True])
def test_an_account_made_here_is_linked_by_proof_of_both(
    app: Flask, client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection, passwords: bool,
    monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the directory's word, then the password and the code; from then on the directory alone, unless set."""
    monkeypatch.setitem(app.extensions, "settings",
                        app.extensions["settings"].model_copy(update={"sso_passwords": passwords}))
    local = make_staff(app, "moderator")
    person = colleague(house, *MODERATORS, email=local.email)
    assert "password and code once" in problem_of(client, come_in(client, person))
    assert sign_in(client, local).status_code == 303
    other = app.test_client()
    assert come_in(other, person).headers["Location"] == "/console/"
    first = post_form(app.test_client(), "/console/sign-in", email=local.email, password=local.password)
    assert first.status_code == (303 if passwords else 401)


def test_somebody_elses_password_links_nothing(
    app: Flask, client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection
) -> None:
    local, another = make_staff(app, "moderator"), make_staff(app, "moderator")
    person = colleague(house, *MODERATORS, email=local.email)
    problem_of(client, come_in(client, person))
    sign_in(client, another)
    assert superuser.execute("select 1 from federated_identities where sub = %s", (person.sub,)).fetchone() is None


def test_what_waits_too_long_links_nothing(
    app: Flask, client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection
) -> None:
    local = make_staff(app, "moderator")
    person = colleague(house, *MODERATORS, email=local.email)
    problem_of(client, come_in(client, person))
    with clock.held_at(clock.now() + timedelta(minutes=11)):
        assert sign_in(client, local).status_code == 303
    assert superuser.execute("select 1 from federated_identities where sub = %s", (person.sub,)).fetchone() is None


@pytest.mark.parametrize("fault", [
    "alg_none", "hs256_public_key", "wrong_nonce", "no_nonce", "wrong_audience", "two_audiences", "wrong_issuer",
    "wrong_key", "unknown_key", "expired", "no_id_token", "other_iss"])
def test_a_word_of_the_directory_that_does_not_hold_opens_nothing(
    client: FlaskClient, house: IdentityProvider, fault: str, superuser: psycopg.Connection
) -> None:
    before = trail(superuser, "identity.sign_in.fail")
    assert "could not be confirmed" in problem_of(client, come_in(client, colleague(house, *MODERATORS), fault))
    assert trail(superuser, "identity.sign_in.fail") == before + 1


@pytest.mark.parametrize(("fault", "words"), [
    ("access_denied", "cancelled"), ("missing_state", "started elsewhere"), ("other_state", "started elsewhere"),
    ("error_500", "not answering"), ("garbage", "not answering"), ("huge", "not answering"),
    ("nested", "not answering")])
def test_a_directory_in_trouble_is_named_and_loses_nothing(
    client: FlaskClient, house: IdentityProvider, fault: str, words: str
) -> None:
    person = colleague(house, *MODERATORS)
    assert words in problem_of(client, come_in(client, person, fault))
    reset_breakers()
    assert come_in(client, person).headers["Location"] == "/console/"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_slow_directory_says_so_in_the_readers_language(
    client: FlaskClient, house: IdentityProvider, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setitem(providers._CLIENTS, Provider.SSO, Client("sign-in sso", timeout=0.3))
    client.set_cookie("locale", language)
    page = problem_of(client, come_in(client, colleague(house, *MODERATORS), "slow"))
    assert ("not answering" in page) is (language == "en") and f'lang="{language}"' in page


def test_a_directory_that_is_down_leaves_passwords(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata.forget()
    gone = app.extensions["settings"].model_copy(update={"sso_issuer": "http://127.0.0.1:1/sso"})
    monkeypatch.setitem(app.extensions, "settings", gone)
    assert "not answering" in problem_of(client, client.get("/console/sign-in/sso"))
    assert sign_in(client, make_staff(app, "moderator")).status_code == 303


def test_no_other_browser_comes_in_on_a_way_that_one_began(
    app: Flask, client: FlaskClient, house: IdentityProvider
) -> None:
    """Login CSRF: a thief's own way, finished in another's browser, signs that one in to nothing."""
    told = choose(leave(client), colleague(house, *MODERATORS))
    victim = app.test_client()
    leave(victim)
    assert "started elsewhere" in problem_of(victim, come_back(victim, told))
    assert "started elsewhere" in problem_of(client, come_back(client, told))  # and it is over for the thief


def test_a_way_is_good_once(client: FlaskClient, house: IdentityProvider) -> None:
    told = choose(leave(client), colleague(house, *MODERATORS))
    assert come_back(client, told).headers["Location"] == "/console/"
    assert come_back(client, told).headers["Location"] == "/console/sign-in"


# -- proving again


def test_a_proof_at_the_directory_opens_dangerous_acts(client: FlaskClient, house: IdentityProvider) -> None:
    person = colleague(house, *MODERATORS)
    come_in(client, person)
    url = leave(client, "/console/prove/sso")
    assert query_of(url)["prompt"] == "login" and query_of(url)["max_age"] == "0"
    answer = come_back(client, choose(url, person))
    assert answer.headers["Location"] == "/console/prove/done" and client.get("/console/prove/done").status_code == 200
    told = post_form(client, "/console/prove", next="/console/components", code="")
    assert told.status_code == 200 and "/console/components" in told.text


def test_an_old_session_asks_for_a_proof(
    client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection
) -> None:
    person = colleague(house, *MODERATORS)
    come_in(client, person, "stale")  # signed in there yesterday
    assert post_form(client, "/console/prove", next="/console/components", code="").status_code != 200
    assert "/console/prove/sso" in client.get("/console/prove").text


@pytest.mark.parametrize("who", ["stale", "another", "nobody", "weak"])
def test_no_other_proof_counts(
    app: Flask, client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection, who: str
) -> None:
    person = colleague(house, *MODERATORS)
    come_in(client, person)
    stranger = colleague(house, *MODERATORS)
    if who == "another":
        come_in(app.test_client(), stranger)
    url = leave(client, "/console/prove/sso")
    before = trail(superuser, "identity.proof.give")
    if who == "weak":
        house.staff.remove(person)
        person = Person(person.sub, person.name, person.email, groups=MODERATORS, methods=("pwd",))
        house.staff.append(person)
    told = choose(url, stranger if who in {"another", "nobody"} else person, "stale" if who == "stale" else "")
    assert come_back(client, told).headers["Location"] == "/console/sign-in"
    assert trail(superuser, "identity.proof.give") == before


def test_a_proof_needs_its_session(client: FlaskClient, house: IdentityProvider) -> None:
    person = colleague(house, *MODERATORS)
    come_in(client, person)
    url = leave(client, "/console/prove/sso")
    with client.session_transaction() as cookie:
        del cookie["sid"]
    assert come_back(client, choose(url, person)).headers["Location"] == "/console/sign-in"


# -- rules


@pytest.mark.parametrize("entries", [("moderators",), ("=admin",), ("group=owner",), ("group=",)])
def test_a_mapping_that_cannot_be_read_is_refused(entries: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="group=role"):
        rules.checked_role_map(entries)


def test_a_mapping_brings_what_it_says() -> None:
    entries = ("cn=mods,dc=x=moderator", "cn=mods,dc=x=support", "b=auditor")
    assert rules.mapped_roles(["cn=mods,dc=x", "c"], entries) == {"moderator", "support"}
    assert rules.mapped_roles([], entries) == set() and "moderator" in STAFF


@pytest.mark.parametrize("value", [None, 7, {"a": 1}, [["x"]], [None], "x" * 600, ["x" * 600]])
def test_claims_of_another_shape_are_nothing(value: object) -> None:
    assert rules.list_claim({"groups": value}, "groups") == []
    assert rules.text_claim({"name": value}, "name") == ""


@pytest.mark.parametrize(("value", "moment"), [(5, 5), (5.7, 5), (True, None), ("5", None), (-1, None), (2**60, None)])
def test_moments_are_numbers_of_our_time(value: object, moment: int | None) -> None:
    assert rules.moment_claim({"auth_time": value}, "auth_time") == moment


TENANT = "3fa1c2d4-5b6e-4f70-8a91-b2c3d4e5f607"
COMMON = "https://login.example/{tenantid}/v2.0"


@pytest.mark.parametrize(("expected", "named", "tenant", "is_it"), [
    ("https://a.example", "https://a.example", None, True), ("https://a.example", "https://a.example/", None, False),
    (COMMON, f"https://login.example/{TENANT}/v2.0", TENANT, True),
    (COMMON, f"https://login.example/{TENANT}/v2.0", None, True),
    (COMMON, f"https://login.example/{TENANT}/v2.0", TENANT.replace("3", "4"), False),
    (COMMON, COMMON, "{tenantid}", False), (COMMON, "https://login.example/x/v2.0", "x", False),
    (COMMON, f"https://evil.example/{TENANT}/v2.0", TENANT, False)])
def test_an_issuer_is_who_we_asked(expected: str, named: str, tenant: str | None, is_it: bool) -> None:
    assert rules.is_issuer(expected, named, tenant=tenant) is is_it
