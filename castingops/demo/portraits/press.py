"""Draws portraits and makes their variants, in processes beside the one that asks: drawing is most of a seed's work.

Run as a program it reads a request a line (`{"seed", "gender", "age", "views"}`) and answers each with a line of JSON
that says how long the parts are, and then the parts. It imports no more than drawing needs.
"""
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Any

from castingops.demo.portraits import Gender, another_view, draw, look_of

Press = Callable[["Sitter"], "Future[list[Printed]]"]
_PROCESSES = 2


@dataclass(frozen=True)
class Sitter:
    """Whom to draw, and how many pictures of them; of two the first is a poor one. The same seed, the same face."""

    seed: str
    gender: Gender
    age: int
    views: int = 1


@dataclass(frozen=True)
class Printed:
    """One picture: the size and digest of the drawn file, and what was made of it."""

    width: int
    height: int
    file_size: int
    sha256: str
    parts: dict[str, bytes]


@contextmanager
def press(renderer: Path) -> Iterator[Press]:
    """A function that has portraits drawn in the background. `renderer` is the file that makes a photo's variants."""
    with ThreadPoolExecutor(_PROCESSES) as threads:
        workers: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        started = [_start(renderer) for _ in range(_PROCESSES)]
        for worker in started:
            workers.put(worker)
        try:
            yield lambda sitter: threads.submit(_ask, workers, sitter)
        finally:
            threads.shutdown(cancel_futures=True)
            for worker in started:
                worker.communicate()


def _start(renderer: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "castingops.demo.portraits.press", str(renderer)]
    root = Path(__file__).parents[3]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)


def _ask(workers: "SimpleQueue[subprocess.Popen[bytes]]", sitter: Sitter) -> list[Printed]:
    worker = workers.get()
    try:
        assert worker.stdin is not None and worker.stdout is not None
        worker.stdin.write(json.dumps(asdict(sitter)).encode() + b"\n")
        worker.stdin.flush()
        heads: list[dict[str, Any]] = json.loads(worker.stdout.readline())
        return [_read(worker.stdout, head) for head in heads]
    finally:
        workers.put(worker)


def _read(stream: Any, head: dict[str, Any]) -> Printed:
    parts = {name: stream.read(size) for name, size in head.pop("parts").items()}
    return Printed(**head, parts=parts)


def _serve(renderer: str) -> None:
    os.nice(3)  # whoever asked has more to do, and it cannot be shared out; on a busy machine it waits for us
    render = runpy.run_path(renderer)["render"]
    for line in sys.stdin.buffer:
        printed = list(_printed(Sitter(**json.loads(line)), render))
        heads = [{**head, "parts": {name: len(part) for name, part in parts.items()}} for head, parts in printed]
        sys.stdout.buffer.write(json.dumps(heads).encode() + b"\n")
        sys.stdout.buffer.write(b"".join(part for _, parts in printed for part in parts.values()))
        sys.stdout.buffer.flush()


def _printed(sitter: Sitter, render: Callable[..., Any]) -> Iterator[tuple[dict[str, Any], dict[str, bytes]]]:
    rng = Random(sitter.seed)
    look = look_of(rng, gender=sitter.gender, age=sitter.age)
    for view in range(sitter.views):
        data = draw(look if view == 0 else another_view(look, rng), poor=view + 1 < sitter.views)
        size, parts = render(data, kind="JPEG", pixels_max=10_000_000, edge_min=200)
        yield {**size, "file_size": len(data), "sha256": sha256(data).hexdigest()}, parts


if __name__ == "__main__":
    _serve(sys.argv[1])
