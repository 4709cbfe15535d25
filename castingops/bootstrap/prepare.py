"""Everything that must lie on disk before something of ours can run."""
import platform
import threading
from collections.abc import Callable
from pathlib import Path

from castingops.bootstrap import assets, browser, environment, native, packages
from castingops.bootstrap.home import ROOT, Home
from castingops.bootstrap.machine import check_room, check_writable, step
from castingops.bootstrap.servers import held_in_turn

LOCK = ROOT / "requirements-dev.lock"


class Aside(threading.Thread):
    """Work beside the main thread. It is a daemon: when we are stopped meanwhile, its programs die with us."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Do the work; keep its failure for whoever joins."""
        try:
            self._work()
        except Exception as error:
            self._error = error

    def join(self, timeout: float | None = None) -> None:
        """Wait, and raise what went wrong."""
        super().join(timeout)
        if self._error is not None:
            raise self._error


def prepare(home: Home, *, for_tests: bool = False) -> None:
    """Python packages, front-end assets, Pango; with `for_tests` a browser too. Raises StartError."""
    check_writable(home.path)
    with step("machine") as line:
        free = check_room(home.path, first=not home.python.exists())
        line.note = f"Python {platform.python_version()}, {free / 1e9:.0f} GB free"
    with held_in_turn(home.tools / "lock"):
        with step("uv"):
            packages.uv(home)
        fetching = Aside(lambda: assets.fetch(home))
        with step("Python packages") as line:
            line.note = packages.sync(home, LOCK, home.venv)
        compiling = None if line.note == "as locked" else Aside(
            lambda: packages.compile_ahead(home, environment.with_tools(home)))
        with step("front-end assets") as line:
            fetching.join()
            line.note = assets.vendor(home)
        with step("Pango") as line:
            line.note = native.install(home, browser_driver=for_tests)
        if for_tests:
            with step("Chromium") as line:
                line.note = browser.install(home)
        if compiling is not None:
            with step("byte code"):
                compiling.join()


def prepare_python(home: Home, lock: Path, venv: Path) -> None:
    """Only an environment of packages, quietly. Raises StartError."""
    check_writable(home.path)
    with held_in_turn(home.tools / "lock"):
        packages.sync(home, lock, venv)
