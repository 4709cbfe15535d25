"""Second factors of the apps: enrolled, asked for, used once, removed (ID-5; reliability.md §1 rows 8 and 10)."""
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import cbor2
import psycopg
import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from castingops.core import clock
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.identity import privacy, service, tasks
from castingops.identity.rules.codes import STEP
from castingops.identity.service import accounts, factors, states
from castingops.identity.types import ChallengePurpose, Shown
from tests.factories.authenticator import ATTESTED, PRESENT, Authenticator, b64
from tests.factories.identity import PASSWORD, Person, bearer, log_in, make_person, tokens_of


@dataclass
class Owner:
    """Someone with an app, signed in, and what they hold in their hands."""

    app: Flask
    person: Person
    tokens: dict[str, Any]
    secret: str = ""
    steps: int = 0  # of codes given already: each counts once
    keys: list[Authenticator] = field(default_factory=list)

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        client = self.app.test_client()
        headers = {**bearer(self.tokens), "Idempotency-Key": str(uuid4())}
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers, **options)

    def enrol(self) -> None:
        """An authenticator app."""
        started = data(self.ask("POST", "/me/factors/totp"), 201)
        self.secret, self.steps = started["secret"], 0
        assert data(self.ask("POST", "/me/factors/totp/confirm", {"code": self.code()}))["factors"]

    def code(self) -> str:
        """The next code that was not given before; of the step after the present one at most."""
        self.steps += 1
        return pyotp.TOTP(self.secret).at(int(clock.now().timestamp()) + (self.steps - 2) * STEP)

    def add_key(self, key: Authenticator | None = None, name: str = "Laptop") -> Authenticator:
        key = key or Authenticator()
        started = data(self.ask("POST", "/me/factors/webauthn/options"))
        body = {"challenge": started["challenge"], "name": name, "credential": key.create(started["options"])}
        data(self.ask("POST", "/me/factors/webauthn", body), 201)
        self.keys.append(key)
        return key

    def challenge(self, transport: str = "bearer") -> dict[str, Any]:
        """The first step of a sign-in that asks for a second."""
        answer = log_in(self.app.test_client(), self.person, transport, Origin="https://app.example")
        assert answer.status_code == 401 and answer.json, answer.text
        assert answer.json["error"]["code"] == "second_factor_needed"
        details: dict[str, Any] = answer.json["error"]["details"]
        return details

    def finish(self, challenge: str, **shown: Any) -> TestResponse:
        return self.app.test_client().post("/api/v1/auth/login/second-factor", json={"challenge": challenge, **shown})


def data(answer: TestResponse, status: int = 200) -> Any:
    assert answer.status_code == status and answer.json, answer.text
    return answer.json["data"]


def code_of(answer: TestResponse) -> tuple[int, str]:
    assert answer.json, answer.text
    return answer.status_code, answer.json["error"]["code"]


@pytest.fixture
def owner(app: Flask) -> Owner:
    person = make_person(app)
    return Owner(app, person, tokens_of(app.test_client(), person))


@pytest.fixture
def enrolled(owner: Owner) -> Owner:
    owner.enrol()
    return owner


@pytest.fixture
def keyed(owner: Owner) -> Owner:
    owner.add_key()
    return owner


@pytest.fixture(autouse=True)
def calm(superuser: psycopg.Connection) -> None:
    """Wrong guesses of the test before come from the same address."""
    superuser.execute("delete from sign_in_failures")


def actions(superuser: psycopg.Connection, owner: Owner) -> list[str]:
    rows = superuser.execute("select action from audit_entries where subject_id = %s order by id",
                             [owner.person.user_id])
    return [action for action, in rows]


def letters(superuser: psycopg.Connection, owner: Owner) -> list[str]:
    rows = superuser.execute("select template from notifications where subject_id = %s order by id",
                             [owner.person.user_id])
    return [template for template, in rows]


