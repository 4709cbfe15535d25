"""What the API refuses in all tests together, held against its document: each code has to be in it (API-2)."""
from typing import Any

from flask import Flask, Response, request

ANYWHERE = {(404, "not_found"), (405, "method_not_allowed"), (413, "too_large"), (500, "error")}
undocumented: set[str] = set()


def watch(app: Flask) -> None:
    """Note each refusal of an operation of the document that does not list its code."""
    codes: dict[str, set[tuple[int, str]]] = {}

    def look(response: Response) -> Response:
        if response.status_code >= 400 and request.path.startswith("/api/v1/") and request.url_rule is not None:
            codes.update(codes or _codes(app))
            told = (response.status_code, str(((response.get_json(silent=True) or {}).get("error") or {}).get("code")))
            if request.endpoint in codes and told not in codes[request.endpoint] | ANYWHERE:
                undocumented.add(f"{request.method} {request.url_rule.rule}: {told[0]} {told[1]}")
        return response

    app.after_request(look)


def _codes(app: Flask) -> dict[str, set[tuple[int, str]]]:
    """Status and code of every refusal in the document, by endpoint: an operation's id is its function's name."""
    document: dict[str, Any] = app.extensions["openapi"].to_dict()
    listed = {operation["operationId"]: {
        (int(status), code) for status, answer in operation["responses"].items() if status[0] in "45"
        for code in answer["content"]["application/json"]["examples"]}
        for verbs in document["paths"].values() for verb, operation in verbs.items() if verb != "parameters"}
    return {rule.endpoint: listed[name] for rule in app.url_map.iter_rules()
            if rule.rule.startswith("/api/v1/") and (name := rule.endpoint.rpartition(".")[2]) in listed}
