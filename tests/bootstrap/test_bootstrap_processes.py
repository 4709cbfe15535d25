"""Nothing is left running, whatever ends (OPS-2): servers, services, and what a killed parent leaves behind."""
import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from castingops.bootstrap import spawn
from castingops.bootstrap.errors import Busy, StartError
from castingops.bootstrap.home import ROOT, Home
from castingops.bootstrap.servers import Postgres, Redis, postgres, redis
from castingops.bootstrap.supervisor import Service, Supervisor, born, reclaim

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = f"import signal; [signal.signal(number, signal.SIG_IGN) for number in (15, 3)]; {SLEEPER}"
PARENT = "import subprocess; subprocess.run(['sleep', '600'])"


def until(true: Callable[[], object], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


@contextlib.contextmanager
def program(script: str) -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """A running script and the numbers on its first line; killed in the end."""
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True) as parent:
        try:
            assert parent.stdout is not None
            yield parent, [int(word) for word in parent.stdout.readline().split()]
        finally:
            parent.kill()


def gone(pid: int) -> bool:
    """Whether the process is no more, or only waits to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def group(pid: int) -> list[int]:
    """Processes of the group of `pid` that still live."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ProcessLookupError):
            if os.getpgid(int(entry.name)) == pid and not gone(int(entry.name)):
                found.append(int(entry.name))
    return found


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("h")
    folder.chmod(0o755)
    for parent in folder.parents[:2]:  # PostgreSQL is another user when we are root
        parent.chmod(parent.stat().st_mode | 0o011)
    yield Home(folder)


def service(home: Home, script: str, name: str = "web") -> Service:
    return Service(name, [sys.executable, "-c", script], home=home, env=dict(os.environ), cwd=ROOT)


def supervisor(home: Home, *services: Service) -> tuple[Supervisor, list[str]]:
    said: list[str] = []
    return Supervisor(list(services), record=home.run / "processes.json", say=said.append), said


def test_a_child_dies_with_a_killed_parent() -> None:
    with program(f"""
        import sys, time
        sys.path.insert(0, {str(ROOT)!r})
        from castingops.bootstrap import spawn
        child = spawn.start(["/bin/sleep", "600"])
        print(child.pid, flush=True)
        time.sleep(600)
    """) as (parent, (child,)):
        until(lambda: Path(f"/proc/{child}/cmdline").read_bytes().startswith(b"/bin/sleep"))
        parent.kill()
        until(lambda: gone(child))


def test_a_child_of_a_parent_that_is_already_gone_does_not_start() -> None:
    argv = spawn.command(["/bin/true"])
    argv[argv.index("--parent") + 1] = "1"
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "the parent is gone" in done.stderr


def test_services_are_drained_and_their_children_too(short: Home) -> None:
    web = service(short, PARENT)
    watch, _ = supervisor(short, web)
    watch.start()
    assert web.process is not None
    pid = web.process.pid
    until(lambda: len(group(pid)) == 2)
    watch.stop()
    until(lambda: group(pid) == [])
    assert not (short.run / "processes.json").exists()


def test_a_service_that_will_not_end_is_killed(short: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("castingops.bootstrap.supervisor.DRAIN_SECONDS", 0.3)
    web = service(short, STUBBORN)
    watch, _ = supervisor(short, web)
    watch.start()
    until(lambda: web.last_words() == "up")
    watch.stop()
    assert web.process is not None and web.process.returncode == -signal.SIGKILL


def test_a_fallen_service_is_started_again_and_told(short: Home) -> None:
    web = service(short, SLEEPER)
    watch, said = supervisor(short, web)
    watch.start()
    assert web.process is not None
    first = web.process.pid
    until(lambda: web.last_words() == "up")
    web.process.kill()
    with pytest.raises(StartError, match="Not ready in 2 s"):
        watch.await_ready(lambda: False, seconds=2.0)
    assert said == [f"web ended (signal 9); starting it again in 1 s. Its log: {web.log}"]
    assert web.process is not None and web.process.pid != first and web.alive()
    watch.stop()


def test_a_service_that_keeps_falling_stops_the_start(short: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("castingops.bootstrap.supervisor.PATIENCE", (0.05,))
    web = service(short, "raise SystemExit('no such table')")
    watch, _ = supervisor(short, web)
    watch.start()
    with pytest.raises(StartError, match=r"web does not start: no such table \(all of it: "):
        watch.await_ready(lambda: False, seconds=20.0)
    watch.stop()


def test_the_next_start_clears_up_after_a_killed_one(short: Home) -> None:
    """A record names a process by number and birth, so that a number used again is left alone."""
    web = service(short, STUBBORN)
    watch, _ = supervisor(short, web)
    watch.start()
    assert web.process is not None
    until(lambda: web.last_words() == "up")
    record = short.run / "processes.json"
    assert reclaim(record) == 1
    web.process.wait(5)
    assert reclaim(record) == 0
    record.write_text(f'{{"{os.getpid()}": "1"}}', "ascii")
    assert reclaim(record) == 0 and born(os.getpid())


def test_a_servers_home_is_not_shared(short: Home) -> None:
    with redis(short.path, durable=False) as first:
        assert first.process is not None
        with pytest.raises(Busy, match="is already in use by process"), redis(short.path):
            pass
    assert first.process.poll() == 0


@pytest.mark.drill
def test_servers_die_with_a_killed_parent_and_start_again(short: Home) -> None:
    with program(f"""
        import sys, time
        sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from castingops.bootstrap.servers import postgres, redis
        with postgres(Path({str(short.path)!r}), roles=False) as pg, redis(Path({str(short.path)!r})) as r:
            print(pg.process.pid, r.process.pid, flush=True)
            time.sleep(600)
    """) as (parent, pids):
        parent.kill()
    assert len(pids) == 2
    with postgres(short.path, durable=False) as pg, redis(short.path, durable=False) as broker:
        assert all(gone(pid) for pid in pids)
        assert pg.run("select current_user", role="castingops_app", database="castingops").strip() == "castingops_app"
        assert broker.process is not None and broker.process.poll() is None
    assert pg.process is not None and pg.process.poll() == 0


@pytest.mark.drill
def test_a_half_made_database_is_made_anew(short: Home) -> None:
    """A start killed inside initdb leaves `postgres.new`; one killed earlier an empty folder."""
    server = Postgres(short.path, durable=False)
    (server.data.with_suffix(".new") / "base").mkdir(parents=True)
    server.data.mkdir(parents=True)
    (server.data.parent / "castingops.prepared").write_text("stale", "ascii")
    with postgres(short.path, durable=False) as pg:
        names = pg.run("select datname from pg_database order by 1").split()
        assert names == ["castingops", "postgres", "template0", "template1"]
    assert not server.data.with_suffix(".new").exists()


def test_addresses_of_the_servers(short: Home) -> None:
    assert Redis(short.path).url == f"unix://{short.path}/run/redis/redis.sock"
    assert Redis(short.path).broker_url == f"redis+socket://{short.path}/run/redis/redis.sock"
    deep = short.path / ("x" * 90)
    server = Redis(deep)
    assert len(str(server.socket)) < 100
    server.socket.parent.rmdir()
    server.socket.parent.parent.rmdir()
