"""The browser of the end-to-end tests: Chromium from npm, unpacked into the home, or the machine's own."""
import hashlib
import os
import shutil
from pathlib import Path
from typing import TypedDict

from castingops.bootstrap import native
from castingops.bootstrap.assets import node_modules
from castingops.bootstrap.errors import StartError
from castingops.bootstrap.home import ROOT, Home, home_of
from castingops.bootstrap.machine import run

SYSTEM = ("chromium", "chromium-browser", "google-chrome")


class Launch(TypedDict):
    """Arguments for Playwright's `chromium.launch`."""

    executable_path: str
    args: list[str]
    env: dict[str, str | float | bool]


def install(home: Home) -> str:
    """Unpack Chromium into the home, once; what was done, in a few words. Raises StartError."""
    folder = home.tools / "chromium"
    stamp, digest = folder / ".lock-hash", hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text("ascii") == digest:
        return "as locked"
    try:
        modules = node_modules(home, development=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        package = modules / "@sparticuz" / "chromium"
        run([str(home.python), str(Path(__file__).with_name("unpack_chromium.py")), str(package), str(folder)],
            log=home.logs / "setup.log", failing="Chromium could not be unpacked")
    except StartError:
        if system := _system():
            return f"the machine's {Path(system).name}"
        raise
    stamp.write_text(digest, "ascii")
    return "unpacked"


def launch_options(home: Path | None = None) -> Launch:
    """How Playwright starts the browser of this home (default: where the tools lie). Raises StartError without one."""
    home = home or home_of(None).path
    folder = home / "tools" / "chromium"
    env: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(native.fonts_conf(home))}
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    if (folder / ".lock-hash").exists():
        env["LD_LIBRARY_PATH"] = str(folder / "al2023" / "lib")
        return {"executable_path": str(folder / "chromium"), "args": ["--no-sandbox"], "env": env}
    system = _system()
    if system is None:
        raise StartError("There is no Chromium: run `python3 -m castingops test` once, or install `chromium`.")
    return {"executable_path": system, "args": args, "env": env}


def _system() -> str | None:
    return next((path for name in SYSTEM if (path := shutil.which(name))), None)
