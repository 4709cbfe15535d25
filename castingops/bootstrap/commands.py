"""The command line. A failure is one sentence and a non-zero exit."""
import argparse
import errno
import sys
from collections.abc import Sequence

from castingops.bootstrap.bench import bench
from castingops.bootstrap.errors import StartError
from castingops.bootstrap.home import Home, home_of
from castingops.bootstrap.ops import ops
from castingops.bootstrap.suite import CHECKS, test
from castingops.bootstrap.up import up

OPS_HELP = """usage: python3 -m castingops ops [--home HOME] COMMAND …

Operators' commands: user create|grant|reset-mfa, seed, migrate, openapi, audit verify|export, doctor, check --deploy,
smoke URL, db roles. `ops --help` and `ops COMMAND --help` tell all of them once the first start has been.
"""
FULL = {errno.ENOSPC: "There is no disk space left", errno.EDQUOT: "The disk quota is used up",
        errno.EROFS: "The disk is read-only", errno.EACCES: "The home may not be written"}


def main(argv: Sequence[str]) -> int:
    """Run a command; its exit code: 0 well, 1 failed with a sentence, 2 asked wrongly, 130 interrupted."""
    try:
        return _ops(list(argv[1:])) if argv[:1] == ["ops"] else _command(argv)
    except StartError as error:
        print(f"castingops: {error}", file=sys.stderr)
    except OSError as error:
        if error.errno not in FULL:
            raise
        print(f"castingops: {FULL[error.errno]}: {error.filename or error}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\ncastingops: stopped.", file=sys.stderr)
        return 130
    return 1


def _command(argv: Sequence[str]) -> int:
    parser = _parser()
    options, rest = parser.parse_known_args(argv)
    home = home_of(options.home)
    if options.command == "test":
        return test(options, home, [word for word in rest if word != "--"])
    if rest:
        parser.error(f"unknown: {' '.join(rest)}")
    return up(options, home) if options.command == "up" else bench(options, home)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m castingops", description="Runs castingops from a bare machine.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="{up,test,bench,ops}")
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--home", help="folder for tools, data, logs and keys (default: .local in the checkout)")
    start = commands.add_parser("up", parents=[place], help="install what is missing, start everything, print READY",
                                description="Starts everything; prints READY and its address. Ctrl-C ends it.")
    start.add_argument("--port", type=int, default=5000, help="port to serve on (default: 5000)")
    start.add_argument("--bind", default="127.0.0.1", help="address to serve on (default: 127.0.0.1)")
    start.add_argument("--no-demo", action="store_true", help="leave the demo data out")
    suite = commands.add_parser(
        "test", parents=[place], allow_abbrev=False, help="run every check and the whole suite",
        description="Runs linters, types, imports, templates, translations and pytest; pytest's own summary comes "
                    "last. With pytest's arguments only pytest runs: `test tests/unit -k fold`.")
    suite.add_argument("--long", action="store_true", help="also the tests marked long")
    suite.add_argument("--check", choices=sorted(CHECKS), help="only this check, and no test")
    measure = commands.add_parser("bench", parents=[place], help="run benchmarks beside their peers",
                                  description="Runs benchmarks/NAME.py, or all of them.")
    measure.add_argument("name", nargs="?", metavar="NAME", help="one benchmark, such as api-list")
    measure.add_argument("--json", action="store_true", help="end each with one line of JSON")
    commands.add_parser("ops", add_help=False, help="operators' commands, such as `ops doctor`")
    return parser


def _ops(argv: list[str]) -> int:
    given = None
    if argv[:1] == ["--home"]:
        given, argv = (argv[1] if len(argv) > 1 else None), argv[2:]
    home = home_of(given)
    if not argv or (not _ready(home) and argv[0] in {"-h", "--help"}):
        print(OPS_HELP, end="")
        return 0 if argv else 2
    return ops(home, argv)


def _ready(home: Home) -> bool:
    return home.python.exists()
