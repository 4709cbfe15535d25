"""Clients generated from openapi.json, once for each state of the document and of what generates them (API-9)."""
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from castingops.bootstrap.assets import node, node_modules
from castingops.bootstrap.home import ROOT, Home

HERE = Path(__file__).parent
DOCUMENT = ROOT / "openapi.json"


def python_client(home: Home) -> Path:
    """The folder in which the package `castingops_client` lies."""
    def make(folder: Path) -> None:
        _run([str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--path", str(DOCUMENT),
              "--meta", "none", "--fail-on-warning", "--output-path", str(folder / "castingops_client")], folder)

    return _cached(home, "python", [DOCUMENT, ROOT / "requirements-dev.lock"], make)


def typescript_program(home: Home) -> Path:
    """The compiled program.ts, for node; its compilation is the test of the types."""
    sources = [HERE / name for name in ("program.ts", "globals.d.ts", "tsconfig.json")]

    def make(folder: Path) -> None:
        modules = node_modules(home, development=True)
        (folder / "node_modules").symlink_to(modules)
        (folder / "package.json").write_text('{"type": "module"}')
        for source in sources:
            shutil.copy2(source, folder)
        runs = node(home)
        _run([runs, str(modules / "openapi-typescript" / "bin" / "cli.js"), str(DOCUMENT), "-o", "schema.d.ts",
              "--default-non-nullable", "false"], folder)  # what has a default may be left out
        _run([runs, str(modules / "typescript" / "bin" / "tsc"), "--project", "tsconfig.json"], folder)

    return _cached(home, "typescript", [DOCUMENT, ROOT / "package-lock.json", *sources], make) / "out" / "program.js"


def _cached(home: Home, name: str, sources: list[Path], make: object) -> Path:
    """A folder that `make` has filled from `sources` as they are; older ones are dropped."""
    place = home.tools / "clients" / name
    digest = sha256(b"\0".join(path.read_bytes() for path in (*sources, Path(__file__)))).hexdigest()[:16]
    whole = place / digest
    if not whole.exists():
        fresh = place / f"{digest}.new"
        shutil.rmtree(place, ignore_errors=True)
        fresh.mkdir(parents=True)
        assert callable(make)
        make(fresh)
        fresh.rename(whole)
    return whole


def _run(argv: list[str], folder: Path) -> None:
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{argv[0]}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
