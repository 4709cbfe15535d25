"""Image, compose, workflows and locks, checked by what needs no engine (OPS-8, OPS-10)."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from castingops.bootstrap.home import ROOT, Home
from castingops.bootstrap.packages import sync
from castingops.bootstrap.secret_files import main as write_secrets
from castingops.bootstrap.secret_files import secret_files
from castingops.bootstrap.servers import postgres
from castingops.bootstrap.suite import CHECKS
from castingops.core import boot
from castingops.core.config import Settings

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LOCKS = sorted([*ROOT.glob("requirements*.lock"), ROOT / "benchmarks" / "requirements.lock"])


def schema_errors(schema: str, file: Path) -> str:
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run([program, "--builtin-schema", schema, str(file)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_compose_file_is_what_its_schema_says() -> None:
    assert schema_errors("vendor.compose-spec", ROOT / "docker-compose.yml") == ""


def test_compose_has_every_part() -> None:
    assert {"migrate", "web", "worker", "relay", "beat", "postgres", "redis", "store", "mail", "proxy"} <= set(SERVICES)
    assert SERVICES["postgres"]["image"].startswith("postgres:18")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_container_is_confined(name: str) -> None:
    """Read-only, without privileges, not root, and with a health check unless it runs once."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"]
    own = service["image"].startswith("castingops:")
    assert own or "unprivileged" in service["image"] or service["user"] not in {"root", "0"}
    assert "healthcheck" in service or name in {"migrate", "bucket"}
    assert own or re.search(r":v?\d[\w.-]*$", service["image"])


def test_no_secret_has_a_default_or_stands_in_the_file() -> None:
    """Secrets are files; a variable with a default is public by nature."""
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    defaulted = {name for name, kind in re.findall(r"\$\{(\w+)(:[-?])?", text) if kind == ":-"}
    public = {"VERSION", "CORS_ORIGINS", "SMTP_URL", "SENTRY_DSN", "HTTPS_PORT"}
    assert defaulted <= {f"CASTINGOPS_{name}" for name in public}
    named = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert named - {"tls.crt", "tls.key"} == set(secret_files()) - {"castingops_backup_database_url"}
    for service in SERVICES.values():
        assert not any("PASSWORD" in key and not key.endswith("_FILE") for key in service.get("environment", {}))


def test_only_the_proxy_is_open_to_the_world() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"proxy", "mail"} and all(port.startswith("127.0.0.1:") for port in published["mail"])
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all("outside" not in SERVICES[name]["networks"] for name in ("postgres", "redis", "store"))
    assert "ssl_protocols TLSv1.3;" in COMPOSE["configs"]["nginx"]["content"]


def test_secret_files_make_settings_that_production_accepts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OPS-7: what the tool writes is read back by the settings class and is no guessable text."""
    for name in [name for name in os.environ if name.startswith("CASTINGOPS_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "secrets"
    assert write_secrets([str(folder)]) == 0
    assert folder.stat().st_mode & 0o777 == 0o700
    settings = Settings(_secrets_dir=folder, environment="production")  # type: ignore[call-arg]
    assert settings.database_url.get_secret_value() == (folder / "castingops_database_url").read_text("utf-8")
    assert settings.s3_access_key is not None
    assert boot._secrets(settings) == []
    before = (folder / "castingops_master_key").read_bytes()
    assert write_secrets([str(folder)]) == 1 and (folder / "castingops_master_key").read_bytes() == before


@pytest.mark.drill
def test_role_script_of_the_secrets_makes_the_database(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("h")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(parent.stat().st_mode | 0o011)
    with postgres(folder, durable=False, roles=False) as pg:
        pg.run(secret_files()["postgres_roles.sql"])
        roles = pg.run("select rolname from pg_authid where rolpassword is not null and rolcanlogin order by 1")
        assert roles.split() == ["castingops_app", "castingops_backup", "castingops_owner"]
        locale = "select datlocale, pg_get_userbyid(datdba) from pg_database where datname = 'castingops'"
        assert pg.run(locale).strip() == "C.UTF-8|castingops_owner"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_workflow_is_what_its_schema_says_and_pins_by_commit(file: Path) -> None:
    assert schema_errors("vendor.github-workflows", file) == ""
    assert schema_errors("custom.github-workflows-require-timeout", file) == ""
    text = file.read_text("utf-8")
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", use) for use in re.findall(r"uses: (.+)", text))
    assert "\npermissions: { contents: read }\n" in text and "pull_request_target" not in text


def test_workflows_run_every_part_of_the_suite() -> None:
    """OPS-10: lint, types, imports, migrations, tests with coverage, contract, security scan."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
    assert {"checks", "migrations", "contract", "tests", "security", "image", "start"} <= set(jobs)
    assert set(jobs["checks"]["strategy"]["matrix"]["check"]) == set(CHECKS)
    for path in re.findall(r"castingops test (tests/[\w/.]+)", json.dumps(jobs)):
        assert (ROOT / path).exists(), path


def test_other_files_are_what_their_schemas_say() -> None:
    assert schema_errors("vendor.dependabot", ROOT / ".github" / "dependabot.yml") == ""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert all(repo["repo"] == "local" for repo in hooks)


def test_owners_name_places_that_exist() -> None:
    for line in (ROOT / ".github" / "CODEOWNERS").read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "*")):
            assert list(ROOT.glob(line.split()[0].strip("/"))), line


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_lock_has_a_hash_for_each_package_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text and "--index" not in text and "@ file" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert entries and all("--hash=sha256:" in entry and "==" in entry.split("\n")[0] for entry in entries)


def test_front_end_lock_has_a_hash_for_each_package_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text("utf-8")
    packages = {name: about for name, about in json.loads(text)["packages"].items() if name}
    assert "://" not in text and '"resolved"' not in text and len(packages) > 5
    assert all(about["integrity"].startswith("sha512-") for about in packages.values())
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


def test_image_runs_as_nobody_in_particular_from_pinned_stages() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert "\nUSER 10001:10001\n" in text and text.count("\nFROM python:3.11-slim-bookworm") == 2
    copied = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept = {line[1:].removesuffix("/**") for line in copied if line.startswith("!")}
    assert all((ROOT / name).exists() for name in kept)
    assert not {"secrets", ".env", ".local", "tests", ".git"} & kept


@pytest.mark.long
def test_runtime_lock_alone_serves_the_app(tmp_path: Path) -> None:
    """The image has only requirements.lock: nothing of the development packages may be needed to import the roots."""
    venv = tmp_path / "venv"
    sync(Home(tmp_path), ROOT / "requirements.lock", venv)
    script = "import castingops.app, castingops.worker, castingops.cli, gunicorn"
    subprocess.run([venv / "bin" / "python", "-W", "error::ImportWarning", "-c", script], cwd=ROOT, check=True)
