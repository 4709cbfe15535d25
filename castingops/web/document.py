"""The API's document made whole: what the schema library writes, and what the house knows of each route (API-1).

An id, examples in both languages, refusals with their codes, headers, limits and farewells: derived for every route,
so that no route can be without.
"""
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple, cast
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

from castingops.core import errors
from castingops.core.config import Settings
from castingops.core.errors import DomainError
from castingops.core.messages import Message
from castingops.core.permissions import PUBLIC
from castingops.core.roles import APPS, OrgRole
from castingops.web.cookies import WrongOrigin
from castingops.web.csrf import SAFE_METHODS
from castingops.web.errors import sentence_of
from castingops.web.examples import Document, example_of, examples_of, resolved
from castingops.web.idempotency import HEADER, REPLAYED, InFlight, KeyMissing, KeyReused
from castingops.web.refusals import refusals_of

JSON = "application/json"
KEY_PARAMETER = {
    "in": "header", "name": HEADER, "required": True, "example": "0f5c6a1e-submit-1",
    "description": "One key per intended effect; send the same again to retry. Good for 24 hours.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$"}}
HEADERS = {
    "RequestId": {"description": "This request's id; in meta.request_id too, where a replay keeps the first one's.",
                  "required": True,
                  "schema": {"type": "string", "format": "uuid"}},
    "RetryAfter": {"description": "Whole seconds until the same request may pass.",
                   "schema": {"type": "integer", "minimum": 1}},
    "IdempotentReplayed": {"description": "`true`: the first answer to this key, told again. Nothing happened anew.",
                           "schema": {"type": "string", "enum": ["true"]}},
    "Deprecation": {"description": "Since when this operation is deprecated (RFC 9745).",
                    "schema": {"type": "string", "pattern": "^@[0-9]+$"}},
    "Sunset": {"description": "When this operation ends (RFC 8594).", "schema": {"type": "string"}},
}
_VARIABLE = re.compile(r"<(?:[^:<>]+:)?(\w+)>")


class Refusal(NamedTuple):
    """A status with a code, and what it says in English."""

    status: int
    code: str
    message: Message


class ApiDocument:
    """The document of one app; made when it is first asked for, and kept."""

    def __init__(self, app: Flask, spec: Any) -> None:
        self._app, self._spec = app, spec

    def to_dict(self) -> Document:
        """The document. Treat it as read-only: it is shared."""
        return self._whole

    @cached_property
    def _whole(self) -> Document:
        document: Document = self._spec.to_dict()
        document["components"]["headers"] = HEADERS
        document["components"]["schemas"].pop("PaginationMetadata", None)  # the library's own paging, which is not ours
        document["components"]["responses"].pop("UNPROCESSABLE_ENTITY", None)
        document["tags"] = [tag | {"name": _tag(tag["name"])} for tag in document["tags"]]
        _describe_default(document)
        for path, method, rule in _operations(self._app):
            operation = document["paths"].get(path, {}).get(method)
            if operation is not None:
                view = self._app.view_functions[rule.endpoint]
                _finish(document, document["paths"][path], operation, method, rule, view)
        _link(document)
        return document


