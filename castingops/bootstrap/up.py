"""`up`: the whole system under one parent, until Ctrl-C."""
import contextlib
import errno
import hashlib
import json
import signal
import socket
import time
import urllib.error
import urllib.request
from argparse import Namespace
from collections.abc import Callable, Iterator
from types import FrameType

from castingops.bootstrap import environment, simulated
from castingops.bootstrap.errors import StartError
from castingops.bootstrap.home import ROOT, Home, schema_stamp
from castingops.bootstrap.machine import check_writable, run, step
from castingops.bootstrap.prepare import prepare
from castingops.bootstrap.servers import Postgres, Redis, held, postgres, redis
from castingops.bootstrap.supervisor import Service, Supervisor, reclaim

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
REVIVE_SECONDS = 5.0
INTERRUPTED = 130
"""The exit code of a start that was stopped, as shells spell it."""
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal: not an error, and nothing may swallow it."""


def up(options: Namespace, home: Home) -> int:
    """Start, serve until stopped, drain: 0, or 130 when stopped before it served. Raises StartError."""
    began = time.monotonic()
    check_writable(home.path)
    with held(home.run / "up.lock", f"The home {home.path}"), _stop_by_signal():
        reclaim(home.run / "processes.json")
        check_port(options.bind, options.port)
        serving = False
        try:
            with contextlib.ExitStack() as stack:
                supervisor, others = _start(options, home, stack)
                serving = True
                _announce(home, options, time.monotonic() - began)
                supervisor.keep(others)
        except Stopped:
            print("Stopped; nothing is left running.", flush=True)
    return 0 if serving else INTERRUPTED


def _start(
    options: Namespace, home: Home, stack: contextlib.ExitStack
) -> tuple[Supervisor, list[Callable[[], str | None]]]:
    """Everything until it serves; `stack` takes down what was put up. Who keeps watch, and over what else."""
    home.logs.mkdir(mode=0o700, exist_ok=True)
    home.logs.chmod(0o700)  # one of an older release
    prepare(home)
    url = url_of(options.bind, options.port)
    with step("PostgreSQL and Redis") as line:
        database = None if environment.given("DATABASE_URL") else stack.enter_context(postgres(home.path))
        broker = None if environment.given("REDIS_URL") else stack.enter_context(redis(home.path))
        line.note = "embedded" if database and broker else "as named in the settings"
    env = environment.build(home, url=url, database=database, redis=broker)
    simulator = _simulator(options.port) if simulated.is_wanted() else None
    if simulator is not None:
        env |= simulated.settings(url, f"http://127.0.0.1:{simulator}")
    _prepare_database(home, env, known=database is not None, demo=not options.no_demo)
    check_port(options.bind, options.port)
    supervisor = Supervisor(services(home, env, bind=options.bind, port=options.port, simulator=simulator),
                            record=home.run / "processes.json", say=lambda words: print(words, flush=True))
    home.data.mkdir(exist_ok=True)  # for beat's schedule, also where no server of ours keeps its data
    stack.callback(supervisor.stop)
    stack.callback(print, "\nStopping: requests and tasks in flight may finish.", flush=True)
    with step("web, worker, relay, beat") as line:
        if simulator is not None:
            line.note = f"Nafath's stand-in: http://127.0.0.1:{simulator}/nafath/"
        supervisor.start()
        supervisor.await_ready(lambda: _answers(f"{url}/readyz"))
    return supervisor, [_reviver(server) for server in (database, broker) if server]


def _prepare_database(home: Home, env: dict[str, str], *, known: bool, demo: bool) -> None:
    """The newest schema, and the demo once. A `known` database is our own: what stamps say it has had is not asked.

    Stamps go when the database is made anew; both steps at once are one process, which draws while it migrates.
    """
    schema, seeded, digest = schema_stamp(home), home.data / "demo.prepared", _schema_digest()
    migrated = known and schema.exists() and schema.read_text("ascii") == digest
    filled = not demo or (known and seeded.exists() and home.accounts.exists())
    both = not migrated and not filled
    with step("migrations and demo data" if both else "migrations") as line:
        if migrated:
            line.note = "as they were"
        else:
            _command(home, env, "migrate", *(["--demo"] if both else []), failing="The database could not be prepared")
    if known and not migrated:
        schema.write_text(digest, "ascii")
    if not filled and not both:
        with step("demo data"):
            _command(home, env, "seed", failing="The demo could not be made")
    if known and not filled:
        seeded.touch()


def _schema_digest() -> str:
    digest = hashlib.sha256()
    for script in sorted((ROOT / "migrations").rglob("*.py")):
        digest.update(script.read_bytes())
    return digest.hexdigest()


def _command(home: Home, env: dict[str, str], *arguments: str, failing: str) -> None:
    run([str(home.python), "-m", "castingops.cli", *arguments], env=env, cwd=ROOT, log=home.logs / "setup.log",
        failing=failing)


def _simulator(port: int) -> int:
    """A free port for the stand-ins of services elsewhere: the next one after ours, so the same at each start."""
    for number in range(port + 1, min(port + 50, 65536)):
        with contextlib.suppress(StartError):
            check_port("127.0.0.1", number)
            return number
    raise StartError("No port is free for the simulators: choose another with --port.")


def services(home: Home, env: dict[str, str], *, bind: str, port: int, simulator: int | None = None) -> list[Service]:
    """The four processes, and the stand-ins for services elsewhere when they have a port.

    Few threads: nothing buffers slow clients here, and more only contend (decision 0005).
    """
    python = [str(home.python), "-m"]
    address = f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"
    celery = [*python, "celery", "-A", "castingops.worker:celery"]
    commands = {
        "web": [*python, "gunicorn", "--bind", address, "--worker-class", "gthread", "--workers", "1", "--threads", "6",
                "--graceful-timeout", "20", "--no-control-socket", "wsgi:app"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO",
                   "--without-gossip", "--without-mingle"],
        "relay": [*python, "castingops.cli", "relay"],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--schedule", str(home.data / "beat"), "--pidfile", ""],
    }
    if simulator is not None:
        commands["simulators"] = [*python, "castingops.simulators", "--port", str(simulator),
                                  "--house", url_of(bind, port)]
    return [Service(name, argv, home=home, env=env, cwd=ROOT, nice=0 if name == "web" else 5)
            for name, argv in commands.items()]


def url_of(bind: str, port: int) -> str:
    """Where a browser on this machine reaches us."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, f"[{bind}]" if ":" in bind else bind)
    return f"http://{host}:{port}"