class TestTotp:
    def test_app_counts_once_a_code_of_it_is_confirmed(self, owner: Owner, superuser: psycopg.Connection) -> None:
        assert data(owner.ask("GET", "/me/factors")) == {"factors": [], "recovery_codes_left": 0, "demanded": False}
        started = data(owner.ask("POST", "/me/factors/totp"), 201)
        assert started["otpauth_uri"].startswith("otpauth://totp/castingops:") and len(started["secret"]) == 32
        assert log_in(owner.app.test_client(), owner.person).status_code == 200  # nothing has changed yet
        owner.secret = started["secret"]
        assert code_of(owner.ask("POST", "/me/factors/totp/confirm", {"code": "000000"})) == (
            422, "code_not_confirmed")
        listed = data(owner.ask("POST", "/me/factors/totp/confirm", {"code": owner.code()}))
        assert [(one["kind"], one["name"]) for one in listed["factors"]] == [("totp", "")]
        assert code_of(log_in(owner.app.test_client(), owner.person)) == (401, "second_factor_needed")
        assert actions(superuser, owner)[-1] == "identity.factor.add"
        assert letters(superuser, owner) == ["identity.factor.added"]
        sealed = superuser.execute("select sealed from totp_secrets where subject_id = %s",
                                   [owner.person.user_id]).fetchone()
        assert sealed and started["secret"] not in sealed[0]

    def test_second_secret_voids_the_first_that_waits(self, owner: Owner) -> None:
        first = data(owner.ask("POST", "/me/factors/totp"), 201)["secret"]
        data(owner.ask("POST", "/me/factors/totp"), 201)
        assert code_of(owner.ask("POST", "/me/factors/totp/confirm", {"code": pyotp.TOTP(first).now()})) == (
            422, "code_not_confirmed")

    def test_new_phone_takes_over_only_with_its_first_code(self, enrolled: Owner) -> None:
        old, new = enrolled.code, data(enrolled.ask("POST", "/me/factors/totp"), 201)["secret"]
        assert data(enrolled.finish(enrolled.challenge()["challenge"], code=old()))["access_token"]
        data(enrolled.ask("POST", "/me/factors/totp/confirm", {"code": pyotp.TOTP(new).now()}))
        assert len(data(enrolled.ask("GET", "/me/factors"))["factors"]) == 1
        assert code_of(enrolled.finish(enrolled.challenge()["challenge"], code=old())) == (401, "code_wrong")

    def test_nothing_is_enrolled_without_a_fresh_proof(self, owner: Owner, superuser: psycopg.Connection) -> None:
        superuser.execute("update refresh_families set proved_at = now() - interval '6 minutes' where subject_id = %s",
                          [owner.person.user_id])
        renewed = owner.app.test_client().post("/api/v1/auth/refresh",
                                               json={"refresh_token": owner.tokens["refresh_token"]})
        owner.tokens = data(renewed)
        for method, path in (("POST", "/me/factors/totp"), ("POST", "/me/factors/totp/confirm"),
                             ("POST", "/me/factors/webauthn/options"), ("POST", "/me/factors/webauthn"),
                             ("DELETE", f"/me/factors/{uuid4()}"), ("POST", "/me/factors/recovery-codes")):
            assert code_of(owner.ask(method, path, {})) == (403, "step_up_needed"), path
        assert owner.ask("GET", "/me/factors").status_code == 200


