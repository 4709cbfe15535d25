"""Every list of the API: cursors that we never gave are refused, pages are bounded and repeat themselves (API-3)."""
import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from castingops.core.config import PACKAGE
from castingops.core.cursor import encode
from tests.factories import doors
from tests.factories.doors import Someone

DOCUMENT = json.loads((PACKAGE.parent / "openapi.json").read_text())
LARGEST_PAGE = 100
NOW = "2026-11-20T12:30:00Z"


def lists() -> Iterator[tuple[str, str]]:
    """Path of every paged list, and a role that reads it."""
    for path, verbs in DOCUMENT["paths"].items():
        operation = verbs.get("get", {})
        if any(one["name"] == "cursor" for one in operation.get("parameters", [])):
            yield path, operation["x-roles"][-1]


def raw(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


TAMPERED = [
    "x", "-", "%00", "..", "null", "A" * 3, "A" * 9_000, "é", "\ud55c", "0", "W10", raw(None), raw({}), raw([]),
    raw([[]]), raw([None]), raw([True]), raw([1e308]), raw([-1]), raw([2**31]), raw([2**63]), raw([10**400]),
    raw(["\0"]), raw([{"a": 1}]), raw(["' or 1=1 --"]), raw([NOW]), raw([NOW, 1, 2, 3, 4, 5, 6, 7]), raw([["x"] * 500]),
    encode(uuid4())[:-2], encode(uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), uuid4()), encode("1" * 5_000),
]


@pytest.fixture(scope="module")
def people(app: Flask) -> dict[str, Someone]:
    return {role: doors.register(app, role) for role in ("talent", "hirer", "guardian")}


def at(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: str(uuid4()) if name[1].endswith("_id") else "CASE-999999", path)


@pytest.mark.parametrize(("path", "role"), list(lists()))
def test_cursors_of_others_are_refused(people: dict[str, Someone], path: str, role: str) -> None:
    """422 that names the cursor, never a fault of ours or another's rows; or 404 where the list is not theirs."""
    for cursor in TAMPERED:
        answer = people[role].ask("GET", at(path), query_string={"cursor": cursor})
        assert answer.json, (path, cursor)
        if answer.status_code == 200:  # of the right shape by chance: it continues somewhere in their own list
            assert len(answer.json["data"]) <= LARGEST_PAGE
        elif answer.status_code == 404:
            assert "{" in path
        else:
            assert answer.status_code == 422 and "cursor" in answer.json["error"]["errors"], (cursor, answer.text)


@pytest.mark.parametrize(("path", "role"), [one for one in lists() if "{" not in one[0]])
def test_pages_are_bounded_and_repeat_themselves(people: dict[str, Someone], path: str, role: str) -> None:
    """To the end by the cursors: no page too large, no row twice, and the same again."""
    def walk() -> list[str]:
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None and len(seen) < 400:
            answer = people[role].ask("GET", path, query_string={"cursor": cursor} if cursor else {})
            assert answer.status_code == 200 and answer.json, answer.text
            assert len(answer.json["data"]) <= LARGEST_PAGE
            seen += [json.dumps(row, sort_keys=True) for row in answer.json["data"]]
            cursor = answer.json["meta"].get("next_cursor")
        return seen

    first = walk()
    assert len(set(first)) == len(first) and walk() == first
