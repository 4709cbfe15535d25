"""PDFs that prove a guardianship: what real programs write is taken, what acts is not, wherever it hides (ID-10)."""
import zlib

import pytest
import weasyprint
from hypothesis import given
from hypothesis import strategies as st

from castingops.identity.rules.still_pdf import INFLATED_MAX, is_still_pdf

END = b"\ntrailer << /Root 1 0 R >>\n%%EOF\n"
ACTS = (b"/JS", b"/JavaScript", b"/Launch", b"/AA", b"/OpenAction 5 0 R", b"/EmbeddedFile", b"/XFA", b"/Encrypt",
        b"/RichMedia", b"/SubmitForm", b"/J#53", b"/Java#53cript")


def pdf(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, each)
                                   for number, each in enumerate(objects, start=1)) + END


def stream(data: bytes, head: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), head, data)


def packed(objects: bytes, head: bytes = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode") -> bytes:
    return stream(zlib.compress(objects), head)


@pytest.mark.parametrize("options", [{}, {"pdf_variant": "pdf/a-3b"}, {"uncompressed_pdf": True}])
def test_what_a_real_program_writes_is_taken(options: dict[str, object]) -> None:
    """WeasyPrint packs its objects, as Word, browsers and scanners do since PDF 1.5."""
    made = weasyprint.HTML(string="<h1>صك ولاية</h1><p>Guardianship deed</p>").write_pdf(**options)
    assert made is not None and is_still_pdf(made)


def test_a_place_to_open_at_is_no_act() -> None:
    assert is_still_pdf(pdf(b"<< /Type /Catalog /OpenAction [3 0 R /XYZ null null 0] >>"))


@given(st.binary(max_size=4_000), st.sampled_from(ACTS))
def test_the_data_of_a_picture_may_hold_any_bytes(data: bytes, act: bytes) -> None:
    """Three bytes like /JS stand in every other scan of some megabytes by chance."""
    assert is_still_pdf(pdf(stream(zlib.compress(data) + act + b" ", b"/Subtype /Image")))


@pytest.mark.parametrize("act", ACTS)
def test_what_acts_is_found_where_readers_find_it(act: bytes) -> None:
    assert not is_still_pdf(pdf(b"<< " + act + b" (x) >>"))
    assert not is_still_pdf(pdf(packed(b"7 0 << " + act + b" (x) >>")))
    unnamed = b"/N 1 /First 4 /Filter [ /FlateDecode ]"
    assert not is_still_pdf(pdf(packed(b"7 0 << " + act + b" (x) >>", unnamed)))
    assert not is_still_pdf(pdf(stream(b"7 0 << " + act + b" (x) >>", b"/Type /ObjStm /N 1 /First 4"))), "not packed"
    hidden = b"\n7 0 obj << " + act + b" (x) >> endobj\n"
    assert not is_still_pdf(pdf(stream(b"\x89PNG" + hidden))), "a table of places may point into a picture"


@pytest.mark.parametrize("head", [
    b"/Type /ObjStm /N 1 /F#69rst 4 /Filter /LZWDecode", b"/N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]",
    b"/N 1 /First 4 /Filter /FlateDecode /DecodeParms << /Predictor 12 >>"])
def test_what_cannot_be_told_is_refused(head: bytes) -> None:
    assert not is_still_pdf(pdf(packed(b"7 0 << /Type /Page >>", head)))


def test_bombs_and_broken_streams_are_refused() -> None:
    assert not is_still_pdf(pdf(packed(bytes(INFLATED_MAX + 1))))
    assert not is_still_pdf(pdf(*(packed(bytes(INFLATED_MAX // 3 + 1)) for _ in range(3)))), "together"
    assert not is_still_pdf(pdf(stream(zlib.compress(b"7 0 <<>>")[:-5], b"/N 1 /First 4 /Filter /FlateDecode")))
    assert not is_still_pdf(pdf(stream(b"no deflate", b"/N 1 /First 4 /Filter /FlateDecode")))
    for junk in (b"", b"%PDF-1.7", b"<html>%%EOF", b"%PDF-1.4 no end"):
        assert not is_still_pdf(junk)


@given(st.binary(max_size=300))
def test_anything_is_answered(data: bytes) -> None:
    assert is_still_pdf(b"%PDF-1.7\n" + data + END) in {True, False}