class TestSignIn:
    def test_second_step_finishes_the_sign_in(self, enrolled: Owner, superuser: psycopg.Connection) -> None:
        asked = enrolled.challenge()
        assert (asked["methods"], asked["webauthn"], asked["expires_in"]) == (["totp"], None, 300)
        tokens = data(enrolled.finish(asked["challenge"], code=enrolled.code()))
        assert data(enrolled.app.test_client().get("/api/v1/me", headers=bearer(tokens)))["email"]
        assert actions(superuser, enrolled)[-1] == "identity.sign_in.succeed"
        assert code_of(enrolled.finish(asked["challenge"], code=enrolled.code())) == (401, "challenge_over")

    @pytest.mark.parametrize("typed", [
        lambda code: code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        lambda code: code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
        lambda code: code.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda code: f" {code[:3]} {code[3:]} ", lambda code: f"{code[:3]}\u2013\u200f{code[3:]}"])
    def test_code_counts_once_however_it_is_typed(self, enrolled: Owner, typed: Callable[[str], str]) -> None:
        """PyPI's audit: a space made a used code a new one."""
        code = enrolled.code()
        assert data(enrolled.finish(enrolled.challenge()["challenge"], code=typed(code)))
        for again in (code, typed(code)):
            assert code_of(enrolled.finish(enrolled.challenge()["challenge"], code=again)) == (401, "code_wrong")

    @pytest.mark.parametrize("shown", [{"code": "000000"}, {"code": ""}, {"code": "12345"}, {"code": "x" * 60}, {},
                                       {"recovery_code": "AAAA-AAAA-AAAA-AAAA"}, {"recovery_code": ""},
                                       {"recovery_code": "ÄÖÜ"}, {"password": PASSWORD}])
    def test_what_is_no_factor_opens_nothing(self, enrolled: Owner, shown: dict[str, str]) -> None:
        answer = enrolled.finish(enrolled.challenge()["challenge"], **shown)
        assert answer.status_code == (422 if "password" in shown else 401)

    @pytest.mark.parametrize("challenge", ["", "x", "A" * 43, "é" * 43, "A" * 64])
    def test_unknown_challenge_is_over(self, enrolled: Owner, challenge: str) -> None:
        assert code_of(enrolled.finish(challenge, code=enrolled.code())) == (401, "challenge_over")

    def test_challenge_ends_after_five_minutes(self, enrolled: Owner, superuser: psycopg.Connection) -> None:
        asked = enrolled.challenge()["challenge"]
        superuser.execute("update factor_challenges set expires_at = now() where subject_id = %s",
                          [enrolled.person.user_id])
        assert code_of(enrolled.finish(asked, code=enrolled.code())) == (401, "challenge_over")

    def test_challenge_ends_with_a_new_password(self, enrolled: Owner) -> None:
        asked, other = enrolled.challenge()["challenge"], enrolled.challenge()["challenge"]
        tokens = data(enrolled.finish(other, code=enrolled.code()))
        body = {"current_password": PASSWORD, "new_password": "a new kettle over the bridge 9"}
        enrolled.tokens = tokens
        assert enrolled.ask("POST", "/me/password", body).status_code == 200
        assert code_of(enrolled.finish(asked, code=enrolled.code())) == (401, "challenge_over")

    def test_challenge_of_a_disabled_account_is_over(self, enrolled: Owner, superuser: psycopg.Connection) -> None:
        asked = enrolled.challenge()["challenge"]
        superuser.execute("update users set status = 'disabled' where id = %s", [enrolled.person.user_id])
        assert code_of(enrolled.finish(asked, code=enrolled.code())) == (401, "challenge_over")

    def test_challenge_for_something_else_signs_nobody_in(self, enrolled: Owner) -> None:
        enrolled.add_key()
        proving = data(enrolled.ask("POST", "/auth/step-up/options"))["challenge"]
        assert code_of(enrolled.finish(proving, code=enrolled.code())) == (401, "challenge_over")

    def test_guesses_are_counted_whichever_challenge_they_come_with(self, enrolled: Owner) -> None:
        """PyPI's limits: five wrong codes in five minutes; the password alone says nothing of them."""
        tries = [enrolled.finish(enrolled.challenge()["challenge"], code="000000").status_code for _ in range(6)]
        assert tries == [401] * 5 + [429]
        slowed = enrolled.finish(enrolled.challenge()["challenge"], code=enrolled.code())
        assert code_of(slowed) == (429, "sign_in_slowed") and 0 < int(slowed.headers["Retry-After"]) <= 300

    def test_wrong_password_asks_for_no_second_factor(self, enrolled: Owner) -> None:
        wrong = Person(enrolled.person.user_id, enrolled.person.email, "not this one at all")
        assert code_of(log_in(enrolled.app.test_client(), wrong)) == (401, "credentials_wrong")

    def test_browser_finishes_with_cookies_from_its_own_origin(self, enrolled: Owner) -> None:
        asked, client = enrolled.challenge("cookie")["challenge"], enrolled.app.test_client()
        body = {"challenge": asked, "code": enrolled.code()}
        foreign = client.post("/api/v1/auth/login/second-factor", json=body, headers={"Origin": "https://evil.example"})
        assert code_of(foreign) == (403, "wrong_origin")
        answer = client.post("/api/v1/auth/login/second-factor", json=body, headers={"Origin": "https://app.example"})
        assert data(answer)["token_type"] == "Cookie" and client.get_cookie("refresh") is not None


