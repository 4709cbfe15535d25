"""Everything that must lie on disk before something of ours can run."""
import platform
from pathlib import Path

from castingops.bootstrap import assets, browser, native, packages
from castingops.bootstrap.home import ROOT, Home
from castingops.bootstrap.machine import check_room, check_writable, step
from castingops.bootstrap.servers import held_in_turn

LOCK = ROOT / "requirements-dev.lock"


def prepare(home: Home, *, for_tests: bool = False) -> None:
    """Python packages, front-end assets, Pango; with `for_tests` a browser too. Raises StartError."""
    check_writable(home.path)
    with step("machine") as line:
        free = check_room(home.path, first=not home.python.exists())
        line.note = f"Python {platform.python_version()}, {free / 1e9:.0f} GB free"
    with held_in_turn(home.tools / "lock"):
        with step("uv"):
            packages.uv(home)
        with step("Python packages") as line:
            line.note = packages.sync(home, LOCK, home.venv)
        with step("front-end assets") as line:
            line.note = assets.vendor(home)
        with step("Pango") as line:
            line.note = native.install(home, browser_driver=for_tests)
        if for_tests:
            with step("Chromium") as line:
                line.note = browser.install(home)


def prepare_python(home: Home, lock: Path, venv: Path) -> None:
    """Only an environment of packages, quietly. Raises StartError."""
    check_writable(home.path)
    with held_in_turn(home.tools / "lock"):
        packages.sync(home, lock, venv)
