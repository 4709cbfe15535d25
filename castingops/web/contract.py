"""What a change of the API's document means for its clients: a break needs a new major version (API-1).

Breaking is what makes a request that was right wrong, or takes away what an answer promised. So a body and a parameter
may only grow wider and an answer only narrower: each kind of change is judged by the side on which it happens.
"""
from collections.abc import Iterator
from typing import Any, NamedTuple

Document = dict[str, Any]
Schema = dict[str, Any]

_DEEPEST = 8  # a schema that holds itself ends here
_BOUNDS = {  # which way a bound narrows: -1 by getting less, 1 by getting more
    "maximum": -1, "exclusiveMaximum": -1, "maxLength": -1, "maxItems": -1, "maxProperties": -1,
    "minimum": 1, "exclusiveMinimum": 1, "minLength": 1, "minItems": 1, "minProperties": 1}
_EXACT = ("pattern", "format", "multipleOf", "const")  # any other value narrows, and none widens


class Difference(NamedTuple):
    """One difference, and whether a client written for the older document may stop working."""

    breaking: bool
    text: str


def differences(before: Document, after: Document) -> list[Difference]:
    """Every difference in operations, sign-in, parameters, bodies and answers; breaking ones first, then by name."""
    old, new = _operations(before), _operations(after)
    found = [Difference(True, f"{name} is gone") for name in old if name not in new]
    found += [Difference(False, f"{name} is new") for name in new if name not in old]
    for name in old.keys() & new.keys():
        found += _operation(name, old[name], new[name])
        found += _parameters(name, before, after, old[name], new[name])
        found += _body(name, before, after, old[name], new[name])
        found += _answers(name, before, after, old[name], new[name])
    return sorted(set(found), key=lambda one: (not one.breaking, one.text))


def is_major_bump(before: Document, after: Document) -> bool:
    """Whether the newer document says that its clients must look: its major version is higher."""
    return _major(after) > _major(before)


def unexcused(found: list[Difference], accepted: str) -> list[Difference]:
    """The breaking differences that no line of `accepted` names, as docs/api-accepted.txt does with their reasons."""
    lines = {line.strip() for line in accepted.splitlines()}
    return [one for one in found if one.breaking and one.text not in lines]


def _major(document: Document) -> int:
    return int(str(document["info"]["version"]).lstrip("v").split(".")[0])


def _operations(document: Document) -> dict[str, dict[str, Any]]:
    shared = "parameters"
    return {f"{verb.upper()} {path}": {**operation, shared: [*verbs.get(shared, []), *operation.get(shared, [])]}
            for path, verbs in document["paths"].items() for verb, operation in verbs.items() if verb != shared}


