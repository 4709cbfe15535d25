"""Readers of the trail see words, not codes: every act and kind of item that is recorded has a title."""
import ast
import re
from collections.abc import Iterator
from pathlib import Path

from castingops.audit import rules, types, verifier
from castingops.core.config import ROOT
from castingops.core.i18n import translate

ACT = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*){2}")


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "castingops").rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def records(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of the audit feature's `record`: the only function of that name with an `entity`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(keyword.arg == "entity" for keyword in node.keywords):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name.endswith("record"):
                yield node


def events_of(trees: list[tuple[Path, ast.Module]]) -> set[str]:
    """Names of events, which look alike: what a class gives as its `name`."""
    return {node.value.value for _path, tree in trees for owner in ast.walk(tree) if isinstance(owner, ast.ClassDef)
            for node in owner.body if isinstance(node, ast.AnnAssign | ast.Assign)
            and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)}


def templates_of(trees: list[tuple[Path, ast.Module]]) -> set[str]:
    """Names of messages' templates, which look alike too."""
    return {str(node.args[0].value) for _path, tree in trees for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Template" and node.args
            and isinstance(node.args[0], ast.Constant)}


def acts_of(tree: ast.Module, call: ast.Call) -> set[str]:
    """The acts that a call can record: the one it names, or all that its module names when it takes one of several."""
    first = call.args[0]
    if isinstance(first, ast.Constant):
        return {str(first.value)}
    if isinstance(first, ast.Name) and first.id == "ERASE":
        return {verifier.ERASE}
    assert not isinstance(first, ast.JoinedStr), "an act is written out, so that it can be found"
    return {node.value for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACT.fullmatch(node.value)}


def test_every_recorded_act_has_a_title() -> None:
    trees = list(sources())
    recorded = {act for _path, tree in trees for call in records(tree) for act in acts_of(tree, call)}
    recorded -= (events_of(trees) | templates_of(trees)) - types.ACTIONS.keys()
    assert len(recorded) > 25  # the search finds them at all
    assert recorded == types.ACTIONS.keys()
    assert all(rules.checked_action(act) for act in types.ACTIONS)


def test_every_kind_of_item_has_a_title() -> None:
    kinds = {str(keyword.value.value) for _path, tree in sources() for call in records(tree)
             for keyword in call.keywords if keyword.arg == "entity" and isinstance(keyword.value, ast.Constant)}
    assert len(kinds) > 10
    assert kinds == types.ITEMS.keys()


def test_titles_tell_acts_apart_in_both_languages() -> None:
    for titles in (types.ACTIONS, types.ITEMS):
        for locale in ("en", "ar"):
            told = [translate(title, locale) for title in titles.values()]
            assert len(set(told)) == len(told)
