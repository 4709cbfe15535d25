"""Pango and its kin, which PDFs need and no wheel brings: the system's, or Debian packages unpacked into the home.

The app calls `preload(home)` before it imports WeasyPrint.
"""
import contextlib
import ctypes
import os
import shutil
from pathlib import Path

from castingops.bootstrap.errors import StartError
from castingops.bootstrap.home import ROOT, Home
from castingops.bootstrap.machine import apt_install, can_apt, run

LIBRARIES = ("libgobject-2.0.so.0", "libpango-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0",
             "libfontconfig.so.1", "libpangoft2-1.0.so.0")
PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
BROWSER_DRIVER = ["libatomic1"]
"""Playwright's own node wants it; a minimal Debian has none."""
FONTS = ROOT / "castingops" / "static" / "vendor" / "ttf"


def preload(home: Path) -> None:
    """Make `import weasyprint` safe in this process: libraries of the home's sysroot, and a fontconfig of our own.

    Without a configuration and a font WeasyPrint crashes the process; with the machine's, PDFs differ from one
    machine to the next. FONTCONFIG_FILE, when set already, wins.
    """
    if missing():
        _load_all(home / "tools" / "sysroot")
    if "FONTCONFIG_FILE" not in os.environ:
        os.environ["FONTCONFIG_FILE"] = str(fonts_conf(home))


def missing() -> list[str]:
    """Which of the libraries this process cannot load."""
    return [name for name in LIBRARIES if not _loads(name)]


def fonts_conf(home: Path) -> Path:
    """A fontconfig file that knows only the project's fonts, written when it is not there yet."""
    path = home / "fonts.conf"
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{FONTS}</dir>\n  <cachedir>{home / 'cache' / 'fontconfig'}</cachedir>\n"
        '  <alias><family>sans-serif</family><prefer><family>IBM Plex Sans</family>'
        "<family>IBM Plex Sans Arabic</family></prefer></alias>\n</fontconfig>\n"
    )
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"fonts.conf.{os.getpid()}")
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    return path


def install(home: Home, *, browser_driver: bool = False) -> str:
    """See to it that `preload` will work; what was done, in a few words. Raises StartError."""
    fonts_conf(home.path)
    preload(home.path)
    wanted = PACKAGES if missing() else []
    if browser_driver and not _loads("libatomic.so.1"):
        wanted = wanted + BROWSER_DRIVER
    if not wanted:
        return "there"
    failing = f"PDFs and browser tests need the packages {' '.join(wanted)}: have them installed"
    if can_apt():
        apt_install(wanted, log=home.logs / "setup.log", failing=failing)
    elif shutil.which("apt-get") and shutil.which("dpkg-deb"):
        _unpack(home, wanted, failing)
    else:
        raise StartError(f"{failing}.")
    preload(home.path)
    if left := missing():
        raise StartError(f"{failing} ({', '.join(left)} cannot be loaded).")
    return "installed" if can_apt() else "unpacked"


def library_path(home: Home) -> dict[str, str]:
    """Environment in which programs find what was unpacked: tests, whose homes are others, and Playwright's node."""
    folders = sorted((home.tools / "sysroot").glob("usr/lib/*-linux-gnu"))
    if not folders:
        return {}
    return {"LD_LIBRARY_PATH": os.pathsep.join(str(folder) for folder in folders)}


def _unpack(home: Home, wanted: list[str], failing: str) -> None:
    """Debian packages with what they depend on, fetched and unpacked without root."""
    log, folder = home.logs / "setup.log", home.tools / "debs"
    folder.mkdir(parents=True, exist_ok=True)
    plan = run(["apt-get", "install", "-s", "-q", "--no-install-recommends", *wanted], failing=failing, log=log)
    names = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")] or wanted
    run(["apt-get", "download", "-q", *names], failing=failing, log=log, cwd=folder)
    for deb in folder.glob("*.deb"):
        run(["dpkg-deb", "-x", str(deb), str(home.tools / "sysroot")], failing=failing, log=log)
    shutil.rmtree(folder)


def _loads(name: str) -> bool:
    with contextlib.suppress(OSError):
        ctypes.CDLL(name, mode=ctypes.RTLD_GLOBAL)
        return True
    return False


def _load_all(sysroot: Path) -> None:
    """Load every library there; each pass loads those whose needs the pass before has met."""
    left = [path for path in sorted(sysroot.glob("usr/lib/*-linux-gnu/*.so.*")) if not path.is_symlink()]
    while left:
        failed = [path for path in left if not _loads(str(path))]
        if len(failed) == len(left):
            return
        left = failed
