"""What PyPI's audits of 2023 and 2026 found, tried on this house (reliability.md §0.10): a table of what answers each.

A finding is answered by a test here, or by one elsewhere, which has to be there.
"""
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core import clock
from castingops.core.config import PACKAGE
from castingops.web.limits import GUARDED
from tests.factories import doors
from tests.factories.identity import bearer, make_person, make_staff, sign_in, tokens_of
from tests.factories.media import jpeg

ROOT = PACKAGE.parent
HERE = "tests/integration/test_pypi_regressions.py"
MATRIX = "tests/matrix/test_permissions.py"
LETTERS = "tests/integration/test_identity_letters.py"
ANSWERED = {
    "a POST guarded by a read permission": f"{MATRIX}::test_nothing_changes_on_a_read_permission",
    "what is another's is told from what is not": f"{MATRIX}::test_refusals_do_not_tell_whether_an_id_exists",
    "memory of a used token ends before the token": f"{HERE}::test_revocation_outlives_the_token",
    "one-time code works again with a space": f"{HERE}::test_code_works_once_however_it_is_written",
    "audit events dropped silently": "tests/integration/test_audit_recording.py::"
                                     "test_act_without_audit_does_not_happen",
    "deletion of another's thing by its id": f"{HERE}::test_nobody_removes_what_is_anothers",
    "a second way to sign in skips the limit": f"{HERE}::test_every_way_in_is_guarded_by_a_strict_limit",
    "reset tells who has an account": f"{LETTERS}::test_request_leaves_the_same_traces_for_known_and_unknown",
    "address of the sender believed from a header": "tests/integration/test_web_edge.py::"
                                                    "test_forwarded_address_is_not_believed",
    "host header decides where links lead": f"{HERE}::test_links_do_not_follow_the_host_header",
    "sessions outlive a password": f"{HERE}::test_a_new_password_ends_what_was_signed_in",
    "two of one moment use one token": f"{LETTERS}::test_reset_at_once_has_one_effect",
}

# Ways in that are counted by the general limit, each with its reason.
ELSEWHERE = {
    "refresh": "256 random bits are not guessed; a used one ends its family",
    "logout": "gives nothing",
    "start_sign_in": "takes no secret: it sends a browser to a provider",
}


@pytest.mark.parametrize("finding", sorted(ANSWERED))
def test_finding_is_answered(finding: str) -> None:
    file, _, name = ANSWERED[finding].partition("::")
    text = (ROOT / file).read_text()
    assert re.search(rf"^ *def {name}\(", text, re.MULTILINE), ANSWERED[finding]


def test_revocation_outlives_the_token(app: Flask, superuser: psycopg.Connection) -> None:
    """It is kept until the token and a clock's tolerance are over, and not forgotten by a sweep before."""
    client, person = app.test_client(), make_person(app)
    tokens = tokens_of(client, person)
    assert client.post("/api/v1/auth/logout", json={}, headers=bearer(tokens)).status_code == 200
    row = superuser.execute("select until from revoked_tokens where subject_id = %s", [person.user_id]).fetchone()
    assert row and row[0] >= clock.now() + timedelta(seconds=tokens["expires_in"] + 55)


@pytest.mark.parametrize("written", [
    lambda code: code, lambda code: f" {code}", lambda code: f"{code[:3]} {code[3:]}", lambda code: f"{code}\t",
    lambda code: code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    lambda code: code.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    lambda code: f"{code[:3]}\u00a0{code[3:]}"])
def test_code_works_once_however_it_is_written(app: Flask, written: Callable[[str], str]) -> None:
    staff = make_staff(app)
    with clock.held_at(clock.now()):
        assert sign_in(app.test_client(), staff).status_code == 303
        assert sign_in(app.test_client(), staff, written(staff.code())).status_code == 401


def test_nobody_removes_what_is_anothers(app: Flask) -> None:
    """And a refusal removes nothing on its way."""
    owner, other = doors.register(app), doors.register(app)
    form = {"photo": (io.BytesIO(jpeg()), "me.jpg"), "kind": "headshot"}
    photo = owner.ask("POST", "/api/v1/me/photos", data=form).json
    assert photo
    path = f"/api/v1/me/photos/{photo['data']['id']}"
    theirs, nobodys = other.ask("DELETE", path), other.ask("DELETE", f"/api/v1/me/photos/{uuid4()}")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json and nobodys.json and theirs.json["error"] == nobodys.json["error"]
    left = owner.ask("GET", "/api/v1/me/photos").json
    assert left and [UUID(one["id"]) for one in left["data"]] == [UUID(photo["data"]["id"])]
    assert owner.ask("DELETE", path).status_code == 200


def test_every_way_in_is_guarded_by_a_strict_limit(app: Flask) -> None:
    """All that takes a secret: counted one by one, with a stricter limit of its own when Redis is gone."""
    ways = {rule.endpoint.rpartition(".")[2]: app.view_functions[rule.endpoint].limit  # type: ignore[attr-defined]
            for rule in app.url_map.iter_rules()
            if re.match(r"/api/v1/(auth/|me/password)", rule.rule) and "POST" in (rule.methods or ())}
    assert len(ways) > 5
    assert {name for name, limit in ways.items() if limit not in GUARDED} <= ELSEWHERE.keys(), ways


def test_links_do_not_follow_the_host_header(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json", headers={"Host": "evil.example"})
    assert "evil.example" not in answer.text
    someone = doors.register(app)
    form = {"photo": (io.BytesIO(jpeg()), "me.jpg"), "kind": "headshot"}
    answer = someone.ask("POST", "/api/v1/me/photos", data=form, headers={"X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 201 and "evil.example" not in json.dumps(answer.json)


def test_a_new_password_ends_what_was_signed_in(app: Flask) -> None:
    """The sign-in that changes it goes on with new tokens: its old ones are spent, those of every other are dead."""
    client, person = app.test_client(), make_person(app)
    tokens, others = tokens_of(client, person), tokens_of(client, person)
    body = {"current_password": person.password, "new_password": "a lantern over the old souq"}
    assert client.post("/api/v1/me/password", json=body, headers=bearer(tokens)).status_code == 200
    assert [client.get("/api/v1/me", headers=bearer(each)).status_code for each in (tokens, others)] == [401, 401]
    spent, dead = ({"refresh_token": each["refresh_token"]} for each in (tokens, others))
    assert client.post("/api/v1/auth/refresh", json=spent).status_code == 409
    assert client.post("/api/v1/auth/refresh", json=dead).status_code == 401
