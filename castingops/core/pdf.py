"""PDFs from HTML by WeasyPrint: bilingual, archivable (PDF/A-3b), and the same bytes for the same input.

Templates extend `pdf/layout.html`. WeasyPrint is imported at the first document and not before: fontconfig reads its
configuration once, and without one of ours it crashes the process or takes whatever fonts a machine has.
"""
import os
import re
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from flask import has_app_context

from castingops.bootstrap import native
from castingops.core.config import STATIC, TEMPLATES, current_settings
from castingops.core.late import load

Variant = Literal["pdf/a-3b", "pdf/ua-1"]

_ASSETS = {"fonts": STATIC / "vendor" / "fonts", "pdf": TEMPLATES / "pdf"}
_ASSET = re.compile(r"asset:(fonts|pdf)/([a-z0-9][a-z0-9-]*\.(?:woff2|css|svg|png))", re.ASCII)
_TYPES = {"woff2": "font/woff2", "css": "text/css", "svg": "image/svg+xml", "png": "image/png"}
_STYLESHEET = "print.css"
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # when a document or a font subset needs a time that does not matter
_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
_one_at_a_time = threading.Lock()  # pango's font map is one per process and not safe to share


class PdfRefused(ValueError):
    """The HTML asks for something that is not packaged with the application. A fault of the template."""


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF. `relationship` is one of ISO 32000-2 §7.11.3: Data, Source, Alternative, Supplement."""

    name: str
    data: bytes
    description: str
    relationship: str = "Data"


@dataclass(frozen=True)
class _Engine:
    """What one process needs of WeasyPrint, made once: fonts and the stylesheet cost more than a page."""

    weasyprint: Any
    fetcher: Any
    fonts: Any
    stylesheet: Any


def render_pdf(html: str, *, title: str, attachments: Sequence[Attached] = (), created: datetime | None = None,
               variant: Variant | None = "pdf/a-3b") -> bytes:
    """The document as PDF, with its title and, from the html element, its language.

    `created` goes into the metadata; the same arguments give the same bytes. Errors: PdfRefused.
    """
    engine = _engine()
    moment = created or _EPOCH
    with _one_at_a_time:
        try:
            page = engine.weasyprint.HTML(string=html, url_fetcher=engine.fetcher)
            document = page.render(font_config=engine.fonts, stylesheets=[engine.stylesheet], pdf_variant=variant)
            document.metadata.title = title
            document.metadata.created = document.metadata.modified = moment.isoformat(timespec="seconds")
            document.metadata.attachments += [_attachment(engine, file, moment) for file in attachments]
            data: bytes = document.write_pdf(pdf_variant=variant, pdf_identifier=True, pdf_tags=True)
        except engine.weasyprint.urls.FatalURLFetchingError as error:
            raise PdfRefused(str(error)) from error
    return data


def _attachment(engine: _Engine, file: Attached, moment: datetime) -> Any:
    return engine.weasyprint.Attachment(
        string=file.data, name=file.name, description=file.description, relationship=file.relationship,
        created=moment, modified=moment, url_fetcher=engine.fetcher)


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    """Load WeasyPrint with our fonts only, and pango out of the home where the machine has none.

    Errors: OSError when pango is nowhere.
    """
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(int(_EPOCH.timestamp())))  # else subsets carry the hour
    if "FONTCONFIG_FILE" not in os.environ:
        os.environ["FONTCONFIG_FILE"] = str(_fonts_conf())
    native.preload(current_settings().home if has_app_context() else Path(os.environ.get("CASTINGOPS_HOME", ".local")))
    weasyprint: Any = load("weasyprint")
    fonts = load("weasyprint.text.fonts:FontConfiguration")()
    fetcher = _fetcher(weasyprint)
    stylesheet = weasyprint.CSS(url=f"asset:pdf/{_STYLESHEET}", url_fetcher=fetcher, font_config=fonts)
    return _Engine(weasyprint, fetcher, fonts, stylesheet)


def _fonts_conf() -> Path:
    """A fontconfig file that knows our fonts and no others."""
    folder = Path(tempfile.mkdtemp(prefix="castingops-fonts-"))
    fonts = STATIC / "vendor" / "ttf"
    (folder / "fonts.conf").write_text(_FONTS_CONF.format(fonts=fonts, cache=folder / "cache"), "utf-8")
    return folder / "fonts.conf"


def asset(url: str) -> tuple[bytes, str]:
    """Bytes and media type of a packaged asset: `asset:fonts/…` or `asset:pdf/…`. Errors: PdfRefused."""
    match = _ASSET.fullmatch(url)
    if match is None:
        raise PdfRefused(f"not a packaged asset: {url[:80]}")
    folder, name = _ASSETS[match[1]], match[2]
    try:
        return (folder / name).read_bytes(), _TYPES[name.rpartition(".")[2]]
    except FileNotFoundError as error:
        raise PdfRefused(f"no such asset: {url}") from error


def _fetcher(weasyprint: Any) -> Any:
    """A fetcher that reaches packaged assets and data: URLs, and stops the document for anything else."""
    response = weasyprint.urls.URLFetcherResponse

    class PackagedOnly(weasyprint.urls.URLFetcher):  # type: ignore[misc]  # WeasyPrint is imported late
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            data, kind = asset(url)
            return response(url, data, {"Content-Type": kind})

    return PackagedOnly(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
