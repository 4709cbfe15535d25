"""People of the apps sign in by an account elsewhere; nobody comes in by another's (ID-7, reliability.md §1 row 8)."""
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import psycopg
import pyotp
import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from castingops.core import clock
from castingops.core.config import Settings
from castingops.core.http import Answer, Client
from castingops.core.http.breaker import reset_breakers
from castingops.identity.rules.codes import STEP
from castingops.identity.service import metadata, providers
from castingops.identity.service.flows import continuation_of
from castingops.identity.types import Proven, Provider
from castingops.simulators.identity_provider import FAULTS, IdentityProvider
from tests.factories.federation import (
    APP,
    PAGE,
    VERIFIER,
    choose,
    come_in,
    complete,
    identity_provider,
    make_account,
    new_person,
    query_of,
    registration,
    settings_with,
    start,
)
from tests.factories.identity import bearer, make_person, new_email, tokens_of

PROVIDERS = ["google", "microsoft", "github"]
ORIGIN = {"Origin": "https://app.example"}


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


def data_of(answer: Any) -> dict[str, Any]:
    assert answer.status_code < 300 and answer.json, answer.json
    data: dict[str, Any] = answer.json["data"]
    return data


def code_of(answer: Any) -> str:
    assert answer.status_code >= 400 and answer.json, answer.json
    return str(answer.json["error"]["code"])


def failures(superuser: psycopg.Connection) -> int:
    """How many sign-ins the trail says have failed."""
    row = superuser.execute("select count(*) from audit_entries where action = 'identity.sign_in.fail'").fetchone()
    assert row
    return int(row[0])


def test_only_what_the_settings_name_is_offered(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = client.get("/api/v1/auth/oauth/providers", headers={"Accept-Language": "en"}).json
    assert told and [row["provider"] for row in told["data"]] == PROVIDERS
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert data_of(client.get("/api/v1/auth/oauth/providers")) == []
    assert code_of(start(client)) == "provider_unknown"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_new_person_gives_role_birth_date_and_consents_and_comes_back_by_the_provider(
    client: FlaskClient, house: IdentityProvider, provider: str, superuser: psycopg.Connection
) -> None:
    person = new_person(house)
    first = data_of(come_in(client, person, provider))
    assert (first["status"], first["email"], first["display_name"]) == (
        "registration_needed", person.email, person.name)
    assert first["tokens"] is None
    made = client.post("/api/v1/auth/oauth/complete-registration", json=registration(first["continuation"]))
    assert made.status_code == 201
    me = data_of(client.get("/api/v1/me", headers=bearer(data_of(made))))
    assert (me["email"], me["roles"]) == (person.email, ["talent"])
    profile = client.get("/api/v1/me/talent-profile", headers=bearer(data_of(made)))
    assert profile.status_code == 200  # the hooks wrote what every account has
    again = data_of(come_in(client, person, provider))
    assert again["status"] == "signed_in"
    assert data_of(client.get("/api/v1/me", headers=bearer(again["tokens"])))["id"] == me["id"]
    identities = client.get("/api/v1/me/identities", headers=bearer(again["tokens"])).json
    assert identities and [(row["provider"], row["email"]) for row in identities["data"]] == [(provider, person.email)]
    assert identities["data"][0]["last_used_at"] is not None


def test_a_continuation_makes_one_account(client: FlaskClient, house: IdentityProvider) -> None:
    continuation = data_of(come_in(client, new_person(house)))["continuation"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.application.test_client().post(
            "/api/v1/auth/oauth/complete-registration", json=registration(continuation)), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]


@pytest.mark.parametrize("change", [
    {"birth_date": "2999-01-01"}, {"display_name": ""}, {"accepts": {"terms": False, "privacy_notice_version": "x"}},
    {"role": "staff"}, {"birth_date": None, "role": "talent", "accepts": {}}])
def test_a_refused_registration_leaves_nothing_and_may_be_sent_again(
    client: FlaskClient, house: IdentityProvider, change: dict[str, Any]
) -> None:
    continuation = data_of(come_in(client, new_person(house)))["continuation"]
    path = "/api/v1/auth/oauth/complete-registration"
    assert client.post(path, json=registration(continuation, **change)).status_code == 422
    assert client.post(path, json=registration(continuation)).status_code == 201


@pytest.mark.parametrize("continuation", ["", "v1.00000000.AAAA", "x" * 4_000, "null"])
def test_a_forged_continuation_is_refused(client: FlaskClient, continuation: str) -> None:
    answer = client.post("/api/v1/auth/oauth/complete-registration", json=registration(continuation))
    assert code_of(answer) == "continuation_invalid"


def test_a_continuation_ends(client: FlaskClient, house: IdentityProvider) -> None:
    continuation = data_of(come_in(client, new_person(house)))["continuation"]
    with clock.held_at(clock.now() + timedelta(minutes=10, seconds=1)):
        answer = client.post("/api/v1/auth/oauth/complete-registration", json=registration(continuation))
    assert code_of(answer) == "continuation_invalid"


# -- what comes back from a provider


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {
    "slow", "stale", "api_refused", "missing_state", "other_state", "access_denied", "unverified_email",
    "error_500", "garbage",
    "huge", "nested"}))
