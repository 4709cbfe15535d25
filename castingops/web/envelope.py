"""The one shape of every API answer: {success, data, error, meta} (API-2)."""
from functools import cache
from typing import Any

import marshmallow as ma
import msgspec
from flask import Response, g


class Problem(msgspec.Struct, omit_defaults=True):
    """What went wrong: RFC 9457's members, a stable `code`, and `errors` by input name. `details` says more."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: dict[str, list[str]] = {}
    details: dict[str, Any] = {}


class Meta(msgspec.Struct, omit_defaults=True):
    """About the answer: whose request it was, and where the list goes on."""

    request_id: str
    next_cursor: str | None = None


class Envelope(msgspec.Struct):
    """Every answer."""

    success: bool
    data: Any
    error: Problem | None
    meta: Meta


_encode = msgspec.json.Encoder().encode


def success(data: Any, *, status: int = 200, next_cursor: str | None = None) -> Response:
    """An answer that carries `data`: structs, or anything msgspec can write."""
    return _answer(Envelope(True, data, None, Meta(g.request_id, next_cursor)), status)


def failure(problem: Problem) -> Response:
    """An answer that carries a problem, with the problem's status."""
    return _answer(Envelope(False, None, problem, Meta(g.request_id)), problem.status)


def _answer(envelope: Envelope, status: int) -> Response:
    return Response(_encode(envelope), status, mimetype="application/json")


class ProblemSchema(ma.Schema):
    """Documents `Problem`."""

    type = ma.fields.String(required=True, metadata={"example": "about:blank"})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    code = ma.fields.String(required=True, metadata={"example": "not_found"})
    errors = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.List(ma.fields.String()))
    details = ma.fields.Dict(keys=ma.fields.String())


class MetaSchema(ma.Schema):
    """Documents `Meta`."""

    request_id = ma.fields.UUID(required=True)
    next_cursor = ma.fields.String(allow_none=True)


class FailureSchema(ma.Schema):
    """Documents an answer that carries a problem."""

    success = ma.fields.Boolean(required=True, metadata={"enum": [False]})
    data = ma.fields.Raw(required=True, allow_none=True)
    error = ma.fields.Nested(ProblemSchema, required=True)
    meta = ma.fields.Nested(MetaSchema, required=True)


@cache
def success_schema(schema: type[ma.Schema], many: bool) -> type[ma.Schema]:
    """The documented envelope round `schema`. Cached: apispec warns of two classes with one name."""
    name = schema.__name__.removesuffix("Schema") + ("List" if many else "")
    return type(f"{name}EnvelopeSchema", (ma.Schema,), {
        "success": ma.fields.Boolean(required=True, metadata={"enum": [True]}),
        "data": ma.fields.Nested(schema, many=many, required=True),
        "error": ma.fields.Raw(required=True, allow_none=True),
        "meta": ma.fields.Nested(MetaSchema, required=True),
    })


@cache
def upload_schema(files: type[ma.Schema], form: type[ma.Schema]) -> type[ma.Schema]:
    """The documented multipart body of an upload: its file and the texts beside it."""
    name = files.__name__.removesuffix("FileSchema") + "UploadSchema"
    return type(name, (files, form), {"__doc__": form.__doc__})
