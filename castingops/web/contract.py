"""What a change of the API's document means for its clients: a break needs a new major version (API-1).

Breaking is what makes a request that was right wrong, or takes away what an answer promised.
"""
from collections.abc import Iterator
from typing import Any, NamedTuple

Document = dict[str, Any]


class Difference(NamedTuple):
    """One difference, and whether a client written for the older document may stop working."""

    breaking: bool
    text: str


def differences(before: Document, after: Document) -> list[Difference]:
    """Every difference in operations, parameters, request bodies and answers, in the documents' order."""
    old, new = _operations(before), _operations(after)
    found = [Difference(True, f"{name} is gone") for name in old if name not in new]
    found += [Difference(False, f"{name} is new") for name in new if name not in old]
    for name in old.keys() & new.keys():
        found += _parameters(name, old[name], new[name])
        found += _body(name, before, after, old[name], new[name])
        found += _answers(name, before, after, old[name], new[name])
    return sorted(found, key=lambda one: (not one.breaking, one.text))


def is_major_bump(before: Document, after: Document) -> bool:
    """Whether the newer document says that its clients must look: its major version is higher."""
    return _major(after) > _major(before)


def _major(document: Document) -> int:
    return int(str(document["info"]["version"]).lstrip("v").split(".")[0])


def _operations(document: Document) -> dict[str, dict[str, Any]]:
    shared = "parameters"
    return {f"{verb.upper()} {path}": {**operation, shared: [*verbs.get(shared, []), *operation.get(shared, [])]}
            for path, verbs in document["paths"].items() for verb, operation in verbs.items() if verb != shared}


def _parameters(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    before, after = ({(one["in"], one["name"]): one for one in operation["parameters"]} for operation in (old, new))
    for key, parameter in after.items():
        known = before.get(key)
        if parameter.get("required") and not (known or {}).get("required"):
            yield Difference(True, f"{name}: parameter {key[1]} is now required")
        elif known is None:
            yield Difference(False, f"{name}: parameter {key[1]} is new")
    for key in before.keys() - after.keys():
        yield Difference(True, f"{name}: parameter {key[1]} is gone")


def _body(name: str, before: Document, after: Document, old: dict[str, Any],
          new: dict[str, Any]) -> Iterator[Difference]:
    was, now = (_flat(document, _schema(operation.get("requestBody", {})))
                for document, operation in ((before, old), (after, new)))
    for path, (kind, required) in now.items():
        if path not in was:
            yield Difference(required, f"{name}: body {path} is new{' and required' if required else ''}")
        elif was[path][0] != kind:
            yield Difference(True, f"{name}: body {path} was {was[path][0]} and is {kind}")
        elif required and not was[path][1]:
            yield Difference(True, f"{name}: body {path} is now required")
    for path in was.keys() - now.keys():
        yield Difference(True, f"{name}: body {path} is gone")


def _answers(name: str, before: Document, after: Document, old: dict[str, Any],
             new: dict[str, Any]) -> Iterator[Difference]:
    for status, answer in old["responses"].items():
        if status not in new["responses"]:
            yield Difference(True, f"{name}: answer {status} is gone")
            continue
        was, now = _flat(before, _schema(answer)), _flat(after, _schema(new["responses"][status]))
        for path in was.keys() - now.keys():
            yield Difference(True, f"{name}: answer {status} lost {path}")
        for path in now.keys() - was.keys():
            yield Difference(False, f"{name}: answer {status} gained {path}")
        for path in was.keys() & now.keys():
            if was[path][0] != now[path][0]:
                yield Difference(True, f"{name}: answer {status} {path} was {was[path][0]} and is {now[path][0]}")


def _schema(part: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = next((one.get("schema", {}) for one in part.get("content", {}).values()), {})
    return schema


def _flat(document: Document, schema: dict[str, Any], path: str = "", depth: int = 0) -> dict[str, tuple[str, bool]]:
    """Every property of a schema by its dotted path: its type, and whether it must be there."""
    schema = _resolved(document, schema)
    if depth > 8:  # a schema that holds itself
        return {}
    found: dict[str, tuple[str, bool]] = {}
    if "items" in schema:
        found |= _flat(document, schema["items"], f"{path}[]", depth + 1)
    for name, inner in schema.get("properties", {}).items():
        there = f"{path}.{name}".lstrip(".")
        found[there] = (_kind(_resolved(document, inner)), name in schema.get("required", []))
        found |= _flat(document, inner, there, depth + 1)
    return found


def _resolved(document: Document, schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return document["components"]["schemas"][reference.rsplit("/", 1)[1]] if reference else schema


def _kind(schema: dict[str, Any]) -> str:
    """Type and format; a null among the types is a promise less, so it counts."""
    kinds = schema.get("type", "anything")
    text = "/".join(sorted(kinds)) if isinstance(kinds, list) else str(kinds)
    return f"{text} ({schema['format']})" if "format" in schema else text
