"""The kinds of blueprint. None registers a route that does not say who may use it."""
import json
from functools import partial
from typing import Any

import flask
import flask_smorest
import marshmallow as ma
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import UnsupportedMediaType

from castingops.core.actor import Actor
from castingops.core.errors import DomainError
from castingops.core.permissions import PUBLIC, Permission
from castingops.web import csrf, sign_in
from castingops.web.cookies import check_cookie_request
from castingops.web.envelope import FailureSchema, success, success_schema, upload_schema
from castingops.web.guard import Door, UnguardedRoute, View, guard
from castingops.web.retired import Deprecated
from castingops.web.sign_in import BOTH, HIRER, TALENT


def _no_check(actor: Actor) -> None:
    """Nothing to prove: the route is open, and does nothing in anybody's name."""


class ConsoleBlueprint(flask.Blueprint):
    """Staff pages: session cookie, CSRF token, HTML."""

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: View | None = None,
                     provide_automatic_options: bool | None = None, *, permission: Permission | None = None,
                     idempotent: bool = False, records: bool = False, limit: str = "console", **options: Any) -> None:
        """Flask's, plus the guard. Errors: UnguardedRoute."""
        assert view_func is not None
        door = Door(lambda: sign_in.current().staff(), lambda actor: csrf.check())
        view = guard(view_func, permission, door=door, idempotent=idempotent, records=records, limit=limit)
        super().add_url_rule(rule, endpoint, view, provide_automatic_options, **options)


class PublicBlueprint(flask.Blueprint):
    """Routes outside both doors: health, signed files. Each still says PUBLIC."""

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: View | None = None,
                     provide_automatic_options: bool | None = None, *, permission: Permission | None = None,
                     records: bool = False, limit: str = "console", **options: Any) -> None:
        """Flask's, plus the guard. Errors: UnguardedRoute."""
        assert view_func is not None
        if permission is not PUBLIC:
            raise UnguardedRoute(f"{rule}: only PUBLIC routes live here")
        view = guard(view_func, permission, door=Door(lambda: NotImplemented, _no_check), records=records, limit=limit)
        super().add_url_rule(rule, endpoint, view, provide_automatic_options, **options)


class _Parser(FlaskParser):
    """webargs', strict: JSON that Python cannot hold (5,000 digits, 100,000 brackets), that is none by RFC 8259 (NaN,
    Infinity) or that two readers may understand differently (a name twice) is bad JSON; other content is refused."""

    def _raw_load_json(self, req: flask.Request) -> Any:
        body = req.get_data(cache=True)
        if not is_json_request(req):
            if body:
                raise UnsupportedMediaType
            return missing
        try:
            return json.loads(body.decode(), object_pairs_hook=_once_each, parse_constant=_no_json)
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError("not to be held", "[", 0) from error  # an empty one would pass for no body


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name comes twice")
    return members


def _no_json(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


class ApiBlueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # smorest ships no types
    """JSON for the apps: access token, envelope, OpenAPI."""

    ARGUMENTS_PARSER = _Parser()

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: View | None = None,
                     provide_automatic_options: bool | None = None, *, permission: Permission | None = None,
                     audience: tuple[str, ...] | None = None, idempotent: bool = False, records: bool = False,
                     limit: str = "general", most_bytes: int | None = None,
                     errors: tuple[type[DomainError], ...] = (), also: str = "",
                     deprecated: Deprecated | None = None,
                     **options: Any) -> None:
        """smorest's, plus the guard and what it means for the document. Errors: UnguardedRoute.

        `errors`: refusals that come from a port or a constraint, which the document cannot read from the code.
        `also`: the type of a file that the same address answers with on request, such as text/csv.
        """
        if view_func is None or audience is None:
            raise UnguardedRoute(f"{rule}: give a view function and audience=")
        door = Door(partial(_bearer, audience), check_cookie_request, members=True, most_bytes=most_bytes)
        view = guard(view_func, permission, door=door, idempotent=idempotent, records=records, limit=limit)
        vars(view).update(limit=limit, errors=errors, also=also, deprecated=deprecated)  # for the document and the edge
        documented = self.doc(**{"security": [] if permission is PUBLIC else [{"bearer": []}],
                                 "x-permission": permission.name if permission else None,
                                 "x-audience": list(audience)})(view)
        super().add_url_rule(rule, endpoint, documented, provide_automatic_options, **options)

    def _prepare_arguments_doc(self, doc: dict[str, Any], doc_info: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """smorest's, for which a request has one body: files and the texts beside them are one, a multipart one."""
        parameters = doc_info.get("arguments", {}).get("parameters", [])
        parts = {one["in"]: one for one in parameters if one["in"] in {"form", "files"}}
        if len(parts) == 2:
            parameters.remove(parts["form"])
            files: ma.Schema = parts["files"]["schema"]
            form: ma.Schema = parts["form"]["schema"]
            parts["files"]["schema"] = upload_schema(type(files), type(form))
        whole: dict[str, Any] = super()._prepare_arguments_doc(doc, doc_info, **kwargs)
        return whole

    @staticmethod
    def _make_doc_response_schema(schema: ma.Schema | None) -> type[ma.Schema] | None:
        return None if schema is None else success_schema(type(schema), schema.many)


def _bearer(audience: tuple[str, ...]) -> Actor:
    return sign_in.current().bearer(audience)


class Api(flask_smorest.Api):  # type: ignore[misc]
    """smorest without its error handler: that one would turn the console's 404 into JSON."""

    ERROR_SCHEMA = FailureSchema

    def _register_error_handlers(self) -> None:
        """Ours are registered once, for both edges, by `web.errors`."""


__all__ = ["BOTH", "HIRER", "TALENT", "Api", "ApiBlueprint", "ConsoleBlueprint", "PublicBlueprint", "success"]
