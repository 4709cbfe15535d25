"""Python packages: get uv by the machine's pip, make the environment, bring it to the lock.

No index address stands in this repository: pip's own settings on the machine decide, and uv is told what they say.
"""
import configparser
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from castingops.bootstrap import spawn
from castingops.bootstrap.errors import StartError
from castingops.bootstrap.home import ROOT, Home
from castingops.bootstrap.machine import apt_install, can_apt, run

NETWORK = "Check the network and pip's settings (`python3 -m pip config list`)"
_IMPORTED = (
    "castingops.app", "castingops.worker", "castingops.cli", "castingops.demo.cli", "castingops.demo.portraits.press",
    "flask_migrate", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "celery.bin.celery", "celery.apps.worker",
    "celery.apps.beat", "celery.concurrency.prefork",
)


def pip_settings() -> dict[str, str]:
    """pip's settings from its files and PIP_* variables, the later ones winning, as pip reads them."""
    found: dict[str, str] = {}
    for path in _pip_files():
        parser = configparser.RawConfigParser(strict=False)
        parser.read(path, encoding="utf-8")
        for section in ("global", "install"):
            if parser.has_section(section):
                found |= {key.lower().replace("_", "-"): value for key, value in parser.items(section)}
    for name, value in os.environ.items():
        if name.startswith("PIP_") and value:
            found[name[4:].lower().replace("_", "-")] = value
    return found


def _pip_files() -> list[Path]:
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    user = Path.home()
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or user / ".config")
    files = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), user / ".pip" / "pip.conf",
             settings / "pip" / "pip.conf", Path(sys.prefix) / "pip.conf"]
    return [*files, Path(named)] if named else files


def uv_environment() -> dict[str, str]:
    """The environment for uv: what pip's settings mean to it. A UV_* variable that is already set wins."""
    pip = pip_settings()
    told = {
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": " ".join(pip.get("extra-index-url", "").split()),
        "UV_FIND_LINKS": ",".join(pip.get("find-links", "").split()),
        "UV_INSECURE_HOST": " ".join(pip.get("trusted-host", "").split()),
        "SSL_CERT_FILE": pip.get("cert", ""),
        "ALL_PROXY": pip.get("proxy", ""),
        "UV_HTTP_TIMEOUT": pip.get("timeout", pip.get("default-timeout", "")),
        "UV_INDEX_STRATEGY": "unsafe-best-match",  # as pip does; the lock's hashes are what protects
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        "UV_NO_CONFIG": "1",
    }
    return {name: value for name, value in told.items() if value} | dict(os.environ)


def uv(home: Home) -> Path:
    """uv of the version in requirements-uv.lock, fetched into the home once. Raises StartError."""
    lock, folder = ROOT / "requirements-uv.lock", home.tools / "uv"
    program = folder / "bin" / "uv"
    if _stamped(folder, lock) and program.exists():
        return program
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    argv = [*_pip(home), "install", "--quiet", "--retries", "1", "--no-deps", "--require-hashes"]
    run([*argv, "--target", str(folder), "-r", str(lock)], failing=f"uv could not be fetched. {NETWORK}",
        log=home.logs / "setup.log")
    if not program.exists():
        raise StartError(f"pip said it installed uv, but {program} is not there.")
    _stamp(folder, lock)
    return program


def _pip(home: Home) -> list[str]:
    """A pip to run: this Python's, or that of a fresh venv."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    seed = home.tools / "seed"
    package = f"python3.{sys.version_info[1]}-venv"
    if not _seed_venv(seed):
        if not can_apt():
            raise StartError(f"This Python has neither pip nor venv: have the package `{package}` installed.")
        apt_install([package], log=home.logs / "setup.log", failing=f"The package `{package}` could not be installed")
        if not _seed_venv(seed):
            raise StartError(f"No pip could be made even with the package `{package}`.")
    return [str(seed / "bin" / "python"), "-m", "pip"]


def _seed_venv(folder: Path) -> bool:
    argv = [sys.executable, "-m", "venv", "--clear", str(folder)]
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0


def sync(home: Home, lock: Path, venv: Path) -> str:
    """Bring `venv` to exactly what `lock` says, hashes checked; what was done, in a few words. Raises StartError."""
    python = venv / "bin" / "python"
    if _stamped(venv, lock) and _runs(python):
        return "as locked"
    program, log, env = str(uv(home)), home.logs / "setup.log", uv_environment()
    (venv / ".lock-hash").unlink(missing_ok=True)
    if not _runs(python):
        base = getattr(sys, "_base_executable", sys.executable)
        run([program, "venv", "--quiet", "--clear", "--python", base, str(venv)], log=log, env=env,
            failing="The environment could not be made")
    argv = [program, "pip", "sync", "--require-hashes", "--python", str(python), str(lock)]
    if pip_settings().get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        argv.append("--no-index")
    run(argv, failing=f"Packages could not be installed. {NETWORK}", log=log, env=env)
    _stamp(venv, lock)
    return f"{sum(1 for line in lock.read_text('utf-8').splitlines() if '==' in line)} locked"


def compile_ahead(home: Home, env: dict[str, str]) -> None:
    """Have byte code made of what our processes import, so that they need not at their first start.

    It only saves time: what does not import here is told by whoever needs it.
    """
    argv = spawn.command([str(home.python), "-c", f"import {', '.join(_IMPORTED)}"])
    subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, check=False)


def install_into(home: Home, lock: Path, folder: Path) -> None:
    """Put what `lock` says into a folder of its own, once. Raises StartError."""
    if _stamped(folder, lock):
        return
    shutil.rmtree(folder, ignore_errors=True)
    argv = [str(uv(home)), "pip", "install", "--require-hashes", "--python", sys.executable, "--target", str(folder)]
    run([*argv, "-r", str(lock)], failing=f"{lock.name} could not be installed. {NETWORK}",
        log=home.logs / "setup.log", env=uv_environment())
    _stamp(folder, lock)


def _runs(python: Path) -> bool:
    """Whether the environment's interpreter starts and is of our version."""
    if not python.exists():
        return False
    test = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    return subprocess.run([python, "-I", "-c", test], capture_output=True, check=False).returncode == 0


def _hash(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _stamped(folder: Path, lock: Path) -> bool:
    stamp = folder / ".lock-hash"
    return stamp.exists() and stamp.read_text("ascii") == _hash(lock)


def _stamp(folder: Path, lock: Path) -> None:
    (folder / ".lock-hash").write_text(_hash(lock), "ascii")