def test_a_token_that_does_not_hold_signs_nobody_in(
    client: FlaskClient, house: IdentityProvider, fault: str, superuser: psycopg.Connection
) -> None:
    """alg none, HS256 with the public key, another's nonce, audience, issuer or key, an expired one (RFC 8725)."""
    before = failures(superuser)
    assert code_of(come_in(client, new_person(house), fault=fault)) == "identity_refused"
    assert failures(superuser) == before + 1


@pytest.mark.parametrize(("fault", "code"), [
    ("error_500", "provider_answer_unusable"), ("garbage", "provider_answer_unusable"),
    ("huge", "provider_answer_unusable"), ("nested", "provider_answer_unusable"),
    ("access_denied", "provider_denied"), ("missing_state", "flow_invalid"), ("other_state", "flow_invalid")])
def test_a_provider_in_trouble_loses_nothing(
    client: FlaskClient, house: IdentityProvider, fault: str, code: str
) -> None:
    person = new_person(house)
    make_account(client, person)
    answer = come_in(client, person, fault=fault)
    assert code_of(answer) == code and answer.json and answer.json["error"]["title"]
    assert data_of(come_in(client, person))["status"] == "signed_in"


def test_a_slow_provider_is_left_within_the_time_and_the_page_says_so_in_both_languages(
    client: FlaskClient, house: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(providers._CLIENTS, "google", Client("sign-in google", timeout=0.3))
    told = {}
    for language in ("en", "ar"):
        url = data_of(start(client))["authorize_url"]
        answer = client.post("/api/v1/auth/oauth/google/complete", headers={"Accept-Language": language}, json={
            **choose(url, new_person(house), "slow"), "code_verifier": VERIFIER})
        assert answer.status_code == 503 and code_of(answer) == "provider_outcome_unknown"
        told[language] = answer.json["error"]["title"]  # type: ignore[index]
    assert told["en"] != told["ar"]


def test_a_provider_that_is_down_is_named_before_anybody_leaves(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, house: IdentityProvider
) -> None:
    metadata.forget()
    gone = app.extensions["settings"].model_copy(update={"oauth_google_issuer": "http://127.0.0.1:1/google"})
    monkeypatch.setitem(app.extensions, "settings", gone)
    assert code_of(start(client)) == "provider_unreachable"


@pytest.mark.parametrize("document", [
    {"issuer": "http://elsewhere.example"}, {"token_endpoint": "ftp://127.0.0.1/"}, {"jwks_uri": "file:///etc/passwd"},
    {"authorization_endpoint": 7}])
def test_a_document_of_somebody_else_is_not_believed(
    client: FlaskClient, house: IdentityProvider, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = metadata._document
    monkeypatch.setattr(metadata, "_document", lambda *args: {**real(*args), **document})
    metadata.forget()
    assert code_of(start(client)) == "provider_answer_unusable"
    metadata.forget()


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": 7}, {"keys": [7]}, {"keys": [{"kty": "oct", "k": "!"}]}])
def test_keys_of_no_shape_are_not_used(
    client: FlaskClient, house: IdentityProvider, keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = data_of(start(client))["authorize_url"]
    real = metadata._document
    monkeypatch.setattr(metadata, "_document", lambda client, url: keys if url.endswith("keys") else real(client, url))
    metadata.forget()
    answer = complete(client, choose(url, new_person(house)))
    assert code_of(answer) in {"provider_answer_unusable", "identity_refused"}
    metadata.forget()


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"'])
def test_a_document_that_is_none_is_not_read(
    client: FlaskClient, house: IdentityProvider, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "get", lambda *args, **options: Answer(200, {}, body))
    metadata.forget()
    assert code_of(start(client)) == "provider_answer_unusable"
    metadata.forget()


def test_githubs_api_is_believed_in_its_own_shapes_alone(
    client: FlaskClient, house: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert code_of(come_in(client, new_person(house), "github", "api_refused")) == "identity_refused"
    url = data_of(start(client, "github"))["authorize_url"]
    monkeypatch.setattr(house, "fault", "api_shape")
    assert code_of(complete(client, choose(url, new_person(house)), "github")) == "identity_refused"


def test_the_directorys_word_makes_no_app_account(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        word = continuation_of(Proven(
            provider=Provider.SSO, issuer="https://house.example", sub="1", email=new_email()))
    answer = client.post("/api/v1/auth/oauth/complete-registration", json=registration(word))
    assert code_of(answer) == "continuation_invalid"


def test_new_keys_of_a_provider_are_fetched_when_a_token_names_one(
    client: FlaskClient, house: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data_of(come_in(client, new_person(house)))
    monkeypatch.setattr(house, "key", type(house.key).generate_key(2048, {"kid": "three", "use": "sig"}))
    monkeypatch.setattr(metadata, "_ANEW_AFTER", 0.0)
    real_id_token = house.key.kid
    assert real_id_token == "three"
    assert data_of(come_in(client, new_person(house)))["status"] == "registration_needed"
    metadata.forget()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_unconfirmed_email_makes_no_account(client: FlaskClient, house: IdentityProvider, provider: str) -> None:
    answer = come_in(client, new_person(house), provider, "unverified_email")
    assert code_of(answer) == "provider_email_unconfirmed"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_unconfirmed_email_of_somebody_here_takes_nothing_over(
    app: Flask, client: FlaskClient, house: IdentityProvider, provider: str
) -> None:
    victim = make_person(app)
    thief = new_person(house, email=victim.email, verified=False)
    assert code_of(come_in(client, thief, provider)) == "provider_email_unconfirmed"


# -- one account here and one elsewhere


def test_a_confirmed_email_that_has_an_account_does_not_sign_in(
    app: Flask, client: FlaskClient, house: IdentityProvider
) -> None:
    """Linking takes proof of both: the provider's word, and a sign-in by password."""
    person = make_person(app)
    elsewhere = new_person(house, email=person.email)
    answer = come_in(client, elsewhere)
    assert code_of(answer) == "account_exists" and answer.json
    continuation = answer.json["error"]["details"]["continuation"] if "details" in answer.json["error"] \
        else answer.json["error"]["continuation"]
    tried = client.post("/api/v1/auth/oauth/complete-registration", json=registration(continuation))
    assert code_of(tried) == "account_exists"
    mine = bearer(tokens_of(client, person))
    key = {"Idempotency-Key": str(uuid4())}
    linked = client.post("/api/v1/me/identities/google", json={"continuation": continuation}, headers=mine | key)
    assert linked.status_code == 201 and data_of(linked)["provider"] == "google"
    again = data_of(come_in(client, elsewhere))
    assert data_of(client.get("/api/v1/me", headers=bearer(again["tokens"])))["email"] == person.email


def link(client: FlaskClient, headers: dict[str, str], continuation: str, provider: str = "google") -> Any:
    return client.post(f"/api/v1/me/identities/{provider}", json={"continuation": continuation},
                       headers={**headers, "Idempotency-Key": str(uuid4())})


def test_two_links_at_once_leave_one(app: Flask, client: FlaskClient, house: IdentityProvider) -> None:
    people = [bearer(tokens_of(client, make_person(app))) for _ in range(2)]
    continuation = data_of(come_in(client, new_person(house)))["continuation"]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(
            lambda number: link(app.test_client(), people[number % 2], continuation), range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    assert {code_of(answer) for answer in answers if answer.status_code == 409} <= {"identity_taken", "provider_linked"}


def test_one_provider_is_linked_once_and_by_its_own_name(
    app: Flask, client: FlaskClient, house: IdentityProvider
) -> None:
    mine = bearer(tokens_of(client, make_person(app)))
    first, second = (data_of(come_in(client, new_person(house)))["continuation"] for _ in range(2))
    assert code_of(link(client, mine, first, "github")) == "continuation_invalid"
    assert code_of(link(client, mine, first, "nowhere")) == "provider_unknown"
    assert code_of(link(client, mine, first, "sso")) == "provider_unknown"
    assert link(client, mine, first).status_code == 201
    assert code_of(link(client, mine, first)) == "provider_linked"
    assert code_of(link(client, mine, second)) == "provider_linked"


def test_unlinking_takes_one_way_in_away_and_never_the_last(
    app: Flask, client: FlaskClient, house: IdentityProvider
) -> None:
    person = new_person(house)
    make_account(client, person)
    mine = bearer(data_of(come_in(client, person, fresh=True))["tokens"])  # a proof: no password opens this account
    path = "/api/v1/me/identities"
    assert code_of(client.delete(f"{path}/google", headers=mine)) == "last_way_in"
    other = data_of(come_in(client, new_person(house, email=new_email()), "github"))["continuation"]
    assert link(client, mine, other, "github").status_code == 201
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda provider: app.test_client().delete(f"{path}/{provider}", headers=mine),
                                ["google", "github"]))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert code_of(client.delete(f"{path}/microsoft", headers=mine)) == "identity_not_found"
    assert code_of(client.delete(f"{path}/sso", headers=mine)) == "identity_not_found"


def test_who_has_a_password_may_unlink_all(app: Flask, client: FlaskClient, house: IdentityProvider) -> None:
    mine = bearer(tokens_of(client, make_person(app)))
    elsewhere = new_person(house)
    link(client, mine, data_of(come_in(client, elsewhere))["continuation"])
    assert data_of(client.delete("/api/v1/me/identities/google", headers=mine)) == {"status": "unlinked"}
    assert data_of(come_in(client, elsewhere))["status"] == "registration_needed"


def test_linking_and_unlinking_ask_for_a_fresh_proof(client: FlaskClient, house: IdentityProvider) -> None:
    person = new_person(house)
    mine = bearer(make_account(client, person))  # the provider did not say when they signed in there
    assert code_of(client.delete("/api/v1/me/identities/google", headers=mine)) == "step_up_needed"
    assert code_of(link(client, mine, "x")) == "step_up_needed"


def test_a_stale_sign_in_there_is_no_proof(client: FlaskClient, house: IdentityProvider) -> None:
    person = new_person(house)
    make_account(client, person)
    started = data_of(start(client, fresh=True))
    assert query_of(started["authorize_url"])["max_age"] == "0"
    assert code_of(complete(client, choose(started["authorize_url"], person, "stale"))) == "identity_refused"


def test_no_password_opens_an_account_without_one(client: FlaskClient, house: IdentityProvider) -> None:
    person = new_person(house)
    make_account(client, person)
    for password in ("!", "", "a long enough passphrase 7"):
        answer = client.post("/api/v1/auth/login", json={"email": person.email, "password": password})
        assert code_of(answer) == "credentials_wrong"


def test_a_second_factor_is_asked_for_after_a_provider_too(
    client: FlaskClient, house: IdentityProvider
) -> None:
    """ID-5: in a native app by 401 `second_factor_needed`, in a browser behind the # of its page."""
    person = new_person(house)
    make_account(client, person)
    mine = bearer(data_of(come_in(client, person, fresh=True))["tokens"])
    secret = data_of(client.post("/api/v1/me/factors/totp", headers=mine))["secret"]
    code = pyotp.TOTP(secret).at(int(clock.now().timestamp()) - STEP)
    added = client.post("/api/v1/me/factors/totp/confirm", json={"code": code}, headers=mine)
    assert data_of(added)["factors"]
    asked = come_in(client, person)
    assert asked.status_code == 401 and code_of(asked) == "second_factor_needed" and asked.json
    browser = client.application.test_client()
    back = come_back(browser, choose(data_of(leave(browser))["authorize_url"], person))
    address, _, left = back.headers["Location"].partition("#")
    assert address == f"{PAGE}?error=second_factor_needed" and browser.get("/api/v1/me").status_code == 401
    told = parse_qs(left)
    assert told["methods"][0].split(",")[0] == "totp"
    body = {"challenge": told["challenge"][0], "code": pyotp.TOTP(secret).now()}
    assert browser.post("/api/v1/auth/login/second-factor", json=body, headers=ORIGIN).status_code == 200
    assert browser.get("/api/v1/me").status_code == 200


def test_a_disabled_account_does_not_come_in(
    client: FlaskClient, house: IdentityProvider, superuser: psycopg.Connection
) -> None:
    person = new_person(house)
    make_account(client, person)
    superuser.execute("update users set status = 'disabled' where email = %s", (person.email,))
    assert code_of(come_in(client, person)) == "identity_refused"


# -- leaving and coming back


@pytest.mark.parametrize("target", [
    "https://evil.example/", "//evil.example", "https:evil.example", "javascript:alert(1)", "data:text/html,x", "",
    f"{PAGE}/", f"{PAGE}#", f"{PAGE}?", f"{PAGE}/../x", f"{PAGE}%2f", PAGE.upper(), f" {PAGE}", f"{PAGE}\n",
    f"{PAGE}\\",
    "https://app.example@evil.example/signed-in", "https://app.example.evil.example/signed-in",
    "https://evil.example\\@app.example/signed-in", "https://аpp.example/signed-in", "https://app。example/signed-in",
    "http://app.example/signed-in", "https://app.example:443/signed-in", "https://app.example/signed%2Din",
    "com.castingops.talent://signed-in", "COM.castingops.talent:/signed-in", f"{APP}/more", "null", "\u202e" + PAGE])
def test_only_addresses_on_the_list_are_led_back_to(client: FlaskClient, target: str) -> None:
    answer = start(client, redirect_uri=target)
    assert answer.status_code == 422 and "redirect_uri" in answer.text
    headers = {"Origin": "https://app.example"}
    browser = client.post("/api/v1/auth/oauth/google/start", headers=headers,
                          json={"redirect_uri": target, "transport": "cookie"})
    assert browser.status_code == 422


@pytest.mark.parametrize("change", [
    {"code_challenge_method": "plain"}, {"code_challenge": ""}, {"code_challenge": "short"},
    {"code_challenge": "x" * 44}, {"code_challenge": "é" * 43}, {"transport": "carrier pigeon"}])
def test_a_native_app_binds_its_way_by_s256_alone(client: FlaskClient, change: dict[str, str]) -> None:
    assert start(client, **change).status_code == 422


def test_what_we_send_a_provider_is_bound_and_new_each_time(client: FlaskClient) -> None:
    asked = [query_of(data_of(start(client))["authorize_url"]) for _ in range(2)]
    assert asked[0]["code_challenge_method"] == "S256" and asked[0]["redirect_uri"] == APP
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name]) >= 43 and asked[0][name] != asked[1][name]


def test_a_state_is_good_once_even_for_many_at_once(client: FlaskClient, house: IdentityProvider) -> None:
    person = new_person(house)
    make_account(client, person)
    told = choose(data_of(start(client))["authorize_url"], person)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: complete(client.application.test_client(), told), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, *[422] * 5]


def test_a_code_is_good_once(client: FlaskClient, house: IdentityProvider) -> None:
    """A code that was exchanged, put into another flow: neither verifier nor nonce fits."""
    told = choose(data_of(start(client))["authorize_url"], new_person(house))
    assert complete(client, told).status_code == 200
    other = data_of(start(client))
    assert code_of(complete(client, {**told, "state": other["state"]})) == "identity_refused"


def test_a_code_of_another_flow_is_refused(client: FlaskClient, house: IdentityProvider) -> None:
    """Injected into somebody else's flow, a fresh code of a thief's does not fit its PKCE challenge."""
    stolen = choose(data_of(start(client))["authorize_url"], new_person(house))
    mine = data_of(start(client))
    assert code_of(complete(client, {**stolen, "state": mine["state"]})) == "identity_refused"


def test_providers_are_not_mixed_up(client: FlaskClient, house: IdentityProvider) -> None:
    told = choose(data_of(start(client))["authorize_url"], new_person(house))
    assert code_of(complete(client, told, "github")) == "flow_invalid"
    told = choose(data_of(start(client))["authorize_url"], new_person(house))
    assert code_of(complete(client, {**told, "iss": f"{house.url}/github"})) == "identity_refused"
    told = choose(data_of(start(client, "github"))["authorize_url"], new_person(house))
    assert code_of(complete(client, {**told, "iss": f"{house.url}/google"}, "github")) == "identity_refused"


def test_the_same_name_at_another_provider_is_somebody_else(client: FlaskClient, house: IdentityProvider) -> None:
    person = new_person(house)
    make_account(client, person, "google")
    assert code_of(come_in(client, person, "microsoft")) == "account_exists"


def test_another_app_cannot_finish_what_one_began(client: FlaskClient, house: IdentityProvider) -> None:
    told = choose(data_of(start(client))["authorize_url"], new_person(house))
    assert code_of(complete(client, told, code_verifier="another secret, of another app's")) == "flow_invalid"


def test_a_way_ends_after_ten_minutes(client: FlaskClient, house: IdentityProvider, app: Flask) -> None:
    data_of(start(client))
    keys = [key for key in app.extensions["redis"].scan_iter("ephemera:flow/*")]
    assert keys and all(0 < app.extensions["redis"].ttl(key) <= 600 for key in keys)
    kept = b" ".join(app.extensions["redis"].get(key) for key in keys)
    assert b"verifier" not in kept and b"nonce" not in kept  # sealed


def test_redis_down_means_try_again(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "redis", type(app.extensions["redis"]).from_url("unix:///nowhere.sock"))
    assert start(client).status_code == 503
    assert complete(client, {"state": "x", "code": "y"}).status_code == 503


# -- browsers


def leave(client: FlaskClient, **headers: str) -> Any:
    return client.post("/api/v1/auth/oauth/google/start", headers={**ORIGIN, **headers},
                       json={"redirect_uri": PAGE, "transport": "cookie"})


def come_back(client: FlaskClient, told: dict[str, str]) -> Any:
    return client.get("/api/v1/auth/oauth/google/callback", query_string=told)


def test_a_browser_is_led_back_signed_in(client: FlaskClient, house: IdentityProvider) -> None:
    person = new_person(house)
    make_account(client, person)
    browser = client.application.test_client()
    left = leave(browser)
    cookie = next(line for line in left.headers.getlist("Set-Cookie") if line.startswith("oauth="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    url = data_of(left)["authorize_url"]
    assert query_of(url)["redirect_uri"].endswith("/api/v1/auth/oauth/google/callback")
    back = come_back(browser, choose(url, person))
    assert back.status_code == 303 and back.headers["Location"] == f"{PAGE}?status=signed_in"
    assert browser.get("/api/v1/me").status_code == 200


def test_a_new_person_in_a_browser_goes_on_by_cookie(client: FlaskClient, house: IdentityProvider) -> None:
    back = come_back(client, choose(data_of(leave(client))["authorize_url"], new_person(house)))
    assert back.headers["Location"] == f"{PAGE}?status=registration_needed"
    body = registration(None, transport="cookie")
    path = "/api/v1/auth/oauth/complete-registration"
    assert code_of(client.post(path, json=body)) == "wrong_origin"
    assert code_of(client.post(path, json=registration(None))) == "wrong_origin"
    made = client.post(path, json=body, headers=ORIGIN)
    assert made.status_code == 201 and data_of(made)["token_type"] == "Cookie"
    assert client.get("/api/v1/me").status_code == 200


def test_a_browser_whose_email_is_known_keeps_the_continuation(
    app: Flask, client: FlaskClient, house: IdentityProvider
) -> None:
    person = make_person(app)
    back = come_back(client, choose(data_of(leave(client))["authorize_url"], new_person(house, email=person.email)))
    assert back.headers["Location"] == f"{PAGE}?error=account_exists"
    assert any(line.startswith("oauth-continuation=") for line in back.headers.getlist("Set-Cookie"))
    back = come_back(client, choose(data_of(leave(client))["authorize_url"], new_person(house), "unverified_email"))
    assert back.headers["Location"] == f"{PAGE}?error=provider_email_unconfirmed"


def test_an_address_with_a_query_keeps_it(client: FlaskClient, house: IdentityProvider) -> None:
    left = client.post("/api/v1/auth/oauth/google/start", headers=ORIGIN,
                       json={"redirect_uri": f"{PAGE}?x=1", "transport": "cookie"})
    back = come_back(client, choose(data_of(left)["authorize_url"], new_person(house), "access_denied"))
    assert back.headers["Location"] == f"{PAGE}?x=1&error=provider_denied"


def test_no_other_site_signs_its_visitors_in(app: Flask, client: FlaskClient, house: IdentityProvider) -> None:
    """Login CSRF: neither may it begin a way in their browser, nor end one there that it began in its own."""
    assert code_of(leave(client, Origin="https://evil.example")) == "wrong_origin"
    thief, victim = app.test_client(), app.test_client()
    told = choose(data_of(leave(thief))["authorize_url"], new_person(house))
    assert code_of(come_back(victim, told)) == "flow_invalid"
    leave(victim)
    told = choose(data_of(leave(thief))["authorize_url"], new_person(house))
    assert code_of(come_back(victim, told)) == "flow_invalid"


def test_a_browsers_way_is_no_apps_way(client: FlaskClient, house: IdentityProvider) -> None:
    left = leave(client)
    secret = client.get_cookie("oauth")
    assert secret is not None
    told = choose(data_of(left)["authorize_url"], new_person(house))
    assert code_of(complete(client, told, code_verifier=secret.value)) == "flow_invalid"


def test_two_tabs_come_back(client: FlaskClient, house: IdentityProvider) -> None:
    first, second = (data_of(leave(client))["authorize_url"] for _ in range(2))
    for url in (second, first):
        client.set_cookie("oauth", client.get_cookie("oauth").value) if client.get_cookie("oauth") else None
        told = choose(url, new_person(house))
        assert come_back(client, told).status_code in {303, 422}


def test_the_simulator_refuses_plain_pkce_and_strangers(client: FlaskClient, house: IdentityProvider) -> None:
    url = data_of(start(client))["authorize_url"]
    plain = requests.get(url.replace("S256", "plain"), allow_redirects=False, timeout=5)
    assert query_of(plain.headers["Location"])["error"] == "invalid_request"
    assert requests.get(url.replace("client_id=castingops", "client_id=x"), timeout=5).status_code == 400
    refused = requests.post(f"{house.url}/google/token", data={"code": "x"}, timeout=5)
    assert refused.json() == {"error": "invalid_grant"}
