"""Which refusals a view can answer, read from the code: what it raises, and what the functions that it uses raise.

A list kept by hand would be wrong by the next release. Read from the sources when the API's document is made, through
hooks and ports too. What comes by other ways (a constraint, a property of the actor) a route says itself:
`errors=(…,)`; tests hold every code that an operation answers against the document.
"""
import ast
import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import cache, reduce
from types import FunctionType, ModuleType
from typing import Any

from castingops.core.errors import DomainError
from castingops.core.hooks import Hook

_OURS = "castingops."


def refusals_of(view: Callable[..., Any]) -> list[type[DomainError]]:
    """Every error class that `view` can raise, by status and code; faults of ours are left out."""
    seen: set[FunctionType] = set()
    found: set[type[DomainError]] = set()
    waiting = [inspect.unwrap(view)]
    while waiting:
        function = waiting.pop()
        if not isinstance(function, FunctionType) or function in seen:
            continue
        seen.add(function)
        raised, used = _read(function)
        found |= raised
        waiting += used
    told = [one for one in found if one.status < 500 or one.status == 503]
    return sorted(told, key=lambda one: (one.status, one.code))


@cache
def _read(function: FunctionType) -> tuple[frozenset[type[DomainError]], tuple[FunctionType, ...]]:
    """Which refusals one function names other than to catch them, and which functions of ours it uses."""
    node = _functions(inspect.getmodule(function)).get(function.__qualname__)
    if node is None:
        return frozenset(), ()
    caught = {id(part) for handler in ast.walk(node) if isinstance(handler, ast.ExceptHandler) and handler.type
              for part in ast.walk(handler.type)}
    named = [_value(part, function) for part in ast.walk(node)
             if isinstance(part, ast.Name | ast.Attribute) and id(part) not in caught]
    raised = frozenset(one for held in named for one in _held(held)
                       if isinstance(one, type) and issubclass(one, DomainError))
    return raised, tuple(used for one in named for used in _callables(one))


def _held(value: Any) -> Iterable[Any]:
    """A value, or those of a table of them, the takers of a hook, what was given to a port."""
    if isinstance(value, Hook):
        return value._takers
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, tuple | list) else [value]


def _callables(value: Any) -> Iterator[FunctionType]:
    """The functions of ours behind a name."""
    for one in _held(value):
        one = inspect.unwrap(one) if isinstance(one, FunctionType) else one
        if isinstance(one, FunctionType) and str(one.__module__).startswith(_OURS):
            yield one


def _value(node: ast.expr, function: FunctionType) -> Any:
    """What a dotted name of the function's module stands for, or None."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    start = function.__globals__.get(node.id)
    if names and not isinstance(start, ModuleType | type):
        return None
    return reduce(lambda value, name: getattr(value, name, None), reversed(names), start)


@cache
def _functions(module: ModuleType | None) -> dict[str, ast.AST]:
    """The function definitions of a module by qualified name."""
    if module is None:
        return {}
    return dict(_named(ast.parse(inspect.getsource(module)), ""))


def _named(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield f"{prefix}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from _named(child, f"{prefix}{child.name}.")
