"""Organizations: made, listed, read; and what is not yours is not there (ORG-1, ORG-2)."""
from uuid import uuid4

import pytest
from flask import Flask

from tests.factories import doors


def test_create_organization_makes_owner(app: Flask) -> None:
    hirer = doors.register(app, "hirer")
    slug = f"palm-{uuid4().hex[:8]}"
    answer = hirer.ask("POST", "/api/v1/organizations",
                       json={"name_ar": "استوديو النخيل", "name_en": "Palm Studios", "slug": slug})
    assert answer.status_code == 201 and answer.json, answer.text
    made = answer.json["data"]
    assert made["role"] == "owner" and made["plan"] == "free" and made["seats"] == 5
    read = hirer.ask("GET", f"/api/v1/organizations/{made['id']}")
    assert read.status_code == 200 and read.json and read.json["data"] == made, read.text
    mine = hirer.ask("GET", "/api/v1/organizations").json
    assert mine and [row["id"] for row in mine["data"]] == [made["id"]]
    other = doors.register(app, "hirer")
    theirs, nobodys = (other.ask("GET", f"/api/v1/organizations/{one}", headers={"Accept-Language": "en"})
                       for one in (made["id"], uuid4()))
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json and nobodys.json and theirs.json["error"] == nobodys.json["error"]


@pytest.mark.parametrize("role", ["talent", "guardian"])
def test_create_organization_is_for_hirers(app: Flask, role: str) -> None:
    someone = doors.register(app, role)
    answer = someone.ask("POST", "/api/v1/organizations", json={"name_ar": "س", "name_en": "S", "slug": "some-where"})
    assert answer.status_code == 403
