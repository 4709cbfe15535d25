"""Access tokens under attack (ID-2; reliability.md row 6): whatever is not exactly one of ours is refused."""
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import Flask
from flask.testing import FlaskClient

from castingops.core import clock
from castingops.core.actor import Origin
from castingops.core.errors import Forbidden
from castingops.identity import service
from castingops.identity.service import states, tokens
from tests.factories.identity import Person, bearer, make_person, tokens_of


@pytest.fixture(scope="module")
def person(app: Flask) -> Person:
    return make_person(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def good(client: FlaskClient, person: Person) -> str:
    """A token that passes."""
    token: str = tokens_of(client, person)["access_token"]
    return token


def status(client: FlaskClient, token: str) -> int:
    return client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code


def pem(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def part(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed(app: Flask, good: str, header: dict[str, Any] | None = None, key: Any = None, alg: str = "EdDSA",
           **changes: Any) -> str:
    """A token like `good` with other claims or another header, signed with our key unless another is given."""
    own = load_pem_private_key(app.extensions["settings"].token_key.get_secret_value().encode(), None)
    claims = {**jwt.decode(good, options={"verify_signature": False}), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    head = {**jwt.get_unverified_header(good), "alg": alg, **(header or {})}
    return jwt.encode(claims, key or own, algorithm=alg, headers=head)


def test_token_like_ours_passes(app: Flask, client: FlaskClient, good: str) -> None:
    assert status(client, good) == status(client, signed(app, good)) == 200


@pytest.mark.parametrize("changes", [
    {"exp": None}, {"nbf": None}, {"iat": None}, {"sub": None}, {"iss": None}, {"aud": None}, {"jti": None},
    {"sid": None}, {"epoch": None}, {"exp": 1}, {"exp": "soon"}, {"nbf": 99_999_999_999}, {"iat": 99_999_999_999},
    {"iss": "https://evil.example"}, {"aud": "console"}, {"aud": []}, {"sub": "nobody"}, {"sub": str(uuid4())},
    {"sid": "none"}, {"epoch": 0}, {"epoch": 2}, {"epoch": "1"}, {"epoch": True}, {"jti": 7},
])
def test_token_with_another_claim_is_refused(app: Flask, client: FlaskClient, good: str,
                                             changes: dict[str, Any]) -> None:
    assert status(client, signed(app, good, **changes)) == 401


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": "refresh+jwt"}, {"kid": "0" * 16}, {"kid": ""},
                                    {"crit": ["x"], "x": 1}])
def test_token_with_another_header_is_refused(app: Flask, client: FlaskClient, good: str,
                                              header: dict[str, Any]) -> None:
    assert status(client, signed(app, good, header=header)) == 401


def test_token_of_another_key_or_method_is_refused(app: Flask, client: FlaskClient, good: str) -> None:
    """RFC 8725: no `none`, no confusion of a public key with a shared secret, no foreign key under our kid."""
    public = tokens_public(app)
    assert status(client, signed(app, good, key=ed25519.Ed25519PrivateKey.generate())) == 401
    assert status(client, signed(app, good, key=ec.generate_private_key(ec.SECP256R1()), alg="ES256")) == 401
    assert status(client, signed(app, good, key=public.hex(), alg="HS256")) == 401
    head, body, _ = good.split(".")
    none = part({**jwt.get_unverified_header(good), "alg": "none"})
    for forged in (f"{none}.{body}.", f"{head}.{body}.", f"{head}.{body}", f"{none}.{body}.{'A' * 86}"):
        assert status(client, forged) == 401


def test_token_in_another_spelling_is_refused(client: FlaskClient, good: str) -> None:
    """PyJWT forgives padding: one token would have many spellings (reliability.md row 6)."""
    head, body, signature = good.split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = signature[:-1] + last[last.index(signature[-1]) + 1]
    raw = urlsafe_b64decode(signature + "==")
    assert urlsafe_b64decode(twin + "==") == raw  # the same bytes, spelt differently
    for other in (f"{good}=", f"{good}==", f"{head}.{body}.{twin}", f"{good}.x", f"{head}.A.{signature}",
                  f"{head}.{body}+.{signature}", "..", "a" * 5000, "é.é.é"):
        assert status(client, other) == 401, other
    assert status(client, f" {good} ") == 200  # space round a header's value is not part of it


def test_token_ends_after_its_quarter_of_an_hour(app: Flask, client: FlaskClient, good: str) -> None:
    now = int(clock.now().timestamp())
    assert status(client, signed(app, good, exp=now - 25)) == 200  # clocks may lie 30 s apart
    assert status(client, signed(app, good, exp=now - 35)) == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "Token abc"])
