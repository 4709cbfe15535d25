"""`test`: every check and the whole suite, as CI runs them."""
import subprocess
import time
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor

from castingops.bootstrap import native, spawn
from castingops.bootstrap.environment import PREFIX, with_tools
from castingops.bootstrap.home import ROOT, Home
from castingops.bootstrap.prepare import prepare

CHECKS: dict[str, list[str]] = {
    "lint": ["ruff", "check", "--quiet", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
    "translations": ["python", "-m", "castingops.cli", "translations", "check"],
}
WRITE = f"{PREFIX}WRITE"  # has tests write committed documents anew, see tests/committed.py
TOLD = frozenset({WRITE, *(f"{PREFIX}{name}" for name in ("SHOTS", "E2E_URL", "E2E_HOME"))})
"""What a caller may tell the tests; every other setting of theirs is another house's."""
AT_ONCE = 2  # checks, and processes of pytest
PARALLEL = ["-n", str(AT_ONCE), "--dist", "loadfile", "--no-loadscope-reorder"]  # tests/conftest.py orders them
MEASURED = {"PYTEST_PLUGINS": "tests.measured"}


def test(options: Namespace, home: Home, arguments: list[str]) -> int:
    """Run the checks and pytest; with `arguments` pytest alone, with `--check` one check alone.

    The exit code is 0 only when all of it passed.
    """
    prepare(home, for_tests=not options.check)
    env = environment(home)
    if options.check:
        return 0 if _passes(options.check, home, env) else 1
    whole = not arguments
    failed = _failing(home, env) if whole else []
    if failed:
        print(f"FAILED before the tests: {', '.join(failed)}", flush=True)
    argv = [str(home.python), "-m", "pytest", *(PARALLEL if whole else []), *arguments]
    if options.long:
        argv.append("--long")
    code = wait(argv, env | MEASURED if whole else env)
    return code or bool(failed)


def environment(home: Home) -> dict[str, str]:
    """What tests may know: the tools of this home, and no setting of the caller's castingops."""
    env = {name: value for name, value in with_tools(home).items() if not name.startswith(PREFIX) or name in TOLD}
    return env | native.library_path(home) | {f"{PREFIX}HOME": str(home.path)}


def _failing(home: Home, env: dict[str, str]) -> list[str]:
    """Run every check, some at once; the names of those that fail."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        passed = pool.map(lambda name: _passes(name, home, env), CHECKS)
        return [name for name, ok in zip(CHECKS, passed, strict=True) if not ok]


def _passes(name: str, home: Home, env: dict[str, str]) -> bool:
    """Run one check; its output is shown only when it fails."""
    argv = CHECKS[name]
    began = time.monotonic()
    program = str(home.venv / "bin" / argv[0])
    done = subprocess.run(spawn.command([program, *argv[1:]]), cwd=ROOT, env=env, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    verdict = "ok" if done.returncode == 0 else "FAILED"
    said = f"{done.stdout}\n" if done.returncode else ""
    print(f"  {name:<34}{time.monotonic() - began:6.1f} s  {verdict}\n{said}", end="", flush=True)
    return done.returncode == 0


def wait(argv: list[str], env: dict[str, str]) -> int:
    """Run in our own terminal: Ctrl-C reaches it too, and we wait for its end."""
    with subprocess.Popen(spawn.command(argv), cwd=ROOT, env=env) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