class TestRecoveryCodes:
    def test_each_opens_one_sign_in(self, enrolled: Owner, superuser: psycopg.Connection) -> None:
        codes = data(enrolled.ask("POST", "/me/factors/recovery-codes"), 201)["codes"]
        assert len(set(codes)) == 10 and all(len(code) == 19 for code in codes)
        asked = enrolled.challenge()
        assert asked["methods"] == ["totp", "recovery_code"]
        typed = codes[0].lower().replace("-", " ")
        assert data(enrolled.finish(asked["challenge"], recovery_code=typed))
        assert letters(superuser, enrolled)[-1] == "identity.recovery.used"
        again = enrolled.finish(enrolled.challenge()["challenge"], recovery_code=codes[0])
        assert code_of(again) == (401, "code_wrong")
        assert data(enrolled.ask("GET", "/me/factors"))["recovery_codes_left"] == 9
        kept = superuser.execute("select code_hash from recovery_codes where subject_id = %s",
                                 [enrolled.person.user_id]).fetchall()
        assert not {code.replace("-", "") for code in codes} & {row[0] for row in kept}

    def test_new_ones_void_the_old(self, enrolled: Owner) -> None:
        old = data(enrolled.ask("POST", "/me/factors/recovery-codes"), 201)["codes"]
        new = data(enrolled.ask("POST", "/me/factors/recovery-codes"), 201)["codes"]
        assert code_of(enrolled.finish(enrolled.challenge()["challenge"], recovery_code=old[0])) == (401, "code_wrong")
        assert data(enrolled.finish(enrolled.challenge()["challenge"], recovery_code=new[0]))

    def test_two_uses_at_once_open_one_sign_in(self, enrolled: Owner) -> None:
        code = data(enrolled.ask("POST", "/me/factors/recovery-codes"), 201)["codes"][0]
        asked = [enrolled.challenge()["challenge"] for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: enrolled.finish(one, recovery_code=code).status_code, asked))
        assert sorted(answers) == [200, 401, 401, 401]

    def test_one_proves_nothing_afterwards(self, enrolled: Owner) -> None:
        code = data(enrolled.ask("POST", "/me/factors/recovery-codes"), 201)["codes"][0]
        assert code_of(enrolled.ask("POST", "/auth/step-up", {"recovery_code": code}))[0] == 422
        with enrolled.app.app_context(), unit_of_work(system(enrolled.person.user_id)):
            user = accounts.get_user(enrolled.person.user_id)
            shown = Shown(recovery_code=code)
            assert factors.answer(shown, user, ChallengePurpose.PROVE,
                                  actor=system(enrolled.person.user_id)) is None

    def test_anothers_code_opens_nothing(self, app: Flask, enrolled: Owner) -> None:
        other = Owner(app, make_person(app), {})
        other.tokens = tokens_of(app.test_client(), other.person)
        code = data(other.ask("POST", "/me/factors/recovery-codes"), 201)["codes"][0]
        assert code_of(enrolled.finish(enrolled.challenge()["challenge"], recovery_code=code)) == (401, "code_wrong")


