"""The vault: what goes in is used by the house and never comes out (ORG-3, P14 to P18)."""
import json
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from click.testing import CliRunner
from cryptography.exceptions import InvalidTag
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from castingops.core.actor import Actor, system
from castingops.core.crypto import SealBroken, Sealer, derive_key
from castingops.core.db import unit_of_work
from castingops.core.errors import Forbidden
from castingops.organizations import cli, rules
from castingops.organizations.service import vault
from castingops.organizations.types import Resealed
from tests import keys
from tests.factories import organizations
from tests.factories.organizations import House

MANY = hypothesis_settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SECRETS = st.text(st.characters(exclude_categories=["C"]), min_size=8, max_size=120)
SECRET = "sk_live_canary_6f1c2b9a4e"
MASTER = b"m" * 32


@pytest.fixture
def house(app: Flask, superuser: psycopg.Connection) -> House:
    return organizations.house(app, superuser)


def store(house: House, secret: str = SECRET, **changes: str) -> dict[str, Any]:
    body = {"name": f"Key {uuid4().hex[:8]}", "provider": "payroll", "secret": secret, **changes}
    answer = house.ask("admin", "POST", "/credentials", json=body)
    assert answer.status_code == 201 and answer.json, answer.text
    made: dict[str, Any] = answer.json["data"]
    return made


def listed(house: House) -> list[dict[str, Any]]:
    answer = house.ask("member", "GET", "/credentials")
    assert answer.status_code == 200 and answer.json, answer.text
    rows: list[dict[str, Any]] = answer.json["data"]
    return rows


def used(app: Flask, house: House, made: dict[str, Any]) -> str:
    with app.app_context(), unit_of_work(system(org_id=house.org_id)):
        return vault.use_credential(UUID(made["id"]), actor=system(org_id=house.org_id))


@MANY
@given(secret=SECRETS)
def test_p14_encrypt_then_decrypt_returns_the_text(secret: str) -> None:
    sealer = Sealer(MASTER, f"organizations/vault/{uuid4()}")
    assert sealer.open(sealer.seal(secret, "row"), "row") == secret
    with pytest.raises(SealBroken):
        sealer.open(sealer.seal(secret, "row"), "another row")


@MANY
@given(secret=SECRETS)
def test_p15_what_is_shown_is_masked(secret: str) -> None:
    """At most four characters, of a short secret none; the mask tells nothing of its length."""
    shown = rules.masked(secret)
    assert shown.startswith("•" * 8) and len(shown) in {8, 12}
    assert shown[8:] == "" if len(secret) < 16 else secret.endswith(shown[8:])


@MANY
@given(secret=SECRETS)
def test_p17_no_two_encryptions_share_an_iv(secret: str) -> None:
    sealer = Sealer(MASTER, "organizations/vault/one")
    sealed = {sealer.seal(secret, "row").rsplit(".", 1)[1][:16] for _ in range(20)}  # 12 bytes are 16 characters
    assert len(sealed) == 20


@MANY
@given(one=st.uuids(), other=st.uuids())
def test_p18_two_organizations_derive_different_keys(one: UUID, other: UUID) -> None:
    derived = [derive_key(MASTER, f"organizations/vault/{each}") for each in (one, other)]
    assert (derived[0] == derived[1]) is (one == other)
    if one != other:
        sealed = Sealer(MASTER, f"organizations/vault/{one}").seal(SECRET, "row")
        with pytest.raises((SealBroken, InvalidTag)):
            Sealer(MASTER, f"organizations/vault/{other}").open(sealed, "row")


def test_p16_a_deleted_credential_is_gone_from_listings(house: House) -> None:
    """A hundred come and go, each for itself."""
    kept = store(house)["id"]
    for _ in range(100):
        made = store(house)["id"]
        assert {row["id"] for row in listed(house)} == {kept, made}
        gone = house.ask("admin", "DELETE", f"/credentials/{made}")
        assert gone.status_code == 200, gone.text
        assert [row["id"] for row in listed(house)] == [kept]
    assert house.ask("admin", "DELETE", f"/credentials/{made}").status_code == 404


def test_a_secret_never_comes_out(app: Flask, house: House, superuser: psycopg.Connection) -> None:
    """Neither by an answer nor in a row that anybody reads: replies kept for a retry, trail and outbox included."""
    made = store(house)
    answers = [json.dumps(made), json.dumps(listed(house)),
               house.ask("owner", "GET", f"/credentials/{made['id']}").text,
               house.ask("admin", "PUT", f"/credentials/{made['id']}", json={"secret": SECRET + "-new"}).text]
    assert all("canary" not in answer for answer in answers)
    assert used(app, house, made) == SECRET + "-new"
    tables = superuser.execute("select table_name from information_schema.tables where table_schema = 'public'"
                               " and table_type = 'BASE TABLE'").fetchall()
    for (table,) in tables:
        rows = superuser.execute(f"select count(*) from {table} t where t::text like '%canary_6f1c%'").fetchone()
        assert rows == (0,), table


