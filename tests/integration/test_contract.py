"""The live API held against its own document, by schemathesis (API-1): every operation, signed in and not."""
import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from castingops.core.config import PACKAGE
from tests.factories import doors
from tests.factories.doors import Someone

CHECKS = [not_a_server_error, content_type_conformance, response_headers_conformance, response_schema_conformance,
          status_code_conformance, unsupported_method]
FEW = hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
SIGNS_OUT = ("/auth/", "/me/password")  # would end the session that the next example needs


@pytest.fixture(scope="module")
def talent(app: Flask) -> Someone:
    return doors.register(app)


@pytest.fixture(scope="module")
def contract(app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


def operations() -> Iterator[tuple[str, str, schemathesis.GenerationMode]]:
    """Method and path of each operation in the committed document, which another test holds against the app.

    Input can only be wrong where there is some.
    """
    document = json.loads((PACKAGE.parent / "openapi.json").read_text())
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if verb != "parameters":
                yield verb.upper(), path, schemathesis.GenerationMode.POSITIVE
                if operation.get("parameters") or operation.get("requestBody") or "{" in path:
                    yield verb.upper(), path, schemathesis.GenerationMode.NEGATIVE


@pytest.mark.parametrize(("method", "path", "mode"), list(operations()))
def test_operation_is_what_the_document_says(
    contract: Any, talent: Someone, method: str, path: str, mode: schemathesis.GenerationMode
) -> None:
    operation = contract[path][method]

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: Case) -> None:
        if not any(part in path for part in SIGNS_OUT):
            case.headers["Authorization"] = f"Bearer {talent.token}"
        case.call_and_validate(checks=CHECKS)

    holds()
