"""Rules for templates, style sheets and the script that the browser cannot tell us in time (K-2, issue 2 §4)."""
import re
import subprocess
import sys
from html import escape
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from castingops.core.config import STATIC, TEMPLATES
from tests.jinja import component_environment

SHARED = {"components", "layouts"}
CONSOLE = sorted(path for path in TEMPLATES.rglob("*.html") if path.parent.name not in {"pdf", "email"})
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
SHEETS = sorted((STATIC / "css").glob("*.css"))
LINES = {".html": 150, ".css": 400}
SCRIPT_BYTES = 7 * 1024

# What runs or paints without being a file of ours: the content security policy would refuse it (OPS-11).
INLINE = re.compile(r"""\sstyle\s*=|<style\b|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|\bhx-on\b|["']js:|javascript:""",
                    re.IGNORECASE)
PHYSICAL = re.compile(r"(?:^|[\s;{-])(?:left|right)\s*:|:\s*(?:left|right)\b|\bfloat\s*:"
                      r"|\b(?:margin|padding|border)-(?:top|bottom)\b")
CODES = re.compile(r"\{\{\s*[\w.\[\]\"']*\b(?:reference|email|iban|phone|mobile|request_id|ip|user_agent)\s*\}\}")
SAFE_BEFORE = re.compile(r"<bdi[^<>]*>$|=\"[^\"<>]*$|<time[^<>]*>$")


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


@pytest.fixture(scope="module")
def environment() -> Environment:
    """Jinja as the app sets it up, without the app."""
    return component_environment()


def macros_of(environment: Environment, path: Path) -> list[str]:
    """The macros of a template that others may call."""
    tree = environment.parse(path.read_text())
    return [macro.name for macro in tree.find_all(nodes.Macro) if not macro.name.startswith("_")]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=name_of)
def test_every_template_compiles(environment: Environment, path: Path) -> None:
    environment.get_template(name_of(path))


@pytest.mark.parametrize("path", CONSOLE, ids=name_of)
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert [match.group() for match in INLINE.finditer(source)] == []


@pytest.mark.parametrize("path", [*CONSOLE, *SHEETS], ids=lambda path: path.name)
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LINES[path.suffix]


def test_the_script_stays_small() -> None:
    assert (STATIC / "console.js").stat().st_size <= SCRIPT_BYTES


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_style_sheets_know_no_left_and_right(path: Path) -> None:
    source = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert [match.group().strip() for match in PHYSICAL.finditer(source)] == []


def test_every_style_sheet_is_linked() -> None:
    head = (TEMPLATES / "layouts/_head.html").read_text()
    named = re.search(r"for sheet in \((.*?)\)", head)
    assert named is not None
    assert sorted(re.findall(r'"(\w+)"', named.group(1))) == [path.stem for path in SHEETS]


@pytest.mark.parametrize("path", CONSOLE, ids=name_of)
def test_every_class_has_a_style(path: Path) -> None:
    """A class that no sheet knows is a typing mistake, or a style that was never written."""
    known = set(re.findall(r"\.([a-z][\w-]*)", "".join(sheet.read_text() for sheet in SHEETS)))
    source = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "§", path.read_text(), flags=re.DOTALL)
    used = {name for value in re.findall(r'\sclass="([^"]*)"', source) for name in value.split() if "§" not in name}
    assert sorted(used - known) == []


@pytest.mark.parametrize("path", CONSOLE, ids=name_of)
def test_codes_and_addresses_keep_their_direction(path: Path) -> None:
    """A reference printed bare in an Arabic sentence turns round: it goes through `ui.ref` or a `<bdi>`."""
    source = path.read_text()
    bare = [match.group() for match in CODES.finditer(source) if not SAFE_BEFORE.search(source[:match.start()])]
    assert bare == []


def test_every_component_is_exported_and_shown(environment: Environment) -> None:
    """One name each under `ui`, and a place in the gallery."""
    offered = [name for path in COMPONENTS for name in macros_of(environment, path)]
    exported = dir(environment.get_template("components/ui.html").module)
    gallery = "".join(path.read_text() for path in (TEMPLATES / "gallery").glob("*.html"))
    assert sorted(set(offered)) == sorted(offered)
    assert [name for name in offered if name not in exported] == []
    assert [name for name in offered if f"ui.{name}(" not in gallery] == []


@pytest.mark.parametrize("path", CONSOLE, ids=name_of)
def test_templates_use_only_components_that_exist(environment: Environment, path: Path) -> None:
    exported = dir(environment.get_template("components/ui.html").module)
    assert [name for name in re.findall(r"(?<![-\w])ui\.(\w+)\(", path.read_text()) if name not in exported] == []


@pytest.mark.parametrize("path", [path for path in CONSOLE if path.parent.name not in SHARED], ids=name_of)
def test_post_forms_carry_the_token(path: Path) -> None:
    source = path.read_text()
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", source, flags=re.DOTALL | re.IGNORECASE)
    assert [form[:80] for form in forms if "csrf" not in form] == []


def test_macros_escape_what_people_typed(environment: Environment) -> None:
    evil = '"><img src=x>'
    template = environment.from_string(
        '{% import "components/ui.html" as ui %}{{ ui.ref(evil) }}{{ ui.tag(evil) }}{{ ui.who(evil) }}'
        '{{ ui.button(evil, attrs={"hx-post": evil}) }}'
        '{{ ui.diff([{"label": evil, "before": evil, "after": [("ins", evil)]}], "", evil) }}')
    text = template.render(evil=evil)
    assert evil not in text
    assert text.count(str(escape("<img src=x>"))) >= 6


def test_djlint_passes() -> None:
    done = subprocess.run([sys.executable, "-m", "djlint", str(TEMPLATES), "--lint", "--profile", "jinja", "--quiet"],
                          capture_output=True, text=True, check=False, cwd=TEMPLATES.parent)
    assert done.returncode == 0, done.stdout[-3000:]
