"""`ops …`: the operators' commands, with the settings of a home, whether it is up or not."""
import contextlib
import subprocess

from castingops.bootstrap import environment
from castingops.bootstrap.errors import Busy
from castingops.bootstrap.home import ROOT, Home, schema_stamp
from castingops.bootstrap.prepare import LOCK, prepare_python
from castingops.bootstrap.servers import Postgres, Redis, postgres, redis
from castingops.bootstrap.up import url_of


def ops(home: Home, arguments: list[str]) -> int:
    """Run a command of castingops.cli; its exit code. A home that is down has its servers up meanwhile."""
    prepare_python(home, LOCK, home.venv)
    if arguments[:1] == ["migrate"]:
        schema_stamp(home).unlink(missing_ok=True)
    with contextlib.ExitStack() as stack:
        database = None if environment.given("DATABASE_URL") else _database(home, stack)
        broker = None if environment.given("REDIS_URL") else _broker(home, stack)
        env = environment.build(home, url=url_of("127.0.0.1", 5000), database=database, redis=broker)
        argv = [str(home.python), "-m", "castingops.cli", *arguments]
        return subprocess.run(argv, env=env, cwd=ROOT, check=False).returncode


def _database(home: Home, stack: contextlib.ExitStack) -> Postgres:
    try:
        return stack.enter_context(postgres(home.path))
    except Busy:  # it is up: use its server
        return Postgres(home.path)


def _broker(home: Home, stack: contextlib.ExitStack) -> Redis:
    try:
        return stack.enter_context(redis(home.path))
    except Busy:
        return Redis(home.path)
