"""Each way a start can fail says one sentence and leaves something that the next start can use (issue 2 §1, OPS-7)."""
import os
import re
import runpy
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from castingops.bootstrap import commands, machine, packages, suite
from castingops.bootstrap.errors import Busy, StartError
from castingops.bootstrap.home import ROOT, Home, home_of
from castingops.bootstrap.prepare import Aside
from castingops.bootstrap.servers import held
from castingops.bootstrap.up import check_port, url_of


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "castingops", *arguments], cwd=ROOT, capture_output=True, text=True,
                          check=False, timeout=60, env=os.environ | env)


@pytest.mark.parametrize("version", [(3, 10, 12), (3, 13, 0)])
def test_another_python_is_told_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or 3\.12, and this is 3\.1[03]: start it with"):
        runpy.run_path(str(ROOT / "castingops" / "__main__.py"), run_name="__main__")


def test_the_door_itself_parses_on_an_old_python() -> None:
    """The sentence must be reached: nothing newer than Python 3.7 before it."""
    source = (ROOT / "castingops" / "__main__.py").read_text("utf-8")
    compile(source, "__main__.py", "exec", dont_inherit=True)
    assert source.index("sys.version_info") < source.index("castingops.bootstrap")
    assert "match " not in source and ":=" not in source


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000_000))
    with pytest.raises(StartError, match=r"no disk space: .* needs 2\.5 GB and has 1\.0 GB free"):
        machine.check_room(tmp_path / "not" / "yet", first=True)
    assert machine.check_room(tmp_path, first=False) == 1_000_000_000


def test_a_disk_that_fills_up_meanwhile_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device", "/somewhere/file")

    monkeypatch.setattr(commands, "up", full)
    assert commands.main(["up"]) == 1
    assert capsys.readouterr().err == "castingops: There is no disk space left: /somewhere/file.\n"


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match=r"cannot be made .*: choose another --home"):
        machine.check_writable(tmp_path / "file" / "home")


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"Port {port} on 127.0.0.1 is taken by another program: choose another"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(StartError, match=r"Port 5000 on 192\.0\.2\.1 cannot be used"):
        check_port("192.0.2.1", 5000)


def test_a_home_is_used_once_at_a_time(tmp_path: Path) -> None:
    refused = pytest.raises(Busy, match=f"X is already in use by process {os.getpid()}")
    with held(tmp_path / "up.lock", "The home X"), refused, held(tmp_path / "up.lock", "The home X"):
        pass
    with held(tmp_path / "up.lock", "The home X"):
        """The lock ends with its holder."""


def test_up_refuses_a_second_start_before_it_touches_anything(tmp_path: Path) -> None:
    with held(tmp_path / "run" / "up.lock", "x"):
        done = run("up", "--home", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"castingops: The home {tmp_path} is already in use by process {os.getpid()}.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_up_refuses_a_taken_port_before_it_fetches_anything(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("up", "--home", str(tmp_path), "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "is taken by another program" in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "tools").exists()


def test_no_network_is_one_sentence_and_the_next_start_tries_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://somebody:hidden@127.0.0.1:9/simple")
    home = Home(tmp_path)
    system = shutil.which("python3", path="/usr/bin") or "python3"
    monkeypatch.setattr(packages, "_pip", lambda _: [system, "-m", "pip"])
    with pytest.raises(StartError, match=r"uv could not be fetched\. Check the network and pip's settings") as failure:
        packages.uv(home)
    assert "hidden" not in str(failure.value) and "hidden" not in (home.logs / "setup.log").read_text("utf-8")
    assert not (home.tools / "uv" / ".lock-hash").exists()


def test_without_pip_and_venv_the_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(packages, "_seed_venv", lambda _: False)
    monkeypatch.setattr(packages, "can_apt", lambda: False)
    with pytest.raises(StartError, match=r"neither pip nor venv: have the package `python3\.1[12]-venv` installed"):
        packages.uv(Home(tmp_path))


