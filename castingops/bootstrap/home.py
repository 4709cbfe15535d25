"""The home: one folder that holds tools, data, logs and secrets of a running castingops."""
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""


@dataclass(frozen=True)
class Home:
    """Where things lie under `path`, which is absolute."""

    path: Path

    @property
    def tools(self) -> Path:
        """What was fetched: uv, the venv, node, Chromium, unpacked libraries. May be deleted at rest."""
        return self.path / "tools"

    @property
    def venv(self) -> Path:
        """The Python environment of app and tests."""
        return self.tools / "venv"

    @property
    def python(self) -> Path:
        """The interpreter of that environment."""
        return self.venv / "bin" / "python"

    @property
    def data(self) -> Path:
        """What must be kept: PostgreSQL, Redis, stored files."""
        return self.path / "data"

    @property
    def run(self) -> Path:
        """Locks, sockets and process numbers."""
        return self.path / "run"

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.path / "logs"

    @property
    def secrets(self) -> Path:
        """Keys made at the first start, mode 0600."""
        return self.path / "secrets.env"

    @property
    def accounts(self) -> Path:
        """The demo logins, mode 0600; `seed` writes it."""
        return self.path / "demo-accounts.json"


def home_of(given: str | None) -> Home:
    """The home named by an option, else by CASTINGOPS_HOME, else `.local` in the checkout."""
    return Home(Path(given or os.environ.get("CASTINGOPS_HOME") or ROOT / ".local").expanduser().resolve())


def open_log(path: Path) -> IO[bytes]:
    """A log to write on at its end, for its owner's eyes only: it may tell whose request failed. So is a new folder."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchmod(handle, 0o600)  # one of an older release
    return os.fdopen(handle, "ab")


def schema_stamp(home: Home) -> Path:
    """Where `up` notes which migrations the embedded database has had; whoever migrates otherwise removes it."""
    return home.data / "schema.prepared"
