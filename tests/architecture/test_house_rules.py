"""House rules that no linter knows (K-6, ARCHITECTURE §2)."""
import ast
import subprocess
import sys
from pathlib import Path

import pytest

import castingops.app  # noqa: F401  # all models are known
from castingops.core import privacy
from castingops.core.config import PACKAGE
from castingops.core.db import Base
from tests import measured

ROOT = PACKAGE.parent
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "static" not in path.parts)
TREES = {path: ast.parse(path.read_text()) for path in SOURCES}
COMMITS_HERE = {"core/db.py"}
LINES, FUNCTION_LINES = 400, 40


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None else ""  # type: ignore[attr-defined]
    return f"{path.relative_to(PACKAGE)}{line}"


def test_nothing_commits_outside_core() -> None:
    found = [place(path, node) for path, tree in TREES.items() if str(path.relative_to(PACKAGE)) not in COMMITS_HERE
             for node in ast.walk(tree)
             if isinstance(node, ast.Attribute) and node.attr in {"commit", "begin", "rollback"}]
    assert found == []


def test_time_comes_from_one_clock() -> None:
    allowed = {"core/clock.py"}
    found = [place(path, node) for path, tree in TREES.items()
             if str(path.relative_to(PACKAGE)) not in allowed and "bootstrap" not in path.parts
             for node in ast.walk(tree)
             if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
             and isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date"}]
    assert found == []


def test_every_column_says_whether_it_is_personal() -> None:
    assert privacy.unlabelled(list(Base.metadata.tables.values())) == []


def test_every_personal_table_leads_to_its_subject() -> None:
    holders = [mapper.class_ for mapper in Base.registry.mappers if privacy.labels(mapper.class_)]
    assert holders
    for model in holders:
        assert privacy.subject_path(model)


def test_files_and_functions_stay_small() -> None:
    long_files = [place(path) for path in SOURCES if len(path.read_text().splitlines()) > LINES]
    long_functions = [place(path, node) for path, tree in TREES.items() for node in ast.walk(tree)
                      if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES]
    assert (long_files, long_functions) == ([], [])


def public_definitions(tree: ast.Module) -> list[ast.FunctionDef | ast.ClassDef]:
    return [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")]


def test_public_things_say_what_they_are() -> None:
    """Functions and modules carry a docstring; an error class whose message says it all may go without."""
    silent = [place(path) for path, tree in TREES.items() if not ast.get_docstring(tree)]
    silent += [place(path, node) for path, tree in TREES.items() for node in public_definitions(tree)
               if isinstance(node, ast.FunctionDef) and not ast.get_docstring(node)]
    assert silent == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "NotImplementedError"])
def test_nothing_is_left_unfinished(word: str) -> None:
    assert [place(path) for path in SOURCES if word in path.read_text()] == []


def test_imports_keep_their_contracts() -> None:
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_guarded_files_are_there() -> None:
    """TEST-1: a file that moves must not slip out of the list of those whose every branch runs."""
    assert [pattern for pattern in measured.RULES["every-branch"] if not list(ROOT.glob(pattern))] == []


def test_what_did_not_run_of_a_guarded_file_is_a_gap() -> None:
    """TEST-1: a line or a branch; of other files it is none."""
    files = {name: {"missing_lines": lines, "missing_branches": branches} for name, lines, branches in (
        ("castingops/identity/service/tokens.py", [7], []), ("castingops/web/guard.py", [], [(54, 57)]),
        ("castingops/identity/cli.py", [], []), ("castingops/demo/seed.py", [1], [(1, 2)]))}
    assert measured.gaps(files) == ["castingops/identity/service/tokens.py", "castingops/web/guard.py"]