def _operation(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    """Its id, which generated clients call it by; who may use it; whether it is on its way out."""
    if old.get("operationId") not in {None, new.get("operationId")}:
        yield Difference(True, f"{name}: is called {new.get('operationId')} and was {old['operationId']}")
    was, now = set(_ways_in(old)), set(_ways_in(new))
    if "anybody" in now - was:
        yield Difference(False, f"{name}: needs no sign-in any more")
    elif lost := was - now:
        yield Difference(True, f"{name}: cannot be used by {' or '.join(sorted(lost))} any more")
    for one in sorted(_whom(old) - _whom(new)):
        yield Difference(True, f"{name}: is not for the {one} any more")
    if new.get("deprecated") and not old.get("deprecated"):
        yield Difference(False, f"{name}: is deprecated")


def _whom(operation: dict[str, Any]) -> set[str]:
    """The apps and the roles that an operation is for."""
    return {f"{what} {one}" for key, what in (("x-audience", "app"), ("x-roles", "role"))
            for one in operation.get(key, [])}


def _ways_in(operation: dict[str, Any]) -> list[str]:
    """The ways of signing in that are enough; "anybody" when none is needed."""
    return ["+".join(sorted(way)) or "anybody" for way in operation.get("security", [])] or ["anybody"]


def _parameters(name: str, before: Document, after: Document, old: dict[str, Any],
                new: dict[str, Any]) -> Iterator[Difference]:
    was, now = ({(one["in"], one["name"].lower()): one for one in operation["parameters"]} for operation in (old, new))
    for key, parameter in now.items():
        known, place = was.get(key), f"{name}: parameter {parameter['name']}"
        if parameter.get("required") and not (known or {}).get("required"):
            yield Difference(True, f"{place} is now required")
        elif known is None:
            yield Difference(False, f"{place} is new")
        if known is not None:
            yield from _taken(place, before, after, known.get("schema", {}), parameter.get("schema", {}))
    for key in was.keys() - now.keys():
        yield Difference(True, f"{name}: parameter {was[key]['name']} is gone")


def _body(name: str, before: Document, after: Document, old: dict[str, Any],
          new: dict[str, Any]) -> Iterator[Difference]:
    was, now = (operation.get("requestBody", {}) for operation in (old, new))
    if now.get("required") and not was.get("required"):
        yield Difference(True, f"{name}: a body is now required")
    for kind, media in was.get("content", {}).items():
        if kind not in now.get("content", {}):
            yield Difference(True, f"{name}: body {kind} is gone")
            continue
        yield from _taken(f"{name}: body", before, after, media.get("schema", {}), now["content"][kind]["schema"])
    for kind in now.get("content", {}).keys() - was.get("content", {}).keys():
        yield Difference(False, f"{name}: body {kind} is new")


def _answers(name: str, before: Document, after: Document, old: dict[str, Any],
             new: dict[str, Any]) -> Iterator[Difference]:
    for status, answer in old["responses"].items():
        if status not in new["responses"]:
            yield Difference(True, f"{name}: answer {status} is gone")
            continue
        place = f"{name}: answer {status}"
        was, now = _answer(before, answer), _answer(after, new["responses"][status])
        for header in was.get("headers", {}).keys() - now.get("headers", {}).keys():
            yield Difference(True, f"{place} lost the header {header}")
        for kind, media in was.get("content", {}).items():
            if kind not in now.get("content", {}):
                yield Difference(True, f"{place} is not {kind} any more")
                continue
            yield from _given(place, before, after, media.get("schema", {}), now["content"][kind].get("schema", {}))
    for status in new["responses"].keys() - old["responses"].keys():
        yield Difference(status.startswith("2"), f"{name}: answer {status} is new")


def _answer(document: Document, answer: dict[str, Any]) -> dict[str, Any]:
    reference = answer.get("$ref")
    whole: dict[str, Any] = document["components"]["responses"][reference.rsplit("/", 1)[1]] if reference else answer
    return whole


def _taken(place: str, before: Document, after: Document, old: Schema, new: Schema) -> Iterator[Difference]:
    """Differences of what we take: what was right must stay right."""
    was, now = _flat(before, old), _flat(after, new)
    for path, (schema, required) in now.items():
        where = f"{place} {path}".strip()
        if path not in was:
            yield Difference(required, f"{where} is new{' and required' if required else ''}")
            continue
        if required and not was[path][1]:
            yield Difference(True, f"{where} is now required")
        for narrower, text in _changes(was[path][0], schema):
            yield Difference(narrower, f"{where} {text}")
    for path in was.keys() - now.keys():
        yield Difference(True, f"{place} {path} is gone")


def _given(place: str, before: Document, after: Document, old: Schema, new: Schema) -> Iterator[Difference]:
    """Differences of what we answer: what was promised must stay promised."""
    was, now = _flat(before, old), _flat(after, new)
    for path in was.keys() - now.keys():
        yield Difference(True, f"{place} lost {path}")
    for path in now.keys() - was.keys():
        yield Difference(False, f"{place} gained {path}")
    for path in was.keys() & now.keys():
        if was[path][1] and not now[path][1]:
            yield Difference(True, f"{place} {path} may now be absent")
        for wider, text in _changes(now[path][0], was[path][0], turned=True):
            yield Difference(wider, f"{place} {path} {text}".replace("  ", " "))


def _changes(was: Schema, now: Schema, *, turned: bool = False) -> Iterator[tuple[bool, str]]:
    """What distinguishes two schemas, and whether the second takes less than the first.

    `turned`: the first is the newer one, and the words are put the other way round.
    """
    old, new = (now, was) if turned else (was, now)
    if _kinds(was) != _kinds(now):
        yield _lacks_kinds(was, now), f"was {_said(_kinds(old))} and is {_said(_kinds(new))}"
    if "enum" in was or "enum" in now:
        yield from _choices(was, now, turned=turned)
    for name in (*_EXACT, *_BOUNDS):
        if was.get(name) != now.get(name):
            yield _is_tighter(name, was, now), f"{name} was {old.get(name)} and is {new.get(name)}"
    if not turned and _is_closed(was) != _is_closed(now):  # answers may always gain members
        yield _is_closed(now), f"is {'closed' if _is_closed(now) else 'open'} to other members"


def _lacks_kinds(was: Schema, now: Schema) -> bool:
    """Whether a type that was taken is not any more; a schema without type takes all."""
    return bool(_kinds(now)) and (not _kinds(was) or not _kinds(was) <= _kinds(now))


def _is_tighter(name: str, was: Schema, now: Schema) -> bool:
    """Whether the later value of a bound, pattern or format lets less through."""
    if name not in now:
        return False
    return name in _EXACT or name not in was or (now[name] - was[name]) * _BOUNDS[name] > 0


def _choices(was: Schema, now: Schema, *, turned: bool) -> Iterator[tuple[bool, str]]:
    """Differences of two enumerations; without one, anything may be chosen."""
    before, after = (set(map(str, schema["enum"])) if "enum" in schema else None for schema in (was, now))
    gone = sorted(before - after) if before is not None and after is not None else []
    for one in gone:
        yield True, f"{'has the new choice' if turned else 'lost the choice'} {one}"
    if before is not None and after is not None:
        for one in sorted(after - before):
            yield False, f"{'lost the choice' if turned else 'has the new choice'} {one}"
    elif before is None:
        yield True, "can be other than was listed" if turned else "is now one of a list"
    else:
        yield False, "is now one of a list" if turned else "can be other than was listed"


def _kinds(schema: Schema) -> frozenset[str]:
    """The types it takes; an integer is a number too."""
    kinds = schema.get("type", [])
    told = set(kinds) if isinstance(kinds, list) else {kinds}
    for part in [*schema.get("anyOf", []), *schema.get("oneOf", [])]:
        told |= _kinds(part) or {"object"}
    return frozenset(told | ({"integer"} if "number" in told else set()))


def _said(kinds: frozenset[str]) -> str:
    return "/".join(sorted(kinds)) or "anything"


def _is_closed(schema: Schema) -> bool:
    return schema.get("additionalProperties") is False


def _flat(document: Document, schema: Schema, path: str = "", depth: int = 0) -> dict[str, tuple[Schema, bool]]:
    """Every part of a schema by its dotted path: what it says itself, and whether it must be there."""
    whole = _resolved(document, schema)
    found: dict[str, tuple[Schema, bool]] = {path: (whole, True)}
    if depth > _DEEPEST:
        return found
    if "items" in whole:
        found |= _flat(document, whole["items"], f"{path}[]", depth + 1)
    for name, inner in whole.get("properties", {}).items():
        there = f"{path}.{name}".lstrip(".")
        found |= _flat(document, inner, there, depth + 1)
        found[there] = (found[there][0], name in whole.get("required", []))
    return found


def _resolved(document: Document, schema: Schema) -> Schema:
    """The schema behind its reference; one that may be null keeps saying so beside what it is otherwise."""
    if "$ref" in schema:
        return _resolved(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    parts = [_resolved(document, part) for word in ("allOf", "anyOf", "oneOf") for part in schema.get(word, [])]
    if not parts:
        return schema
    main = next((part for part in parts if part.get("type") != "null"), parts[0])
    kinds = sorted({kind for part in parts for kind in _kinds(part)})
    return {**main, **{key: value for key, value in schema.items() if key not in {"allOf", "anyOf", "oneOf"}},
            "type": kinds}
