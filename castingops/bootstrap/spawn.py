"""Start a program that dies with us, as another user where it refuses to be root.

Runs as a script between the supervisor and the program (`python spawn.py … -- program args`): it ties the program's
life to the parent's (PR_SET_PDEATHSIG), drops to the user asked for, and becomes the program. Doing this after a fork
inside the supervisor would be unsafe beside threads, as in a test run.
"""
import argparse
import ctypes
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
PR_GET_SECUREBITS = 27
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 4
PR_CAPBSET_READ = 23
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITIES = {"": None, "override": 1, "search": 2}
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: to reach a home under a folder closed to others, such as /root."""


def command(
    argv: list[str],
    *,
    death: signal.Signals = signal.SIGTERM,
    user: tuple[int, int] | None = None,
    capability: str = "",
    nice: int = 0,
) -> list[str]:
    """The command line that runs `argv` under this script: `death` is its signal when we die, `user` (uid, gid)."""
    options = ["--parent", str(os.getpid()), "--death", str(int(death)), "--nice", str(nice)]
    if user is not None:
        options += ["--uid", str(user[0]), "--gid", str(user[1]), "--capability", capability]
    return [sys.executable, "-I", "-S", str(Path(__file__).resolve()), *options, "--", *argv]


def start(
    argv: list[str],
    *,
    log: IO[bytes] | int | None = None,
    env: dict[str, str] | None = None,
    cwd: Path | str | None = None,
    death: signal.Signals = signal.SIGTERM,
    user: tuple[int, int] | None = None,
    capability: str = "",
    nice: int = 0,
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own (a terminal's Ctrl-C does not reach it); its output goes to `log`."""
    return subprocess.Popen(
        command(argv, death=death, user=user, capability=capability, nice=nice),
        stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT if log is not None else None,
        env=env, cwd=cwd, start_new_session=True,
    )


def _prctl(*arguments: int) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.prctl(*(ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:5])))


def _keep(capability: int) -> None:
    """Hold this one capability, now and in the program, and no other."""
    mask = 1 << capability
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))  # version 3, this process
    data = ctypes.create_string_buffer(struct.pack("IIIIII", mask, mask, mask, 0, 0, 0))
    refused = ctypes.CDLL(None, use_errno=True).capset(header, data)
    if refused or _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability):
        raise SystemExit("spawn: the capability cannot be kept")


def _become(uid: int, gid: int, capability: int | None) -> None:
    if capability is not None:
        if _prctl(PR_CAPBSET_READ, capability) != 1:
            raise SystemExit("spawn: this machine does not grant the capability")
        # Capabilities stay over the change of user, and access() counts them: initdb asks it about its programs.
        _prctl(PR_SET_SECUREBITS, _prctl(PR_GET_SECUREBITS) | SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if capability is not None:
        _keep(capability)


def main() -> None:
    """Parse the options, tie, drop, and become the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--death", type=int, required=True)
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--capability", default="", choices=sorted(CAPABILITIES))
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    os.nice(options.nice)
    if options.uid is not None:
        _become(options.uid, options.gid, CAPABILITIES[options.capability])
    _prctl(PR_SET_PDEATHSIG, options.death)  # after the change of user, which clears it
    if os.getppid() != options.parent:
        raise SystemExit("spawn: the parent is gone")
    program = options.program[1:] if options.program[:1] == ["--"] else options.program
    os.execvp(program[0], program)


if __name__ == "__main__":
    main()