class TestPasskeys:
    def test_signs_in(self, keyed: Owner, superuser: psycopg.Connection) -> None:
        asked, key = keyed.challenge(), keyed.keys[0]
        assert asked["methods"] == ["webauthn"]
        options = asked["webauthn"]
        assert (options["rpId"], options["userVerification"], options["challenge"]) == (
            "localhost", "required", asked["challenge"])
        assert options["allowCredentials"] == [
            {"type": "public-key", "id": b64(key.credential_id), "transports": ["internal"]}]
        assertion = key.get(options)
        assert data(keyed.finish(asked["challenge"], assertion=assertion))["access_token"]
        assert code_of(keyed.finish(asked["challenge"], assertion=assertion)) == (401, "challenge_over")
        assert code_of(keyed.finish(keyed.challenge()["challenge"], assertion=assertion)) == (401, "code_wrong")
        shown = data(keyed.ask("GET", "/me/factors"))["factors"][0]
        assert (shown["kind"], shown["name"]) == ("webauthn", "Laptop") and shown["last_used_at"]
        assert superuser.execute("select sign_count from passkeys where subject_id = %s",
                                 [keyed.person.user_id]).fetchone() == (1,)

    def test_origin_of_a_browser_app_of_ours_passes(self, keyed: Owner) -> None:
        keyed.keys[0].origin, asked = "https://app.example", keyed.challenge()
        assert data(keyed.finish(asked["challenge"], assertion=keyed.keys[0].get(asked["webauthn"])))

    def test_authenticator_without_a_counter_passes_again_and_again(self, keyed: Owner) -> None:
        for _ in range(2):
            asked, keyed.keys[0].counter = keyed.challenge(), -1
            assert data(keyed.finish(asked["challenge"], assertion=keyed.keys[0].get(asked["webauthn"])))

    @pytest.mark.parametrize("bent", [
        {"rp_id": "evil.example"}, {"origin": "http://evil.example"}, {"origin": "http://localhost:5001"},
        {"origin": "null"}, {"flags": PRESENT}, {"flags": 0}, {"credential_id": b"x" * 32},
        {"user_handle": b64(b"x" * 16)}, {"user_handle": "%"}, {"key": Authenticator().key}])
    def test_answer_of_something_else_is_refused(self, keyed: Owner, bent: dict[str, Any]) -> None:
        asked, key = keyed.challenge(), keyed.keys[0]
        for name, value in bent.items():
            setattr(key, name, value)
        assert code_of(keyed.finish(asked["challenge"], assertion=key.get(asked["webauthn"]))) == (401, "code_wrong")

    @pytest.mark.parametrize("changed", [{"type": "webauthn.create"}, {"challenge": b64(b"x" * 32)}, {"challenge": 1},
                                         {"challenge": ""}, {"origin": ["http://localhost:5000"]}])
    def test_client_data_of_something_else_is_refused(self, keyed: Owner, changed: dict[str, Any]) -> None:
        asked = keyed.challenge()
        assertion = keyed.keys[0].get(asked["webauthn"], **changed)
        assert code_of(keyed.finish(asked["challenge"], assertion=assertion)) == (401, "code_wrong")

    def test_passkey_of_another_person_is_refused(self, app: Flask, keyed: Owner) -> None:
        other = Owner(app, make_person(app), {})
        other.tokens = tokens_of(app.test_client(), other.person)
        key = other.add_key()
        asked = keyed.challenge()
        assert code_of(keyed.finish(asked["challenge"], assertion=key.get(asked["webauthn"]))) == (401, "code_wrong")

    def test_answer_to_another_persons_challenge_is_refused(self, app: Flask, keyed: Owner) -> None:
        other = Owner(app, make_person(app), {})
        other.tokens = tokens_of(app.test_client(), other.person)
        other.add_key()
        theirs, mine = other.challenge(), keyed.challenge()
        assertion = keyed.keys[0].get(theirs["webauthn"])
        assert code_of(keyed.finish(mine["challenge"], assertion=assertion)) == (401, "code_wrong")
        assert code_of(keyed.finish(theirs["challenge"], assertion=assertion)) == (401, "code_wrong")

    def test_copied_authenticator_is_refused_and_recorded(self, keyed: Owner, superuser: psycopg.Connection) -> None:
        key = keyed.keys[0]
        key.counter, asked = 7, keyed.challenge()
        assert data(keyed.finish(asked["challenge"], assertion=key.get(asked["webauthn"])))
        for counter in (7, 3, -1):  # shows 8, which is known; 4; 0
            key.counter, asked = counter, keyed.challenge()
            refused = keyed.finish(asked["challenge"], assertion=key.get(asked["webauthn"]))
            assert code_of(refused) == (401, "code_wrong")
        assert actions(superuser, keyed).count("identity.passkey.copy") == 3
        assert letters(superuser, keyed).count("identity.passkey.copied") == 3

    @pytest.mark.parametrize("response", [
        {"signature": ""}, {"signature": "%%%"}, {"authenticatorData": ""}, {"authenticatorData": b64(b"x" * 20)},
        {"authenticatorData": b64(b"x" * 3000)}, {"clientDataJSON": b64(b"{")}, {"clientDataJSON": b64(b"[]")},
        {"clientDataJSON": b64(b'{"type":"webauthn.get"}')}, {"clientDataJSON": b64(b"[" * 3000)}])
    def test_malformed_answer_is_refused(self, keyed: Owner, response: dict[str, str]) -> None:
        asked = keyed.challenge()
        assertion = keyed.keys[0].get(asked["webauthn"])
        assertion["response"] |= response
        assert code_of(keyed.finish(asked["challenge"], assertion=assertion)) == (401, "code_wrong")

    def test_oversized_answer_is_not_read(self, keyed: Owner) -> None:
        asked = keyed.challenge()
        assertion = keyed.keys[0].get(asked["webauthn"])
        assertion["response"]["authenticatorData"] = "A" * 5_000
        assert keyed.finish(asked["challenge"], assertion=assertion).status_code == 422


