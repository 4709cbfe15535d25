"""What schemathesis checks besides its own: our codes. It reads this file by SCHEMATHESIS_HOOKS."""
from typing import Any

import schemathesis

ANYWHERE = {(404, "not_found"), (405, "method_not_allowed")}  # an address that is none: the document says it once
READ_BY_RULES = {"cursor"}  # parameters whose schema says "text" and whose content only we can make


@schemathesis.check
def refusals_are_documented(ctx: Any, response: Any, case: Any) -> None:
    """A refusal has a code that the operation lists under its status (API-2)."""
    if response.status_code < 400 or case.meta is None or response.request.method != case.operation.method.upper():
        return
    code = response.json()["error"]["code"]
    listed = case.operation.definition.raw["responses"].get(str(response.status_code), {})
    codes = listed.get("content", {}).get("application/json", {}).get("examples", {})
    assert code in codes or (response.status_code, code) in ANYWHERE, f"{response.status_code} {code} is undocumented"


@schemathesis.check
def valid_data_is_understood(ctx: Any, response: Any, case: Any) -> None:
    """What the schema allows is refused by a rule that has a code of its own, never as unreadable (API-6)."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code not in {400, 415, 422}:
        return
    error = response.json()["error"]
    if error["code"] in {"bad_request", "invalid", "unsupported_media_type"}:
        assert error.get("errors", {}).keys() & READ_BY_RULES, f"valid by the schema, refused as {error}"
