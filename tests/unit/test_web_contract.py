"""What a change of the document means: each kind of break is found, additions are none (API-1)."""
import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from castingops.core.config import PACKAGE
from castingops.web.contract import differences, is_major_bump, unexcused

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


OLD: dict[str, Any] = {
    "info": {"version": "1.0.0"},
    "components": {"schemas": {"Thing": {
        "type": "object", "additionalProperties": True, "required": ["kind"], "properties": {
            "kind": {"type": "string", "enum": ["a", "b"]}, "text": {"type": ["string", "null"]},
            "name": {"type": "string", "minLength": 2, "maxLength": 9, "pattern": "^x"},
            "size": {"type": "integer", "minimum": 1, "maximum": 9}, "made": {"type": "string", "format": "date"},
            "inner": {"anyOf": [{"$ref": "#/components/schemas/Inner"}, {"type": "null"}]},
            "list": {"type": "array", "maxItems": 5, "items": {"type": "number"}}}},
        "Inner": {"type": "object", "properties": {"deep": {"type": "string"}, "self": {
            "$ref": "#/components/schemas/Inner"}}}}, "responses": {}},
    "paths": {"/things": {
        "parameters": [{"in": "header", "name": "If-Match", "schema": {"type": "string"}}],
        "post": {
            "operationId": "make_thing", "security": [{"bearer": []}, {"cookie": []}],
            "x-audience": ["talent", "hirer"], "x-roles": ["talent", "hirer"],
            "parameters": [{"in": "query", "name": "city", "schema": {"type": "string", "enum": ["x", "y"]}}],
            "requestBody": {"required": False, "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                "multipart/form-data": {"schema": {"type": "object"}}}},
            "responses": {
                "201": {"headers": {"X-Request-Id": {}}, "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                    "text/csv": {"schema": {"type": "string"}}}},
                "404": {"content": {}}}}}}}

# Where in OLD, what stands there then (None: it is taken away), and whether that breaks as a body, and as an answer.
KIND, TEXT, NAME, SIZE = "kind", "text", "name", "size"
SCHEMA_CHANGES: list[tuple[str, str, Any, bool, bool]] = [
    (KIND, "enum", ["a"], True, False), (KIND, "enum", ["a", "b", "c"], False, True), (KIND, "enum", None, False, True),
    (NAME, "enum", ["x1", "x2"], True, False),
    (TEXT, "type", "string", True, False), (NAME, "type", ["string", "null"], False, True),
    (NAME, "type", None, False, True), (SIZE, "type", "number", False, True), (SIZE, "type", "string", True, True),
    (NAME, "minLength", 3, True, False), (NAME, "minLength", 1, False, True), (NAME, "minLength", None, False, True),
    (NAME, "maxLength", 8, True, False), (NAME, "maxLength", 10, False, True), (NAME, "maxLength", None, False, True),
    (NAME, "pattern", "^y", True, True), (NAME, "pattern", None, False, True), (TEXT, "pattern", "^x", True, False),
    (TEXT, "maxLength", 5, True, False), (SIZE, "minimum", 2, True, False), (SIZE, "minimum", 0, False, True),
    (SIZE, "maximum", 8, True, False), (SIZE, "maximum", 10, False, True), (SIZE, "multipleOf", 2, True, False),
    ("made", "format", "date-time", True, True), ("made", "format", None, False, True),
    ("list", "maxItems", 4, True, False), ("list", "maxItems", 6, False, True),
    ("list", "items", {"type": "integer"}, True, False), ("inner", "anyOf", [{"$ref": "#/components/schemas/Inner"}],
                                                         True, False),
]


def at_side(document: dict[str, Any], side: str) -> dict[str, Any]:
    """The schema of the body or of the answer, as one of its own."""
    operation = document["paths"]["/things"]["post"]
    media = (operation["requestBody"] if side == "body" else operation["responses"]["201"])["content"]
    media["application/json"]["schema"] = copy.deepcopy(document["components"]["schemas"]["Thing"])
    found: dict[str, Any] = media["application/json"]["schema"]
    return found


@pytest.mark.parametrize("side", ["body", "answer"])
@pytest.mark.parametrize(("name", "word", "value", "as_body", "as_answer"), SCHEMA_CHANGES)
def test_schemas_are_judged_by_their_side(
    name: str, word: str, value: Any, as_body: bool, as_answer: bool, side: str
) -> None:
    """A body may grow wider, an answer narrower; the other way round breaks a client."""
    document = copy.deepcopy(OLD)
    schema = at_side(document, side)["properties"][name]
    schema.update({word: value})
    if value is None:
        del schema[word]
    found = differences(OLD, document)
    assert found and any(one.breaking for one in found) is (as_body if side == "body" else as_answer), found


def put(*path: Any, to: Any = None) -> Change:
    """A change of OLD at this path; without `to` it is taken away."""
    def change(document: dict[str, Any]) -> None:
        place: Any = document["paths"]["/things"]
        for step in path[:-1]:
            place = place[step]
        if to is None:
            del place[path[-1]]
        else:
            place[path[-1]] = to
    return change


def require(side: str, names: list[str]) -> Change:
    return lambda document: at_side(document, side).update(required=names)


def close(side: str) -> Change:
    return lambda document: at_side(document, side).update(additionalProperties=False)


@pytest.mark.parametrize(("change", "breaks"), [
    (put("post", "operationId", to="create_thing"), True),
    (put("post", "security", to=[{"bearer": []}]), True), (put("post", "security", to=[]), False),
    (put("post", "security", to=[{"bearer": []}, {"cookie": []}, {"mtls": []}]), None),
    (put("post", "x-audience", to=["talent"]), True), (put("post", "x-roles", to=["hirer", "guardian"]), True),
    (put("post", "x-roles", to=["hirer", "guardian", "talent"]), None), (put("post", "deprecated", to=True), False),
    (put("parameters", to=[]), True), (put("parameters", 0, "required", to=True), True),
    (put("parameters", 0, "name", to="if-match"), None),
    (put("post", "parameters", 0, "schema", "enum", to=["x"]), True),
    (put("post", "parameters", 0, "schema", "enum", to=["x", "y", "z"]), False),
    (put("post", "requestBody", "required", to=True), True),
    (put("post", "requestBody", "content", "multipart/form-data"), True),
    (put("post", "requestBody", "content", "text/csv", to={"schema": {}}), False),
    (put("post", "responses", "404"), True), (put("post", "responses", "200", to={}), True),
    (put("post", "responses", "409", to={}), False), (put("post", "responses", "201", "headers", "X-Request-Id"), True),
    (put("post", "responses", "201", "content", "text/csv"), True),
    (require("body", ["kind", "name"]), True), (require("body", []), None), (require("answer", []), True),
    (require("answer", ["kind", "name"]), None), (close("body"), True), (close("answer"), None)])
def test_operations_are_judged(change: Change, breaks: bool | None) -> None:
    """None: nothing that a client could notice for the worse, and nothing told."""
    document = copy.deepcopy(OLD)
    change(document)
    found = differences(OLD, document)
    assert bool(found) is (breaks is not None), found
    assert any(one.breaking for one in found) is bool(breaks), found


def test_accepted_differences_are_named() -> None:
    document = copy.deepcopy(OLD)
    put("post", "responses", "404")(document)
    put("post", "x-audience", to=["talent"])(document)
    found = differences(OLD, document)
    assert len(unexcused(found, "")) == 2
    left = unexcused(found, "# 2026-12-01\nPOST /things: answer 404 is gone\n")
    assert [one.text for one in left] == ["POST /things: is not for the app hirer any more"]


def test_same_document_has_no_difference() -> None:
    assert differences(DOCUMENT, copy.deepcopy(DOCUMENT)) == []


@pytest.mark.parametrize(("older", "newer", "announced"), [("1.4.0", "2.0.0", True), ("1.4.0", "1.5.0", False)])
def test_only_a_major_version_announces(older: str, newer: str, announced: bool) -> None:
    assert is_major_bump({"info": {"version": older}}, {"info": {"version": newer}}) is announced