def test_the_machines_pip_settings_reach_uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """ARCHITECTURE §9: pip's own settings decide where packages come from; the command section and variables win."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "SSL_CERT"))]:
        monkeypatch.delenv(name)
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = https://a/simple\nextra_index_url =\n  https://b\n  https://c\n"
                    "cert = /g.pem\n[install]\nfind-links = /w1 /w2\ncert = /i.pem\n", "utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_INDEX_URL", "https://z/simple")
    monkeypatch.setenv("UV_FIND_LINKS", "/mine")
    told = packages.uv_environment()
    assert told["UV_DEFAULT_INDEX"] == "https://z/simple"
    assert told["UV_INDEX"] == "https://b https://c"
    assert told["SSL_CERT_FILE"] == "/i.pem"
    assert told["UV_FIND_LINKS"] == "/mine"


def test_a_failing_program_is_told_by_its_last_word(tmp_path: Path) -> None:
    log = tmp_path / "setup.log"
    script = "print('first'); print('https://u:secret@host/x is gone'); raise SystemExit(3)"
    with pytest.raises(StartError, match="It broke: https://host/x is gone"):
        machine.run([sys.executable, "-c", script], failing="It broke", log=log)
    assert "first" in log.read_text("utf-8") and "secret" not in log.read_text("utf-8").split("\n", 1)[1]


@pytest.mark.parametrize("arguments", [["--help"], ["up", "--help"], ["test", "--help"], ["bench", "--help"]])
def test_help_is_everywhere(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 0 and "usage: python3 -m castingops" in done.stdout


def test_ops_has_help_before_the_first_start(tmp_path: Path) -> None:
    done = run("ops", "--home", str(tmp_path), "--help")
    assert done.returncode == 0 and "doctor" in done.stdout and not any(tmp_path.iterdir())


def test_a_wrong_word_is_refused() -> None:
    assert run("up", "--prot", "1").returncode == 2
    assert run("fly").returncode == 2


def test_the_home_is_named_by_option_then_variable_then_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASTINGOPS_HOME", str(tmp_path))
    assert home_of(None).path == tmp_path
    assert home_of("/x/y").path == Path("/x/y")
    monkeypatch.delenv("CASTINGOPS_HOME")
    assert home_of(None).path == ROOT / ".local"


@pytest.mark.parametrize(("bind", "url"), [("127.0.0.1", "http://127.0.0.1:1"), ("0.0.0.0", "http://127.0.0.1:1"),
                                           ("::", "http://[::1]:1"), ("fe80::2", "http://[fe80::2]:1")])
def test_ready_names_an_address_a_browser_can_use(bind: str, url: str) -> None:
    assert url_of(bind, 1) == url


def test_an_unknown_benchmark_is_told_which_there_are(tmp_path: Path) -> None:
    done = run("bench", "--home", str(tmp_path), "nonsense")
    assert done.returncode == 1 and not any(tmp_path.iterdir())
    assert re.fullmatch(r"castingops: There is no benchmark `nonsense`: there are .*api-list.*\.\n", done.stderr)


def test_tests_know_nothing_of_the_callers_castingops(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASTINGOPS_DATABASE_URL", "postgresql://production/x")
    told = suite.environment(Home(tmp_path))
    assert {name for name in told if name.startswith("CASTINGOPS_")} == {"CASTINGOPS_HOME"}
    assert told["PATH"].startswith(f"{tmp_path}/tools/venv/bin{os.pathsep}")


def test_work_beside_the_main_thread_tells_its_failure() -> None:
    def fail() -> None:
        raise StartError("no npm")

    with pytest.raises(StartError, match="no npm"):
        Aside(fail).join()
    done: list[int] = []
    Aside(lambda: done.append(1)).join()
    assert done == [1]


def test_a_check_that_fails_is_named_and_shown_and_the_others_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path)
    (home.venv / "bin").mkdir(parents=True)
    (home.venv / "bin" / "sh").symlink_to("/bin/sh")
    monkeypatch.setattr(suite, "CHECKS", {"good": ["sh", "-c", "echo quiet"], "bad": ["sh", "-c", "echo why; exit 3"],
                                          "last": ["sh", "-c", "exit 0"]})
    assert suite._failing(home, suite.environment(home)) == ["bad"]
    said = capsys.readouterr().out
    assert "why" in said and "quiet" not in said and said.count(" ok") == 2 and said.count("FAILED") == 1
