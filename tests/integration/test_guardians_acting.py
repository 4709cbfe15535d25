"""Tokens that act for a ward: encrypted, of one sign-in, dead within seconds of a change; hostile ones refused."""
import base64
import json
import time
import zlib
from typing import Any
from uuid import UUID, uuid4

import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from joserfc import jwe
from joserfc.jwk import OctKey

from castingops.core.config import current_settings
from castingops.core.crypto import derive_key, master_key_of
from castingops.core.errors import NotSignedIn
from castingops.identity.service.guardians import acting, standings
from tests.factories import doors, guardians
from tests.factories.casting import document
from tests.factories.doors import Someone
from tests.factories.guardians import Desk

PROFILE = "/api/v1/me/talent-profile"


@pytest.fixture(scope="module")
def desk(app: Flask) -> Desk:
    return Desk(app)


@pytest.fixture(scope="module")
def family(app: Flask, desk: Desk) -> tuple[Someone, dict[str, Any], str]:
    """A guardian, a ward and an act-for token."""
    mother, ward = guardians.verified(app, desk, name_en="Canary Child", name_ar="كناري الطفلة")
    return mother, ward, guardians.acting(app, mother, ward["id"]).token


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def ask(app: Flask, token: str, path: str = PROFILE) -> int:
    return app.test_client().get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def key() -> bytes:
    return derive_key(master_key_of(current_settings().master_key.get_secret_value()), "identity/act-for")


def sealed(header: dict[str, Any], plain: bytes, with_key: bytes | None = None) -> str:
    """A JWE of our form with any header."""
    head = b64(json.dumps(header).encode())
    iv = bytes(range(12))
    whole = AESGCM(with_key or key()).encrypt(iv, plain, head.encode())
    return f"{head}..{b64(iv)}.{b64(whole[:-16])}.{b64(whole[-16:])}"


def test_nothing_outside_names_the_child(app: Flask, family: tuple[Someone, dict[str, Any], str]) -> None:
    """ID-12: header, and every part as it travels, say nothing of the ward."""
    _, ward, token = family
    header = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    assert set(header) == {"alg", "enc", "kid", "cty"} and (header["alg"], header["enc"]) == ("dir", "A256GCM")
    raw = b"".join(base64.urlsafe_b64decode(part + "==") for part in token.split("."))
    for secret in (ward["id"].encode(), UUID(ward["id"]).bytes, b"Canary", "كناري".encode()):
        assert secret not in raw and secret not in token.encode()
    with app.app_context():
        inner = jwe.decrypt_compact(token, OctKey.import_key(key()), algorithms=["dir", "A256GCM"]).plaintext
        assert inner is not None and ward["id"] in str(jwt.decode(inner, options={"verify_signature": False}))
        assert ask(app, inner.decode()) == 401, "what is inside is no access token by itself"
        assert ask(app, token) == 200


def test_tampered_tokens_are_refused(app: Flask, family: tuple[Someone, dict[str, Any], str]) -> None:
    """RFC 8725, RFC 7516: every part, every header, every other way to spell it."""
    token = family[2]
    with app.app_context():
        inner = jwe.decrypt_compact(token, OctKey.import_key(key()), algorithms=["dir", "A256GCM"]).plaintext or b""
        ours = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
        bomb = zlib.compress(b"0" * 50_000_000)[2:-4]
        head, empty, iv, text, tag = token.split(".")
        def other(part: str) -> str:
            return ("B" if part[0] == "A" else "A") + part[1:]

        hostile = [
            f"{head}.{b64(bytes(32))}.{iv}.{text}.{tag}", f"{head}.{empty}.{iv}.{other(text)}.{tag}",
            f"{head}.{empty}.{other(iv)}.{text}.{tag}", f"{head}.{empty}.{iv}.{text}.{other(tag)}",
            f"{head}.{empty}.{iv}.{text}.{tag}=", f"{head}.{empty}.{iv}.{text}.{tag[:-1]}B", token + "A", "....",
            "a..b.c.d", token.replace(".", " ."),
            sealed({**ours, "zip": "DEF"}, bomb), sealed({**ours, "zip": "DEF"}, inner),
            sealed({**ours, "alg": "A256KW"}, inner), sealed({**ours, "enc": "A128GCM"}, inner),
            sealed({**ours, "cty": "JWT"}, inner), sealed({**ours, "crit": ["exp"]}, inner),
            sealed({**ours, "kid": "0" * 16}, inner), sealed({**ours, "kid": {}}, inner),
            sealed({**ours, "jwk": {"kty": "oct", "k": b64(key())}}, inner), sealed(ours, inner, bytes(32)),
            sealed(ours, b"no token"), sealed(ours, b"\xff\xfe"), sealed(ours, b""),
            sealed(ours, family[0].token.encode()), sealed([1], inner), sealed(ours, inner * 20),  # type: ignore[arg-type]
            f"{b64(b'{')}..{iv}.{text}.{tag}"]
        began = time.monotonic()
        assert {ask(app, each) for each in hostile} == {401}
        assert time.monotonic() - began < 20
        assert ask(app, sealed(ours, inner)) == 200, "the same, made by hand with the key: the tests above are of value"


