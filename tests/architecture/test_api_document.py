"""Whether the API's document can be worked with: ids, examples, refusals, headers, paging, farewells (API-1, API-9)."""
import json
import re
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from castingops.core.config import PACKAGE
from castingops.web.examples import UNKNOWN

ROOT = PACKAGE.parent
JSON = "application/json"
ONE_WORD = {"register", "login", "refresh", "logout"}  # as the documents that ask for them name them
ARABIC = re.compile(r"[\u0621-\u064a]")

Operation = tuple[str, dict[str, Any]]

# POSTs that answer 201 and take no key, each with its reason (API-4).
WITHOUT_KEY = {
    "register": "nobody is signed in, to whom a key could belong; a known e-mail is answered the same",
    "renew_recovery_codes": "the stored reply would keep codes that are shown once; sent again, new ones void these",
    "start_totp": "the stored reply would keep the key; sent again, a new one voids it",
    "complete_registration": "nobody is signed in; what a provider vouched for makes one account, however often sent",
    "claim_profile": "nobody is signed in; the invitation's code works once",
    "join_by_code": "nobody is signed in; the invitation's code works once",
}

# Lists of the API that have no pages, each with what bounds them (API-3).
UNPAGED = {
    "list_privacy_notices": "one of each kind is in force",
    "list_providers": "Google, Microsoft and GitHub",
    "list_identities": "one for each provider",
    "list_sessions": "the hundred used last; who has more ends all others",
    "list_consents": "one for each purpose",
    "list_photos": "a talent has 20 photos at most",
    "list_report_reasons": "a short list in the code",
    "list_preferences": "three channels by four categories",
    "list_case_messages": "a case waits for the person's answer, five in a row at most",
}


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    made: dict[str, Any] = app.extensions["openapi"].to_dict()
    return made


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> list[Operation]:
    found = [(f"{verb.upper()} {path}", {**operation, "parameters": [*verbs.get("parameters", []),
                                                                   *operation.get("parameters", [])]})
             for path, verbs in document["paths"].items() for verb, operation in verbs.items() if verb != "parameters"]
    assert len(found) > 30
    return found


def faults(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    whole = {**schema, "components": document["components"]}
    return [f"{fault.json_path}: {fault.message}" for fault
            in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)]


def media_of(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Its bodies and its successful answers in JSON, each with its place."""
    bodies = [(f"body {kind}", media) for kind, media in operation.get("requestBody", {}).get("content", {}).items()]
    answers = [(status, answer["content"][JSON]) for status, answer in operation["responses"].items()
               if status.startswith("2") and JSON in answer.get("content", {})]
    return bodies + answers


def test_document_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(json.loads(json.dumps(document)))


def test_operations_are_named(document: dict[str, Any], operations: list[Operation]) -> None:
    """A stable id of verb and thing, which clients' method names are made of; one tag that is described."""
    names = [operation["operationId"] for _, operation in operations]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    unreadable = [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name) and name not in ONE_WORD]
    assert unreadable == []
    described = {tag["name"]: tag["description"] for tag in document["tags"]}
    for place, operation in operations:
        assert len(operation["tags"]) == 1 and described[operation["tags"][0]], place
        summary = operation["summary"]
        assert summary[0].isupper() and not summary.endswith(".") and len(summary) < 120, (place, summary)


def test_examples_are_what_the_schemas_say(document: dict[str, Any], operations: list[Operation]) -> None:
    """Every body and every answer has examples, and each is valid."""
    wrong = []
    for place, operation in operations:
        for where, media in media_of(operation):
            assert media["examples"]["english"], (place, where)
            wrong += [f"{place} {where} {name}: {fault}" for name, example in media["examples"].items()
                      for fault in faults(document, media["schema"], example["value"])]
        for parameter in operation["parameters"]:
            wrong += [f"{place} {parameter['name']}: {fault}"
                      for fault in faults(document, parameter["schema"], parameter["example"])]
    assert wrong == []


def test_examples_are_told_in_full(operations: list[Operation]) -> None:
    """A text without example: give it `metadata={"example": …}`, or its name a word in web/examples.py."""
    untold = [f"{place} {where} {name}" for place, operation in operations for where, media in media_of(operation)
              for name, example in media["examples"].items()
              if f'"{UNKNOWN}"' in json.dumps(example, ensure_ascii=False)]
    untold += [f"{place} {one['name']}" for place, operation in operations for one in operation["parameters"]
               if one["example"] == UNKNOWN]
    assert untold == []


