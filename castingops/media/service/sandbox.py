"""Running the decoder: another process, little memory, little time, no environment, no way out."""
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

import msgspec

from castingops.core.errors import Unavailable
from castingops.media import errors
from castingops.media.rules import GREY_EDGE
from castingops.media.types import EDGE_MIN, PIXELS_MAX, PhotoFormat, Rendered, Variant

CHILD = Path(__file__).with_name("sandbox_child.py")
MEMORY = 512 * 1024 * 1024  # bytes of address space
CPU_SECONDS = 8
WALL_SECONDS = 12.0
QUEUE_SECONDS = 8.0  # how long an upload waits for its turn
_TURNS = BoundedSemaphore(2)  # decoders at once, per process of ours: uploads may not fill the machine's memory
_ANSWER_MAX = 16 * 1024 * 1024  # bytes; three small JPEGs are far below

_REFUSALS: dict[str, type[errors.UploadRefused]] = {
    refusal.code: refusal
    for refusal in (errors.PhotoAnimated, errors.PhotoBroken, errors.PhotoTooManyPixels, errors.PhotoTooSmall,
                    errors.PhotoTooHeavy)
}


class _Head(msgspec.Struct):
    """The child's first line."""

    width: int = 0
    height: int = 0
    parts: dict[str, int] = {}
    refused: str | None = None


def render(data: bytes, kind: PhotoFormat) -> Rendered:
    """The variants of an uploaded file, decoded where it can harm nothing.

    Takes about 0.1 s to start and at most 12 s. Errors: PhotoAnimated, PhotoBroken, PhotoTooManyPixels,
    PhotoTooSmall, PhotoTooHeavy; Unavailable when too many are at it.
    """
    with _turn():
        return _render(data, kind)


@contextmanager
def _turn() -> Iterator[None]:
    if not _TURNS.acquire(timeout=QUEUE_SECONDS):
        raise Unavailable(retry_after=5)
    try:
        yield
    finally:
        _TURNS.release()


def _render(data: bytes, kind: PhotoFormat) -> Rendered:
    limits = [MEMORY, CPU_SECONDS, kind, PIXELS_MAX, EDGE_MIN]
    command = [sys.executable, "-I", str(CHILD), *map(str, limits)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=WALL_SECONDS, check=False,
                              env={"LANG": "C.UTF-8"}, cwd="/", close_fds=True)
    except subprocess.TimeoutExpired as error:
        raise errors.PhotoTooHeavy from error
    if done.returncode != 0:  # killed by a limit, or crashed in a decoder
        raise errors.PhotoTooHeavy if done.returncode < 0 else errors.PhotoBroken
    return _read(done.stdout)


def _read(answer: bytes) -> Rendered:
    """What the child made. It may have been taken over, so its word is checked like anyone's."""
    line, _, rest = answer[:_ANSWER_MAX].partition(b"\n")
    try:
        head = msgspec.json.decode(line, type=_Head)
        if head.refused is not None:
            raise _REFUSALS.get(head.refused, errors.PhotoBroken)
        parts = _split(rest, head.parts)
        variants = {variant: parts[variant] for variant in Variant}
        grey = parts["grey"]
    except (msgspec.MsgspecError, KeyError) as error:
        raise errors.PhotoBroken from error
    if len(grey) != GREY_EDGE**2 or not all(picture.startswith(b"\xff\xd8\xff") for picture in variants.values()):
        raise errors.PhotoBroken
    return Rendered(width=head.width, height=head.height, variants=variants, grey=grey)


def _split(rest: bytes, sizes: dict[str, int]) -> dict[str, bytes]:
    parts, at = {}, 0
    for name, size in sizes.items():
        parts[name] = rest[at:at + size]
        at += size
    return parts