def test_header_without_a_token_is_401(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


def test_token_of_another_audience_is_403(app: Flask, client: FlaskClient) -> None:
    token = tokens_of(client, make_person(app, "hirer"))["access_token"]
    with app.app_context():
        assert service.authenticate_bearer(token, ("hirer",)).roles == {"hirer"}
        with pytest.raises(Forbidden):
            service.authenticate_bearer(token, ("talent",))


def test_bearer_is_the_person_with_present_roles_and_origin(app: Flask, good: str, person: Person) -> None:
    origin = Origin("192.0.2.7", "test", uuid4())
    with app.app_context():
        actor = service.authenticate_bearer(good, ("talent",), origin=origin)
    assert (actor.kind, actor.user_id, actor.subject_id, actor.roles) == (
        "person", person.user_id, person.user_id, {"talent"})
    assert actor.origin == origin and actor.session_id is not None


def test_keys_can_be_rotated(app: Flask, client: FlaskClient, person: Person, good: str) -> None:
    """Tokens of the old key pass until they end; new ones carry the new key's id."""
    settings = app.extensions["settings"]
    old = settings.token_key.get_secret_value()
    old_public = load_pem_private_key(old.encode(), None).public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    new = settings.token_key.__class__(pem(ed25519.Ed25519PrivateKey.generate()))
    try:
        for fallback in (old, old_public):
            app.extensions["settings"] = settings.model_copy(
                update={"token_key": new, "token_key_fallbacks": (fallback,)})
            fresh = tokens_of(client, person)["access_token"]
            assert jwt.get_unverified_header(fresh)["kid"] != jwt.get_unverified_header(good)["kid"]
            assert status(client, good) == status(client, fresh) == 200
        app.extensions["settings"] = settings.model_copy(update={"token_key": new})
        assert status(client, good) == 401
    finally:
        app.extensions["settings"] = settings


def test_keys_of_another_kind_stop_the_start(app: Flask) -> None:
    settings = app.extensions["settings"]
    other = ec.generate_private_key(ec.SECP256R1())
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    wrong = [{"token_key": settings.token_key.__class__(pem(other))}, {"token_key_fallbacks": (pem(other),)},
             {"token_key_fallbacks": (public,)}]
    with app.app_context():
        for update in wrong:
            app.extensions["settings"] = settings.model_copy(update=update)
            try:
                with pytest.raises(TypeError):
                    service.warm_up()
            finally:
                app.extensions["settings"] = settings


def test_account_memory_is_bounded_and_forgets_the_unused(app: Flask, monkeypatch: pytest.MonkeyPatch,
                                                          person: Person) -> None:
    monkeypatch.setattr(states, "_SIZE", 3)
    states._known.clear()
    with app.app_context():
        for _ in range(10):
            assert states.account_state(uuid4()) is None
        known = states.account_state(person.user_id)
        assert known and known.user_id == person.user_id
        assert states.account_state(person.user_id) is known  # no second look-up within five seconds
    monkeypatch.undo()
    assert len(states._known) <= 3


def test_memory_of_tokens_is_bounded_and_ends_with_them(app: Flask, client: FlaskClient, good: str,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that held once is not read again until it ends; what was refused is never remembered."""
    monkeypatch.setattr(tokens, "_MOST_HELD", 2)
    assert status(client, f"{good}x") == status(client, f"{good}x") == 401
    for _ in range(3):
        assert status(client, signed(app, good, jti=str(uuid4()))) == 200
    assert len(tokens._held) <= 10_000
    short = signed(app, good, exp=int(clock.now().timestamp()) + 600)
    assert status(client, short) == 200
    monkeypatch.setattr(tokens, "_claims", lambda token: pytest.fail("read twice"))
    assert status(client, short) == 200
    monkeypatch.undo()
    with clock.held_at(clock.now() + timedelta(minutes=11)):
        assert status(client, short) == 200  # PyJWT's clock is not held: read again, and still in its time
    assert status(client, signed(app, good, exp=int(clock.now().timestamp()) - 40)) == 401


def test_held_clock_of_tokens(app: Flask, person: Person, client: FlaskClient) -> None:
    """A past that a history plays cannot be signed in with today."""
    with clock.held_at(clock.now() - timedelta(hours=1)):
        old = tokens_of(client, person)
    assert client.get("/api/v1/me", headers=bearer(old)).status_code == 401


def tokens_public(app: Flask) -> bytes:
    with app.app_context():
        key = next(iter(tokens.key_ring().verifying.values()))
    return bytes(key.public_bytes(Encoding.Raw, PublicFormat.Raw))