def test_use_is_noted_and_recorded(app: Flask, house: House, superuser: psycopg.Connection) -> None:
    made = store(house)
    assert made["last_used_at"] is None and made["masked"] == "•" * 8 + "9a4e"
    assert used(app, house, made) == SECRET
    (row,) = listed(house)
    assert row["last_used_at"] and row["version"] == 1
    acts = superuser.execute("select action from audit_entries where entity_id = %s order by occurred_at",
                             [made["id"]]).fetchall()
    assert acts == [("organizations.credential.store",), ("organizations.credential.use",)]


def test_only_the_system_opens_it(app: Flask, house: House) -> None:
    made = store(house)
    owner = Actor("member", house["owner"].user_id, org_id=house.org_id)
    with app.app_context(), pytest.raises(Forbidden), unit_of_work(system(org_id=house.org_id)):
        vault.use_credential(UUID(made["id"]), actor=owner)


def test_a_row_moved_to_another_opens_no_more(app: Flask, house: House, superuser: psycopg.Connection) -> None:
    one, other = store(house), store(house, "another secret 123456")
    superuser.execute("update credentials set sealed = (select sealed from credentials where id = %s) where id = %s",
                      [one["id"], other["id"]])
    with pytest.raises(SealBroken):
        used(app, house, other)


@pytest.mark.parametrize(("role", "verb", "status"), [
    ("viewer", "GET", 403), ("member", "GET", 200), ("member", "POST", 403), ("viewer", "POST", 403),
    ("admin", "POST", 201), ("owner", "POST", 201)])
def test_who_may_do_what(house: House, role: str, verb: str, status: int) -> None:
    body = {"json": {"name": "Key", "provider": "payroll", "secret": SECRET}} if verb == "POST" else {}
    assert house.ask(role, verb, "/credentials", **body).status_code == status


def test_another_organizations_credential_is_not_there(app: Flask, superuser: psycopg.Connection, house: House) -> None:
    theirs = store(organizations.house(app, superuser))["id"]
    for method, body in (("DELETE", {}), ("PUT", {"json": {"secret": SECRET}})):
        other, none = (house.ask("owner", method, f"/credentials/{one}", headers={"Accept-Language": "en"}, **body)
                       for one in (theirs, uuid4()))
        assert other.status_code == none.status_code == 404
        assert other.json["error"] == none.json["error"]


@pytest.mark.parametrize(("field", "value"), [
    ("secret", "short"), ("secret", "x" * 4097), ("secret", "nul\u0000in the middle"), ("provider", "Pay Roll"),
    ("name", ""), ("name", "two\nlines"), ("name", "n" * 121), ("secret", None), ("secret", 12345678)])
def test_bad_input_is_told_by_field_and_not_repeated(house: House, field: str, value: Any) -> None:
    body = {"name": "Key", "provider": "payroll", "secret": SECRET, field: value}
    answer = house.ask("admin", "POST", "/credentials", json=body)
    assert answer.status_code == 422 and list(answer.json["error"]["errors"]) == [field], answer.text
    assert not isinstance(value, str) or len(value) < 5 or value not in answer.text


def test_a_name_is_taken_once(house: House) -> None:
    store(house, name="Payroll")
    again = house.ask("admin", "POST", "/credentials", json={"name": "Payroll", "provider": "x1", "secret": SECRET})
    assert again.status_code == 409 and again.json["error"]["code"] == "credential_name_taken"


def test_a_new_master_key_opens_the_old_and_seals_again(
    app: Flask, superuser: psycopg.Connection, house: House
) -> None:
    """Rotation: the old key stands behind the new one until everything is sealed anew, then it may go."""
    made, before = store(house), app.extensions["settings"]
    broken = store(organizations.house(app, superuser))
    new = keys.environment()["CASTINGOPS_MASTER_KEY"]
    secret = type(before.master_key)
    assert new != before.master_key.get_secret_value()
    both = before.model_copy(update={"master_key": secret(new),
                                     "master_key_fallbacks": (before.master_key.get_secret_value(),)})
    alone = before.model_copy(update={"master_key": secret(new), "master_key_fallbacks": ()})
    try:
        app.extensions["settings"] = both
        assert used(app, house, made) == SECRET
        after: UUID | None = UUID(int=house.org_id.int - 1)
        with app.app_context(), unit_of_work(system()):
            assert after and vault.reseal_next(after) == Resealed(house.org_id, 1, 0)
            assert vault.reseal_next(after) == Resealed(house.org_id, 0, 0)
        superuser.execute("update credentials set sealed = 'v1.' where id = %s", [broken["id"]])
        with app.app_context():
            done = CliRunner().invoke(cli.vault, ["reseal"])
            assert done.exit_code == 1 and "open under no key" in done.output, done.output
            superuser.execute("delete from credentials where sealed = 'v1.'")
            done = CliRunner().invoke(cli.vault, ["reseal"])
            assert done.exit_code == 0 and done.output.endswith(" sealed again\n"), done.output
        app.extensions["settings"] = alone
        assert used(app, house, made) == SECRET
    finally:
        app.extensions["settings"] = before
