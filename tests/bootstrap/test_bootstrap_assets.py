"""What is vendored is named, hashed and found by the console; keys are made once (ARCHITECTURE §9, OPS-7)."""
import base64
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from castingops.bootstrap import assets, environment, native
from castingops.bootstrap.browser import launch_options
from castingops.bootstrap.errors import StartError
from castingops.bootstrap.home import ROOT, Home, home_of
from castingops.bootstrap.servers import Postgres, Redis

TOOLS = home_of(None).path  # read before the settings of the tests say otherwise


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting from around: the suite sets some for its own app."""
    for name in [name for name in os.environ if name.startswith("CASTINGOPS_") and name != "CASTINGOPS_HOME"]:
        monkeypatch.delenv(name)


@pytest.fixture
def vendored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of static/vendor to damage."""
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    return Path(shutil.copytree(ROOT / "castingops" / "static" / "vendor", tmp_path / "vendor"))


def test_everything_vendored_is_in_the_manifest_with_hash_and_licence() -> None:
    static = ROOT / "castingops" / "static"
    manifest = json.loads((static / "vendor" / "manifest.json").read_text("utf-8"))["assets"]
    assert {"vendor/htmx.min.js", "vendor/icons.svg", "vendor/swagger-ui.css", "vendor/axe.min.js"} <= set(manifest)
    for asset in manifest.values():
        assert assets.integrity(static / asset["path"]) == asset["integrity"] and asset["license"]
    named = {asset["path"] for asset in manifest.values()} | {"vendor/manifest.json"}
    lying = {str(path.relative_to(static)) for path in (static / "vendor").rglob("*") if path.is_file()}
    assert {path for path in lying - named if not path.startswith("vendor/ttf/")} == set()


def test_whole_assets_are_left_alone(vendored: Path) -> None:
    assert assets._whole()


@pytest.mark.parametrize("damage", ["changed", "gone", "no manifest", "half a manifest", "another lock"])
def test_damaged_assets_are_noticed(vendored: Path, damage: str) -> None:
    """A half-made home: the next start fetches them again."""
    file, manifest = next(vendored.glob("htmx*/*")), vendored / "manifest.json"
    if damage == "changed":
        file.write_bytes(file.read_bytes() + b" ")
    elif damage == "gone":
        file.unlink()
    elif damage == "no manifest":
        manifest.unlink()
    elif damage == "half a manifest":
        manifest.write_text(manifest.read_text("utf-8")[:200], "utf-8")
    else:
        manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"lock": "0"}), "utf-8")
    assert not assets._whole()


def test_sprite_has_every_icon_once_and_none_unknown(tmp_path: Path) -> None:
    names = assets.icon_names()
    sprite = (ROOT / "castingops" / "static" / "vendor" / "icons.svg").read_text("utf-8")
    assert [sprite.count(f'<symbol id="{name}"') for name in names] == [1] * len(names)
    assert "<script" not in sprite and "style=" not in sprite
    (tmp_path / "icons" / "outline").mkdir(parents=True)
    with pytest.raises(StartError, match=rf"icons\.txt asks for `{names[0]}`"):
        assets._sprite(tmp_path)


def test_keys_are_made_once_and_for_us_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.secrets.with_suffix(".new").write_text("left by a killed start", "utf-8")
    made = environment.keys(home)
    assert stat.S_IMODE(home.secrets.stat().st_mode) == 0o600
    assert environment.keys(home) == made and environment.read(home.secrets) == made
    assert len(base64.urlsafe_b64decode(made["CASTINGOPS_MASTER_KEY"])) == 32
    assert len(set(made.values())) == len(made)
    for name in ("CASTINGOPS_TOKEN_KEY", "CASTINGOPS_AUDIT_SIGNING_KEY"):
        assert isinstance(load_pem_private_key(made[name].encode(), None), Ed25519PrivateKey)


def test_a_key_of_a_later_version_is_added_and_the_others_stay(tmp_path: Path) -> None:
    home = Home(tmp_path)
    made = environment.keys(home)
    lines = [line for line in home.secrets.read_text("utf-8").splitlines() if "TOKEN_KEY" not in line]
    home.secrets.write_text("\n".join(lines) + "\n", "utf-8")
    again = environment.keys(home)
    assert again.keys() == made.keys() and again["CASTINGOPS_SECRET_KEY"] == made["CASTINGOPS_SECRET_KEY"]


def test_what_the_caller_sets_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OPS-7: every setting has a variable; with real servers named nothing embedded is used."""
    home = Home(tmp_path)
    monkeypatch.setenv("CASTINGOPS_DATABASE_URL", "postgresql://real/x")
    monkeypatch.setenv("CASTINGOPS_PUBLIC_URL", "https://real")
    assert environment.given("DATABASE_URL") and not environment.given("REDIS_URL")
    env = environment.build(home, url="http://127.0.0.1:1", database=None, redis=Redis(tmp_path))
    assert env["CASTINGOPS_DATABASE_URL"] == "postgresql://real/x" and env["CASTINGOPS_PUBLIC_URL"] == "https://real"
    assert env["CASTINGOPS_REDIS_URL"].startswith("unix://") and env["CASTINGOPS_SECRET_KEY"]


def test_byte_code_is_kept_whatever_the_caller_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 2 §5 `start`: without byte code each process compiles for seven seconds; sources stay as they are."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    env = environment.with_tools(Home(tmp_path))
    subprocess.run([sys.executable, "-c", "import castingops.core.ids"], cwd=ROOT, env=env, check=True)
    assert list((tmp_path / "tools" / "bytecode").rglob("ids.*.pyc"))
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "/elsewhere")
    assert environment.with_tools(Home(tmp_path))["PYTHONPYCACHEPREFIX"] == "/elsewhere"


def test_a_secret_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "castingops_redis_url").write_text("redis://real", "utf-8")
    monkeypatch.setenv("CASTINGOPS_SECRETS_DIR", str(tmp_path))
    assert environment.given("REDIS_URL")


def test_production_is_given_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing secret must be missed: the app names it."""
    monkeypatch.setenv("CASTINGOPS_ENVIRONMENT", "production")
    env = environment.build(Home(tmp_path), url="u", database=Postgres(tmp_path), redis=None)
    assert not set(environment.new_keys()) & set(env) and not (tmp_path / "secrets.env").exists()


def test_fontconfig_knows_only_our_fonts(tmp_path: Path) -> None:
    """ARCHITECTURE §6: without a configuration WeasyPrint crashes; with the machine's, PDFs differ."""
    text = native.fonts_conf(tmp_path).read_text("utf-8")
    assert text.count("<dir>") == 1 and "/usr/share" not in text and "<include" not in text
    assert {path.name for path in native.FONTS.iterdir()} == set(assets.PRINTED)
    native.preload(home_of(None).path)
    assert native.missing() == []


def test_the_test_browser_keeps_its_own_guards() -> None:
    """No --disable-web-security, no --single-process: they would make tests of CSP and CORS worthless."""
    options = launch_options(TOOLS)
    assert set(options["args"]) <= {"--no-sandbox"} and Path(options["executable_path"]).exists()
