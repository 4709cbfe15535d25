"""PDFs: both scripts really print, from packaged assets only, with the same bytes each time (K-3, BILL-3)."""
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import jinja2
import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from castingops.core import pdf
from castingops.core.config import TEMPLATES

REFERENCE = Path(__file__).parent / "reference" / "specimen.png"
CROP = (40, 40, 560, 330)  # where the specimen has ink, at 1 pixel to a point
SAME = 2.0  # mean difference per pixel of 255, after a slight blur that forgives a renderer's rounding
ONE_FAMILY = """<style>
@font-face { font-family: Merged; src: url("asset:fonts/ibm-plex-sans-latin-400-normal.woff2"); }
@font-face { font-family: Merged; src: url("asset:fonts/ibm-plex-sans-arabic-arabic-400-normal.woff2"); }
html, h1, h2, th { font-family: Merged; font-weight: 400; }
</style>"""


@pytest.fixture(scope="module")
def templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)


@pytest.fixture(scope="module")
def specimen(templates: jinja2.Environment) -> str:
    return templates.get_template("pdf/specimen.html").render(lang="ar", title="نموذج الطباعة")


def picture(data: bytes) -> Image.Image:
    """The top of the first page, as anyone would see it."""
    with pypdfium2.PdfDocument(data) as document:
        page: Image.Image = document[0].render(scale=1).to_pil()
    return page.convert("L").crop(CROP)


def difference(left: Image.Image, right: Image.Image) -> float:
    blurred = [image.filter(ImageFilter.GaussianBlur(1)) for image in (left, right)]
    return ImageStat.Stat(ImageChops.difference(*blurred)).mean[0]


def fonts_in(data: bytes) -> set[str]:
    fonts = pypdf.PdfReader(io.BytesIO(data)).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    for font in fonts.values():
        described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(described), "a font is named and not embedded"
    return {font.get_object()["/BaseFont"].partition("+")[2] for font in fonts.values()}


def test_specimen_embeds_a_font_for_each_script(specimen: str) -> None:
    fonts = fonts_in(pdf.render_pdf(specimen, title="نموذج"))
    assert {name.partition("-")[0] for name in fonts} == {"PlexLatin", "PlexArabic"}
    assert len(fonts) == 4  # two weights each


def test_specimen_looks_as_its_reference(specimen: str) -> None:
    """Latin digits, Arabic joined, right to left: what no text extraction can tell."""
    assert difference(picture(pdf.render_pdf(specimen, title="نموذج")), Image.open(REFERENCE).convert("L")) < SAME


def test_reference_would_catch_two_subsets_under_one_name(specimen: str) -> None:
    """The fault that prints garbage without a warning, planted on purpose."""
    broken = pdf.render_pdf(specimen.replace("</head>", f"{ONE_FAMILY}</head>"), title="نموذج")
    assert difference(picture(broken), Image.open(REFERENCE).convert("L")) > SAME


def test_same_input_gives_the_same_bytes(specimen: str) -> None:
    files = [pdf.Attached("facts.json", b"{}", "the facts")]
    first, second = (pdf.render_pdf(specimen, title="نموذج", attachments=files) for _ in range(2))
    assert first == second


def test_metadata_carries_title_language_and_moment(specimen: str) -> None:
    moment = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
    reader = pypdf.PdfReader(io.BytesIO(pdf.render_pdf(specimen, title="إيصال 142", created=moment)))
    assert reader.metadata is not None
    assert reader.metadata.title == "إيصال 142"
    assert reader.metadata.creation_date == moment
    assert reader.trailer["/Root"]["/Lang"] == "ar"


def test_archive_variant_declares_itself_and_carries_files(specimen: str) -> None:
    """PDF/A-3b: conformance in the metadata, an output intent, and files related to the document."""
    files = [pdf.Attached("invoice.xml", "<x>فاتورة</x>".encode(), "the invoice as data", "Source")]
    reader = pypdf.PdfReader(io.BytesIO(pdf.render_pdf(specimen, title="نموذج", attachments=files)))
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r'pdfaid:part(="|>)3', xmp)
    assert re.search(r'pdfaid:conformance(="|>)B', xmp)
    assert root["/OutputIntents"]
    assert root["/AF"][0].get_object()["/AFRelationship"] == "/Source"
    assert dict(reader.attachments) == {"invoice.xml": [files[0].data]}


def test_plain_variant_leaves_the_archive_parts_out(specimen: str) -> None:
    root = pypdf.PdfReader(io.BytesIO(pdf.render_pdf(specimen, title="x", variant=None))).trailer["/Root"]
    assert "/OutputIntents" not in root


@pytest.mark.parametrize("url", [
    "file:///etc/passwd", "http://127.0.0.1/x.png", "https://example.com/x.png", "ftp://example.com/x", "/etc/passwd",
    "asset:fonts/../../../../core/config.py", "asset:pdf/..", "asset:other/x.css", "asset:fonts/none.woff2",
    "asset:pdf/print.css?x", "ASSET:pdf/print.css", "javascript:1",
])
def test_nothing_but_packaged_assets_is_read(url: str) -> None:
    with pytest.raises(pdf.PdfRefused):
        pdf.asset(url)
    with pytest.raises(pdf.PdfRefused):
        pdf.render_pdf(f'<html lang="en"><img src="{url.replace("/etc", "file:///etc")}" alt="">', title="x")


def test_data_urls_are_part_of_the_document() -> None:
    square = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
    data = pdf.render_pdf(f'<html lang="en"><img src="data:image/svg+xml,{square}" alt="square">', title="x")
    with pypdfium2.PdfDocument(data) as document:
        assert document[0].render(scale=1).to_pil().convert("L").getextrema()[0] < 50


def test_template_escapes_what_it_is_given(templates: jinja2.Environment) -> None:
    page = templates.from_string('{% extends "pdf/layout.html" %}{% block body %}{{ name }}{% endblock %}')
    html = page.render(lang="en", title="x", name='<img src="file:///etc/passwd">')
    assert pdf.render_pdf(html, title="x").startswith(b"%PDF-1.7")
