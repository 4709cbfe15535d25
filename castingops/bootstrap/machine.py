"""What the machine must offer, and running its programs with a sentence when they fail."""
import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from castingops.bootstrap import spawn
from castingops.bootstrap.errors import StartError
from castingops.bootstrap.home import open_log

FIRST_ROOM = 2_500_000_000
"""Bytes a first start needs: packages 1.0 GB, assets and node 0.4, database 0.1, and air for caches."""
LATER_ROOM = 200_000_000
_SECRET = re.compile(r"(//)[^/@\s]+@")


class Step:
    """A line of progress; `note` is printed after the time."""

    note = ""


@contextlib.contextmanager
def step(label: str) -> Iterator[Step]:
    """Print `label`, run, print the seconds it took."""
    print(f"  {label:<34}", end="", flush=True)
    began, line = time.monotonic(), Step()
    try:
        yield line
    except BaseException as error:
        print("failed" if isinstance(error, Exception) else "stopped", flush=True)
        raise
    print(f"{time.monotonic() - began:6.1f} s  {line.note}".rstrip(), flush=True)


def check_room(home: Path, *, first: bool) -> int:
    """Free bytes where the home lies. Raises StartError when a start would run out."""
    folder = next(parent for parent in (home, *home.parents) if parent.exists())
    free, need = shutil.disk_usage(folder).free, FIRST_ROOM if first else LATER_ROOM
    if free < need:
        raise StartError(f"There is no disk space: {home} needs {need / 1e9:.1f} GB and has {free / 1e9:.1f} GB free.")
    return free


def check_writable(home: Path) -> None:
    """Make the home. Raises StartError when we may not."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise StartError(f"The home {home} cannot be made ({error.strerror}): choose another --home.") from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise StartError(f"The home {home} belongs to somebody else: choose another --home.")


def plain(text: str) -> str:
    """`text` without the credentials an address may carry."""
    return _SECRET.sub(r"\1", text)


def run(
    argv: list[str], *, failing: str, log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str:
    """Run a program that dies with us; its whole output is added to `log` and returned.

    Raises StartError "<failing>: <its last word> (<log>)" when it ends badly.
    """
    done = subprocess.run(
        spawn.command(argv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=dict(env) if env is not None else None, cwd=cwd, check=False, errors="replace",
    )
    output = plain(done.stdout)
    with open_log(log) as file:
        file.write(f"$ {plain(' '.join(argv))}\n{output}\n".encode())
    if done.returncode:
        words = [line.strip() for line in output.splitlines() if line.strip()]
        raise StartError(f"{failing}: {words[-1] if words else f'code {done.returncode}'} (all of it: {log}).")
    return output


def apt_install(packages: list[str], *, log: Path, failing: str) -> None:
    """Install distribution packages as root, reading the package lists first where there are none."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        run(["apt-get", "update", "-q"], failing=failing, log=log, env=env)
    run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages], failing=failing, log=log, env=env)


def can_apt() -> bool:
    """Whether we may install distribution packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None
