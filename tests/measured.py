"""Which lines and branches of castingops run in the tests, measured by slipcover (TEST-1).

A whole run measures; a part does with PYTEST_PLUGINS=tests.measured, the one way by which a plugin comes before all
that imports castingops in every worker. Overall there is a floor; of authentication, authorization and consent every
branch runs, or the suite fails. What other processes run is not measured.
"""
import json
import os
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import slipcover

ROOT = Path(__file__).resolve().parents[1]
RULES: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["castingops"]["coverage"]
FOUND = pytest.StashKey[list[dict[str, Any]]]()

_measured = slipcover.Slipcover(branch=True, source=[str(ROOT / "castingops")], omit=RULES["omit"],
                                exclude_also=RULES["exclude"])


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Look at what is imported from now on, where tests run: not in the process that only hands them out."""
    if "PYTEST_XDIST_WORKER" in os.environ or not early_config.known_args_namespace.numprocesses:
        slipcover.ImportManager(_measured, slipcover.FileMatcher([ROOT / "castingops"], RULES["omit"])).__enter__()


def pytest_testnodedown(node: Any) -> None:
    """What a worker has measured."""
    found = getattr(node, "workeroutput", {}).get("measured")
    if found:
        node.config.stash.setdefault(FOUND, []).append(json.loads(found))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells what it has measured; whoever has all of it fails the run for a gap in a whole one."""
    config = session.config
    if hasattr(config, "workerinput"):
        config.workeroutput["measured"] = json.dumps(_measured.get_coverage())
    elif config.option.numprocesses and session.exitstatus == pytest.ExitCode.OK:
        whole = _whole(config)
        if whole["summary"]["percent_covered"] < RULES["floor"] or gaps(whole["files"]):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Every file with what of it has not run; then the verdict."""
    whole = _whole(config)
    terminalreporter.section("lines and branches that have not run")
    slipcover.print_coverage(whole, outfile=terminalreporter._tw, skip_covered=True)
    percent = whole["summary"]["percent_covered"]
    terminalreporter.write(f"\n{percent:.2f}% of lines and branches, of {RULES['floor']}% required.\n"
                           f"Guarded files with a gap, of none allowed: {', '.join(gaps(whole['files'])) or 'none'}\n")


def _whole(config: pytest.Config) -> dict[str, Any]:
    """What all workers have measured together, or this process alone."""
    parts = config.stash.get(FOUND, [])
    whole = parts[0] if parts else _measured.get_coverage()
    while len(parts) > 1:
        slipcover.merge_coverage(whole, parts.pop())
    return whole


def gaps(files: dict[str, Any]) -> list[str]:
    """The guarded files of which something has not run."""
    return sorted(name for name, file in files.items() if (file["missing_lines"] or file["missing_branches"])
                  and any(fnmatch(name, pattern) for pattern in RULES["every-branch"]))
