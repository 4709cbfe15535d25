"""Pure decisions about photos: what a file is, whether it is only that, how alike two photos are."""
import re
from collections.abc import Sequence
from functools import cache
from math import cos, pi
from operator import mul
from statistics import median

from castingops.media.errors import PhotoEmpty, PhotoFormatRefused, PhotoPolyglot, PhotoTooLarge, UnknownPhotoKind
from castingops.media.types import (
    CONTRADICTION_MAX,
    SAME_PHOTO,
    UPLOAD_MAX,
    Fingerprint,
    PhotoFormat,
    PhotoKind,
    Probe,
)

GREY_EDGE = 64  # pixels of the miniature that is hashed
_BANDS = 16  # of 16 bits; frequencies kept in each direction
_MARGIN = 0.05  # of each edge lies outside the fingerprint: what a copy may lack
_CUTS = (0.025, 0.05)  # of one edge, that a copy is tried for: each more finds more strangers, too
_DETAIL_MIN = 0.02  # levels of grey: in a flatter picture the bits are noise

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


def fingerprint(grey: bytes) -> Fingerprint | None:
    """What a photo is known by after scaling, recompression and small cuts; None where there is too little to see.

    `grey` is the photo as 64 × 64 bytes. A bit says whether one of 16 × 16 low frequencies of its middle is stronger
    than their median (after pHash, Zauner 2010, and PDQ); bits are dealt out to bands so that each holds one frequency
    of each height and width.
    """
    known = _probe(_across(grey, _middle_after()), _middle_after())
    return None if known is None else known.print


def probes(grey: bytes) -> list[Probe]:
    """What photos would be known by of which this is a copy: whole, or cut at one edge by 2.5 or 5 %.

    Where a copy lacks a strip, the middle of the whole lies elsewhere in it.
    """
    middle = _middle_after()
    whole = _across(grey, middle)
    tried = [_probe(whole, middle)]
    for window in _cut_middles():
        tried += [_probe(whole, window), _probe(_across(grey, window), middle)]
    return [each for each in tried if each is not None]


def distance(one: Fingerprint, other: Fingerprint) -> int:
    """In how many of 256 bits two fingerprints differ."""
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))


def is_copy(known: Fingerprint, probes: Sequence[Probe]) -> bool:
    """Whether an upload, tried as `probes`, is a copy of the photo behind `known`: few bits differ, and none firmly."""
    return any(distance(known, each.print) <= SAME_PHOTO and contradiction(known, each) <= CONTRADICTION_MAX
               for each in probes)


def contradiction(known: Fingerprint, probe: Probe) -> float:
    """How firm the bits are, taken together, in which a probe differs from what is known."""
    return sum(firm for one, other, firmness in zip(known, probe.print, probe.firmness, strict=True)
               for place, firm in enumerate(firmness) if (one ^ other) >> place & 1)


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

def _waves(start: float, end: float) -> list[list[float]]:
    """For each of 16 frequencies the weight of each pixel: a cosine transform of what lies between two fractions.

    A pixel that the window cuts counts in part.
    """
    first, last = start * GREY_EDGE, end * GREY_EDGE
    pieces = [(max(first, pixel), min(last, pixel + 1)) for pixel in range(GREY_EDGE)]
    return [[max(0.0, high - low) * cos(pi * wave * ((low + high) / 2 - first) / (last - first)) / (last - first)
             for low, high in pieces] for wave in range(_BANDS)]


@cache
def _middle_after(before: float = 0.0, behind: float = 0.0) -> list[list[float]]:
    """The waves over the middle of a photo in a copy that lacks these fractions of it."""
    left = 1 - before - behind
    return _waves((_MARGIN - before) / left, (1 - _MARGIN - before) / left)


@cache
def _cut_middles() -> list[list[list[float]]]:
    return [_middle_after(*cut) for each in _CUTS for cut in ((each, 0.0), (0.0, each))]


def _across(grey: bytes, waves: list[list[float]]) -> list[list[float]]:
    """For each frequency across, its strength in each row."""
    rows = [list(grey[start:start + GREY_EDGE]) for start in range(0, GREY_EDGE**2, GREY_EDGE)]
    return [[sum(map(mul, row, wave)) for row in rows] for wave in waves]


def _probe(across: list[list[float]], waves: list[list[float]]) -> Probe | None:
    strengths = [[sum(map(mul, column, wave)) for column in across] for wave in waves]
    known = [strength for row in strengths for strength in row][1:]  # the first is mean brightness: says nothing
    middle, usual = median(known), median(map(abs, known))
    if usual < _DETAIL_MIN:
        return None
    bands, firmness = [0] * _BANDS, [[0.0] * _BANDS for _ in range(_BANDS)]
    for down, row in enumerate(strengths):
        for wide, strength in enumerate(row):
            band = (down + wide) % _BANDS
            bands[band] |= (strength > middle) << down
            firmness[band][down] = abs(strength - middle) / usual
    return Probe(tuple(bands), tuple(map(tuple, firmness)))