class TestRegistering:
    def started(self, owner: Owner) -> dict[str, Any]:
        begun: dict[str, Any] = data(owner.ask("POST", "/me/factors/webauthn/options"))
        return begun

    def add(self, owner: Owner, begun: dict[str, Any], credential: Any, name: str = "Key") -> TestResponse:
        body = {"challenge": begun["challenge"], "name": name, "credential": credential}
        return owner.ask("POST", "/me/factors/webauthn", body)

    def test_options_ask_for_what_we_need(self, keyed: Owner) -> None:
        options = self.started(keyed)["options"]
        assert options["rp"] == {"id": "localhost", "name": "castingops"} and options["attestation"] == "none"
        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert [one["id"] for one in options["excludeCredentials"]] == [b64(keyed.keys[0].credential_id)]
        assert options["user"]["id"] == b64(keyed.person.user_id.bytes)

    def test_challenge_registers_one_passkey(self, owner: Owner) -> None:
        begun = self.started(owner)
        assert self.add(owner, begun, Authenticator().create(begun["options"])).status_code == 201
        again = self.add(owner, begun, Authenticator().create(begun["options"]))
        assert code_of(again) == (422, "passkey_refused")

    def test_challenge_of_another_session_registers_nothing(self, owner: Owner) -> None:
        begun, here = self.started(owner), owner.tokens
        owner.tokens = tokens_of(owner.app.test_client(), owner.person)
        assert code_of(self.add(owner, begun, Authenticator().create(begun["options"]))) == (422, "passkey_refused")
        owner.tokens = here
        assert self.add(owner, begun, Authenticator().create(begun["options"])).status_code == 201

    def test_challenge_for_something_else_registers_nothing(self, keyed: Owner) -> None:
        proving = data(keyed.ask("POST", "/auth/step-up/options"))
        refused = self.add(keyed, proving, Authenticator().create(proving["options"]))
        assert code_of(refused) == (422, "passkey_refused")

    def test_expired_challenge_registers_nothing(self, owner: Owner, superuser: psycopg.Connection) -> None:
        begun = self.started(owner)
        superuser.execute("update factor_challenges set expires_at = now() where subject_id = %s",
                          [owner.person.user_id])
        assert code_of(self.add(owner, begun, Authenticator().create(begun["options"]))) == (422, "passkey_refused")

    @pytest.mark.parametrize("bent", [{"rp_id": "evil.example"}, {"origin": "https://evil.example"},
                                      {"flags": PRESENT}, {"flags": ATTESTED}, {"credential_id": b""}])
    def test_credential_for_something_else_is_refused(self, owner: Owner, bent: dict[str, Any]) -> None:
        begun = self.started(owner)
        assert code_of(self.add(owner, begun, Authenticator(**bent).create(begun["options"]))) == (
            422, "passkey_refused")

    @pytest.mark.parametrize("statement", [
        b"", b"x", cbor2.dumps([]), cbor2.dumps({}), cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": b""}),
        cbor2.dumps({"fmt": "tpm", "attStmt": {}, "authData": b"x" * 100}), b"\x9f" * 4_000, b"\x81" * 10_000,
        b"\xbf" * 9_000, cbor2.dumps({"fmt": 1, "attStmt": 2, "authData": 3}), b"\x5b" + b"\xff" * 8],
        ids=["empty", "no-cbor", "list", "map", "no-data", "tpm", "arrays", "nested", "maps", "numbers", "length"])
    def test_hostile_cbor_is_refused(self, owner: Owner, statement: bytes) -> None:
        begun = self.started(owner)
        credential = Authenticator().create(begun["options"])
        credential["response"]["attestationObject"] = b64(statement)
        assert code_of(self.add(owner, begun, credential)) == (422, "passkey_refused")

    def test_passkey_is_registered_once_in_the_house(self, app: Flask, keyed: Owner) -> None:
        other = Owner(app, make_person(app), {})
        other.tokens = tokens_of(app.test_client(), other.person)
        begun = self.started(other)
        assert code_of(self.add(other, begun, keyed.keys[0].create(begun["options"]))) == (409, "passkey_known")

    @pytest.mark.parametrize("name", ["", "   ", "x" * 61, "two\nlines", "\u202e\u200f"])
    def test_name_is_one_line(self, owner: Owner, name: str) -> None:
        begun = self.started(owner)
        refused = self.add(owner, begun, Authenticator().create(begun["options"]), name)
        assert code_of(refused) == (422, "passkey_name_invalid")

    def test_there_may_be_twenty(self, owner: Owner, superuser: psycopg.Connection) -> None:
        superuser.execute(
            "insert into passkeys (subject_id, credential_id, public_key, sign_count, transports, name, created_at)"
            " select %s, decode(md5(random()::text || n), 'hex'), '', 0, '{}', 'key', now()"
            " from generate_series(1, 20) n",
            [owner.person.user_id])
        assert code_of(owner.ask("POST", "/me/factors/webauthn/options")) == (409, "passkeys_too_many")


