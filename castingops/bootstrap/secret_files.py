"""`python3 -m castingops.bootstrap.secret_files FOLDER`: new keys and passwords for docker-compose.yml, as files.

One file per secret, in the form the settings read (`CASTINGOPS_SECRETS_DIR`). The folder is closed to others (0700);
the files in it are readable by all, because each container reads them as a user of its own. Nothing is overwritten.
"""
import argparse
import json
import runpy
import secrets
import sys
from pathlib import Path

from castingops.bootstrap import environment
from castingops.bootstrap.home import ROOT

ROLES = ("owner", "app", "backup")


def secret_files(database: str = "postgres", redis: str = "redis") -> dict[str, str]:
    """Content by file name, all of it new; `database` and `redis` are the hosts' names."""
    passwords = {f"castingops_{role}": secrets.token_urlsafe(24) for role in ROLES}
    script = runpy.run_path(str(ROOT / "castingops" / "core" / "roles_sql.py"))
    address = {role: f"postgresql://castingops_{role}:{passwords[f'castingops_{role}']}@{database}/castingops"
               for role in ROLES}
    broker, access, secret = secrets.token_urlsafe(24), secrets.token_hex(10), secrets.token_urlsafe(30)
    store = {"identities": [{"name": "castingops", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
                             "credentials": [{"accessKey": access, "secretKey": secret}]}]}
    return {name.lower(): value for name, value in environment.new_keys().items()} | {
        "castingops_database_url": address["app"],
        "castingops_migration_database_url": address["owner"],
        "castingops_backup_database_url": address["backup"],
        "castingops_redis_url": f"redis://:{broker}@{redis}:6379/0",
        "castingops_s3_access_key": access,
        "castingops_s3_secret_key": secret,
        "postgres_password": secrets.token_urlsafe(24),
        "postgres_roles.sql": "".join((
            script["roles_script"](passwords=passwords), script["database_script"](), "\\connect castingops\n",
            script["inside_script"]())),
        "redis.conf": f"requirepass {broker}\nappendonly yes\nappendfsync everysec\nsave \"\"\n"
                      "maxmemory-policy noeviction\ndir /data\n",
        "s3.json": json.dumps(store, indent=1) + "\n",
    }


def main(argv: list[str]) -> int:
    """Write the files that are not there yet into the folder named; 1 when some were there already."""
    parser = argparse.ArgumentParser(prog="python3 -m castingops.bootstrap.secret_files", description=__doc__)
    parser.add_argument("folder", type=Path, help="where docker-compose.yml looks: secrets")
    folder: Path = parser.parse_args(argv).folder
    if folder.exists() and any(folder.iterdir()):
        print(f"{folder} holds secrets already; nothing was changed.", file=sys.stderr)
        return 1
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, value in secret_files().items():
        file = folder / name
        file.write_text(value, "utf-8")
        file.chmod(0o444)
        print(f"  {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