def check_port(bind: str, port: int) -> None:
    """Raises StartError when we could not listen there."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            reason = {errno.EADDRINUSE: "is taken by another program", errno.EACCES: "needs root"}
            words = reason.get(error.errno or 0, f"cannot be used ({error.strerror or error})")
            raise StartError(f"Port {port} on {bind} {words}: choose another with --port.") from None


def _answers(url: str) -> bool:
    try:
        with _DIRECT.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _reviver(server: Postgres | Redis) -> Callable[[], str | None]:
    """Starts a server again when it has ended, no more often than every few seconds."""
    due = 0.0

    def look() -> str | None:
        nonlocal due
        now = time.monotonic()
        if server.process is None or server.process.poll() is None or now < due:
            return None
        due = now + REVIVE_SECONDS
        name = type(server).__name__
        try:
            server.start()
        except StartError as error:
            return str(error)
        return f"{name} had ended and was started again. Its log: {server.log}"

    return look


@contextlib.contextmanager
def _stop_by_signal() -> Iterator[None]:
    """The first signal raises Stopped; later ones are ignored, so that nothing interrupts the drain."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in STOPPING:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.signal(number, stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _announce(home: Home, options: Namespace, seconds: float) -> None:
    """Time, the READY line, one login for each role."""
    url = url_of(options.bind, options.port)
    print(f"  from the command to here {seconds:14.1f} s\nREADY {url}", flush=True)
    shown: set[str] = set()
    for account in [] if options.no_demo else _accounts(home):
        if account["role"] not in shown:
            shown.add(account["role"])
            code = f"  code secret {account['totp_secret']}" if account.get("totp_secret") else ""
            print(f"  {account['role']:<20} {account['email']:<38} {account['password']}{code}")
    print(f"  Staff sign in at {url}/console/sign-in. Logs are in {home.logs}. Ctrl-C ends it.", flush=True)


def _accounts(home: Home) -> list[dict[str, str]]:
    """The demo's logins; none when it was left out."""
    return list(json.loads(home.accounts.read_text("utf-8"))) if home.accounts.exists() else []
