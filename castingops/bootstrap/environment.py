"""What the processes of a home are told: addresses, and keys that are made at its first start."""
import base64
import json
import os
import secrets
from pathlib import Path

from castingops.bootstrap.home import Home
from castingops.bootstrap.servers import Postgres, Redis

PREFIX = "CASTINGOPS_"
_ED25519 = bytes.fromhex("302e020100300506032b657004220420")
"""PKCS #8 before the 32 bytes of an Ed25519 seed (RFC 8410 §7)."""


def given(name: str) -> bool:
    """Whether the caller has set this setting, as a variable or as a secret file."""
    folder = Path(os.environ.get(f"{PREFIX}SECRETS_DIR", "/run/secrets"))
    return bool(os.environ.get(PREFIX + name)) or (folder / f"{PREFIX}{name}".lower()).exists()


def signing_key() -> str:
    """A new Ed25519 private key as PEM."""
    body = base64.b64encode(_ED25519 + secrets.token_bytes(32)).decode("ascii")
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"


def new_keys() -> dict[str, str]:
    """Every key a castingops needs, new, by variable name."""
    return {
        f"{PREFIX}SECRET_KEY": secrets.token_urlsafe(48),
        f"{PREFIX}MASTER_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"),
        f"{PREFIX}PEPPER": secrets.token_urlsafe(48),
        f"{PREFIX}TOKEN_KEY": signing_key(),
        f"{PREFIX}AUDIT_SIGNING_KEY": signing_key(),
    }


def keys(home: Home) -> dict[str, str]:
    """The home's own keys; made whole or not at all, and once. Keys of a later version are added."""
    known = read(home.secrets)
    both = new_keys() | known
    if both != known:
        fresh = home.secrets.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.writelines(f"{name}={json.dumps(value)}\n" for name, value in both.items())
        fresh.replace(home.secrets)
    return both


def read(path: Path) -> dict[str, str]:
    """The NAME="value" lines of a file; empty when there is none."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: json.loads(value) for name, value in pairs}


def build(home: Home, *, url: str, database: Postgres | None, redis: Redis | None) -> dict[str, str]:
    """The environment of the processes. What the caller has set wins; `None` for a server that the caller named.

    In production nothing is made up: the app itself names what is missing.
    """
    told = {"HOME": str(home.path), "PUBLIC_URL": url, "ENVIRONMENT": "development"}
    if database is not None:
        roles = {"DATABASE_URL": "app", "MIGRATION_DATABASE_URL": "owner", "BACKUP_DATABASE_URL": "backup"}
        told |= {name: database.url(f"castingops_{role}") for name, role in roles.items()}
    if redis is not None:
        told["REDIS_URL"] = redis.url
    env = {PREFIX + name: value for name, value in told.items() if not given(name)}
    if os.environ.get(f"{PREFIX}ENVIRONMENT", "development") != "production":
        env |= {name: value for name, value in keys(home).items() if not given(name.removeprefix(PREFIX))}
    return with_tools(home) | env


def with_tools(home: Home) -> dict[str, str]:
    """The caller's environment with the venv first on the path.

    Byte code is kept in the home, whatever the caller says of it: without any, a process of ours spends seven seconds
    compiling what it imports. Nothing is written beside sources.
    """
    path = f"{home.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    env = {"PYTHONPYCACHEPREFIX": str(home.tools / "bytecode")} | os.environ
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env | {"PATH": path, "VIRTUAL_ENV": str(home.venv), "PYTHONUNBUFFERED": "1"}
