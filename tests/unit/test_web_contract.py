"""What a change of the document means: each kind of break is found, additions are none (API-1)."""
import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from castingops.core.config import PACKAGE
from castingops.web.contract import differences, is_major_bump

DOCUMENT: dict[str, Any] = json.loads((PACKAGE.parent / "openapi.json").read_text())
PROFILES, LOGIN = "/api/v1/talent-profiles", "/api/v1/auth/login"
Change = Callable[[dict[str, Any]], None]


def schema_of(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    reference = next(iter(part["content"].values()))["schema"]["$ref"]
    found: dict[str, Any] = document["components"]["schemas"][reference.rsplit("/", 1)[1]]
    return found


def answer_of(document: dict[str, Any]) -> dict[str, Any]:
    return schema_of(document, document["paths"][PROFILES]["get"]["responses"]["200"])


def body_of(document: dict[str, Any]) -> dict[str, Any]:
    return schema_of(document, document["paths"][LOGIN]["post"]["requestBody"])


def drop_path(document: dict[str, Any]) -> None:
    del document["paths"][PROFILES]


def require_parameter(document: dict[str, Any]) -> None:
    document["paths"][PROFILES]["get"]["parameters"].append({"in": "query", "name": "new", "required": True})


def drop_parameter(document: dict[str, Any]) -> None:
    document["paths"][PROFILES]["get"]["parameters"].pop()


def require_member(document: dict[str, Any]) -> None:
    body = body_of(document)
    body["properties"]["new"] = {"type": "string"}
    body["required"] = [*body.get("required", []), "new"]


def drop_member(document: dict[str, Any]) -> None:
    del body_of(document)["properties"]["email"]


def retype_member(document: dict[str, Any]) -> None:
    body_of(document)["properties"]["email"]["type"] = "integer"


def lose_member(document: dict[str, Any]) -> None:
    del answer_of(document)["properties"]["meta"]


def retype_answer(document: dict[str, Any]) -> None:
    answer_of(document)["properties"]["success"]["type"] = "string"


def drop_answer(document: dict[str, Any]) -> None:
    del document["paths"][PROFILES]["get"]["responses"]["200"]


def add_path(document: dict[str, Any]) -> None:
    document["paths"]["/api/v1/new"] = document["paths"][PROFILES]


def add_optional(document: dict[str, Any]) -> None:
    document["paths"][PROFILES]["get"]["parameters"].append({"in": "query", "name": "new"})
    body_of(document)["properties"]["new"] = {"type": "string"}
    answer_of(document)["properties"]["more"] = {"type": "string"}


def changed(change: Change) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document


@pytest.mark.parametrize("change", [drop_path, require_parameter, drop_parameter, require_member, drop_member,
                                    retype_member, lose_member, retype_answer, drop_answer])
def test_break_is_found(change: Change) -> None:
    assert any(one.breaking for one in differences(DOCUMENT, changed(change)))


@pytest.mark.parametrize("change", [add_path, add_optional])
def test_addition_breaks_nothing(change: Change) -> None:
    found = differences(DOCUMENT, changed(change))
    assert found and not any(one.breaking for one in found)


def test_same_document_has_no_difference() -> None:
    assert differences(DOCUMENT, copy.deepcopy(DOCUMENT)) == []


@pytest.mark.parametrize(("older", "newer", "announced"), [("1.4.0", "2.0.0", True), ("1.4.0", "1.5.0", False)])
def test_only_a_major_version_announces(older: str, newer: str, announced: bool) -> None:
    assert is_major_bump({"info": {"version": older}}, {"info": {"version": newer}}) is announced
