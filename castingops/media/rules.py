"""Pure decisions about photos: what a file is, whether it is only that, how alike two photos are."""
import re
from math import cos, pi, sqrt
from operator import mul
from statistics import median

from castingops.media.errors import PhotoEmpty, PhotoFormatRefused, PhotoPolyglot, PhotoTooLarge, UnknownPhotoKind
from castingops.media.types import UPLOAD_MAX, PhotoFormat, PhotoKind

GREY_EDGE = 32  # pixels of the miniature that is hashed
_LOW = 8  # frequencies kept in each direction: 64 bits

_FOREIGN_TEXT = re.compile(rb"<(?:script|svg|html|iframe|object|!doctype|\?php)|%PDF-|X5O!P%@AP", re.IGNORECASE)
_FOREIGN_TAILS = (
    b"PK", b"%PDF", b"MZ", b"\x7fELF", b"<", b"#!", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"GIF8", b"{\\rtf",
    b"\xd0\xcf\x11\xe0", b"\xca\xfe\xba\xbe", b"SQLite format",
)
_ZIP_END, _ZIP_END_SIZE, _ZIP_COMMENT_MAX = b"PK\x05\x06", 22, 65_535
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in coded data FF is followed by 00 or a restart mark


def checked_format(data: bytes) -> PhotoFormat:
    """What `data` is by its own signature; name and declared type of a file are never asked.

    Errors: PhotoEmpty, PhotoTooLarge, PhotoFormatRefused, PhotoPolyglot.
    """
    if not data:
        raise PhotoEmpty
    if len(data) > UPLOAD_MAX:
        raise PhotoTooLarge
    kind = _signature(data)
    if kind is None:
        raise PhotoFormatRefused
    if _holds_something_else(data, kind):
        raise PhotoPolyglot
    return kind


def checked_kind(text: str) -> PhotoKind:
    """The kind a person chose. Errors: UnknownPhotoKind."""
    try:
        return PhotoKind(text)
    except ValueError as error:
        raise UnknownPhotoKind from error


def perceptual_hash(grey: bytes) -> str:
    """64 bits, as hex, that stay close when a photo is scaled, recompressed or retouched (pHash, Zauner 2010).

    `grey` is the photo as 32 × 32 bytes. A bit says whether a low frequency is stronger than their median.
    """
    rows = [_low_frequencies(list(grey[start:start + GREY_EDGE])) for start in range(0, GREY_EDGE**2, GREY_EDGE)]
    columns = [_low_frequencies([row[index] for row in rows]) for index in range(_LOW)]
    values = [columns[x][y] for y in range(_LOW) for x in range(_LOW)]
    middle = median(values[1:])  # the first is mean brightness and says nothing of the motif
    bits = sum(1 << index for index, value in enumerate(values) if value > middle)
    return f"{bits:016x}"


def distance(one: str, other: str) -> int:
    """In how many of 64 bits two perceptual hashes differ: up to about 10 it is the same photo."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _signature(data: bytes) -> PhotoFormat | None:
    if data.startswith(b"\xff\xd8\xff"):
        return PhotoFormat.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PhotoFormat.PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return PhotoFormat.WEBP
    return None


def _holds_something_else(data: bytes, kind: PhotoFormat) -> bool:
    """Whether another program would take `data` for its own: a page, a document, an archive, a program.

    What phones put behind a photo (a second photo, a short film) is let through: re-encoding drops it.
    """
    end = _END_OF[kind](data)
    tail = data[end:end + 64].lstrip(b"\x00\r\n\t ") if end is not None else b""
    return tail.startswith(_FOREIGN_TAILS) or _ends_as_zip(data) or _FOREIGN_TEXT.search(data) is not None


def _ends_as_zip(data: bytes) -> bool:
    """Whether a ZIP directory closes the file: its end record names a comment that reaches exactly to the last byte."""
    at = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_SIZE - _ZIP_COMMENT_MAX))
    if at < 0 or at + _ZIP_END_SIZE > len(data):
        return False
    return at + _ZIP_END_SIZE + int.from_bytes(data[at + 20:at + 22], "little") == len(data)


def _end_of_png(data: bytes) -> int | None:
    at = 8
    while at + 12 <= len(data):
        size, name = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        at += 12 + size
        if name == b"IEND":
            return at
    return None


def _end_of_webp(data: bytes) -> int | None:
    size = 8 + int.from_bytes(data[4:8], "little")
    return size + size % 2


def _end_of_jpeg(data: bytes) -> int | None:
    at = 2
    while mark := _JPEG_MARKER.search(data, at):
        if mark.group() == b"\xff\xd9":
            return mark.end()
        at = mark.end() + int.from_bytes(data[mark.end():mark.end() + 2], "big")  # past the segment's own bytes
    return None


_END_OF = {PhotoFormat.JPEG: _end_of_jpeg, PhotoFormat.PNG: _end_of_png, PhotoFormat.WEBP: _end_of_webp}

_COSINES = [[cos(pi * (2 * x + 1) * u / (2 * GREY_EDGE)) for x in range(GREY_EDGE)] for u in range(_LOW)]
_SCALES = [sqrt(1 / GREY_EDGE), *[sqrt(2 / GREY_EDGE)] * (_LOW - 1)]


def _low_frequencies(values: list[float]) -> list[float]:
    """The first eight coefficients of the discrete cosine transform (DCT-II) of 32 values."""
    return [
        scale * sum(map(mul, values, waves))
        for scale, waves in zip(_SCALES, _COSINES, strict=True)
    ]