def test_arabic_examples_are_arabic(operations: list[Operation]) -> None:
    told = 0
    for place, operation in operations:
        for where, media in media_of(operation):
            arabic = media["examples"].get("arabic")
            told += arabic is not None
            assert arabic is None or ARABIC.search(text := json.dumps(arabic, ensure_ascii=False)) or '"ar"' in text, (
                place, where)
            for name, value in _texts(media["examples"]["english"]["value"]):
                assert not name.endswith("_ar") or ARABIC.search(value), (place, name, value)
    assert told > len(operations) / 4


def _texts(value: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [one for key, inner in value.items() for one in _texts(inner, key)]
    if isinstance(value, list):
        return [one for inner in value for one in _texts(inner, name)]
    return [(name, value)] if isinstance(value, str) else []


def test_refusals_are_listed_with_their_codes(document: dict[str, Any], operations: list[Operation]) -> None:
    """API-2: for each status its codes, each with an example that is a problem by the committed schema."""
    problem = Draft202012Validator(json.loads((ROOT / "docs" / "problem.json").read_text()))
    failure = {"$ref": "#/components/schemas/Failure"}
    for code, example in document["components"]["examples"].items():
        assert faults(document, failure, example["value"]) == []
        problem.validate(example["value"]["error"])
        assert example["value"]["error"]["code"] == code
    for place, operation in operations:
        refused = {status: answer for status, answer in operation["responses"].items() if status[0] in "45"}
        assert {"429", "503"} <= refused.keys(), place
        assert not operation["security"] or {"401", "403"} <= refused.keys(), place
        assert "{" not in place or "404" in refused, place
        assert "requestBody" not in operation or {"413", "422"} <= refused.keys(), place
        for status, answer in refused.items():
            codes = list(answer["content"][JSON]["examples"])
            assert codes and all(f"`{code}`" in answer["description"] for code in codes), (place, status)


def test_headers_are_documented(operations: list[Operation]) -> None:
    for place, operation in operations:
        asks_for_a_key = any(one["name"] == "Idempotency-Key" for one in operation["parameters"])
        for status, answer in operation["responses"].items():
            if status == "default":
                continue
            headers = answer["headers"].keys()
            assert "X-Request-Id" in headers, (place, status)
            assert ("Retry-After" in headers) is (status in {"429", "503"}), (place, status)
            assert ("Idempotent-Replayed" in headers) is (asks_for_a_key and status.startswith("2")), (place, status)


def test_whatever_creates_can_be_retried_safely(operations: list[Operation]) -> None:
    """API-4: a POST that answers 201 takes an Idempotency-Key, or says here why not."""
    bare = {operation["operationId"] for place, operation in operations
            if place.startswith("POST") and "201" in operation["responses"]
            and not any(one["name"] == "Idempotency-Key" for one in operation["parameters"])}
    assert bare == WITHOUT_KEY.keys()


def is_list(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    media = operation["responses"].get("200", {}).get("content", {}).get(JSON)
    if media is None:
        return False
    envelope = document["components"]["schemas"][media["schema"]["$ref"].rsplit("/", 1)[1]]
    return "items" in envelope["properties"]["data"]


def test_lists_are_paged_in_one_way(document: dict[str, Any], operations: list[Operation]) -> None:
    """API-3: by the same `cursor` everywhere, or bounded by their nature."""
    lists = [operation for place, operation in operations if place.startswith("GET") and is_list(document, operation)]
    cursors = {operation["operationId"]: [one for one in operation["parameters"] if one["name"] == "cursor"]
               for operation in lists}
    assert {name for name, cursor in cursors.items() if not cursor} == UNPAGED.keys()
    told = [json.dumps(cursor, sort_keys=True) for cursor in cursors.values() if cursor]
    assert len(set(told)) == 1 and len(told) > 3
    named = {operation["operationId"] for _, operation in operations
             if any(one["name"] == "cursor" for one in operation["parameters"])}
    assert named == {name for name, cursor in cursors.items() if cursor}


def test_deprecated_operations_are_in_the_changelog(document: dict[str, Any], operations: list[Operation]) -> None:
    changelog = (ROOT / "docs" / "changelog.md").read_text()
    for place, operation in operations:
        if operation.get("deprecated"):
            assert f"`{place}`" in changelog, place
