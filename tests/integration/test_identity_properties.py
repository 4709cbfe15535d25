"""The core plan's properties P1 to P5 (REQUIREMENTS appendix 1), each over at least 100 examples."""
import time
import unicodedata
from datetime import UTC, datetime
from uuid import uuid4

import jwt
import pytest
from flask import Flask
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from castingops.identity import rules
from castingops.identity.errors import WeakPassword
from castingops.identity.service import passwords
from tests.factories.identity import Person, bearer, make_person, tokens_of

MANY = hypothesis_settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
AGENT = st.text("abcdefghijklmnopqrstuvwxyz /.0123456789", max_size=40)  # also makes a hundred different examples
TYPED = st.text(st.characters(exclude_categories=["Cs"]), min_size=12, max_size=64)


@pytest.fixture(scope="module")
def person(app: Flask) -> Person:
    return make_person(app)


@MANY
@given(password=TYPED, other=TYPED)
def test_p1_a_hashed_password_verifies_and_only_it(app: Flask, password: str, other: str) -> None:
    """ID-1: argon2id; a long pass phrase counts in whole, in any script."""
    assume(unicodedata.normalize("NFC", password) != unicodedata.normalize("NFC", other))
    with app.app_context():
        stored = passwords.hash_password(unicodedata.normalize("NFC", password))
        assert stored.startswith("$argon2id$")
        assert passwords.is_password(stored, password)
        assert not passwords.is_password(stored, other)
        assert not passwords.is_password(None, password)


@MANY
@given(name=st.text("abcdefghij-_+", min_size=1, max_size=12), password=TYPED)
def test_p2_login_gives_an_access_token_for_this_user_and_a_quarter_of_an_hour(
    app: Flask, name: str, password: str
) -> None:
    """ID-2: iss, aud, jti and typ are in it; the body names the life that the token has."""
    email = f"{name}{uuid4().hex}@people.example"
    try:
        rules.checked_password(password, email=email, name="ي")
    except WeakPassword:
        assume(False)
    person = make_person(app, email=email, password=password, display_name="ي")
    before = time.time()
    tokens = tokens_of(app.test_client(), person)
    header = jwt.get_unverified_header(tokens["access_token"])
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert header["typ"] == "at+jwt" and header["alg"] == "EdDSA" and header["kid"]
    assert claims["sub"] == str(person.user_id)
    assert claims["aud"] == "talent" and claims["iss"] and claims["jti"] and claims["sid"]
    assert tokens["expires_in"] == 900 and before + 890 <= claims["exp"] <= time.time() + 900
    assert datetime.fromtimestamp(claims["iat"], UTC) <= datetime.now(UTC)


@MANY
@given(email=st.emails() | st.text(max_size=50), password=st.text(max_size=80))
def test_p3_wrong_email_and_wrong_password_get_the_identical_401(
    app: Flask, person: Person, email: str, password: str
) -> None:
    """ID-1, reliability.md row 10: nothing in status, body or headers tells the two apart."""
    assume(password != person.password)
    client = app.test_client()
    answers = [client.post("/api/v1/auth/login", json={"email": address, "password": password})
               for address in (email, person.email)]
    bodies, heads = [], []
    for answer in answers:
        assert answer.status_code == 401 and answer.json
        bodies.append({key: value for key, value in answer.json.items() if key != "meta"})
        heads.append({key: value for key, value in answer.headers.items() if key not in {"X-Request-Id", "Date"}})
    assert bodies[0] == bodies[1] and heads[0] == heads[1]


@MANY
@given(turns=st.integers(1, 3), agent=AGENT)
def test_p4_refresh_gives_new_tokens_and_kills_the_old(app: Flask, person: Person, turns: int, agent: str) -> None:
    """ID-2."""
    client, tokens = app.test_client(), tokens_of(app.test_client(), person)
    client.environ_base["HTTP_USER_AGENT"] = agent
    for _ in range(turns):
        answer = client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
        assert answer.status_code == 200 and answer.json
        fresh = answer.json["data"]
        assert fresh["access_token"] != tokens["access_token"] and fresh["refresh_token"] != tokens["refresh_token"]
        again = client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
        assert again.status_code == 409
        tokens = fresh
    assert client.get("/api/v1/me", headers=bearer(tokens)).status_code == 200


@MANY
@given(by_refresh=st.booleans(), by_access=st.booleans(), agent=AGENT)
def test_p5_after_logout_the_refresh_token_is_refused(
    app: Flask, person: Person, by_refresh: bool, by_access: bool, agent: str
) -> None:
    """ID-1: whichever of the two tokens was sent along, both are dead."""
    assume(by_refresh or by_access)
    client, tokens = app.test_client(), tokens_of(app.test_client(), person)
    client.environ_base["HTTP_USER_AGENT"] = agent
    answer = client.post("/api/v1/auth/logout", headers=bearer(tokens) if by_access else {},
                         json={"refresh_token": tokens["refresh_token"]} if by_refresh else {})
    assert answer.status_code == 200
    refused = client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert refused.status_code == 401 and refused.json and refused.json["error"]["code"] == "refresh_invalid"
    assert client.get("/api/v1/me", headers=bearer(tokens)).status_code == 401