class TestRemoving:
    def ids(self, owner: Owner) -> list[str]:
        return [one["id"] for one in data(owner.ask("GET", "/me/factors"))["factors"]]

    def test_last_one_takes_the_recovery_codes_along(self, enrolled: Owner, superuser: psycopg.Connection) -> None:
        enrolled.add_key()
        data(enrolled.ask("POST", "/me/factors/recovery-codes"), 201)
        totp, key = self.ids(enrolled)
        assert data(enrolled.ask("DELETE", f"/me/factors/{totp}")) == {"status": "removed"}
        assert data(enrolled.ask("GET", "/me/factors"))["recovery_codes_left"] == 10
        data(enrolled.ask("DELETE", f"/me/factors/{key}"))
        assert data(enrolled.ask("GET", "/me/factors"))["recovery_codes_left"] == 0
        assert log_in(enrolled.app.test_client(), enrolled.person).status_code == 200
        assert letters(superuser, enrolled)[-1] == "identity.factor.removed"
        assert actions(superuser, enrolled).count("identity.factor.remove") == 2

    def test_last_one_of_somebody_who_must_have_one_stays(self, enrolled: Owner) -> None:
        def asked(user_id: UUID) -> bool:
            return user_id == enrolled.person.user_id

        service.demand_second_factor(asked)
        service.demand_second_factor(asked)
        try:
            assert data(enrolled.ask("GET", "/me/factors"))["demanded"] is True
            assert code_of(enrolled.ask("DELETE", f"/me/factors/{self.ids(enrolled)[0]}")) == (409, "factor_demanded")
            enrolled.add_key()
            assert enrolled.ask("DELETE", f"/me/factors/{self.ids(enrolled)[0]}").status_code == 200
        finally:
            factors._demands.remove(asked)
        assert asked not in factors._demands

    def test_anothers_is_as_unknown(self, app: Flask, keyed: Owner, enrolled: Owner) -> None:
        other = Owner(app, make_person(app), {})
        other.tokens = tokens_of(app.test_client(), other.person)
        answers = [other.ask("DELETE", f"/me/factors/{one}") for one in (self.ids(keyed)[0], uuid4())]
        assert [code_of(one) for one in answers] == [(404, "factor_not_found")] * 2


