"""`python -m castingops.bootstrap.image VENV`: what the Dockerfile bakes in beside the packages."""
import subprocess
import sys
import tempfile
from pathlib import Path

from castingops.bootstrap import assets
from castingops.bootstrap.home import ROOT, Home


def main(venv: Path) -> None:
    """Vendor the front-end assets and compile the catalogues with the packages of `venv`."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.tools.mkdir()
        home.venv.symlink_to(venv)
        print(f"front-end assets: {assets.vendor(home)}")
    subprocess.run([venv / "bin" / "python", "-m", "castingops.cli", "translations", "compile"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