def test_an_older_master_key_still_opens(app: Flask, family: tuple[Someone, dict[str, Any], str],
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """Rotation: the first key seals, the others open until their tokens have ended."""
    with app.app_context():
        settings = current_settings()
        old = settings.master_key.get_secret_value()
        new = b64(bytes(range(32)))
        turned = settings.model_copy(update={"master_key": type(settings.master_key)(new),
                                             "master_key_fallbacks": (old,)})
        monkeypatch.setitem(app.extensions, "settings", turned)
        assert acting.verify(family[2]).ward_id == UUID(family[1]["id"])
        monkeypatch.setitem(app.extensions, "settings", turned.model_copy(update={"master_key_fallbacks": ()}))
        with pytest.raises(NotSignedIn):
            acting.verify(family[2])


def test_a_token_ends_with_its_sign_in(app: Flask, desk: Desk) -> None:
    """ID-2: the same family: logging out ends it at once, with the token of the ward alone as well."""
    mother, ward = guardians.verified(app, desk)
    token = guardians.acting(app, mother, ward["id"]).token
    assert ask(app, token) == 200
    assert app.test_client().post("/api/v1/auth/logout", json={}, headers={
        "Authorization": f"Bearer {token}"}).status_code == 200
    assert ask(app, token) == 401 and ask(app, mother.token) == 401


def test_a_token_of_another_s_guardianship_acts_for_nobody(app: Flask, desk: Desk,
                                                           family: tuple[Someone, dict[str, Any], str]) -> None:
    """A token whose guardianship is not its holder's, or whose holder is no guardian any more."""
    stranger, _ward = guardians.verified(app, desk)
    with app.app_context():
        header = json.loads(base64.urlsafe_b64decode(family[2].partition(".")[0] + "=="))
        forged, _ = acting.tokens.sign_for_ward(stranger.token, ward_id=UUID(family[1]["id"]), guardianship_id=uuid4())
        assert ask(app, sealed(header, forged.encode())) == 401
        own, _ = acting.tokens.sign_for_ward(family[0].token, ward_id=UUID(family[1]["id"]), guardianship_id=uuid4())
        assert ask(app, sealed(header, own.encode())) == 401
        talent = doors.register(app)
        other, _ = acting.tokens.sign_for_ward(talent.token, ward_id=UUID(family[1]["id"]), guardianship_id=uuid4())
        assert ask(app, sealed(header, other.encode())) == 401


def test_a_freeze_elsewhere_is_felt_within_five_seconds(app: Flask, desk: Desk, superuser: psycopg.Connection,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    """reliability.md row 9: another process froze it; what this one remembers is at most five seconds old, and what is
    done at this very moment is refused at commit."""
    assert standings.REVOKED_WITHIN == 5.0
    monkeypatch.setattr(standings, "REVOKED_WITHIN", 600.0)  # however busy this machine is
    mother, ward = guardians.verified(app, desk)
    child = guardians.acting(app, mother, ward["id"])
    guardians.photo(child)
    child.ask("PUT", PROFILE, json=document(birth_date=ward["birth_date"]))
    superuser.execute("update guardianships set state = 'frozen', frozen_from = 'verified' where ward_id = %s",
                      [ward["id"]])
    late = child.ask("POST", f"{PROFILE}/submissions")
    assert (late.status_code, late.json["error"]["code"]) == (409, "guardian_required")
    photo = guardians.photo(child)
    assert (photo.status_code, photo.json["error"]["code"]) == (403, "guardian_gone")
    monkeypatch.setattr(standings, "REVOKED_WITHIN", 0.0)  # all that is remembered is older than that
    assert child.ask("GET", PROFILE).status_code == 401


def test_browsers_switch_by_cookie(app: Flask, desk: Desk) -> None:
    """ID-3: the act-for token takes the access cookie's place, and a refresh gives one's own back."""
    mother, ward = guardians.verified(app, desk)
    client, origin = app.test_client(), {"Origin": current_origin(app)}
    csrf = client.post("/api/v1/auth/login", headers=origin, json={
        "email": mother.email, "password": doors.PASSWORD, "transport": "cookie"}).json["data"]["csrf_token"]
    answer = client.post(f"/api/v1/me/wards/{ward['id']}/act", headers={**origin, "X-CSRF-Token": csrf})
    assert answer.status_code == 200 and answer.json["data"]["access_token"] is None
    assert client.get("/api/v1/me/wards").status_code == 403 and client.get(PROFILE).status_code == 200
    headers = {**origin, "X-CSRF-Token": answer.json["data"]["csrf_token"]}
    assert client.post("/api/v1/auth/refresh", headers=headers, json={}).status_code == 200
    assert client.get("/api/v1/me/wards").status_code == 200


def current_origin(app: Flask) -> str:
    with app.app_context():
        return current_settings().public_url


def test_one_key_means_one_thing_for_each_ward(app: Flask, desk: Desk) -> None:
    """API-4: the same idempotency key for two wards has two effects, each with its own answer."""
    mother, first = guardians.verified(app, desk)
    second = guardians.add_ward(mother, name_en="Other Child", name_ar="طفل آخر")
    guardians.add_document(mother, second["id"])
    desk.verify(second)
    same = {"Idempotency-Key": "photo-0001"}
    ids = set()
    for ward in (first, second):
        child = guardians.acting(app, mother, ward["id"])
        form = {"purpose": "profile", "change": "withdrawn"}
        assert child.ask("POST", "/api/v1/me/consents", json=form, headers=same).status_code == 201
        answer = guardians.photo(child)
        ids.add(answer.json["data"]["id"])
    assert len(ids) == 2


def test_a_guardian_acts_within_the_scopes(app: Flask, desk: Desk) -> None:
    """Consents of a guardian: each within what the guardianship covers; marketing never (LAW 26)."""
    mother = guardians.guardian(app)
    ward = guardians.add_ward(mother)
    guardians.add_document(mother, ward["id"])
    desk.verify(ward, scopes=["casting"])
    child = guardians.acting(app, mother, ward["id"])
    refused = guardians.photo(child)
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "guardian_scope_missing")
    version = next(one["version"] for one in child.client.get("/api/v1/privacy-notices?age_band=minor").json["data"]
                   if one["kind"] == "privacy")
    wish = {"purpose": "profile", "change": "given", "privacy_notice_version": version}
    assert child.ask("POST", "/api/v1/me/consents", json=wish).json["error"]["code"] == "guardian_scope_missing"
    held = standings._SIZE
    standings._SIZE = 0
    try:
        standings.forget(mother.user_id, UUID(ward["id"]))
        assert ask(app, child.token) == 200, "a full memory forgets, and looks again"
    finally:
        standings._SIZE = held
    kept, acting._MOST_HELD = acting._MOST_HELD, 0
    try:
        assert ask(app, guardians.acting(app, mother, ward["id"]).token) == 200
    finally:
        acting._MOST_HELD = kept