class TestStepUp:
    def old(self, owner: Owner, superuser: psycopg.Connection) -> None:
        """The sign-in lies six minutes back."""
        superuser.execute("update refresh_families set proved_at = now() - interval '6 minutes' where subject_id = %s",
                          [owner.person.user_id])
        renewed = owner.app.test_client().post("/api/v1/auth/refresh",
                                               json={"refresh_token": owner.tokens["refresh_token"]})
        owner.tokens = data(renewed)

    def test_password_is_not_enough_where_a_factor_is_enrolled(self, enrolled: Owner, superuser: psycopg.Connection
                                                               ) -> None:
        self.old(enrolled, superuser)
        assert code_of(enrolled.ask("POST", "/auth/step-up", {"password": PASSWORD})) == (422, "proof_wrong")
        code = enrolled.code()
        enrolled.tokens = data(enrolled.ask("POST", "/auth/step-up", {"code": code}))
        assert enrolled.ask("POST", "/me/factors/recovery-codes").status_code == 201
        assert code_of(enrolled.ask("POST", "/auth/step-up", {"code": code})) == (422, "proof_wrong")

    def test_passkey_proves_in_the_session_that_asked(self, keyed: Owner, superuser: psycopg.Connection) -> None:
        other, asked = Owner(keyed.app, keyed.person, {}), keyed.challenge()
        other.tokens = data(keyed.finish(asked["challenge"], assertion=keyed.keys[0].get(asked["webauthn"])))
        self.old(keyed, superuser)
        begun = data(keyed.ask("POST", "/auth/step-up/options"))
        proof = {"challenge": begun["challenge"], "assertion": keyed.keys[0].get(begun["options"])}
        assert code_of(other.ask("POST", "/auth/step-up", proof)) == (422, "proof_wrong")
        keyed.tokens = data(keyed.ask("POST", "/auth/step-up", proof))
        assert keyed.ask("POST", "/me/factors/recovery-codes").status_code == 201
        assert code_of(keyed.ask("POST", "/auth/step-up", proof)) == (422, "proof_wrong")

    def test_challenge_of_a_sign_in_proves_nothing(self, keyed: Owner) -> None:
        asked = keyed.challenge()
        proof = {"challenge": asked["challenge"], "assertion": keyed.keys[0].get(asked["webauthn"])}
        assert code_of(keyed.ask("POST", "/auth/step-up", proof)) == (422, "proof_wrong")

    def test_without_a_passkey_there_is_nothing_to_ask(self, owner: Owner) -> None:
        assert code_of(owner.ask("POST", "/auth/step-up/options")) == (404, "factor_not_found")
        assert code_of(owner.ask("POST", "/auth/step-up", {})) == (422, "proof_wrong")

    def test_guesses_count_together_with_those_at_a_sign_in(self, enrolled: Owner) -> None:
        for _ in range(3):
            assert enrolled.finish(enrolled.challenge()["challenge"], code="000000").status_code == 401
        tries = [enrolled.ask("POST", "/auth/step-up", {"code": "000000"}).status_code for _ in range(3)]
        assert tries == [422, 422, 429]


def test_second_factor_is_known_everywhere_within_seconds(keyed: Owner) -> None:
    user_id = keyed.person.user_id
    with keyed.app.app_context():
        assert service.has_second_factor(user_id)
        states.forget(user_id)
        assert service.has_second_factor(user_id) and not service.has_second_factor(uuid4())


def test_factors_are_exported_and_erased(enrolled: Owner, superuser: psycopg.Connection) -> None:
    """ID-5 under the PDPL: a passkey's name is told, its key is not; nothing stays."""
    enrolled.add_key(name="My phone")
    data(enrolled.ask("POST", "/me/factors/recovery-codes"), 201)
    enrolled.challenge()
    user_id = enrolled.person.user_id
    with enrolled.app.app_context(), unit_of_work(system()):
        assert privacy.export(user_id, actor=system())["passkeys"] == [{"name": "My phone"}]
    with enrolled.app.app_context(), unit_of_work(system()):
        privacy.erase(user_id, actor=system())
    for table in ("passkeys", "recovery_codes", "factor_challenges", "totp_secrets"):
        assert superuser.execute(f"select count(*) from {table} where subject_id = %s", [user_id]).fetchone() == (0,)


def test_old_challenges_are_swept(enrolled: Owner, superuser: psycopg.Connection) -> None:
    enrolled.challenge()
    with clock.held_at(clock.now() + timedelta(minutes=7)), enrolled.app.app_context(), unit_of_work(system()):
        tasks.sweep(actor=system())
    assert superuser.execute("select count(*) from factor_challenges where subject_id = %s",
                             [enrolled.person.user_id]).fetchone() == (0,)
