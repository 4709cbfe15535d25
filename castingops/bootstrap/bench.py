"""`bench`: benchmarks side by side with their peers, which are installed for this alone."""
import os
from argparse import Namespace

from castingops.bootstrap.errors import StartError
from castingops.bootstrap.home import ROOT, Home
from castingops.bootstrap.prepare import prepare, prepare_python
from castingops.bootstrap.suite import environment, wait

FOLDER = ROOT / "benchmarks"


def names() -> list[str]:
    """The benchmarks there are: scripts that say what they measure in a `NAME = "…"` line."""
    scripts = (path for path in FOLDER.glob("[a-z]*.py") if "\nNAME = " in path.read_text("utf-8"))
    return sorted(path.stem.replace("_", "-") for path in scripts)


def bench(options: Namespace, home: Home) -> int:
    """Run the benchmark named, or all. Raises StartError for a name that is none."""
    if options.name and options.name not in names():
        raise StartError(f"There is no benchmark `{options.name}`: there are {', '.join(names()) or 'none'}.")
    venv = home.tools / "bench"
    prepare(home)
    prepare_python(home, FOLDER / "requirements.lock", venv)
    env = environment(home) | {"PATH": f"{venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    python, flags = str(venv / "bin" / "python"), ["--json"] if options.json else []
    wanted = [options.name] if options.name else names()
    return max(wait([python, "-m", f"benchmarks.{name.replace('-', '_')}", *flags], env) for name in wanted)