def _operations(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    for rule in app.url_map.iter_rules():
        path = _VARIABLE.sub(r"{\1}", rule.rule)
        yield from ((path, method.lower(), rule) for method in sorted(rule.methods or ()))


def _finish(document: Document, shared: dict[str, Any], operation: dict[str, Any], method: str, rule: Rule,
            view: Any) -> None:
    operation["tags"] = [_tag(name) for name in operation["tags"]]
    operation.setdefault("operationId", rule.endpoint.rpartition(".")[2])
    operation["x-roles"] = sorted(view.permission.roles & APPS)
    if view.idempotent:
        operation.setdefault("parameters", []).append(KEY_PARAMETER)
    for parameter in [*shared.get("parameters", []), *operation.get("parameters", [])]:
        _finish_parameter(document, parameter)
    _finish_body(document, operation)
    _finish_answers(document, operation, view)
    for refusal in _refusals(operation, method, rule, view):
        _add_refusal(document, operation, refusal, view.limit)
    if view.deprecated:
        operation["deprecated"] = True
        operation["description"] = " ".join(filter(None, [operation.get("description"), view.deprecated.sentence]))


def _tag(name: str) -> str:
    """A blueprint's name as readers of the document see it."""
    return name.removesuffix("_api")


def _finish_parameter(document: Document, parameter: dict[str, Any]) -> None:
    name = parameter["name"]
    parameter.setdefault("example", example_of(document, parameter["schema"], name))


def _finish_body(document: Document, operation: dict[str, Any]) -> None:
    """A body may be left out where it has nothing that must be in it."""
    for media in operation.get("requestBody", {}).get("content", {}).values():
        media.setdefault("examples", examples_of(document, media["schema"]))
        operation["requestBody"]["required"] = bool(resolved(document, media["schema"]).get("required"))


def _finish_answers(document: Document, operation: dict[str, Any], view: Any) -> None:
    for status, answer in operation["responses"].items():
        if not status.startswith("2"):
            continue
        headers = answer.setdefault("headers", {})
        headers["X-Request-Id"] = {"$ref": "#/components/headers/RequestId"}
        if view.idempotent:
            headers[REPLAYED] = {"$ref": "#/components/headers/IdempotentReplayed"}
        if view.deprecated:
            headers |= {name: {"$ref": f"#/components/headers/{name}"} for name in ("Deprecation", "Sunset")}
        media = answer.get("content", {}).get(JSON)
        if media is not None:
            media.setdefault("examples", _in_envelope(document, operation, media["schema"]))
        if view.also:
            answer["content"][view.also] = {"schema": {"type": "string"}}


def _in_envelope(document: Document, operation: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Examples of an answer; only a paged list says where it goes on."""
    told = examples_of(document, schema)
    paged = any(one["name"] == "cursor" for one in operation.get("parameters", []))
    for example in told.values():
        example["value"]["error"] = None
        if not paged:
            example["value"]["meta"].pop("next_cursor", None)
    return told


def _refusals(operation: dict[str, Any], method: str, rule: Rule, view: Any) -> list[Refusal]:
    """What this operation may answer besides success: by its place in the kit, and by its own code."""
    found = [*_of_sign_in(method, view), *_of_input(operation), errors.TooManyRequests, errors.Unavailable]
    if rule.arguments:
        found.append(errors.NotFound)
    if view.idempotent:
        found += [KeyMissing, InFlight, KeyReused]
    told = {(one.status, one.code): Refusal(one.status, one.code, one.message)
            for one in [*found, *view.errors, *refusals_of(view)]}
    if "requestBody" in operation:
        told[413, "too_large"] = Refusal(413, "too_large", sentence_of(413))
    if _takes_json(operation):
        told[415, "unsupported_media_type"] = Refusal(415, "unsupported_media_type", sentence_of(415))
    return [told[key] for key in sorted(told)]


def _of_sign_in(method: str, view: Any) -> Iterator[type[DomainError]]:
    if method.upper() not in SAFE_METHODS:
        yield WrongOrigin  # on open operations too: a browser may bring our cookie along
    if view.permission is PUBLIC:
        return
    yield from (errors.NotSignedIn, errors.Forbidden)
    if not view.permission.restricted:
        yield errors.Restricted
    if view.permission.step_up:
        yield errors.StepUpNeeded
    if view.permission.org is not None and not OrgRole.MEMBER.covers(view.permission.org):
        yield errors.SecondFactorRequired  # as Actor.require has it
    if method.upper() not in SAFE_METHODS:
        yield errors.Conflict  # a row that moved on beneath the change


def _of_input(operation: dict[str, Any]) -> Iterator[type[DomainError]]:
    if _takes_json(operation):
        yield errors.BadRequest
    if "requestBody" in operation or any(one["in"] == "query" for one in operation.get("parameters", [])):
        yield from (errors.Invalid, errors.Unstorable)


def _takes_json(operation: dict[str, Any]) -> bool:
    return JSON in operation.get("requestBody", {}).get("content", {})


def _add_refusal(document: Document, operation: dict[str, Any], refusal: Refusal, limit: str) -> None:
    status, code, message = str(refusal.status), refusal.code, refusal.message.english
    answer = operation["responses"].get(status)
    if answer is None or "$ref" in answer:
        answer = operation["responses"][status] = _refused(refusal.status, limit)
    answer["description"] += f"\n- `{code}`: {message}"
    answer["content"][JSON]["examples"][code] = {"$ref": f"#/components/examples/{code}"}
    document["components"].setdefault("examples", {}).setdefault(code, {"summary": message, "value": _problem(refusal)})


def _refused(status: int, limit: str) -> dict[str, Any]:
    headers = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
    text = "The codes of this answer:"
    if status in {429, 503}:
        headers["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
    if status == 429:
        setting = Settings.model_fields[f"limit_{limit}"]
        text = f"Unless set otherwise {setting.default}: {setting.description}. {text}"
    schema = {"$ref": "#/components/schemas/Failure"}
    return {"description": text, "headers": headers, "content": {JSON: {"schema": schema, "examples": {}}}}


def _problem(refusal: Refusal) -> dict[str, Any]:
    message = refusal.message.english
    problem: dict[str, Any] = {"type": "about:blank", "title": message, "status": refusal.status, "detail": message,
                               "code": refusal.code}
    if refusal.status == 422:
        problem["errors"] = {"field": ["This is still missing."]}
    return {"success": False, "data": None, "error": problem,
            "meta": {"request_id": str(UUID("6f1d2c3b-8a4e-4f5a-9b6c-7d8e9f0a1b2c"))}}


def _link(document: Document) -> None:
    """Say what an answer's id is good for: what creates or lists things leads to what is done with one of them."""
    for path, verbs in document["paths"].items():
        for verb, at in (("post", "/data/id"), ("get", "/data/0/id")):
            answers: dict[str, Any] = verbs.get(verb, {}).get("responses", {})
            answer: dict[str, Any] = answers.get("200", answers.get("201", {}))
            schema = answer.get("content", {}).get(JSON, {}).get("schema", {})
            if schema and _has(document, schema, at):
                links = {operation["operationId"]: _link_to(operation, parent=path, last=name, at=at)
                         for name, operation in _below(document, path)}
                answer |= {"links": links} if links else {}


def _has(document: Document, schema: dict[str, Any], at: str) -> bool:
    """Whether an answer of this schema has something at this place."""
    for name in at.strip("/").split("/"):
        schema = resolved(document, schema)
        schema = schema.get("items", {}) if name == "0" else schema.get("properties", {}).get(name, {})
    return bool(schema)


def _below(document: Document, parent: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Operations on one of what `parent` holds, each with the name of its id in the path."""
    for path, verbs in document["paths"].items():
        found = re.match(re.escape(parent) + r"/\{(\w+_id)\}[^{]*$", path)
        if found:
            yield from ((found[1], operation) for verb, operation in verbs.items() if verb != "parameters")


def _link_to(operation: dict[str, Any], *, parent: str, last: str, at: str) -> dict[str, Any]:
    above = {name: f"$request.path.{name}" for name in re.findall(r"\{(\w+)\}", parent)}
    return {"operationId": operation["operationId"], "parameters": above | {last: f"$response.body#{at}"}}


def _describe_default(document: Document) -> None:
    default = cast(dict[str, Any], document["components"]["responses"]["DEFAULT_ERROR"])
    default["description"] = (
        "Any other refusal, in the same shape: 404 `not_found` for an address that is none, 405 `method_not_allowed`,"
        " 415 `unsupported_media_type`, 500 `error`.")
    default["headers"] = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
