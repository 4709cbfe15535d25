"""Whether a PDF does nothing by itself, told from its bytes alone: it is kept as it came and never opened here.

Names that act count where a reader finds objects (ISO 32000-1 §7.3, §7.5): in the file's own structure and in object
streams, which are inflated; never in the data of pictures and fonts, where three bytes like them stand by chance.
"""
import re
import zlib

INFLATED_MAX = 16_000_000  # bytes of all object streams of a file: more is no document of a few pages

_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFile|AA|RichMedia|XFA|Encrypt|SubmitForm|ImportData)(?![A-Za-z])"
    rb"|/OpenAction(?!\s*\[)")  # a place to open at is an array, an act is not
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n(.*?)endstream", re.DOTALL)
_HEAD = re.compile(rb"\d\s+\d+\s+obj\b")  # where an object begins: a table of places may point into any data
_PACKED = re.compile(rb"/First(?![A-Za-z])")  # what a stream of objects has to say, whatever it calls itself (§7.5.7)
_FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])")
_OTHERWISE = re.compile(rb"/(?:DecodeParms|DP)(?![A-Za-z])")


def is_still_pdf(data: bytes) -> bool:
    """Whether this is a PDF that runs, opens, sends and carries nothing. What cannot be told is none."""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-1024:]:
        return False
    structure, end, left = bytearray(), 0, INFLATED_MAX
    for found in _STREAM.finditer(data):
        before = data[end:found.start()]
        structure += before
        end = found.end()
        if _HEAD.search(found[1]):
            return False
        head = _plain(before[before.rfind(b"obj") + 3:])
        if _PACKED.search(head) and b"/N" in head:
            objects = _objects(found[1], head, left)
            if objects is None or _ACTIVE.search(_plain(objects)):
                return False
            left -= len(objects)
    return not _ACTIVE.search(_plain(bytes(structure + data[end:])))


def _plain(text: bytes) -> bytes:
    """Names as they are meant: any character of one may be written as #xx (§7.3.5)."""
    return _NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text)


def _objects(data: bytes, head: bytes, most: int) -> bytes | None:
    """What a stream of objects holds; None for one that is broken, packed otherwise, or longer than `most`."""
    if b"/Filter" not in head:
        return data
    if not _FLATE.search(head) or _OTHERWISE.search(head):
        return None
    reader = zlib.decompressobj()
    try:
        held = reader.decompress(data, most)
    except zlib.error:
        return None
    return held if reader.eof else None
